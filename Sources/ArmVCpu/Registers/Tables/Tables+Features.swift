// ID_AA64PFR<n>_EL1 and ID_AA64DFR0_EL1: processor and debug features.

extension DecodableRegister {
  static let features = [
    DecodableRegister(
      "ID_AA64PFR0_EL1", "AArch64 Processor Feature Register 0", aliases: ["ID_AA64PFR0", "PFR0"],
      .pfr0),
    DecodableRegister(
      "ID_AA64PFR1_EL1", "AArch64 Processor Feature Register 1", aliases: ["ID_AA64PFR1", "PFR1"],
      .pfr1),
    DecodableRegister(
      "ID_AA64PFR2_EL1", "AArch64 Processor Feature Register 2", aliases: ["ID_AA64PFR2", "PFR2"],
      .pfr2),
    DecodableRegister(
      "ID_AA64DFR0_EL1", "AArch64 Debug Feature Register 0", aliases: ["ID_AA64DFR0", "DFR0"], .dfr0
    ),
    DecodableRegister(
      "ID_AA64ISAR0_EL1", "AArch64 Instruction Set Attribute Register 0",
      aliases: ["ID_AA64ISAR0", "ISAR0"], .isar0),
    DecodableRegister(
      "ID_AA64ISAR1_EL1", "AArch64 Instruction Set Attribute Register 1",
      aliases: ["ID_AA64ISAR1", "ISAR1"], .isar1),
    DecodableRegister(
      "ID_AA64ISAR2_EL1", "AArch64 Instruction Set Attribute Register 2",
      aliases: ["ID_AA64ISAR2", "ISAR2"], .isar2),
    DecodableRegister(
      "ID_AA64ISAR3_EL1", "AArch64 Instruction Set Attribute Register 3",
      aliases: ["ID_AA64ISAR3", "ISAR3"], .isar3),
    DecodableRegister(
      "ID_AA64MMFR0_EL1", "AArch64 Memory Model Feature Register 0",
      aliases: ["ID_AA64MMFR0", "MMFR0"], .mmfr0),
    DecodableRegister(
      "ID_AA64MMFR1_EL1", "AArch64 Memory Model Feature Register 1",
      aliases: ["ID_AA64MMFR1", "MMFR1"], .mmfr1),
    DecodableRegister(
      "ID_AA64MMFR2_EL1", "AArch64 Memory Model Feature Register 2",
      aliases: ["ID_AA64MMFR2", "MMFR2"], .mmfr2),
    DecodableRegister(
      "ID_AA64MMFR3_EL1", "AArch64 Memory Model Feature Register 3",
      aliases: ["ID_AA64MMFR3", "MMFR3"], .mmfr3),
    DecodableRegister(
      "ID_AA64MMFR4_EL1", "AArch64 Memory Model Feature Register 4",
      aliases: ["ID_AA64MMFR4", "MMFR4"], .mmfr4),
  ]
}

