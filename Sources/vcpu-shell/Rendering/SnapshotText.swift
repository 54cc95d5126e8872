/// What was saved, and what of the memory that was asked for was not.
extension SnapshotAnswer: TextRendered {
  func lines(_ detail: Detail) -> [Line] {
    [Line("saved \(path)")] + missing.map { Line("not saved: \($0)") }
  }
}
