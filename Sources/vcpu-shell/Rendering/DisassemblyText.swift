/// The instructions between GDB's two lines.
extension DisassemblyAnswer: TextRendered {
  func lines(_ detail: Detail) -> [Line] {
    var file: String?
    var lines = [head + ":"]
    for (index, row) in rows.enumerated() {
      if let source = row.source {
        if index > 0 { lines.append("") }
        if let next = source.last?.file, next != file {
          file = next
          lines.append("\(next):")
        }
        lines += source.map { Line("\($0.line)\t" + ($0.text ?? "in \($0.file)")) }
      }
      lines.append(row.instructionLine(in: space, showsBytes: showsBytes))
    }
    return lines + ["End of assembler dump."]
  }

  private var head: Line {
    switch extent {
    case .function: "Dump of assembler code for function " + Line(function ?? "", .symbol)
    case .surroundings:
      "Dump of assembler code around " + Line.address(address, nil, in: space)
        + ", which no symbol covers"
    case .range:
      Line("Dump of assembler code from ")
        + Line.address(rows.first?.address ?? address, nil, in: space)
        + (end.map { Line(" to ") + Line.address($0, nil, in: space) } ?? "")
    }
  }
}
