extension ExitStatisticsAnswer: TextRendered {
  func lines(_ detail: Detail) -> [Line] {
    guard !rows.isEmpty else { return [Line(empty)] }
    let shown = rows.prefix(Self.rowLimit)
    let width = max(by.rawValue.count, shown.map(\.name.count).max() ?? 0)
    let columns = ["count", "share", "min", "mean", "p50", "p99", "max", "guest"]
    let head = Line(
      by.rawValue.padded(to: width)
        + zip(columns, Self.widths).map { $0.paddedLeft(to: $1) }.joined(), .heading)
    let rest = rows.count - shown.count
    return [Line(title), head] + shown.map { Line(row($0, width)) }
      + (rest > 0 ? [Line("… and \(rest) more")] : [])
  }

  private static let rowLimit = 40
  private static let widths = [11, 9, 10, 10, 10, 10, 10, 10]

  private var title: String {
    let exits = "\(DurationText.grouped(count)) exit\(count == 1 ? "" : "s")"
    let begin =
      switch since {
      case .start: "since the machine started"
      case .mark: "since the mark"
      case .lastTable: "in a second"
      case .oldestRecord: "in the records"
      }
    return "\(exits) \(begin), \(text(time)) in the hypervisor"
  }

  private var empty: String {
    switch (since, by) {
    case (.mark, _): "no exit since the mark"
    case (.lastTable, _): "no exit in a second"
    case (.oldestRecord, .function): "no call was recorded"
    default: "no exit was recorded so far"
    }
  }

  private func row(_ row: Row, _ width: Int) -> String {
    let tenths = count == 0 ? 0 : (row.count * 1000 + count / 2) / count
    let times = row.inHypervisor
    let cells = [
      DurationText.grouped(row.count), "\(tenths / 10).\(tenths % 10) %",
      (times.isEstimate ? "≥" : "") + text(times.minimum), text(times.mean),
      (times.isEstimate ? "~" : "") + text(times.median),
      (times.isEstimate ? "~" : "") + text(times.percentile99),
      (times.isEstimate ? "≤" : "") + text(times.maximum),
      row.inGuest.map { text($0.mean) } ?? "–",
    ]
    return row.name.padded(to: width)
      + zip(cells, Self.widths).map { $0.paddedLeft(to: $1) }.joined()
  }

  private func text(_ time: Int) -> String {
    unit == .ns ? DurationText.nanoseconds(time) : DurationText.grouped(time)
  }
}