extension FieldTable {
  /// ID_AA64PFR0_EL1 (Arm ARM DDI 0487, D24.2, "ID_AA64PFR0_EL1").
  static let pfr0 = FieldTable([
    .field("CSV3", 63, 60, values: [0: "not implemented", 1: "FEAT_CSV3"]),
    .field(
      "CSV2", 59, 56,
      values: [0: "not implemented", 1: "FEAT_CSV2", 2: "FEAT_CSV2_2", 3: "FEAT_CSV2_3"]),
    .field(
      "RME", 55, 52,
      values: [0: "not implemented", 1: "FEAT_RME", 2: "FEAT_RME_GPC2", 3: "FEAT_RME_GPC3"]),
    .field("DIT", 51, 48, values: [0: "not implemented", 1: "FEAT_DIT"]),
    .field("AMU", 47, 44, values: [0: "not implemented", 1: "FEAT_AMUv1", 2: "FEAT_AMUv1p1"]),
    .field(
      "MPAM", 43, 40,
      values: [0: "MPAM 0.x or none, as MPAM_frac says", 1: "MPAM 1.x, as MPAM_frac says"]),
    .field("SEL2", 39, 36, values: [0: "not implemented", 1: "FEAT_SEL2"]),
    .field("SVE", 35, 32, values: [0: "not implemented", 1: "FEAT_SVE"]),
    .field(
      "RAS", 31, 28,
      values: [0: "not implemented", 1: "FEAT_RAS", 2: "FEAT_RASv1p1", 3: "FEAT_RASv2"]),
    .field(
      "GIC", 27, 24,
      values: [
        0: "not implemented", 1: "GICv3 or GICv4.0 system registers", 3: "GICv4.1 system registers",
      ]),
    .field(
      "AdvSIMD", 23, 20,
      values: [0: "Advanced SIMD", 1: "with half precision (FEAT_FP16)", 15: "no Advanced SIMD"]),
    .field(
      "FP", 19, 16,
      values: [0: "floating point", 1: "with half precision (FEAT_FP16)", 15: "no floating point"]),
    .field("EL3", 15, 12, values: [0: "no EL3", 1: "AArch64", 2: "AArch64 and AArch32"]),
    .field("EL2", 11, 8, values: [0: "no EL2", 1: "AArch64", 2: "AArch64 and AArch32"]),
    .field("EL1", 7, 4, values: [1: "AArch64", 2: "AArch64 and AArch32"]),
    .field("EL0", 3, 0, values: [1: "AArch64", 2: "AArch64 and AArch32"]),
  ])

  /// ID_AA64PFR1_EL1 (Arm ARM DDI 0487, D24.2, "ID_AA64PFR1_EL1").
  static let pfr1 = FieldTable([
    .field("PFAR", 63, 60, values: [0: "not implemented", 1: "FEAT_PFAR"]),
    .field("DF2", 59, 56, values: [0: "not implemented", 1: "FEAT_DoubleFault2"]),
    .field(
      "MTEX", 55, 52,
      values: [0: "not implemented", 1: "FEAT_MTE_CANONICAL_TAGS and FEAT_MTE_NO_ADDRESS_TAGS"]),
    .field("THE", 51, 48, values: [0: "not implemented", 1: "FEAT_THE"]),
    .field("GCS", 47, 44, values: [0: "not implemented", 1: "FEAT_GCS"]),
    .field(
      "MTE_frac", 43, 40,
      values: [0: "asynchronous faults (FEAT_MTE_ASYNC)", 15: "no asynchronous faults"]),
    .field("NMI", 39, 36, values: [0: "not implemented", 1: "FEAT_NMI"]),
    .field(
      "CSV2_frac", 35, 32, values: [0: "not implemented", 1: "FEAT_CSV2_1p1", 2: "FEAT_CSV2_1p2"]),
    .field("RNDR_trap", 31, 28, values: [0: "not implemented", 1: "FEAT_RNG_TRAP"]),
    .field("SME", 27, 24, values: [0: "not implemented", 1: "FEAT_SME", 2: "FEAT_SME2"]),
    .field("MPAM_frac", 19, 16, values: [0: "MPAM version x.0", 1: "MPAM version x.1"]),
    .field(
      "RAS_frac", 15, 12, values: [0: "not implemented", 1: "FEAT_RASv1p1, when RAS is 1"]),
    .field(
      "MTE", 11, 8, values: [0: "not implemented", 1: "FEAT_MTE", 2: "FEAT_MTE2", 3: "FEAT_MTE3"]),
    .field("SSBS", 7, 4, values: [0: "not implemented", 1: "FEAT_SSBS", 2: "FEAT_SSBS2"]),
    .field("BT", 3, 0, values: [0: "not implemented", 1: "FEAT_BTI"]),
  ])

