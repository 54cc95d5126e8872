/// The instructions between GDB's two lines.
extension DisassemblyAnswer: TextRendered {
  func lines(_ detail: Detail) -> [Line] {
    [head + ":"] + rows.map { $0.instructionLine(in: space, showsBytes: showsBytes) }
      + ["End of assembler dump."]
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
