extension PlaceAnswer {
  /// `0x40200344 <store32+4>`.
  var label: Line {
    Line("\(address)", .address) + (symbol.map { Line(" <\($0)>", .symbol) } ?? "")
  }

  /// `0x40200344 <store32+4>:  str w1, [x0]`.
  var code: Line {
    label + ":  " + (instruction ?? "(no memory is mapped there)") + (reference?.note ?? "")
  }

  /// `EL2 0x40204000 <handle_exit>:  bti c    handler.swift:12`.
  var line: Line {
    let level = exceptionLevel.map { "EL\($0) " } ?? ""
    return "  " + level + code + sourceNote
  }

  /// The same, and the text of the source line.
  var lines: [Line] {
    guard let source, let text = source.text else { return [line] }
    return [line, Line("\(source.line)".padded(to: 8) + text.replacing("\t", with: "        "))]
  }

  /// `hv:0x40204000 <handle_exit>:  bti c    handler.swift:12`.
  var lineInSpace: Line { (space.isEmpty ? "" : "\(space):") + code + sourceNote }

  /// `    handler.swift:12`.
  var sourceNote: String { source.map { "    \($0.fileName):\($0.line)" } ?? "" }
}

extension SourceAnswer {
  /// The last part of the path.
  var fileName: String { file.split(separator: "/").last.map(String.init) ?? file }
}
