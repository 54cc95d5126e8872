/// What a guest reads in the identification registers: the hardware's values without the features that a vCPU
/// doesn't support.
///
/// Features that `VCpuContext` has no registers for and those that `HypervisorControls` traps are hidden;
/// everything else reads as in the hardware. Fields are four bits wide (Arm ARM DDI 0487, "ID_AA64…_EL1").
public enum IdentificationFilter {
  /// What the guest reads in `register`, whose value in the hardware is `value`.
  ///
  /// - Parameter hasInterruptController: whether the guest has the system registers of a GIC.
  public static func value(
    of register: SystemRegister, hardware value: UInt64, hasInterruptController: Bool
  ) -> UInt64 {
    var result = value & ~hiddenFields(register)
    switch register {
    case .id_aa64pfr0_el1:
      if !hasInterruptController { result &= ~(0xf << 24) }
      // CSV2, bits 59:56: from 2 on there is SCXTNUM_EL1, which isn't switched.
      if result >> 56 & 15 > 1 { result = result & ~(0xf << 56) | 1 << 56 }
    case .id_aa64dfr0_el1:
      // DebugVer, bits 3:0: from v8.9 on, 11, MDSELR_EL1 selects banks of breakpoints.
      if result & 15 > 10 { result = result & ~0xf | 10 }
      // Two breakpoints, two watchpoints, one of the breakpoints context-aware: the architecture's minimum.
      result = result & ~(0xf << 12 | 0xf << 20 | 0xf << 28) | 1 << 12 | 1 << 20
      // DoubleLock, bits 39:36: 15 means that it isn't implemented.
      result |= 0xf << 36
    // ID_AA64MMFR1_EL1.HAFDBS, bits 3:0: from 3 on, FEAT_HAFT, TCR2_EL1 controls it.
    case SystemRegister(3, 0, 0, 7, 1):
      if result & 15 > 2 { result = result & ~0xf | 2 }
    case SystemRegister(3, 0, 0, 1, 1):
      result = pfr1(result)
      if !hasInterruptController { result &= ~(0xf << 28) }
    default: break
    }
    return result
  }

  /// ID_PFR1_EL1 without EL2 and EL3, to match ID_AA64PFR0_EL1: Security, bits 7:4, and Virtualization, bits
  /// 15:12, are 0, and Sec_frac, bits 23:20, and Virt_frac, bits 27:24, have the values that Armv8 then
  /// requires. On a CPU without AArch32 all of them are 0, and stay 0.
  private static func pfr1(_ value: UInt64) -> UInt64 {
    var result = value
    if value & 0xf << 4 != 0 { result = result & ~(0xf << 4 | 0xf << 20) | 1 << 20 }
    if value & 0xf << 12 != 0 { result = result & ~(0xf << 12 | 0xf << 24) | 1 << 24 }
    return result
  }

  /// The fields that read 0: the feature isn't implemented.
  private static func hiddenFields(_ register: SystemRegister) -> UInt64 {
    switch (register.crm, register.op2) {
    // ID_PFR0_EL1: AMU.
    case (1, 0): 0xf << 20
    // ID_DFR0_EL1: CopTrc, MMapTrc, PerfMon, TraceFilt.
    case (1, 2): 0xf << 12 | 0xf << 16 | 0xf << 24 | 0xf << 28
    // ID_AA64PFR0_EL1: EL2, EL3, SVE, SEL2, MPAM, AMU, RME.
    case (4, 0): 0xff00 | 0xffff << 32 | 0xf << 52
    // ID_AA64PFR1_EL1: MTE, MPAM_frac, SME, CSV2_frac, NMI, MTE_frac, GCS, THE, MTEX, DF2, PFAR.
    case (4, 1): 0xffff_ffff_0000_0000 | 0xf0f_0f00
    // ID_AA64PFR2_EL1, ID_AA64ZFR0_EL1, ID_AA64SMFR0_EL1 and ID_AA64FPFR0_EL1: MTE, SVE, SME and FP8.
    case (4, 2), (4, 4), (4, 5), (4, 7): .max
    // ID_AA64DFR0_EL1: TraceVer, PMUVer, PMSS, SEBEP, PMSVer, TraceFilt, TraceBuffer, MTPMU, BRBE, ExtTrcBuff,
    // HPMN0.
    case (5, 0): 0xffff_ff0f_0f0f_0ff0
    // ID_AA64DFR1_EL1 and ID_AA64DFR2_EL1: more of the same.
    case (5, 1), (5, 2): .max
    // ID_AA64ISAR0_EL1: TME, which HCR_EL2 traps.
    case (6, 0): 0xf << 24
    // ID_AA64ISAR1_EL1: LS64. ID_AA64ISAR2_EL1: MOPS, SYSREG_128, SYSINSTR_128. HCRX_EL2 traps them.
    case (6, 1): 0xf << 60
    case (6, 2): 0xf << 16 | 0xf << 32 | 0xf << 36
    // ID_AA64MMFR1_EL1: VH, LO, HCX. ID_AA64MMFR2_EL1: NV.
    case (7, 1): 0xf << 8 | 0xf << 16 | 0xf << 40
    case (7, 2): 0xf << 24
    // ID_AA64MMFR3_EL1: TCR2, SCTLR2, permission indirection and overlay. ID_AA64MMFR4_EL1: EL2's features.
    case (7, 3), (7, 4): .max
    default: 0
    }
  }
}
