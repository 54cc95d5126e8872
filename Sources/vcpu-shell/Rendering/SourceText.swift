extension SourceLinesAnswer: TextRendered {
  func lines(_ detail: Detail) -> [Line] {
    lines.map { line in
      let number = "\(line.line)".padded(to: 6)
      return Line((line.isCurrent ? "=> " : "   ") + number, line.isCurrent ? .heading : nil)
        + Line(line.text.replacing("\t", with: "        "))
    }
  }
}

extension SourceFileAnswer: TextRendered {
  func lines(_ detail: Detail) -> [Line] {
    guard let found, let lineCount else {
      return [Line("\(file), which can't be found here; the frame is at line \(line)")]
    }
    let place = found == file ? "" : ", found as \(found)"
    return [Line("\(file)\(place), \(lineCount) lines; the frame is at line \(line)")]
  }
}

extension LineAnswer: TextRendered {
  func lines(_ detail: Detail) -> [Line] { places.map(\.sentence) }
}

extension LineAnswer.Place {
  private func text(_ address: Hex, _ symbol: String?) -> Line {
    Line((space.isEmpty ? "" : "\(space):") + "\(address)", .address)
      + (symbol.map { Line(" <\($0)>", .symbol) } ?? "")
  }

  /// `line 18 of hypervisor.S is at hv:0x40205000 <handle_exit> up to hv:0x40205004 <handle_exit+4>`.
  fileprivate var sentence: Line {
    guard let source, let start, let end else {
      return Line("no line is known of ") + text(address, symbol)
    }
    return Line("line \(source.line) of \(source.file) is at ") + text(start, symbol) + " up to "
      + text(end, endSymbol)
  }
}
