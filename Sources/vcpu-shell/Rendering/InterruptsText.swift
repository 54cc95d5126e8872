extension InterruptsAnswer: TextRendered {
  /// Everything that was read, then the conclusions.
  func lines(_ detail: Detail) -> [Line] {
    place + maskLines + routingLines + timers.lines + (cpuInterface?.lines ?? [])
      + (virtualInterface?.lines ?? []) + controllerLines + missing.map(\.line)
      + [Line("what ends a wait", .heading)] + explanation.map { Line("  " + $0) }
  }

  private var place: [Line] {
    let level = "the CPU is at EL\(exceptionLevel)"
    switch wait {
    case .none: return [isGuestWaiting ? "\(level), and its guest waits" : "\(level)"]
    case .wfi: return ["\(level) and waits in WFI"]
    case .other:
      return ["\(level) and executes nothing: it waits for an event, or is powered off"]
    }
  }

  private var maskLines: [Line] {
    [row("PSTATE", "the CPU " + words(masks))]
      + (guestMasks.map { [row("", "the guest " + words($0))] } ?? [])
  }

  private func words(_ masks: [String]) -> String {
    masks.isEmpty ? "masks nothing" : "masks " + masks.joined(separator: " ")
  }

  private var routingLines: [Line] {
    var lines: [Line] = []
    if let routing {
      lines.append(
        row(
          "HCR_EL2",
          "\(hexadecimal(routing.value.value, digits: 16))  to EL2: \(list(routing.taken)); virtually pending: \(list(routing.virtual))"
        ))
    }
    if let pending {
      lines.append(
        row(
          "ISR_EL1",
          "\(hexadecimal(pending.value.value, digits: 16))  pending: \(list(pending.kinds))"))
    }
    return lines
  }

  private var controllerLines: [Line] {
    guard let controller else {
      return [row("controller", "not read: \(controllerReason ?? "")")]
    }
    return controller.lines
  }

  private func list(_ words: [String]) -> String {
    words.isEmpty ? "nothing" : words.joined(separator: " ")
  }
}

private func row(_ name: String, _ text: String) -> Line { Line(name.padded(to: 12) + text) }

extension InterruptsAnswer.Timers {
  fileprivate var lines: [Line] {
    var facts: [String] = []
    if let counter { facts.append("counter \(counter)") }
    if let frequency { facts.append(Self.hertz(frequency)) }
    if let virtualOffset { facts.append("virtual offset \(virtualOffset)") }
    guard !all.isEmpty || !facts.isEmpty else { return [] }
    return [row("timers", facts.joined(separator: ", "))] + all.map(\.line)
  }

  /// `62.5 MHz`.
  private static func hertz(_ frequency: Int) -> String {
    guard frequency % 100_000 == 0 else { return "\(frequency) Hz" }
    let tenths = frequency / 100_000
    return tenths % 10 == 0 ? "\(tenths / 10) MHz" : "\(tenths / 10).\(tenths % 10) MHz"
  }
}

extension InterruptsAnswer.Timer {
  fileprivate var line: Line {
    let name = "  " + self.name.padded(to: 14)
    guard isOn else { return Line(name + "off") }
    var words = ["on"]
    if isMasked { words.append("masked") }
    switch (duration, isDue) {
    case (let duration?, true?): words.append("due for \(duration)")
    case (let duration?, _): words.append("due in \(duration)")
    case (nil, true?): words.append("due")
    case (nil, false?): words.append("not due")
    case (nil, nil): break
    }
    return Line(
      name + "\(words.joined(separator: ", "))  interrupt \(interrupt)"
        + ", compares with \(compareValue)")
  }
}

extension InterruptsAnswer.CPUInterface {
  fileprivate var lines: [Line] {
    var facts = ["group 1 \(isGroup1On ? "on" : "off")"]
    if let isGroup0On { facts.insert("group 0 \(isGroup0On ? "on" : "off")", at: 0) }
    facts.append("priority mask \(hexadecimal(mask.value, digits: 2))")
    if let running {
      facts.append(
        running == 0xff
          ? "handles nothing" : "handles priority \(hexadecimal(running.value, digits: 2))")
    }
    return [row("interface", "CPU: " + facts.joined(separator: ", "))]
  }
}

extension InterruptsAnswer.VirtualInterface {
  fileprivate var lines: [Line] {
    var facts = [
      isOn ? "on" : "off", "group 0 \(isGroup0On ? "on" : "off")",
      "group 1 \(isGroup1On ? "on" : "off")",
      "priority mask \(hexadecimal(mask.value, digits: 2))",
    ]
    if let running {
      facts.append("handles priority \(hexadecimal(running.value, digits: 2))")
    }
    facts.append(
      listRegisters.isEmpty
        ? "\(listRegisterCount) list registers, all empty"
        : "\(listRegisters.count) of \(listRegisterCount) list registers in use")
    return [row("interface", "guest: " + facts.joined(separator: ", "))]
      + listRegisters.map(\.line)
  }
}

extension InterruptsAnswer.ListRegister {
  fileprivate var line: Line {
    var facts = [
      state == .pendingAndActive ? "pending and active" : state.rawValue, "group \(group)",
      "priority \(hexadecimal(priority.value, digits: 2))",
    ]
    if let hardwareInterrupt {
      facts.append("of the machine's interrupt \(hardwareInterrupt)")
    }
    return Line(
      "  LR\(index)".padded(to: 7) + "\(interrupt)".padded(to: 6) + facts.joined(separator: ", "))
  }
}

extension InterruptsAnswer.Controller {
  fileprivate var lines: [Line] {
    let places = redistributor.map { ", redistributor at \($0)" } ?? ""
    let groups = forwardedGroups.map { "group \($0)" }.joined(separator: " and ")
    return [
      row(
        "controller",
        "GICv\(version), distributor at \(distributor)\(places); forwards \(groups.isEmpty ? "nothing" : groups)"
      ),
      "  pending       \(Self.ranges(pending))",
      "  enabled       \(Self.ranges(enabled))",
      "  active        \(Self.ranges(active))",
    ]
  }

  /// `27 30 64–66`.
  private static func ranges(_ numbers: [Int]) -> String {
    var ranges: [ClosedRange<Int>] = []
    for number in numbers {
      if let last = ranges.last, last.upperBound + 1 == number {
        ranges[ranges.count - 1] = last.lowerBound...number
      } else {
        ranges.append(number...number)
      }
    }
    guard !ranges.isEmpty else { return "none" }
    return ranges.map { range in
      range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound)–\(range.upperBound)"
    }.joined(separator: " ")
  }
}

extension InterruptsAnswer.Missing {
  fileprivate var line: Line { row("not read", "\(Self.short(names)): \(reason)") }

  /// Names in one line; several names of the GIC's registers are abbreviated to their common beginning.
  private static func short(_ names: [String]) -> String {
    var words: [String] = []
    for name in names {
      let family = ["ICC_", "ICH_LR", "ICH_"].first { name.hasPrefix($0) }
      let isOne = family.map { family in names.filter { $0.hasPrefix(family) }.count == 1 } ?? true
      let word = isOne ? name : (family ?? "") + "…"
      if !words.contains(word) { words.append(word) }
    }
    return words.joined(separator: " ")
  }
}
