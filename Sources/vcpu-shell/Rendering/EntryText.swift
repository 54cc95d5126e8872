internal import ArmVCpu
internal import VCpuDebug

/// What a guest is about to be entered with, and what the hypervisor made of its exit.
struct EntryText {
  let session: HypervisorSession
  let disassembler: Disassembler

  /// The lines at the stop of `catch entry`; nil where no guest is entered.
  var lines: [String]? {
    guard let entry = session.exits.caught, entry.moment == .entering else { return nil }
    let addresses = AddressText(session: session, disassembler: disassembler)
    let place = "  guest pc " + addresses.line(entry.pc, in: .guest)
    guard let changes = session.exits.changes else {
      let what = entry.count == .kept(0) ? "first entry" : "entry"
      let remark = entry.count == .kept(0) ? "" : ", of which no exit was seen"
      return ["\(what) of vcpu \(entry.origin.vcpu)\(remark)", place]
    }
    let exit = ExitText(changes.exit, session: session, disassembler: disassembler, isPast: true)
    return ["entry after \(exit.name): \(exit.what)", place]
      + self.lines(of: changes).map { "  " + $0 }
  }

  private func lines(of changes: EntryChanges) -> [String] {
    var lines = [line("pc", pc(changes))]
    for change in changes.changes where change.part != .pc {
      if change.part == .pstate, change.before ^ change.after == 0 { continue }
      lines.append(line(name(of: change.part), values(change.before, change.after)))
    }
    if let hcr = changes.hcr {
      lines.append(
        line("hcr_el2", values(hcr.before.rawValue, hcr.after.rawValue) + interrupts(hcr)))
    }
    if lines.count == 1 { lines.append("nothing else changed") }
    return lines
  }

  private func line(_ name: String, _ text: String) -> String { name.padded(to: 9) + text }

  private func values(_ before: UInt64, _ after: UInt64) -> String {
    "\(hexadecimal(before)) -> \(hexadecimal(after))"
  }

  private func name(of part: ExitPart) -> String {
    switch part {
    case .gpr(let number): "x\(number)"
    case .spEL0: "sp_el0"
    case .spEL1: "sp_el1"
    case .pc: "pc"
    case .pstate: "pstate"
    case .esr: "esr_el2"
    case .far: "far_el2"
    case .hpfar: "hpfar_el2"
    }
  }

  private func pc(_ changes: EntryChanges) -> String {
    let before = changes.exit.pc
    let after = changes.changes.first { $0.part == .pc }?.after ?? before
    let values = before == after ? hexadecimal(before) : self.values(before, after)
    let verb = changes.exit.syndrome.kind == .synchronous ? instruction(changes) : ""
    return switch changes.resumption {
    case .afterInstruction: values + ": goes on after \(verb)"
    case .sameInstruction: values + ": \(verb) is executed again"
    case .continues: values + ": goes on where it was"
    case .skipsNext: values + ": the instruction after \(verb) is skipped"
    case .asSet: values + ": as it was set"
    case .elsewhere: values + ": goes on elsewhere"
    }
  }

  /// The instruction that exited, by its mnemonic.
  private func instruction(_ changes: EntryChanges) -> String {
    let addresses = AddressText(session: session, disassembler: disassembler)
    let text = changes.exit.instructionAddress.flatMap {
      addresses.instruction(at: $0, in: .guest)?.text
    }
    guard let word = text?.split(separator: " ").first else { return "the instruction" }
    return "the \(word)"
  }

  /// The virtual interrupts that the hypervisor has made pending, or withdrawn.
  private func interrupts(_ hcr: (before: HCR_EL2, after: HCR_EL2)) -> String {
    let kinds: [(HCR_EL2, String)] = [
      (.vi, "virtual IRQ"), (.vf, "virtual FIQ"), (.vse, "virtual SError"),
    ]
    return kinds.compactMap { bit, name in
      switch (hcr.before.contains(bit), hcr.after.contains(bit)) {
      case (false, true): ", a \(name) is pending now"
      case (true, false): ", the \(name) is withdrawn"
      default: nil
      }
    }.joined()
  }
}
