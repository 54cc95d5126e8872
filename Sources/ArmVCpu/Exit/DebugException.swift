/// A debug exception of the guest that MDCR_EL2.TDE routes to EL2 (Arm ARM DDI 0487, "ESR_EL2", and
/// D2).
public enum DebugException: Equatable, Sendable {
  /// A hardware breakpoint.
  case breakpoint
  /// A software step. `steppedExclusive` says whether the instruction was a Load-Exclusive, nil where the
  /// CPU does not tell.
  case softwareStep(steppedExclusive: Bool?)
  /// A hardware watchpoint: the address of the access, nil where FAR_EL2 does not hold it, and the number
  /// of the watchpoint, nil where the CPU does not tell.
  case watchpoint(GuestVirtualAddress?, isWrite: Bool, number: UInt8?)
  /// A vector catch, of AArch32.
  case vectorCatch
  /// BKPT of AArch32 or BRK of AArch64, with its immediate.
  case breakInstruction(comment: UInt16)

  /// The debug exception that the syndrome is about; nil for every other class.
  @inline(__always)
  public init?(_ syndrome: ExitSyndrome) {
    let iss = syndrome.esr.iss
    switch syndrome.esr.exceptionClass.rawValue {
    case 0x30, 0x31: self = .breakpoint
    case 0x32, 0x33:
      // EX, bit 6, is valid where ISV, bit 24, is set.
      self = .softwareStep(steppedExclusive: iss >> 24 & 1 != 0 ? iss >> 6 & 1 != 0 : nil)
    case 0x34, 0x35:
      // FnV is bit 10, WnR bit 6, WPTV bit 17, WPT bits 23:18.
      self = .watchpoint(
        iss >> 10 & 1 != 0 ? nil : GuestVirtualAddress(syndrome.far), isWrite: iss >> 6 & 1 != 0,
        number: iss >> 17 & 1 != 0 ? UInt8(truncatingIfNeeded: iss >> 18) & 0x3f : nil)
    case 0x3a: self = .vectorCatch
    case 0x38, 0x3c: self = .breakInstruction(comment: syndrome.esr.immediate)
    default: return nil
    }
  }
}
