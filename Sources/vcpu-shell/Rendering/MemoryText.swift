extension MemoryAnswer: TextRendered {
  func lines(_ detail: Detail) -> [Line] {
    rows.map { row in
      let head = Line.address(row.address, row.symbol, in: space) + ":\t"
      return switch content {
      case .units: head + row.values.joined(separator: "\t")
      case .instructions: row.instructionLine(in: space)
      case .strings: head + "\"\(row.string ?? "")\"" + (row.isCutOff == true ? "…" : "")
      }
    }
  }
}

extension MemoryAnswer.Row {
  /// An instruction, with an arrow if the CPU is there.
  ///
  /// - Parameter showsBytes: whether its bytes are before it.
  func instructionLine(in space: String, showsBytes: Bool = false) -> Line {
    let mark = Line(isPC == true ? "=> " : "   ")
    return mark + Line.address(address, symbol, in: space) + ":\t"
      + (showsBytes ? spacedBytes + "\t" : "") + (instruction ?? "") + (reference?.note ?? "")
  }

  /// `1f 20 03 d5`.
  private var spacedBytes: String {
    let digits = Array(bytes)
    return stride(from: 0, to: digits.count - 1, by: 2).map { String(digits[$0...$0 + 1]) }
      .joined(separator: " ")
  }
}

extension ReferenceAnswer {
  /// What is written after the instruction: the operand's symbol, or else the address, and a literal's value.
  var note: Line {
    let target = symbol.map { Line(" <\($0)>", .symbol) }
    let name = isOperand ? target ?? "" : "\t// " + Line("\(address)", .address) + (target ?? "")
    guard let value else { return name }
    return name + "\t// \(value)" + (valueSymbol.map { Line(" <\($0)>", .symbol) } ?? "")
  }
}
