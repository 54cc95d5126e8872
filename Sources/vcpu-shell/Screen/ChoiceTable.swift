/// The choices of a completion, in columns, as readline shows them.
enum ChoiceTable {
  /// How many choices are shown.
  static let limit = 200

  static func lines(of choices: [String], width: Int) -> [Line] {
    let shown = choices.prefix(limit)
    let longest = shown.map(\.count).max() ?? 0
    let columns = max(1, width / (longest + 2))
    let rowCount = (shown.count + columns - 1) / columns
    // Down the columns, as in a dictionary.
    let rows = (0..<rowCount).map { row in
      stride(from: row, to: shown.count, by: rowCount).reduce(Line()) { line, index in
        line + Line(shown[index].padded(to: longest + 2))
      }
    }
    let rest = choices.count - shown.count
    return rows + (rest > 0 ? ["… and \(rest) more"] : [])
  }
}
