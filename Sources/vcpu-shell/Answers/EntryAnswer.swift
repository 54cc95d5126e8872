internal import ArmVCpu
internal import VCpuDebug

/// A guest that is about to be entered, and how the hypervisor handled its exit.
struct EntryAnswer: Answer {
  static let kind = "entry"

  /// The number of the vCPU.
  let vcpu: Int
  /// Whether it is the vCPU's first entry: it has not exited before.
  let isFirst: Bool
  /// Where the guest goes on.
  let place: PlaceAnswer
  /// The exit before the entry, as it was; omitted if none was seen.
  let exit: ExitAnswer?
  /// How the guest goes on after that exit.
  let resumption: Resumption?
  /// The guest's registers that differ from those at the exit.
  let changes: [Change]
  /// The virtual interrupts that the hypervisor has made pending or has withdrawn.
  let interrupts: [Interrupt]

  /// How a guest goes on after its exit.
  enum Resumption: String, Codable, CaseIterable, Sendable {
    case afterInstruction, sameInstruction, continues, skipsNext, asSet, elsewhere
  }

  /// A register whose value has changed.
  struct Change: Codable, Equatable, Sendable {
    /// `x0`, `sp_el0`, `pc`, `pstate`, `hcr_el2`.
    let register: String
    /// The value before.
    let before: Hex
    /// The value now.
    let after: Hex
  }

  /// A virtual interrupt that has become pending, or was withdrawn.
  struct Interrupt: Codable, Equatable, Sendable {
    /// `IRQ`, `FIQ` or `SError`.
    let name: String
    /// Whether it is pending now.
    let isPending: Bool
  }

  /// Nil if no guest is about to be entered.
  init?(in session: HypervisorSession, by disassembler: Disassembler) {
    guard let entry = session.exits.caught, entry.moment == .entering else { return nil }
    vcpu = Int(clamping: entry.origin.vcpu)
    isFirst = entry.count == .kept(0)
    place = PlaceFinder(session: session, disassembler: disassembler).place(entry.pc, in: .guest)
    guard let changes = session.exits.changes else {
      (exit, resumption, self.changes, interrupts) = (nil, nil, [], [])
      return
    }
    exit = ExitAnswer(changes.exit, in: session, by: disassembler, isPast: true)
    resumption = Self.resumption(changes.resumption)
    let hcr = changes.hcr.map {
      Change(
        register: "hcr_el2", before: Hex($0.before.rawValue), after: Hex($0.after.rawValue))
    }
    self.changes = changes.changes.map(Change.init) + (hcr.map { [$0] } ?? [])
    interrupts = changes.hcr.map(Self.interrupts) ?? []
  }

  private static func resumption(_ resumption: EntryChanges.Resumption) -> Resumption {
    switch resumption {
    case .afterInstruction: .afterInstruction
    case .sameInstruction: .sameInstruction
    case .continues: .continues
    case .skipsNext: .skipsNext
    case .asSet: .asSet
    case .elsewhere: .elsewhere
    }
  }

  private static func interrupts(_ hcr: (before: HCR_EL2, after: HCR_EL2)) -> [Interrupt] {
    let kinds: [(HCR_EL2, String)] = [(.vi, "IRQ"), (.vf, "FIQ"), (.vse, "SError")]
    return kinds.compactMap { bit, name in
      guard hcr.before.contains(bit) != hcr.after.contains(bit) else { return nil }
      return Interrupt(name: name, isPending: hcr.after.contains(bit))
    }
  }
}

extension EntryAnswer.Change {
  init(_ change: EntryChanges.Change) {
    register =
      switch change.part {
      case .gpr(let number): "x\(number)"
      case .spEL0: "sp_el0"
      case .spEL1: "sp_el1"
      case .pc: "pc"
      case .pstate: "pstate"
      case .esr: "esr_el2"
      case .far: "far_el2"
      case .hpfar: "hpfar_el2"
      }
    before = Hex(change.before)
    after = Hex(change.after)
  }
}
