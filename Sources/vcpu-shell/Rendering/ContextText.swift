/// The parts of a context, each after a line with its name.
extension ContextAnswer: TextRendered {
  func lines(_ detail: Detail) -> [Line] {
    part("exit", exit?.lines(detail)) + part("registers", registers?.compactLines())
      + part("code", code.map { Array($0.lines(detail).dropFirst().dropLast()) })
      + part("stack", stack?.lines(detail)) + part("source", source?.lines(detail))
  }

  private func part(_ name: String, _ lines: [Line]?) -> [Line] {
    lines.map { [Line("── \(name) ──", .heading)] + $0 } ?? []
  }
}

extension RegistersAnswer {
  /// Several registers in a line; those that hold an address with a name have a line each.
  ///
  /// - Parameters:
  ///   - width: how many columns a line has; nil for that of a usual terminal.
  ///   - endsWithNames: whether those with a name come last.
  func compactLines(of width: Int? = nil, endsWithNames: Bool = true) -> [Line] {
    let all = sections.flatMap(\.registers)
    let cells = all.filter { $0.symbol == nil }.map(\.cell)
    let cellWidth = (cells.map(\.count).max() ?? 0) + 2
    let count = width.map { max(1, ($0 + 2) / cellWidth) } ?? Self.columnCount
    let rows = stride(from: 0, to: cells.count, by: count).map { start in
      cells[start..<min(start + count, cells.count)].dropFirst()
        .reduce(cells[start]) { $0 + "  " + $1 }
    }
    let named = all.compactMap { register in
      register.symbol.map { register.cell + Line("  <\($0)>", .symbol) }
    }
    return endsWithNames ? rows + named : named + rows
  }

  private static let columnCount = 3
}

extension RegistersAnswer.Register {
  /// `x19   0x0000000000000000`, marked if it has changed.
  fileprivate var cell: Line {
    Line(name.padded(to: 6)) + Line(digits ?? "(not available)", isChanged ? .changed : nil)
  }
}
