extension MessageAnswer: TextRendered {
  func lines(_ detail: Detail) -> [Line] { [Line(text)] }
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
