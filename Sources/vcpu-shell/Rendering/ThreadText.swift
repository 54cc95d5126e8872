extension ThreadsAnswer: TextRendered {
  func lines(_ detail: Detail) -> [Line] {
    threads.map { ($0.isSelected ? "* " : "  ") + $0.line } + others.map(\.line)
      + notes.map { Line($0) }
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

extension ThreadsAnswer.Other {
  /// `  2.5  cortex-r5f-arm-cpu rpu-cpu  another cluster (arm)`.
  var line: Line {
    Line(
      "  \(name)  \(description)  another cluster" + (architecture.map { " (\($0))" } ?? "")
        + (isHalted ? "  waits for an interrupt, or is off" : ""))
  }
}

extension ThreadAnswer: TextRendered {
  func lines(_ detail: Detail) -> [Line] {
    guard isKnown else { return ["[the stub does not say which \(noun) this is]", place.line] }
    return [number.map { "[\(noun) \($0)]" } ?? "[the only \(noun)]", place.line]
  }
}

/// As in GDB, after a blank line.
extension ThreadHeadingAnswer: TextRendered {
  func lines(_ detail: Detail) -> [Line] {
    ["", Line("\(noun == "CPU" ? noun : "Thread") \(number) (\(name)):")]
  }
}
