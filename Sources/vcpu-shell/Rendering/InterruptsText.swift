internal import ArmVCpu
internal import VCpuDebug

/// What decides which interrupts reach a CPU and its guest, as text.
struct InterruptsText {
  private let state: InterruptState

  init(_ state: InterruptState) { self.state = state }

  /// All of it: what was read, then what follows from it.
  var lines: [String] {
    place + masks + routing + timers + cpuInterface + virtualInterface + controller + missing
      + ["what ends a wait"] + state.explanation.map { "  " + $0 }
  }

  // MARK: The CPU

  private var place: [String] {
    let level = "the CPU is at EL\(state.pstate.exceptionLevel)"
    switch state.wait {
    case .none: return [state.isGuestWaiting ? "\(level), and its guest waits" : level]
    case .wfi: return ["\(level) and waits in WFI"]
    case .other: return ["\(level) and executes nothing: it waits for an event, or is powered off"]
    }
  }

  private var masks: [String] {
    var lines = [row("PSTATE", "the CPU " + Self.masks(of: state.pstate))]
    if let guest = state.guestPSTATE {
      lines.append(row("", "the guest " + Self.masks(of: guest)))
    }
    return lines
  }

  /// D, A, I and F, bits 9 to 6.
  private static func masks(of pstate: SPSR_EL2) -> String {
    let names = [(9, "D"), (8, "A"), (7, "I"), (6, "F")].filter {
      pstate.rawValue >> UInt64($0.0) & 1 != 0
    }.map(\.1)
    return names.isEmpty ? "masks nothing" : "masks " + names.joined(separator: " ")
  }

  private var routing: [String] {
    var lines: [String] = []
    if let hcr = state.hcr {
      let kinds: [(HCR_EL2, String)] = [(.imo, "IRQ"), (.fmo, "FIQ"), (.amo, "SError")]
      // With TGE all of them are EL2's.
      let taken = kinds.filter { hcr.contains($0.0) || hcr.contains(.tge) }.map(\.1)
      let virtual = [(HCR_EL2.vi, "VI"), (.vf, "VF"), (.vse, "VSE")].filter {
        hcr.contains($0.0)
      }.map(\.1)
      lines.append(
        row(
          "HCR_EL2",
          "\(hexadecimal(hcr.rawValue, digits: 16))  to EL2: \(list(taken)); virtually pending: \(list(virtual))"
        ))
    }
    if let pending = state.pending {
      let kinds = [(7, "IRQ"), (6, "FIQ"), (8, "SError")].filter {
        pending >> UInt64($0.0) & 1 != 0
      }.map(\.1)
      lines.append(
        row("ISR_EL1", "\(hexadecimal(pending, digits: 16))  pending: \(list(kinds))"))
    }
    return lines
  }

  // MARK: Timers

  private var timers: [String] {
    let timers = state.timers
    var facts: [String] = []
    if let counter = timers.counter { facts.append("counter \(hexadecimal(counter))") }
    if let frequency = timers.frequency { facts.append(Self.hertz(frequency)) }
    if let offset = timers.virtualOffset { facts.append("virtual offset \(hexadecimal(offset))") }
    guard !timers.all.isEmpty || !facts.isEmpty else { return [] }
    return [row("timers", facts.joined(separator: ", "))] + timers.all.map(line)
  }

  private func line(_ timer: InterruptTimer) -> String {
    let state = self.state.timers
    let name = "  " + timer.kind.rawValue.padded(to: 14)
    guard timer.isOn else { return name + "off" }
    var words = ["on"]
    if timer.isMasked { words.append("masked") }
    switch (state.ticksUntilDue(timer), state.isDue(timer)) {
    case (let ticks?, _):
      let duration = InterruptState.duration(of: ticks.count, frequency: state.frequency)
      words.append(ticks.isPast ? "due for \(duration)" : "due in \(duration)")
    case (nil, true?): words.append("due")
    case (nil, false?): words.append("not due")
    case (nil, nil): break
    }
    return name + "\(words.joined(separator: ", "))  interrupt \(timer.kind.interrupt)"
      + ", compares with \(hexadecimal(timer.compareValue))"
  }

  /// `62.5 MHz`.
  private static func hertz(_ frequency: UInt64) -> String {
    guard frequency % 100_000 == 0 else { return "\(frequency) Hz" }
    let tenths = frequency / 100_000
    return tenths % 10 == 0 ? "\(tenths / 10) MHz" : "\(tenths / 10).\(tenths % 10) MHz"
  }

