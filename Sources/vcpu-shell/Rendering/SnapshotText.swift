/// What was saved, and which of the requested memory was not.
extension SnapshotAnswer: TextRendered {
  func lines(_ detail: Detail) -> [Line] {
    [Line("saved \(path)")] + missing.map { Line("not saved: \($0)") }
  }
}
