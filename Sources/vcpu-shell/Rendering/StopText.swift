extension StopAnswer: TextRendered {
  func lines(_ detail: Detail) -> [Line] {
    var lines: [Line] = []
    if isOtherThread, let thread {
      lines.append("[switched to \(isMachine ? "CPU" : "thread") \(thread)]")
    }
    if let message { lines.append(Line(message)) }
    lines += accesses.flatMap(\.lines)
    lines += exit?.banner ?? entry?.lines(detail) ?? fault?.lines(detail) ?? []
    lines += exception?.lines ?? []
    if let step { lines.append("  in step \(step.number) of \(step.count)") }
    if let place { lines += place.lines }
    if let note { lines.append(Line("  " + note)) }
    return lines
  }
}

extension LocationAnswer: TextRendered {
  func lines(_ detail: Detail) -> [Line] { place.lines }
}
