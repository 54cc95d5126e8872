extension ExitsExportAnswer: TextRendered {
  func lines(_ detail: Detail) -> [Line] {
    [Line("wrote \(DurationText.grouped(exits)) exit\(exits == 1 ? "" : "s") to \(file)")]
  }
}
