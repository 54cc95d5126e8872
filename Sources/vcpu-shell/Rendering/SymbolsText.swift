extension SymbolsAnswer: TextRendered {
  func lines(_ detail: Detail) -> [Line] {
    guard isList else { return symbols.map(\.sentence) }
    guard !symbols.isEmpty else { return ["No symbols match."] }
    let modules = symbols.reduce(into: [String]()) { list, symbol in
      if list.last != symbol.module { list.append(symbol.module) }
    }
    return modules.flatMap { module in
      [Line(module + ":", .heading)]
        + symbols.filter { $0.module == module }.map { Line("  ") + $0.row }
    }
  }
}

extension SymbolAnswer {
  private var place: Line {
    Line((space.isEmpty ? "" : "\(space):") + "\(address)", .address)
  }

  /// `0x40205000  handle_exit`.
  fileprivate var row: Line { place + "  " + Line(name, .symbol) }

  /// `handle_exit+4 at hv:0x40205000, 12 bytes, of hypervisor.elf    hypervisor.S:19`.
  fileprivate var sentence: Line {
    Line(name + (offset == 0 ? "" : "+\(offset)"), .symbol)
      + (offset == 0 ? " is at " : ": the symbol is at ")
      + place + (byteCount == 0 ? "" : byteCount == 1 ? ", 1 byte" : ", \(byteCount) bytes")
      + ", in \(module)" + (source.map { "    \($0.fileName):\($0.line)" } ?? "")
  }
}
