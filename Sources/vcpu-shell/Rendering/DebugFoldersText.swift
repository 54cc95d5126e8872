extension DebugFoldersAnswer: TextRendered {
  func lines(_ detail: Detail) -> [Line] {
    guard !folders.isEmpty else {
      return ["No folders: it is only looked for beside the files."]
    }
    return folders.map { Line($0) }
  }
}
