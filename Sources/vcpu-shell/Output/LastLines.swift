/// The last lines of another program's output, as they are shown.
struct LastLines {
  /// How many lines are kept.
  let limit: Int
  /// How many lines were dropped.
  private(set) var droppedCount = 0
  private var rows: [ArraySlice<UInt8>] = []
  private var assembler = LineAssembler()

  init(limit: Int) { self.limit = limit }

  /// Adds output, which may begin or end within a line.
  mutating func append(_ bytes: [UInt8]) {
    let newline = UInt8(ascii: "\n")
    var whole = assembler.append(bytes)[...]
    if whole.last == newline { whole.removeLast() } else if whole.isEmpty { return }
    rows += whole.split(separator: newline, omittingEmptySubsequences: false)
    let excess = max(0, rows.count - limit)
    rows.removeFirst(excess)
    droppedCount += excess
  }

  /// The lines; the last one may be incomplete.
  var lines: [String] {
    var copy = assembler
    let partial = copy.takePartial()
    let all = rows + (partial.isEmpty ? [] : [partial[...]])
    return all.suffix(limit).map { Line(row: $0).plain }
  }
}