  /// ID_AA64PFR2_EL1 (Arm ARM DDI 0487, D24.2, "ID_AA64PFR2_EL1").
  static let pfr2 = FieldTable([
    .field("VMTETCL", 47, 44), .field("VMTETC", 43, 40), .field("VMTE", 39, 36),
    .field("FPMR", 35, 32, values: [0: "not implemented", 1: "FEAT_FPMR"]),
    .field("MPAM2", 31, 28), .field("FGDT", 27, 24), .field("MTEEIRG", 23, 20),
    .field("UINJ", 19, 16, values: [0: "not implemented", 1: "FEAT_UINJ"]),
    .field("GCIE", 15, 12, values: [0: "not implemented", 1: "GICv5 (FEAT_GCIE)"]),
    .field(
      "MTEFAR", 11, 8, values: [0: "FAR without tag", 1: "FAR with tag (FEAT_MTE_TAGGED_FAR)"]),
    .field("MTESTOREONLY", 7, 4, values: [0: "not implemented", 1: "FEAT_MTE_STORE_ONLY"]),
    .field("MTEPERM", 3, 0, values: [0: "not implemented", 1: "FEAT_MTE_PERM"]),
  ])

  /// ID_AA64DFR0_EL1 (Arm ARM DDI 0487, D24.2, "ID_AA64DFR0_EL1").
  static let dfr0 = FieldTable([
    .field("HPMN0", 63, 60, values: [0: "HPMN 0 is CONSTRAINED UNPREDICTABLE", 1: "FEAT_HPMN0"]),
    .field("ExtTrcBuff", 59, 56, values: [0: "not implemented", 1: "FEAT_TRBE_EXT"]),
    .field("BRBE", 55, 52, values: [0: "not implemented", 1: "FEAT_BRBE", 2: "FEAT_BRBEv1p1"]),
    .field(
      "MTPMU", 51, 48,
      values: [0: "IMPLEMENTATION DEFINED or none", 1: "FEAT_MTPMU", 15: "not implemented"]),
    .field(
      "TraceBuffer", 47, 44, values: [0: "not implemented", 1: "FEAT_TRBE", 2: "FEAT_TRBEv1p1"]),
    .field("TraceFilt", 43, 40, values: [0: "not implemented", 1: "FEAT_TRF"]),
    .field("DoubleLock", 39, 36, values: [0: "FEAT_DoubleLock", 15: "not implemented"]),
    .field(
      "PMSVer", 35, 32,
      values: [
        0: "not implemented", 1: "FEAT_SPE", 2: "FEAT_SPEv1p1", 3: "FEAT_SPEv1p2",
        4: "FEAT_SPEv1p3", 5: "FEAT_SPEv1p4", 6: "FEAT_SPEv1p5",
      ]),
    .field("CTX_CMPs", 31, 28, as: .text("context-aware breakpoints, minus one")),
    .field("SEBEP", 27, 24, values: [0: "not implemented", 1: "FEAT_SEBEP"]),
    .field("WRPs", 23, 20, as: .text("watchpoints, minus one")),
    .field("PMSS", 19, 16, values: [0: "not implemented", 1: "FEAT_PMUv3_SS"]),
    .field("BRPs", 15, 12, as: .text("breakpoints, minus one")),
    .field(
      "PMUVer", 11, 8,
      values: [
        0: "not implemented", 1: "FEAT_PMUv3", 4: "FEAT_PMUv3p1", 5: "FEAT_PMUv3p4",
        6: "FEAT_PMUv3p5", 7: "FEAT_PMUv3p7", 8: "FEAT_PMUv3p8", 9: "FEAT_PMUv3p9",
        15: "IMPLEMENTATION DEFINED, not PMUv3",
      ]),
    .field(
      "TraceVer", 7, 4,
      values: [0: "no trace registers", 1: "trace registers (FEAT_ETMv4 or FEAT_ETE)"]),
    .field(
      "DebugVer", 3, 0,
      values: [
        6: "Armv8.0 debug", 7: "with FEAT_VHE", 8: "FEAT_Debugv8p2", 9: "FEAT_Debugv8p4",
        10: "FEAT_Debugv8p8", 11: "FEAT_Debugv8p9",
      ]),
  ])
}
