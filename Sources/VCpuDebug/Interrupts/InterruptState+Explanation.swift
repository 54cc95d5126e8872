internal import ArmVCpu

/// A textual explanation of what a CPU or guest waits for.
extension InterruptState {
  /// What ends the wait, or why nothing does: sentences without full stops, the result first.
  public var explanation: [String] {
    [result] + timers.all.compactMap(sentence) + offTimers + others + taking + virtual
  }

  // MARK: The result

  /// The interrupts that get to the CPU, as far as is known.
  private var arriving: [Int] {
    guard let controller = controller.controller else { return [] }
    return InterruptController.numbers(controller.pending).filter {
      controller.obstacle(to: $0, through: cpuInterface) == nil
    }
  }

  /// Whether an IRQ, FIQ or SError is pending for the CPU; nil if that isn't known. (ISR_EL1.I, F and A, bits 7, 6 and
  /// 8; what it says at EL1 is of virtual interrupts, and the CPU executes at EL2 where it was read.)
  private var isPhysicalPending: Bool? {
    if let pending { return pending & 0x1c0 != 0 }
    // There are interrupts that the controller doesn't show: SErrors and LPIs.
    return arriving.isEmpty || cpuInterface == nil ? nil : true
  }

  private var isBelowEL2: Bool { pstate.exceptionLevel < 2 }

  /// Whether a virtual interrupt is pending for the guest; nil if that isn't known.
  private var isVirtualPending: Bool? {
    guard let hcr, !hasNoGuest else { return hcr == nil ? nil : false }
    if hcr.contains(.vi) && hcr.contains(.imo) || hcr.contains(.vf) && hcr.contains(.fmo)
      || hcr.contains(.vse) && hcr.contains(.amo)
    {
      return true
    }
    guard hcr.contains(.imo) || hcr.contains(.fmo) else { return false }
    guard let virtualInterface else { return nil }
    return virtualInterface.listRegisters.contains {
      $0.isPending && virtualInterface.obstacle(to: $0) == nil
        && hcr.contains($0.isGroup1 ? .imo : .fmo)
    }
  }

  private var result: String {
    switch wait {
    case .none: break
    case .wfi: return machineResult("the CPU waits")
    case .other: return machineResult("the CPU waits, unless it is powered off")
    }
    guard isGuestWaiting else { return "the CPU does not wait" }
    guard routesToEL2 else { return machineResult("the guest waits") }
    switch isVirtualPending {
    case true?: return "the guest waits, and what ends that is pending for it"
    case false?:
      return
        "the guest waits, and nothing is pending for it: its hypervisor has to make an interrupt pending"
    case nil: return "the guest waits; what is pending for it is not known"
    }
  }

  /// The result for a wait for the machine's interrupts: `waiter` names the one that waits.
  private func machineResult(_ waiter: String) -> String {
    if isPhysicalPending == true || (isBelowEL2 || isGuestWaiting) && isVirtualPending == true {
      return
        "\(waiter), and what ends that is pending: it goes on as soon as the machine runs"
    }
    if isPhysicalPending == nil, !arriving.isEmpty {
      return
        "\(waiter); the controller signals an interrupt, which ends that if the CPU's interface passes it (ICC_PMR_EL1, ICC_IGRPEN1_EL1)"
    }
    let isKnown = isPhysicalPending != nil && (!isBelowEL2 || isVirtualPending != nil)
    let nothing =
      "\(waiter), and nothing \(isKnown ? "is pending" : "is known to be pending") that ends it"
    if let (timer, ticks) = nextTimer {
      return "\(nothing): the \(timer.kind.rawValue) timer will, in \(text(of: ticks))"
    }
    if let timer = timers.all.first(where: { canWake($0) && timers.isDue($0) == false }) {
      return "\(nothing): the \(timer.kind.rawValue) timer will when it is due"
    }
    return "\(nothing), and no timer will: a device or another CPU has to"
  }

