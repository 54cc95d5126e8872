extension ThreadsAnswer: TextRendered {
  func lines(_ detail: Detail) -> [Line] {
    threads.map { ($0.isSelected ? "* " : "  ") + $0.line } + notes.map { Line($0) }
  }
}

extension ThreadsAnswer.Thread {
  /// `1  CPU#0  EL2 0x40204000 <handle_exit>`.
  var line: Line {
    guard let place else { return "\(number)  \(name)  (its registers cannot be read)" }
    let level = place.exceptionLevel.map { "EL\($0) " } ?? ""
    return "\(number)  \(name)  \(level)" + place.label
      + (isHalted ? "  waits for an interrupt, or is off" : "")
  }
}

extension ThreadAnswer: TextRendered {
  func lines(_ detail: Detail) -> [Line] {
    guard isKnown else { return ["[the stub does not say which \(noun) this is]", place.line] }
    return [number.map { "[\(noun) \($0)]" } ?? "[the only \(noun)]", place.line]
  }
}
