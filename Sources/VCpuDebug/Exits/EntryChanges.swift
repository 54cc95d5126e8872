public import ArmVCpu

/// What a hypervisor changed of its guest between an exit and the entry after it.
public struct EntryChanges: Equatable, Sendable {
  /// A register whose value differs from the one at the exit.
  public struct Change: Equatable, Sendable {
    /// The register.
    public let part: ExitPart
    /// Its value at the exit.
    public let before: UInt64
    /// The value that the guest gets.
    public let after: UInt64
  }

  /// How the guest's PC changed.
  public enum Resumption: Equatable, Sendable {
    /// The instruction that exited is done: the guest continues after it.
    case afterInstruction
    /// The instruction that exited is executed again.
    case sameInstruction
    /// The guest was interrupted and continues where it was.
    case continues
    /// HVC leaves the PC after itself, and the hypervisor added the size of an instruction: the next one is never
    /// executed.
    case skipsNext
    /// At the address that the user set.
    case asSet
    /// Somewhere else: an exception was injected, or the guest restarts.
    case elsewhere
  }

  /// The exit, as it was.
  public let exit: Exit
  /// The changes of x0–x30, SP_EL0, SP_EL1, PC and PSTATE, in this order.
  public let changes: [Change]
  /// HCR_EL2 at the exit and at the entry, if they differ.
  public let hcr: (before: HCR_EL2, after: HCR_EL2)?
  /// How the PC changed.
  public let resumption: Resumption

  init(from exit: Exit, to entry: Exit) {
    self.exit = exit
    changes = Exit.guestParts.compactMap { part in
      guard let before = exit.value(of: part), let after = entry.value(of: part), before != after
      else { return nil }
      return Change(part: part, before: before, after: after)
    }
    if let before = exit.hcr, let after = entry.hcr, before != after {
      hcr = (before, after)
    } else {
      hcr = nil
    }
    resumption = Self.resumption(of: exit, at: entry.pc)
  }

  private static func resumption(of exit: Exit, at pc: UInt64) -> Resumption {
    guard !exit.hasSetPC else { return pc == exit.pc ? .asSet : .elsewhere }
    guard let instruction = exit.instructionAddress else {
      return pc == exit.pc ? .continues : .elsewhere
    }
    // An AArch32 instruction may be shorter: see ESR_EL2.IL.
    let isLong = exit.syndrome.esr.isLongInstruction || !exit.pstate.isAArch32
    let byteCount: UInt64 = isLong ? 4 : 2
    switch pc &- instruction {
    case 0: return .sameInstruction
    case byteCount: return .afterInstruction
    case byteCount * 2 where instruction != exit.pc: return .skipsNext
    default: return .elsewhere
    }
  }

  /// Compared by their values.
  public static func == (left: EntryChanges, right: EntryChanges) -> Bool {
    left.exit == right.exit && left.changes == right.changes && left.resumption == right.resumption
      && left.hcr?.before == right.hcr?.before && left.hcr?.after == right.hcr?.after
  }
}