  // MARK: Interfaces

  private var cpuInterface: [String] {
    guard let interface = state.cpuInterface else { return [] }
    var facts = ["group 1 \(interface.isGroup1On ? "on" : "off")"]
    if let group0 = interface.isGroup0On { facts.insert("group 0 \(group0 ? "on" : "off")", at: 0) }
    facts.append("priority mask \(hexadecimal(interface.mask, digits: 2))")
    if let running = interface.running {
      facts.append(
        running == 0xff ? "handles nothing" : "handles priority \(hexadecimal(running, digits: 2))")
    }
    return [row("interface", "CPU: " + facts.joined(separator: ", "))]
  }

  private var virtualInterface: [String] {
    guard let interface = state.virtualInterface else { return [] }
    var facts = [
      interface.isOn ? "on" : "off", "group 0 \(interface.isGroup0On ? "on" : "off")",
      "group 1 \(interface.isGroup1On ? "on" : "off")",
      "priority mask \(hexadecimal(interface.mask, digits: 2))",
    ]
    if let running = interface.running {
      facts.append("handles priority \(hexadecimal(running, digits: 2))")
    }
    let used = interface.listRegisters.enumerated().filter { $0.element.state != .empty }
    facts.append(
      used.isEmpty
        ? "\(interface.listRegisters.count) list registers, all empty"
        : "\(used.count) of \(interface.listRegisters.count) list registers in use")
    return [row("interface", "guest: " + facts.joined(separator: ", "))]
      + used.map { index, register in
        var facts = [
          Self.word(register.state), "group \(register.isGroup1 ? 1 : 0)",
          "priority \(hexadecimal(register.priority, digits: 2))",
        ]
        if let hardware = register.hardwareInterrupt {
          facts.append("of the machine's interrupt \(hardware)")
        }
        return "  LR\(index)".padded(to: 7) + "\(register.interrupt)".padded(to: 6)
          + facts.joined(separator: ", ")
      }
  }

  private static func word(_ state: VirtualInterfaceState.ListRegister.State) -> String {
    switch state {
    case .empty: "empty"
    case .pending: "pending"
    case .active: "active"
    case .pendingAndActive: "pending and active"
    }
  }

  // MARK: The controller

  private var controller: [String] {
    switch state.controller {
    case .unknown(let reason): return [row("controller", "not read: \(reason)")]
    case .known(let controller):
      let kind: String
      switch controller.version {
      case .v2: kind = "GICv2, distributor at \(hexadecimal(controller.distributor))"
      case .v3(let redistributor):
        kind =
          "GICv3, distributor at \(hexadecimal(controller.distributor)), redistributor at \(hexadecimal(redistributor))"
      }
      let groups = (0...1).filter { controller.isForwarding(group: $0) }.map { "group \($0)" }
      return [
        row(
          "controller",
          "\(kind); forwards \(groups.isEmpty ? "nothing" : groups.joined(separator: " and "))"),
        "  pending       \(Self.ranges(controller.pending))",
        "  enabled       \(Self.ranges(controller.enabled))",
        "  active        \(Self.ranges(controller.active))",
      ]
    }
  }

  /// `27 30 64–66`.
  private static func ranges(_ words: [UInt32]) -> String {
    var ranges: [ClosedRange<Int>] = []
    for number in InterruptController.numbers(words) {
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

  // MARK: The rest

  private var missing: [String] {
    state.missing.map { row("not read", "\(Self.names($0.names)): \($0.reason)") }
  }

  /// Names in one line: those of the GIC by their beginning, where there are several.
  private static func names(_ names: [String]) -> String {
    var words: [String] = []
    for name in names {
      let family = ["ICC_", "ICH_LR", "ICH_"].first { name.hasPrefix($0) }
      let isOne = family.map { family in names.filter { $0.hasPrefix(family) }.count == 1 } ?? true
      let word = isOne ? name : (family ?? "") + "…"
      if !words.contains(word) { words.append(word) }
    }
    return words.joined(separator: " ")
  }

  private func row(_ name: String, _ text: String) -> String { name.padded(to: 12) + text }

  private func list(_ words: [String]) -> String {
    words.isEmpty ? "nothing" : words.joined(separator: " ")
  }
}
