extension MemoryAnswer: TextRendered {
  func lines(_ detail: Detail) -> [Line] { rows.map(line) }

  private func line(_ row: Row) -> Line {
    let head = label(row) + ":\t"
    switch content {
    case .units: return head + row.values.joined(separator: "\t")
    case .instructions: return (row.isPC == true ? "=> " : "   ") + head + (row.instruction ?? "")
    case .strings: return head + "\"\(row.string ?? "")\"" + (row.isCutOff == true ? "…" : "")
    }
  }

  /// A virtual address is shown without its space.
  private func label(_ row: Row) -> Line {
    let prefix = ["ipa", "pa"].contains(space) ? "\(space):" : ""
    return Line("\(prefix)\(row.address)", .address)
      + (row.symbol.map { Line(" <\($0)>", .symbol) } ?? "")
  }
}
