// SCR_EL3, CPTR_EL3 and EL3's granule protection: what the firmware allows EL2 and EL1 to do.

extension DecodableRegister {
  static let monitor = [
    DecodableRegister("SCR_EL3", "Secure Configuration Register", aliases: ["SCR"], .scr),
    DecodableRegister("CPTR_EL3", "Architectural Feature Trap Register (EL3)", .cptrEL3),
    DecodableRegister(
      "GPCCR_EL3", "Granule Protection Check Control Register (EL3)", aliases: ["GPCCR"], .gpccr),
  ]
}

extension FieldTable {
  /// SCR_EL3 (Arm ARM DDI 0487, D24.2, "SCR_EL3").
  static let scr = FieldTable(scrHigh + scrMiddle + scrLow)

  private static let scrHigh: [FieldSpec] = [
    .field("TPLIMEn", 63, 63),
    .field("NSE", 62, 62, as: .lowerSecurityState),
    .flag("HACDBSEn", 61, "HACDBS registers do not trap", "HACDBS registers trap"),
    .flag("HDBSSEn", 60, "HDBSS registers do not trap", "HDBSS registers trap"),
    .flag("FGTEn2", 59, "FEAT_FGT2 traps to EL2 on", "FEAT_FGT2 traps off, registers trap"),
    .flag("EnDSE", 58, "delegated SErrors on", "delegated SErrors off"),
    .flag("DSE", 57, "a delegated SError is pending", "no delegated SError"),
    .field("VTLBIDEn", 56, 56),
    .flag(
      "EnIDCP128", 55, "128-bit IMPLEMENTATION DEFINED registers do not trap",
      "128-bit IMPLEMENTATION DEFINED registers trap"),
    .flag("SRMASKEn", 54, "register masks do not trap", "register masks are off and trap"),
    .flag("PFAREn", 53, "PFAR_ELx does not trap", "PFAR_ELx traps"),
    .flag("TWERR", 52, "writes of error records trap", "writes of error records do not trap"),
    .flag("TMEA", 51, "masked external aborts go to EL3", "masked external aborts are not routed"),
    .flag("EnFPM", 50, "FPMR does not trap", "FPMR traps"),
    .flag("MECEn", 49, "MECID registers do not trap", "MECID registers trap"),
    .flag(
      "GPF", 48, "granule protection faults go to EL3",
      "granule protection faults stay data or instruction aborts"),
    .flag("D128En", 47, "128-bit registers do not trap", "128-bit registers trap"),
    .flag("AIEn", 46, "MAIR2_ELx and AMAIR2_ELx do not trap", "MAIR2_ELx and AMAIR2_ELx trap"),
    .flag(
      "PIEn", 45, "permission indirection and overlays do not trap",
      "permission indirection and overlays trap"),
    .flag("SCTLR2En", 44, "SCTLR2_ELx in use", "SCTLR2_ELx traps and is 0"),
    .flag("TCR2En", 43, "TCR2_ELx in use", "TCR2_ELx traps and is 0"),
    .flag("RCWMASKEn", 42, "RCW masks do not trap", "RCW masks trap"),
    .flag("EnTP2", 41, "TPIDR2_EL0 does not trap", "TPIDR2_EL0 traps"),
    .flag("TRNDR", 40, "RNDR and RNDRRS trap", "RNDR and RNDRRS do not trap"),
    .flag("GCSEn", 39, "guarded control stacks allowed", "guarded control stacks off"),
    .flag("HXEn", 38, "HCRX_EL2 in use", "HCRX_EL2 traps and is 0"),
    .flag("ADEn", 37, "ACCDATA_EL1 does not trap", "ACCDATA_EL1 traps"),
    .flag("EnAS0", 36, "ST64BV0 does not trap", "ST64BV0 traps"),
    .flag(
      "AMVOFFEN", 35, "activity monitors are virtualized", "activity monitors are not virtualized"),
  ]

  private static let scrMiddle: [FieldSpec] = [
    .flag("TME", 34, "transactional memory allowed", "transactional memory traps"),
    .field("TWEDEL", 33, 30),
    .flag("TWEDEn", 29, "TWE traps after the delay TWEDEL", "TWE traps after a CPU-defined delay"),
    .flag("ECVEn", 28, "CNTPOFF_EL2 does not trap", "CNTPOFF_EL2 traps"),
    .flag("FGTEn", 27, "fine-grained traps to EL2 on", "fine-grained traps off, registers trap"),
    .flag("ATA", 26, "allocation tag access", "no allocation tag access"),
    .flag("EnSCXT", 25, "SCXTNUM_ELx does not trap", "SCXTNUM_ELx traps"),
    .field("POE2En", 24, 24),
    .flag("TID5", 23, "GMID_EL1 traps", "GMID_EL1 does not trap"),
    .flag("TID3", 22, "ID group 3 traps (features)", "ID group 3 does not trap"),
    .flag("FIEN", 21, "ERXPFG registers do not trap", "ERXPFG registers trap"),
    .flag(
      "NMEA", 20, "SErrors at EL3 are taken regardless of PSTATE.A", "PSTATE.A masks SErrors at EL3"
    ),
    .flag(
      "EASE", 19, "external aborts take the vector of SErrors",
      "external aborts take the synchronous vector"),
    .flag("EEL2", 18, "Secure EL2 on", "no Secure EL2"),
    .flag("API", 17, "PAC instructions do not trap", "PAC instructions trap"),
    .flag("APK", 16, "PAC keys do not trap", "PAC keys trap"),
  ]

