public import ArmVCpu

/// A debugger's answer to an exit, in place of the hypervisor.
public enum GuestAction: Equatable, Sendable {
  /// The instruction has no effect: the guest goes on after it.
  case skip
  /// The instruction completes as if the hardware had executed it, and loads these values: one for each register, and
  /// the last one for any others. An empty list means 0, or no load.
  case complete([UInt64])
  /// An exception or an interrupt.
  case inject(GuestInjection)
}

/// An exception or interrupt that a debugger can raise in a guest.
public enum GuestInjection: Equatable, Sendable {
  /// The instruction is undefined.
  case undefined
  /// A data access failed. The address is the guest's; nil for the exit's, if it has one.
  case dataAbort(UInt64?)
  /// A fetch failed. The address is the guest's; nil for the exit's, or else the PC.
  case instructionAbort(UInt64?)
  /// A virtual SError, with bits 24:0 of its syndrome if the CPU has FEAT_RAS.
  case serror(UInt32)
  /// A virtual IRQ with this number, through a list register; nil for the line alone, HCR_EL2.VI.
  case irq(UInt32?)
  /// A virtual FIQ, HCR_EL2.VF.
  case fiq
}

/// The result of such an action.
public struct GuestResumption: Equatable, Sendable {
  /// A system register that was changed for the guest, by its lowercase name.
  public struct SystemChange: Equatable, Sendable {
    /// The register's name.
    public let name: String
    /// Its new value.
    public let value: UInt64
  }

  /// The exit that was answered, as it was.
  public let exit: Exit
  /// What was done.
  public let action: GuestAction
  /// The registers among x0–x30, the stack pointers, the PC and PSTATE whose value differs from the
  /// exit's.
  public let changes: [EntryChanges.Change]
  /// V registers that were loaded, by number.
  public let vectorRegisters: [UInt8]
  /// The system registers that were written.
  public let systemChanges: [SystemChange]
  /// Where the guest continues.
  public internal(set) var pc: UInt64
  /// Whether it is an interrupt that the guest masks, so that it waits in HCR_EL2.
  public let isPending: Bool
  /// What the user has to know, in sentences.
  public let warnings: [String]
}

/// Why an exit was not answered.
public enum GuestActionRefusal: Equatable, Sendable, CustomStringConvertible {
  /// The hypervisor is handling it.
  case isHandled
  /// The hypervisor has handled it, and enters the guest.
  case isAnswered
  /// An exit by an interrupt, which has no instruction.
  case noInstruction(ExitClass)
  /// The debugger can't complete the instruction.
  case cannotComplete(String)
  /// A value for an instruction that takes none.
  case takesNoValue(ExitClass)
  /// More values than registers.
  case tooManyValues(Int)
  /// EL1 of the guest is AArch32.
  case isAArch32
  /// Physical interrupts of a kind go to the guest: `IMO`, `FMO` or `AMO` is clear.
  case isPassedThrough(String)
  /// The virtual CPU interface can't take such an interrupt.
  case interface(VirtualInterface.Refusal, UInt32)
  /// The CPU has no accessible virtual CPU interface.
  case noInterface(String)
  /// A pending interrupt could not be withdrawn: neither HVC nor SMC leads to EL2.
  case cannotWithdraw
  /// No plain `eret` was found in EL2.
  case noReturn
  /// EL2 can't enter a guest with this PSTATE.
  case isIllegalState(UInt64)
  /// Such an interrupt is already pending, by this bit of HCR_EL2.
  case isPending(String)

  /// The end of a sentence, or a sentence.
  public var description: String {
    switch self {
    case .isHandled:
      "the hypervisor has begun to handle it: it can only be answered at the stop of 'catch exit'"
    case .isAnswered:
      "the hypervisor has answered it, and enters the guest: only 'inject' works here"
    case .noInstruction(let kind):
      "an exit by \(kind.word) has no instruction: only 'inject' works here"
    case .cannotComplete(let reason): reason
    case .takesNoValue(let kind):
      "the instruction of \(kind.word) loads nothing, so it takes no value"
    case .tooManyValues(let count):
      "the instruction loads \(count == 1 ? "1 register" : "\(count) registers"): give at most as many values"
    case .isAArch32:
      "the guest's EL1 is AArch32 (HCR_EL2.RW is 0), whose exceptions are not supported"
    case .isPassedThrough(let control):
      "the guest gets the physical interrupts of that kind (HCR_EL2.\(control) is 0), so it can't get a virtual one"
    case .interface(.isOff, _):
      "the guest's virtual CPU interface is off (ICH_HCR_EL2.En is 0): "
        + "'inject irq' without a number raises only the line"
    case .interface(.badNumber, let number):
      "\(number) isn't a number that a list register can have"
    case .interface(.isPresent(let index), let number):
      "interrupt \(number) is already in ICH_LR\(index)_EL2"
    case .interface(.isFull, _): "all list registers are in use"
    case .noInterface(let reason): "the list registers cannot be read: \(reason)"
    case .cannotWithdraw:
      "it could not be withdrawn again: HCR_EL2.HCD is 1 and TSC is 0, so nothing leads back to EL2"
    case .noReturn:
      "no plain 'eret', which is needed to enter the guest, was found in EL2's executable memory"
    case .isIllegalState(let pstate):
      "the guest's PSTATE, 0x\(String(pstate, radix: 16)), isn't one that it can be entered with"
    case .isPending(let bit): "one is already pending (HCR_EL2.\(bit) is 1)"
    }
  }
}
