// MDCR_EL3: the debug, PMU, profiling and trace features that the firmware allows lower exception
// levels.

extension DecodableRegister {
  static let monitorDebug = [
    DecodableRegister("MDCR_EL3", "Monitor Debug Configuration Register (EL3)", .mdcrEL3)
  ]
}

extension FieldTable {
  /// MDCR_EL3 (Arm ARM DDI 0487, D24.3, "MDCR_EL3").
  static let mdcrEL3 = FieldTable(mdcrEL3High + mdcrEL3Low)

  private static let mdcrEL3High: [FieldSpec] = [
    .flag("EnPMS4", 55, "PMBMAR_EL1 does not trap", "PMBMAR_EL1 traps"),
    .field("TRBEE", 54, 53, as: .bufferExceptions),
    .field("PMSEE", 52, 51, as: .bufferExceptions),
    .flag("EnSTEPOP", 50, "MDSTEPOP_EL1 does not trap", "MDSTEPOP_EL1 traps"),
    .field("ETBAD", 49, 48, as: .externalAccess),
    .flag(
      "EnITE", 47, "instrumentation trace registers do not trap",
      "instrumentation trace registers trap"),
    .field("EPMSSAD", 46, 45, as: .externalAccess),
    .flag("EnPMSS", 44, "PMU snapshot registers do not trap", "PMU snapshot registers trap"),
    .flag("EBWE", 43, "more than 16 breakpoints and watchpoints", "no extended breakpoints"),
    .flag("EnPMS3", 42, "PMSDSFR_EL1 does not trap", "PMSDSFR_EL1 traps"),
    .field(
      "PMEE", 41, 40,
      values: [
        0: "PMU overflows interrupt, no PMU exception", 1: "as MDCR_EL2.PMEE says",
        3: "PMU exception, no interrupt",
      ]),
    .flag("EnTB2", 39, "TRBMPAM_EL1 does not trap", "TRBMPAM_EL1 traps"),
    .field("E3BREC", 38, 38), .field("E3BREW", 37, 37),
    .flag("EnPMSN", 36, "PMSNEVFR_EL1 does not trap", "PMSNEVFR_EL1 traps"),
    .flag("MPMX", 35, "event counters stop at EL3", "event counters are not affected"),
    .flag("MCCD", 34, "the cycle counter stops at EL3", "the cycle counter counts at EL3"),
    .field(
      "SBRBE", 33, 32,
      values: [
        0: "branch records prohibited, registers trap",
        1: "branch records prohibited in Secure state, registers trap there",
        2: "branch records allowed, registers trap", 3: "branch records allowed",
      ]),
    .field(
      "PMSSE", 31, 30,
      values: [
        0: "captures off", 1: "as MDCR_EL2.PMSSE says", 2: "captures on and prohibited",
        3: "captures on and allowed",
      ]),
  ]

  private static let mdcrEL3Low: [FieldSpec] = [
    .flag("MTPME", 28, "multithreaded counting allowed", "multithreaded counting off"),
    .flag(
      "TDCC", 27, "debug communication channel traps", "debug communication channel does not trap"),
    .field("NSTBE", 26, 26),
    .field("NSTB", 25, 24, as: .register(mask: 0x700_0000, traceBufferOwners)),
    .flag(
      "SCCD", 23, "the cycle counter stops in Secure state and at EL3",
      "the cycle counter counts in Secure state"),
    .field("ETAD", 22, 22, as: .externalAccess(22, 3)),
    .field("EPMAD", 21, 21, as: .externalAccess(21, 2)),
    .field("EDAD", 20, 20, as: .externalAccess(20, 4)),
    .flag("TTRF", 19, "TRFCR_ELx traps", "TRFCR_ELx does not trap"),
    .flag("STE", 18, "trace in Secure state allowed", "trace in Secure state prohibited"),
    .flag("SPME", 17, "the PMU counts in Secure state", "the PMU does not count in Secure state"),
    .flag(
      "SDD", 16, "debug exceptions of Secure state off", "debug exceptions of Secure state allowed"),
    .field(
      "SPD32", 15, 14,
      values: [
        0: "Secure EL1 in AArch32: as the authentication interface says",
        2: "Secure EL1 in AArch32: debug exceptions off",
        3: "Secure EL1 in AArch32: debug exceptions on",
      ]),
    .field("NSPB", 13, 12, as: .register(mask: 0x3800, profilingBufferOwners)),
    .field("NSPBE", 11, 11),
    .flag("TDOSA", 10, "OS lock registers trap", "OS lock registers do not trap"),
    .flag("TDA", 9, "debug registers trap", "debug registers do not trap"),
    .flag(
      "EnPM2", 7, "PMUACR_EL1 and other newer PMU registers do not trap",
      "PMUACR_EL1 and other newer PMU registers trap"),
    .flag("TPM", 6, "PMU registers trap", "PMU registers do not trap"),
    .field("EDADE", 4, 4), .field("ETADE", 3, 3), .field("EPMADE", 2, 2),
    .flag("RLTE", 0, "trace in Realm state allowed", "trace in Realm state prohibited"),
  ]

  /// NSTBE and NSTB: the owner of the trace buffer.
  private static let traceBufferOwners: KeyValuePairs<UInt64, StaticString> = [
    0x000_0000: "trace buffer is Secure state's, registers trap",
    0x100_0000: "trace buffer is Secure state's",
    0x200_0000: "trace buffer is Non-secure state's, registers trap",
    0x300_0000: "trace buffer is Non-secure state's",
    0x600_0000: "trace buffer is Realm state's, registers trap",
    0x700_0000: "trace buffer is Realm state's",
  ]

  /// NSPB and NSPBE: the owner of the profiling buffer.
  private static let profilingBufferOwners: KeyValuePairs<UInt64, StaticString> = [
    0x0000: "SPE buffer is Secure state's, registers trap",
    0x1000: "SPE buffer is Secure state's",
    0x2000: "SPE buffer is Non-secure state's, registers trap",
    0x3000: "SPE buffer is Non-secure state's",
    0x2800: "SPE buffer is Realm state's, registers trap",
    0x3800: "SPE buffer is Realm state's",
  ]
}

extension Meaning {
  /// PMSEE and TRBEE.
  fileprivate static let bufferExceptions = Meaning.values(
    [
      0: "buffer exceptions off", 1: "buffer exceptions delegated to EL2 and EL1",
      2: "buffer exceptions of EL3 on", 3: "all buffer exceptions go to EL3",
    ], "reserved")

  /// ETBAD and EPMSSAD.
  fileprivate static let externalAccess = Meaning.values(
    [
      0: "no external accesses by Non-secure state; with RME by Root only",
      1: "external accesses by Root and Realm", 2: "external accesses by Root and Secure",
      3: "external accesses allowed",
    ], "reserved")

  /// EDAD, EPMAD and ETAD with their FEAT_RME extension, the second bit.
  fileprivate static func externalAccess(_ bit: UInt64, _ extended: UInt64) -> Meaning {
    .register(
      mask: 1 << bit | 1 << extended,
      [
        0: "external accesses allowed",
        1 << bit: "no external accesses by Non-secure or Realm state",
        1 << extended: "no external accesses by Non-secure or Secure state",
        1 << bit | 1 << extended: "external accesses by Root only",
      ])
  }
}
