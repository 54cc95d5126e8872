extension SystemRegister {
  /// The manual's name of the register, such as `SCTLR_EL1`, or of the instruction, such as `TLBI
  /// VMALLE1`; nil if the architecture doesn't name it (then `S<op0>_<op1>_C<n>_C<m>_<op2>` is its
  /// unambiguous name). For a register with two names, it is the one for reads.
  ///
  /// The encodings are from Arm ARM DDI 0487, D22.3 ("Register index by encoding") and C5.
  public var name: StaticString? { name(isRead: true) }

  /// The manual's name for reads (MRS, SYSL) or for writes (MSR, SYS): they are DBGDTRRX_EL0 and
  /// DBGDTRTX_EL0 for one encoding, and the same name for all others.
  public func name(isRead: Bool) -> StaticString? {
    if !isRead, let name = SystemRegisterNames.written(rawValue) { return name }
    return switch (op0, op1) {
    case (1, _) where crn == 8 || crn == 9: SystemRegisterNames.translationMaintenance(rawValue)
    case (1, _): SystemRegisterNames.instructions(rawValue)
    case (2, 1) where crn < 2: SystemRegisterNames.trace(rawValue)
    case (2, 1): SystemRegisterNames.comparators(rawValue)
    case (2, _): SystemRegisterNames.debug(rawValue)
    case (3, 0) where crn < 10: SystemRegisterNames.identification(rawValue)
    case (3, 0...2): SystemRegisterNames.kernel(rawValue)
    case (3, 3): SystemRegisterNames.user(rawValue)
    case (3, 4): SystemRegisterNames.hypervisor(rawValue)
    case (3, _): SystemRegisterNames.aliases(rawValue)
    default: nil
    }
  }
}
