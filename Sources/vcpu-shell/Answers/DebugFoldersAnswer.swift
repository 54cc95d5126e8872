/// Where debug information that was split off is looked for, besides the files' own folders.
struct DebugFoldersAnswer: Answer {
  static let kind = "debugFolders"
  /// In the order in which they are searched.
  let folders: [String]
}
