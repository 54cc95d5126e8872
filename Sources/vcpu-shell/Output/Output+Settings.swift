/// How lines are shown.
extension Output {
  /// Whether lines on standard output have colours. Setting it works like GDB's `set style enabled`: true has an effect
  /// only at a terminal that shows colours.
  var isStyled: Bool {
    get { isStyled(isTerminal: traits.isTerminal) }
    set { color = newValue ? (color == .always ? .always : .auto) : .never }
  }

  /// Whether messages on standard error have colours.
  var isErrorStyled: Bool { isStyled(isTerminal: traits.isErrorTerminal) }

  private func isStyled(isTerminal: Bool) -> Bool {
    switch color {
    case .auto: isTerminal && traits.allowsColors
    case .always: true
    case .never: false
    }
  }

  /// The number of columns; a large one if lines are not broken.
  var width: Int {
    if let chosenWidth { return chosenWidth == 0 ? .max : chosenWidth }
    return traits.size()?.columns ?? Self.assumedWidth
  }

  /// Lines broken at the width that the person has set.
  func folded(_ lines: [Line]) -> [Line] {
    guard let chosenWidth, chosenWidth > 0 else { return lines }
    return lines.flatMap { $0.folded(to: chosenWidth) }
  }

  /// The default.
  private static let assumedWidth = 80
}
