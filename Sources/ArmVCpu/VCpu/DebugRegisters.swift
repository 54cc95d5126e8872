/// How the debug registers behave for a guest that has the architecture's minimum: breakpoints and
/// watchpoints never match, and no external debugger is connected (Arm ARM DDI 0487, D24.3; the encodings are
/// in D22.3.1).
enum DebugRegisters {
  enum Behavior: Equatable {
    /// Reads as zero, writes are ignored.
    case zero
    /// Reads as zero; a write is undefined.
    case readOnlyZero
    /// The register doesn't exist.
    case undefined
  }

  /// The behavior of a register of the debug space, Op0 2, except MDSCR_EL1, OSLAR_EL1 and OSLSR_EL1.
  ///
  /// - Parameter features: ID_AA64DFR0_EL1 as the guest reads it. BRPs, bits 15:12, and WRPs, bits 23:20, are
  ///   the numbers of breakpoints and watchpoints minus one.
  static func behavior(of register: SystemRegister, features: UInt64) -> Behavior {
    guard register.op0 == 2 else { return .undefined }
    switch (register.op1, register.crn, register.crm, register.op2) {
    // DBGBVR<n>_EL1 and DBGBCR<n>_EL1; DBGWVR<n>_EL1 and DBGWCR<n>_EL1.
    case (0, 0, let number, 4), (0, 0, let number, 5):
      return UInt64(number) <= features >> 12 & 15 ? .zero : .undefined
    case (0, 0, let number, 6), (0, 0, let number, 7):
      return UInt64(number) <= features >> 20 & 15 ? .zero : .undefined
    // MDCCINT_EL1; OSDTRRX_EL1, OSDTRTX_EL1, OSECCR_EL1.
    case (0, 0, 2, 0), (0, 0, 0, 2), (0, 0, 3, 2), (0, 0, 6, 2): return .zero
    // MDRAR_EL1.
    case (0, 1, 0, 0): return .readOnlyZero
    // OSDLR_EL1, DBGPRCR_EL1.
    case (0, 1, 3, 4), (0, 1, 4, 4): return .zero
    // DBGCLAIMSET_EL1, DBGCLAIMCLR_EL1; DBGAUTHSTATUS_EL1.
    case (0, 7, 8, 6), (0, 7, 9, 6): return .zero
    case (0, 7, 14, 6): return .readOnlyZero
    // MDCCSR_EL0; DBGDTR_EL0, DBGDTRRX_EL0 and DBGDTRTX_EL0.
    case (3, 0, 1, 0): return .readOnlyZero
    case (3, 0, 4, 0), (3, 0, 5, 0): return .zero
    default: return .undefined
    }
  }
}
