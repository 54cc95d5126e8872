/// Answers that are longer than the terminal.
extension Output {
  /// Shows an answer; in a pager if it is longer than the terminal, and there is a person and a pager.
  func answer(_ answer: [Line]) {
    let lines = folded(answer)
    guard isPaged, screen == nil, sinks.isEmpty, traits.isTerminal, traits.keyboard != nil,
      let pager = traits.pager, let size = traits.size(), signals?.isEnding != true,
      Self.rowCount(of: lines, columns: size.columns) >= size.rows
    else { return self.lines(answer) }
    let status = try? status(
      of: Self.pagerOptions + pager, input: lines.flatMap { $0.bytes(isStyled: isStyled) },
      isTimed: false)
    switch status {
    case nil, ChildCommand.notExecutable, ChildCommand.notFound:
      // The text is still shown, and so are later ones.
      isPaged = false
      show(lines)
      warning("the pager '\(pager)' cannot be run: see PAGER")
    default: log(lines)
    }
  }

  /// Without these options `less` would show escape sequences instead of colours, and stay open for a short text.
  private static let pagerOptions = ": ${LESS=FRX}; export LESS; "

  private static let tabWidth = 8

  /// The number of rows that lines take; the terminal wraps longer ones.
  static func rowCount(of lines: [Line], columns: Int) -> Int {
    lines.reduce(0) { count, line in
      var column = 0
      for character in line.plain {
        column = character == "\t" ? (column / tabWidth + 1) * tabWidth : column + 1
      }
      return count + max(1, (column + columns - 1) / columns)
    }
  }
}
