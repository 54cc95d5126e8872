// CPTR_EL2, CPACR_EL1, HCRX_EL2: the extensions that a lower exception level may use.

extension DecodableRegister {
  static let access = [
    DecodableRegister(
      "CPTR_EL2", "Architectural Feature Trap Register (EL2), HCR_EL2.E2H 0", aliases: ["CPTR"],
      .cptr),
    DecodableRegister(
      "CPTR_EL2_VHE", "Architectural Feature Trap Register (EL2), HCR_EL2.E2H 1",
      aliases: ["CPTR_VHE"], .cptrHost),
    DecodableRegister(
      "CPACR_EL1", "Architectural Feature Access Control Register", aliases: ["CPACR"], .cpacr),
    DecodableRegister(
      "HCRX_EL2", "Extended Hypervisor Configuration Register", aliases: ["HCRX"], .hcrx),
  ]
}

extension FieldTable {
  /// CPTR_EL2 when HCR_EL2.E2H is 0 (Arm ARM DDI 0487, D24.2, "CPTR_EL2"). TSM and TZ are RES1 without
  /// FEAT_SME and FEAT_SVE.
  static let cptr = FieldTable([
    .flag("TCPAC", 31, "CPACR_EL1 traps", "CPACR_EL1 does not trap"),
    .flag("TAM", 30, "activity monitors trap", "activity monitors do not trap"),
    .flag("TTA", 20, "trace registers trap", "trace registers do not trap"),
    .ones(13, 13),
    .flag("TSM", 12, "SME traps, or is not implemented", "SME does not trap"),
    .flag("TFP", 10, "FP and SIMD trap", "FP and SIMD do not trap"),
    .ones(9, 9),
    .flag("TZ", 8, "SVE traps, or is not implemented", "SVE does not trap"),
    .ones(7, 0),
  ])

  /// CPACR_EL1 (Arm ARM DDI 0487, D24.2, "CPACR_EL1").
  static let cpacr = enables(
    .values([0: "traps", 1: "traps at EL0", 2: "traps", 3: "does not trap"], "reserved"))

  /// CPTR_EL2 when HCR_EL2.E2H is 1 (Arm ARM DDI 0487, D24.2, "CPTR_EL2").
  static let cptrHost = enables(
    .values(
      [0: "traps", 1: "traps at EL0 if TGE is 1", 2: "traps", 3: "does not trap"], "reserved"))

  private static func enables(_ meaning: Meaning) -> FieldTable {
    FieldTable([
      .field("E0TP1E", 33, 33), .field("E0TP0E", 32, 32),
      .flag("TCPAC", 31, "CPACR_EL1 traps", "CPACR_EL1 does not trap"),
      .flag("TAM", 30, "activity monitors trap", "activity monitors do not trap"),
      .flag("E0POE", 29, "POR_EL0 does not trap", "POR_EL0 traps"),
      .flag("TTA", 28, "trace registers trap", "trace registers do not trap"),
      .field("SMEN", 25, 24, as: meaning),
      .field("FPEN", 21, 20, as: meaning),
      .field("ZEN", 17, 16, as: meaning),
    ])
  }

  /// HCRX_EL2 (Arm ARM DDI 0487, D24.2, "HCRX_EL2").
  static let hcrx = FieldTable([
    .field("VTCO", 39, 39), .field("VTAO", 38, 38), .field("VTE", 37, 37),
    .field("FNB", 36, 36), .field("VTLBIDOSEn", 35, 35),
    .flag("NVnTTLBOS", 34, "nested: TLBI OS does not trap", "nested: HCR_EL2.TTLBOS applies"),
    .flag("NVnTTLBIS", 33, "nested: TLBI IS does not trap", "nested: HCR_EL2.TTLBIS applies"),
    .flag("NVnTTLB", 32, "nested: TLBI does not trap", "nested: HCR_EL2.TTLB applies"),
    .field("FDIT", 31, 31), .field("TPLIMEn", 30, 30), .field("POE2En", 29, 29),
    .flag("NVTGE", 27, "nested: with TGE", "nested: without TGE"),
    .flag("SRMASKEn", 26, "register masks may be used", "register masks are off and trap"),
    .field("VTLBIDEn", 25, 25),
    .flag("PACMEn", 24, "PSTATE.PACM may be used", "PSTATE.PACM is off"),
    .flag("EnFPM", 23, "FPMR does not trap", "FPMR traps"),
    .flag("GCSEn", 22, "guarded control stacks allowed", "guarded control stacks off"),
    .flag(
      "EnIDCP128", 21, "128-bit IMPLEMENTATION DEFINED registers do not trap",
      "128-bit IMPLEMENTATION DEFINED registers trap"),
    .flag("EnSDERR", 20, "synchronous Device read errors allowed", "Device read errors as before"),
    .flag("TMEA", 19, "masked external aborts go to EL2", "masked external aborts are not routed"),
    .flag("EnSNERR", 18, "synchronous Normal read errors allowed", "Normal read errors as before"),
    .flag("D128En", 17, "128-bit registers do not trap", "128-bit registers trap"),
    .flag("PTTWI", 16, "reduced coherence of table walks", "coherent table walks"),
    .flag("SCTLR2En", 15, "SCTLR2_EL1 in use", "SCTLR2_EL1 traps and is 0"),
    .flag("TCR2En", 14, "TCR2_EL1 in use", "TCR2_EL1 traps and is 0"),
    .flag("MSCEn", 11, "CPY and SET instructions allowed", "CPY and SET are UNDEFINED"),
    .flag(
      "MCE2", 10, "memory copy exceptions of EL1 go to EL2", "memory copy exceptions of EL1 stay"),
    .flag(
      "CMOW", 9, "cache invalidation needs write permission",
      "cache invalidation needs no write permission"),
    .flag("VFNMI", 8, "the virtual FIQ has superpriority", "no superpriority"),
    .flag("VINMI", 7, "the virtual IRQ has superpriority", "no superpriority"),
    .flag("TALLINT", 6, "writes of ALLINT trap", "writes of ALLINT do not trap"),
    .flag("SMPME", 5, "streaming priorities are mapped", "streaming priorities are not mapped"),
    .flag("FGTnXS", 4, "HFGITR_EL2 does not trap TLBI nXS", "HFGITR_EL2 traps TLBI nXS too"),
    .flag("FnXS", 3, "TLBI behaves as TLBI nXS", "TLBI as written"),
    .flag("EnASR", 2, "ST64BV does not trap", "ST64BV traps"),
    .flag("EnALS", 1, "LD64B and ST64B do not trap", "LD64B and ST64B trap"),
    .flag("EnAS0", 0, "ST64BV0 does not trap", "ST64BV0 traps"),
  ])
}
