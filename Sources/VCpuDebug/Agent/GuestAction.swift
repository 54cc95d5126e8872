public import ArmVCpu

/// What a debugger does about an exit in the hypervisor's place.
public enum GuestAction: Equatable, Sendable {
  /// The instruction has no effect: the guest goes on after it.
  case skip
  /// The instruction is finished as if the hardware had executed it, with these values for what it loads: one for each
  /// register, the last one for all others. Empty where it loads nothing, or 0.
  case complete([UInt64])
  /// An exception or an interrupt.
  case inject(GuestInjection)
}

/// What a debugger can make a guest take.
public enum GuestInjection: Equatable, Sendable {
  /// The instruction is undefined.
  case undefined
  /// An access of data failed. The address is the guest's; nil for that of the exit, if it has one.
  case dataAbort(UInt64?)
  /// A fetch failed. The address is the guest's; nil for that of the exit, else the PC.
  case instructionAbort(UInt64?)
  /// A virtual SError, with bits 24:0 of its syndrome where the CPU has FEAT_RAS.
  case serror(UInt32)
  /// A virtual IRQ: of this number, by a list register; nil for the bare line, HCR_EL2.VI.
  case irq(UInt32?)
  /// A virtual FIQ, HCR_EL2.VF.
  case fiq
}

/// What came of such an action.
public struct GuestResumption: Equatable, Sendable {
  /// What changed of the CPU for the guest: a system register, by its lowercase name.
  public struct SystemChange: Equatable, Sendable {
    /// Which.
    public let name: String
    /// What it has got.
    public let value: UInt64
  }

  /// The exit that was answered, as it was.
  public let exit: Exit
  /// What was done.
  public let action: GuestAction
  /// Which of x0–x30, the stack pointers, the PC and PSTATE have another value than at the exit.
  public let changes: [EntryChanges.Change]
  /// V registers that were loaded, by number.
  public let vectorRegisters: [UInt8]
  /// Which system registers were written.
  public let systemChanges: [SystemChange]
  /// Where the guest goes on.
  public internal(set) var pc: UInt64
  /// Whether it is an interrupt that the guest masks, so that it waits in HCR_EL2.
  public let isPending: Bool
  /// What a person has to know, in sentences.
  public let warnings: [String]
}

/// Why nothing was done about an exit.
public enum GuestActionRefusal: Equatable, Sendable, CustomStringConvertible {
  /// The hypervisor is at work on it.
  case isHandled
  /// The hypervisor is done with it, and enters the guest.
  case isAnswered
  /// An interrupt's exit, which has no instruction.
  case noInstruction(ExitClass)
  /// The instruction is none that a debugger can finish.
  case cannotComplete(String)
  /// A value for an instruction that takes none.
  case takesNoValue(ExitClass)
  /// More values than registers.
  case tooManyValues(Int)
  /// EL1 of the guest is AArch32.
  case isAArch32
  /// Interrupts of a kind are the guest's own: `IMO`, `FMO` or `AMO` is clear.
  case isPassedThrough(String)
  /// The virtual CPU interface takes no such interrupt.
  case interface(VirtualInterface.Refusal, UInt32)
  /// The CPU has no virtual CPU interface that can be reached.
  case noInterface(String)
  /// A pending interrupt could not be withdrawn: neither HVC nor SMC leads to EL2.
  case cannotWithdraw
  /// EL2 has no plain `eret` that could be found.
  case noReturn
  /// PSTATE of the guest is none that EL2 can enter a guest with.
  case isIllegalState(UInt64)
  /// Such an interrupt is pending already, by this bit of HCR_EL2.
  case isPending(String)

  /// The end of a sentence, or a sentence.
  public var description: String {
    switch self {
    case .isHandled:
      "the hypervisor has begun to handle it: at the stop of 'catch exit' it can be answered"
    case .isAnswered:
      "the hypervisor has answered it, and enters the guest: only 'inject' has something to do here"
    case .noInstruction(let kind):
      "an exit by \(kind.word) has no instruction: 'inject' has something to do here"
    case .cannotComplete(let reason): reason
    case .takesNoValue(let kind):
      "the instruction of \(kind.word) loads nothing, so it takes no value"
    case .tooManyValues(let count):
      "the instruction loads \(count == 1 ? "1 register" : "\(count) registers"): give as many values at most"
    case .isAArch32:
      "EL1 of the guest is AArch32 (HCR_EL2.RW is 0), whose exceptions are not known here"
    case .isPassedThrough(let control):
      "the guest has the physical interrupts of that kind (HCR_EL2.\(control) is 0), so it can't get a virtual one"
    case .interface(.isOff, _):
      "the guest's virtual CPU interface is off (ICH_HCR_EL2.En is 0): 'inject irq' without a number raises the bare line"
    case .interface(.badNumber, let number):
      "\(number) isn't a number that a list register can have"
    case .interface(.isPresent(let index), let number):
      "interrupt \(number) is in ICH_LR\(index)_EL2 already"
    case .interface(.isFull, _): "all list registers are in use"
    case .noInterface(let reason): "the list registers cannot be read: \(reason)"
    case .cannotWithdraw:
      "it could not be withdrawn again: HCR_EL2.HCD is 1 and TSC is 0, so nothing leads back to EL2"
    case .noReturn:
      "no plain 'eret' was found in the executable memory of EL2, and the guest is entered by one"
    case .isIllegalState(let pstate):
      "the guest's PSTATE, 0x\(String(pstate, radix: 16)), isn't one that it can be entered with"
    case .isPending(let bit): "one is pending already (HCR_EL2.\(bit) is 1)"
    }
  }
}
