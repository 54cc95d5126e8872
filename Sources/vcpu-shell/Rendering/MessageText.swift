extension MessageAnswer: TextRendered {
  func lines(_ detail: Detail) -> [Line] {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { Line(String($0)) }
  }
}

extension MonitorAnswer: TextRendered {
  func lines(_ detail: Detail) -> [Line] { lines.map { Line($0) } }
}

extension ValueAnswer: TextRendered {
  func lines(_ detail: Detail) -> [Line] {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { Line(String($0)) }
  }
}

extension ReturnedAnswer: TextRendered {
  func lines(_ detail: Detail) -> [Line] {
    var lines = value.lines(detail)
    if let first = lines.first { lines[0] = Line("Value returned is $\(value.number) = ") + first }
    return lines
  }
}

extension AssignmentAnswer: TextRendered {
  func lines(_ detail: Detail) -> [Line] {
    let landed = landed ?? []
    return (note.map { [Line("note: " + $0)] } ?? [])
      + landed.map { $0.line(in: space ?? "", hasCount: landed.count > 1) }
  }
}

extension PrintedAnswer: TextRendered {
  func lines(_ detail: Detail) -> [Line] {
    let text = text.hasSuffix("\n") ? text.dropLast() : text[...]
    return text.split(separator: "\n", omittingEmptySubsequences: false).map { Line(String($0)) }
  }
}
