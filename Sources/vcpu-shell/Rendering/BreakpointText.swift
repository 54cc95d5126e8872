extension BreakpointAnswer: TextRendered {
  func lines(_ detail: Detail) -> [Line] { [added] + remarks.map { Line($0) } }

  private var added: Line {
    let temporary = breakpoint.isTemporary ? "Temporary " : ""
    if let watched = breakpoint.watched {
      return Line("\(watched.title.capitalizedFirst) \(breakpoint.number): ") + breakpoint.what
    }
    guard breakpoint.type == .address else {
      let title = temporary.isEmpty ? "Catchpoint" : "\(temporary)catchpoint"
      return "\(title) \(breakpoint.number): " + breakpoint.what
    }
    let hardware = breakpoint.isHardware ? "hardware " : ""
    let title = (temporary + hardware + "breakpoint").capitalizedFirst
    let count = breakpoint.otherPlaces.count + 1
    return "\(title) \(breakpoint.number) at " + breakpoint.what
      + (count > 1 ? " and \(count - 1) more \(count == 2 ? "place" : "places")" : "")
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
      watched?.type
      ?? (type != .address ? "catchpoint" : isHardware ? "hw breakpt" : "breakpoint")
    let head =
      "\(number)".padded(to: 5) + type.padded(to: 12)
      + (isTemporary ? "del" : "keep").padded(to: 6) + (isEnabled ? "y" : "n").padded(to: 5)
      + "\(hits)".padded(to: 6)
    let ignored: [Line] =
      ignoreCount > 0
      ? ["       ignores the next \(ignoreCount == 1 ? "hit" : "\(ignoreCount) hits")"] : []
    let doubts = doubt.map { [Line("       never reached so far: " + $0)] } ?? []
    let notes = (watched?.protection?.notes ?? []).map { Line("       " + $0) }
    let others = otherPlaces.map { Line("       ") + $0.addressInSpace }
    return [head + what] + others + notes + doubts + ignored + commands.map { Line("       " + $0) }
  }

  var what: Line {
    let condition = condition.map { " if \($0)" } ?? ""
    guard let place else {
      let words = [type.rawValue] + classes
      return Line(words.joined(separator: " ") + condition)
    }
    return place.addressInSpace + (watched.map { Line($0.words) } ?? "") + condition
  }
}

extension WatchedMemory {
  fileprivate var title: String {
    switch access {
    case .write: "watchpoint"
    case .read: "read watchpoint"
    case .any: "access watchpoint"
    }
  }

  /// In the list's column.
  fileprivate var type: String {
    switch access {
    case .write: "watchpoint"
    case .read: "read watch"
    case .any: "acc watch"
    }
  }

  /// `, 4 bytes, at guest:0x40410000`.
  fileprivate var words: String {
    let count = byteCount == 1 ? ", 1 byte" : ", \(byteCount) bytes"
    guard !places.isEmpty else { return count }
    return count + (protection == nil ? ", at " : ", by stage 2 at ")
      + places.map { "\($0.space):\($0.address)" }.joined(separator: ", ")
  }
}

extension WatchedMemory.Protection {
  /// What the list says below the watchpoint.
  fileprivate var notes: [String] {
    let others =
      switch otherAccesses {
      case 0: [String]()
      case 1: ["1 other access to its page"]
      default: ["\(otherAccesses) other accesses to its \(pages.count == 1 ? "page" : "pages")"]
      }
    return others + (obstacle.map { ["not watched now: " + $0] } ?? [])
  }
}

extension PlaceAnswer {
  /// `hv:0x40205000 <handle_exit>`.
  fileprivate var addressInSpace: Line {
    let prefix = space.isEmpty ? "" : "\(space):"
    return Line("\(prefix)\(address)", .address)
      + (symbol.map { Line(" <\($0)>", .symbol) } ?? "")
  }
}

extension WatchHitAnswer {
  var lines: [Line] {
    let head = Line("\(watched.title) \(number): ") + place.addressInSpace
    let by = instruction.map { [Line("  by ") + $0.lineInSpace] } ?? []
    return [head] + by + values.map { Line("  " + $0) }
  }

  /// `old 0x5, new 0x6`, or `value 0x5` if the access left it as it was.
  private var values: [String] {
    guard let new = text(new, newBytes) else { return [] }
    guard let old = text(old, oldBytes), old != new else { return ["value \(new)"] }
    return newBytes == nil ? ["old \(old), new \(new)"] : ["old \(old)", "new \(new)"]
  }

  private func text(_ number: Hex?, _ bytes: [Int]?) -> String? {
    if let number { return "\(number)" }
    // Long memory has its place in 'x'.
    return bytes.map { bytes in
      bytes.prefix(32).map { String($0 + 0x100, radix: 16).dropFirst() }.joined(separator: " ")
        + (bytes.count > 32 ? " …" : "")
    }
  }
}

extension String {
  /// The text with only its first letter capitalized.
  fileprivate var capitalizedFirst: String {
    (first?.uppercased() ?? "") + dropFirst().lowercased()
  }
}