  private static let scrLow: [FieldSpec] = [
    .flag("TERR", 15, "error records trap", "error records do not trap"),
    .flag("TLOR", 14, "LOR registers trap", "LOR registers do not trap"),
    .flag("TWE", 13, "WFE traps", "WFE does not trap"),
    .flag("TWI", 12, "WFI traps", "WFI does not trap"),
    .flag("ST", 11, "the Secure timer of Secure EL1 does not trap", "the Secure timer traps"),
    .flag("RW", 10, "the next lower level is AArch64", "lower levels are AArch32"),
    .flag(
      "SIF", 9, "Secure state does not execute Non-secure memory",
      "Secure state may execute Non-secure memory"),
    .flag("HCE", 8, "HVC is enabled", "HVC is UNDEFINED"),
    .flag("SMD", 7, "SMC is UNDEFINED", "SMC is enabled"),
    .ones(5, 4),
    .flag("EA", 3, "external aborts and SErrors go to EL3", "external aborts are not routed"),
    .flag("FIQ", 2, "FIQs go to EL3", "FIQs are not routed"),
    .flag("IRQ", 1, "IRQs go to EL3", "IRQs are not routed"),
    .field("NS", 0, 0, as: .lowerSecurityState),
  ]

  /// CPTR_EL3 (Arm ARM DDI 0487, D24.2, "CPTR_EL3").
  static let cptrEL3 = FieldTable([
    .flag("TCPAC", 31, "CPTR_EL2 and CPACR_EL1 trap", "CPTR_EL2 and CPACR_EL1 do not trap"),
    .flag("TAM", 30, "activity monitors trap", "activity monitors do not trap"),
    .flag("TTA", 20, "trace registers trap", "trace registers do not trap"),
    .flag("ESM", 12, "SME does not trap", "SME traps"),
    .flag("TFP", 10, "FP and SIMD trap", "FP and SIMD do not trap"),
    .flag("EZ", 8, "SVE does not trap", "SVE traps"),
  ])

  /// GPCCR_EL3 (Arm ARM DDI 0487, D24.2, "GPCCR_EL3").
  static let gpccr = FieldTable([
    .flag("GPCBW", 29, "bypass windows on", "bypass windows off"),
    .flag("NA7", 28, "GPI 0b0111 means no access", "GPI 0b0111 is reserved"),
    .flag("NA6", 27, "GPI 0b0110 means no access", "GPI 0b0110 is reserved"),
    .flag("NSP", 26, "GPI 0b0101, Non-secure Protected, means no access", "GPI 0b0101 is reserved"),
    .flag("SA", 25, "GPI 0b0100, System Agent, means no access", "GPI 0b0100 is reserved"),
    .flag(
      "APPSAA", 24, "all spaces are allowed above PPS", "only Non-secure space is allowed above PPS"
    ),
    .field(
      "L0GPTSZ", 23, 20,
      values: [
        0: "1 GiB per level 0 entry", 4: "16 GiB per level 0 entry",
        6: "64 GiB per level 0 entry", 9: "512 GiB per level 0 entry",
      ]),
    .flag("NSO", 19, "GPI 0b1101 is Non-secure Only", "GPI 0b1101 is reserved"),
    .flag(
      "TBGPCD", 18, "trace is accepted while GPC is 0", "trace is rejected while GPC is 0"),
    .flag(
      "GPCP", 17, "fetches of stage 2 tables may be left unchecked", "all accesses are checked"),
    .flag("GPC", 16, "granule protection checks on", "granule protection checks off"),
    .field("PGS", 15, 14, as: .granule0),
    .field("SH", 13, 12, as: .shareability),
    .field("ORGN", 11, 10, as: .cacheability),
    .field("IRGN", 9, 8, as: .cacheability),
    .flag("SPAD", 7, "Secure space faults", "Secure space allowed"),
    .flag("NSPAD", 6, "Non-secure space faults", "Non-secure space allowed"),
    .flag("RLPAD", 5, "Realm space faults", "Realm space allowed"),
    .field("PPS3", 3, 3),
    .field(
      "PPS", 2, 0,
      as: .register(
        mask: 0xf,
        [
          0: "32 bits, 4 GiB", 1: "36 bits, 64 GiB", 2: "40 bits, 1 TiB", 3: "42 bits, 4 TiB",
          4: "44 bits, 16 TiB", 5: "48 bits, 256 TiB", 6: "52 bits, 4 PiB", 7: "56 bits, 64 PiB",
          8: "46 bits, 64 TiB", 9: "47 bits, 128 TiB",
        ])),
  ])
}

extension Meaning {
  /// The Security state of EL2, EL1 and EL0, which NSE and NS together determine.
  fileprivate static let lowerSecurityState = Meaning.register(
    mask: 1 << 62 | 1,
    [
      0: "EL2 and below are Secure", 1: "EL2 and below are Non-secure",
      1 << 62 | 1: "EL2 and below are Realm", 1 << 62: "reserved",
    ])
}