  private var routesToEL2: Bool {
    hcr.map { $0.contains(.imo) || $0.contains(.fmo) || $0.contains(.tge) } ?? false
  }

  /// Whether a timer's interrupt ends the wait once it is asserted, as far as is known.
  private func canWake(_ timer: InterruptTimer) -> Bool {
    guard timer.isOn, !timer.isMasked else { return false }
    guard let controller = controller.controller else { return true }
    return controller.obstacle(
      to: timer.kind.interrupt, through: cpuInterface, isPending: true) == nil
  }

  /// The first timer to be due among those that end the wait.
  private var nextTimer: (InterruptTimer, InterruptTimers.Ticks)? {
    timers.all.filter(canWake).compactMap { timer in
      timers.ticksUntilDue(timer).flatMap { $0.isPast ? nil : (timer, $0) }
    }.min { $0.1.count < $1.1.count }
  }

  // MARK: Timers

  private func text(of ticks: InterruptTimers.Ticks) -> String {
    Self.duration(of: ticks.count, frequency: timers.frequency)
  }

  private func sentence(_ timer: InterruptTimer) -> String? {
    guard timer.isOn else { return nil }
    let name = "the \(timer.kind.rawValue) timer"
    let ticks = timers.ticksUntilDue(timer)
    let due: String =
      switch timers.isDue(timer) {
      case true?: ticks.map { "has been due for \(text(of: $0))" } ?? "is due"
      case false?: ticks.map { "is due in \(text(of: $0))" } ?? "isn't due yet"
      case nil: "is on"
      }
    guard !timer.isMasked else {
      return "\(name) \(due) and is masked (\(timer.kind.controlName).IMASK is 1)"
    }
    let number = timer.kind.interrupt
    guard let controller = controller.controller else { return "\(name) \(due)" }
    let isAsserted = timers.isAsserted(timer)
    let obstacle = controller.obstacle(
      to: number, through: cpuInterface, isPending: !isAsserted)
    switch (isAsserted, obstacle) {
    case (true, nil): return "\(name) \(due), and its interrupt \(number) \(arrival)"
    case (true, .notPending?) where !timer.saysItIsDue:
      return "\(name) became due while this was being read"
    case (true, .notPending?):
      return
        "\(name) \(due), but interrupt \(number) is not pending in the controller: on this machine the timer may have a different one"
    case (true, let obstacle?):
      let isPending = controller.isPending(number) ? "is pending but " : ""
      return "\(name) \(due); its interrupt \(number) \(isPending)\(Self.verb(obstacle))"
    case (false, nil): return "\(name) \(due)"
    case (false, let obstacle?):
      return "\(name) \(due), but its interrupt \(number) \(obstacle)"
    }
  }

  /// What happens to an interrupt without a known obstacle.
  private var arrival: String {
    cpuInterface == nil ? "is signalled to the CPU by the controller" : "reaches the CPU"
  }

  /// After "is pending but".
  private static func verb(_ obstacle: InterruptObstacle) -> String {
    let text = obstacle.description
    return text.hasPrefix("is not ") ? String(text.dropFirst(3)) : text
  }

  private var offTimers: [String] {
    let off = timers.all.filter { !$0.isOn }.map(\.kind.rawValue)
    guard let last = off.last else { return [] }
    guard off.count > 1 else { return ["the \(last) timer is off"] }
    return ["the \(off.dropLast().joined(separator: ", ")) and \(last) timers are off"]
  }

  // MARK: Other interrupts

  private var others: [String] {
    guard let controller = controller.controller else { return [] }
    let explained = Set(timers.all.filter { timers.isAsserted($0) }.map(\.kind.interrupt))
    let pending = InterruptController.numbers(controller.pending).filter { !explained.contains($0) }
    guard !pending.isEmpty else {
      return explained.isEmpty ? ["no interrupt is pending in the controller"] : []
    }
    let sentences = pending.prefix(Self.listLimit).map { number in
      let obstacle = controller.obstacle(to: number, through: cpuInterface)
      return "interrupt \(number) is pending "
        + (obstacle.map { "but \(Self.verb($0))" } ?? "and \(arrival)")
    }
    let rest = pending.count - sentences.count
    return sentences + (rest > 0 ? ["\(rest) more interrupts are pending"] : [])
  }

