/// A debug exception of the guest that MDCR_EL2.TDE routes to EL2 (Arm ARM DDI 0487, "ESR_EL2", and
/// D2).
public enum DebugException: Equatable, Sendable {
  /// A hardware breakpoint.
  case breakpoint
  /// A software step. `steppedExclusive` says whether the instruction was a Load-Exclusive; nil if the
  /// CPU doesn't report it.
  case softwareStep(steppedExclusive: Bool?)
  /// A hardware watchpoint: the address of the access, nil if FAR_EL2 doesn't hold it, and the number of
  /// the watchpoint, nil if the CPU doesn't report it.
  case watchpoint(GuestVirtualAddress?, isWrite: Bool, number: UInt8?)
  /// An AArch32 vector catch.
  case vectorCatch
  /// AArch32 BKPT or AArch64 BRK, with its immediate.
  case breakInstruction(comment: UInt16)

  /// The debug exception that the syndrome describes; nil for every other class.
  @inline(__always)
  public init?(_ syndrome: ExitSyndrome) {
    let iss = DebugSyndrome(iss: syndrome.esr.iss)
    switch syndrome.esr.exceptionClass.rawValue {
    case 0x30, 0x31: self = .breakpoint
    case 0x32, 0x33: self = .softwareStep(steppedExclusive: iss.steppedExclusive)
    case 0x34, 0x35:
      self = .watchpoint(
        iss.isFARInvalid ? nil : GuestVirtualAddress(syndrome.far), isWrite: iss.isWrite,
        number: iss.watchpointNumber)
    case 0x3a: self = .vectorCatch
    case 0x38, 0x3c: self = .breakInstruction(comment: syndrome.esr.immediate)
    default: return nil
    }
  }
}
