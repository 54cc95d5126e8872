/// The matches, what could not be searched, and GDB's count.
extension FindAnswer: TextRendered {
  func lines(_ detail: Detail) -> [Line] {
    let shown = gaps.prefix(Self.gapCount)
    var lines = matches.map { place($0.address, $0.symbol) }
    lines += shown.map { gap in
      Line("not searched: ") + place(gap.start) + ".." + place(gap.last) + ": \(gap.reason)"
    }
    if gaps.count > shown.count {
      lines.append(Line("not searched: \(gaps.count - shown.count) more ranges without memory"))
    }
    if let next, limit == nil {
      lines.append(Line("not searched: ") + place(next) + " and what follows")
    }
    return lines + [Line(count)]
  }

  /// How many gaps are shown.
  private static let gapCount = 8

  private var count: String {
    switch matches.count {
    case 0: "Pattern not found."
    case 1: "1 pattern found."
    case let count: "\(count) patterns found."
    }
  }

  private func place(_ address: Hex, _ symbol: String? = nil) -> Line {
    .address(address, symbol, in: space)
  }
}
