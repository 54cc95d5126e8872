extension MessageAnswer: TextRendered {
  func lines(_ detail: Detail) -> [Line] {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { Line(String($0)) }
  }
}

extension MonitorAnswer: TextRendered {
  func lines(_ detail: Detail) -> [Line] { lines.map { Line($0) } }
}

extension ValueAnswer: TextRendered {
  func lines(_ detail: Detail) -> [Line] { [Line(text)] }
}

extension AssignmentAnswer: TextRendered {
  func lines(_ detail: Detail) -> [Line] { note.map { [Line("note: " + $0)] } ?? [] }
}

extension PrintedAnswer: TextRendered {
  func lines(_ detail: Detail) -> [Line] {
    let text = text.hasSuffix("\n") ? text.dropLast() : text[...]
    return text.split(separator: "\n", omittingEmptySubsequences: false).map { Line(String($0)) }
  }
}
