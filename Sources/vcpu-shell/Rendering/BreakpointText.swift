extension BreakpointAnswer: TextRendered {
  func lines(_ detail: Detail) -> [Line] { [added] + remarks.map { Line($0) } }

  private var added: Line {
    let temporary = breakpoint.isTemporary ? "Temporary " : ""
    guard breakpoint.type == .address else {
      let title = temporary.isEmpty ? "Catchpoint" : "\(temporary)catchpoint"
      return "\(title) \(breakpoint.number): " + breakpoint.what
    }
    let hardware = breakpoint.isHardware ? "hardware " : ""
    let title = (temporary + hardware + "breakpoint").capitalizedFirst
    return "\(title) \(breakpoint.number) at " + breakpoint.what
  }
}

extension BreakpointsAnswer: TextRendered {
  func lines(_ detail: Detail) -> [Line] {
    guard !breakpoints.isEmpty else { return ["No breakpoints or catchpoints."] }
    return [Line("Num  Type        Disp  Enb  Hits  What", .heading)]
      + breakpoints.flatMap(\.row)
  }
}

/// Only changes that could be misunderstood are reported.
extension BreakpointChangeAnswer: TextRendered {
  func lines(_ detail: Detail) -> [Line] {
    switch change {
    case .condition:
      return breakpoints.filter { $0.condition == nil }.map {
        "Breakpoint \($0.number) is now unconditional."
      }
    case .ignoreCount:
      return breakpoints.map { Line(Self.words(ignoring: $0.ignoreCount, of: $0.number)) }
    case .deleted, .enabled, .disabled, .commands: return []
    }
  }
}

extension BreakpointDescription {
  fileprivate var row: [Line] {
    let type =
      type != .address ? "catchpoint" : isHardware ? "hw breakpt" : "breakpoint"
    let head =
      "\(number)".padded(to: 5) + type.padded(to: 12)
      + (isTemporary ? "del" : "keep").padded(to: 6) + (isEnabled ? "y" : "n").padded(to: 5)
      + "\(hits)".padded(to: 6)
    let ignored: [Line] =
      ignoreCount > 0 ? ["       ignores the next \(ignoreCount) hits"] : []
    return [head + what] + ignored + commands.map { Line("       " + $0) }
  }

  fileprivate var what: Line {
    let condition = condition.map { " if \($0)" } ?? ""
    guard let place else {
      let words = [type.rawValue] + classes
      return Line(words.joined(separator: " ") + condition)
    }
    let prefix = place.space.isEmpty ? "" : "\(place.space):"
    return Line("\(prefix)\(place.address)", .address)
      + (place.symbol.map { Line(" <\($0)>", .symbol) } ?? "") + condition
  }
}

extension String {
  /// The text with only its first letter capitalized.
  fileprivate var capitalizedFirst: String {
    (first?.uppercased() ?? "") + dropFirst().lowercased()
  }
}