  private static let listLimit = 8

  /// Who takes the interrupts that reach the CPU.
  private var taking: [String] {
    guard isPhysicalPending == true, let hcr else { return [] }
    if isBelowEL2, hcr.contains(.imo) {
      return ["EL2 takes IRQs whatever PSTATE masks (HCR_EL2.IMO is 1)"]
    }
    guard pstate.rawValue & 1 << 7 != 0 else { return [] }
    return ["PSTATE.I masks IRQs here, which does not keep a WFI from ending"]
  }

  // MARK: Virtual interrupts

  private var virtual: [String] {
    guard let hcr else { return [] }
    guard !hasNoGuest else { return ["no guest is on this CPU (HCR_EL2.TGE is 1)"] }
    var sentences = asserted(hcr)
    guard hcr.contains(.imo) || hcr.contains(.fmo) else {
      return sentences + [
        "EL1 takes the machine's interrupts itself (HCR_EL2.IMO and FMO are 0)"
      ]
    }
    if let virtualInterface { sentences += listed(virtualInterface) }
    if isVirtualPending == true, let masking = guestPSTATE ?? (isBelowEL2 ? pstate : nil),
      masking.rawValue & 1 << 7 != 0
    {
      sentences.append(
        "the guest's PSTATE.I masks it for now, which does not keep a WFI from ending")
    }
    return sentences
  }

  private func asserted(_ hcr: HCR_EL2) -> [String] {
    let kinds: [(HCR_EL2, String, HCR_EL2, String, String)] = [
      (.vi, "VI", .imo, "IMO", "IRQ"), (.vf, "VF", .fmo, "FMO", "FIQ"),
      (.vse, "VSE", .amo, "AMO", "SError"),
    ]
    return kinds.compactMap { bit, name, enable, enableName, noun in
      guard hcr.contains(bit) else { return nil }
      return hcr.contains(enable)
        ? "a virtual \(noun) is pending for the guest (HCR_EL2.\(name) is 1)"
        : "HCR_EL2.\(name) is 1 without effect: \(enableName) is 0"
    }
  }

  private func listed(_ interface: VirtualInterfaceState) -> [String] {
    let pending = interface.listRegisters.enumerated().filter { $0.element.isPending }
    guard !pending.isEmpty else {
      return [
        interface.isOn
          ? "no list register is pending"
          : "the guest's interface is off (ICH_HCR_EL2.En is 0), and no list register is pending"
      ]
    }
    return pending.map { index, register in
      let obstacle = interface.obstacle(to: register)
      return "interrupt \(register.interrupt) is pending in list register \(index) "
        + (obstacle.map { "but \(Self.verb($0))" } ?? "and reaches the guest")
    }
  }

  // MARK: Durations

  /// A number of ticks as a time: `12.4 ms`; as ticks if the frequency isn't known.
  public static func duration(of ticks: UInt64, frequency: UInt64?) -> String {
    guard let frequency, frequency > 0 else { return "\(ticks) ticks" }
    let seconds = Double(ticks) / Double(frequency)
    let units: [(limit: Double, unit: Double, name: String)] = [
      (1e-3, 1e-6, "µs"), (1, 1e-3, "ms"), (120, 1, "s"), (7200, 60, "min"), (172_800, 3600, "h"),
      (6.3e7, 86400, "days"),
    ]
    let year = (limit: Double.infinity, unit: 31_557_600.0, name: "years")
    let (_, unit, name) = units.first { seconds < $0.limit } ?? year
    // One decimal place, without a formatter.
    let tenths = (seconds / unit * 10).rounded()
    guard tenths < 10_000 else { return "\(UInt64(tenths / 10)) \(name)" }
    return "\(Int(tenths) / 10).\(Int(tenths) % 10) \(name)"
  }
}
