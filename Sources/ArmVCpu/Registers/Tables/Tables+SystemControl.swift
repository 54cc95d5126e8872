// SCTLR_EL1, SCTLR_EL2 and SCTLR_EL3.

extension DecodableRegister {
  static let systemControl = [
    DecodableRegister(
      "SCTLR_EL1", "System Control Register (EL1)", aliases: ["SCTLR"], .sctlrEL1),
    DecodableRegister(
      "SCTLR_EL2", "System Control Register (EL2), HCR_EL2.E2H 0", .sctlrEL2),
    DecodableRegister(
      "SCTLR_EL2_VHE", "System Control Register (EL2), HCR_EL2.E2H 1", aliases: ["SCTLR_VHE"],
      .sctlrHost),
    DecodableRegister("SCTLR_EL3", "System Control Register (EL3)", .sctlrEL2),
  ]
}

extension FieldTable {
  /// SCTLR_EL1 (Arm ARM DDI 0487, D24.2, "SCTLR_EL1"). On a CPU without a bit's feature, the bit is RES0, or RES1 for
  /// LSMAOE, nTLSMD, SPAN, EIS, TSCXT and EOS.
  static let sctlrEL1 = sctlr(
    branchType: "BT1", bit9: [.flag("UMA", 9, "EL0 may change DAIF", "EL0's accesses to DAIF trap")]
  )

  /// SCTLR_EL2 when HCR_EL2.E2H is 1: the layout of SCTLR_EL1, for EL2 and EL0 (Arm ARM DDI 0487, D24.2,
  /// "SCTLR_EL2").
  static let sctlrHost = sctlr(branchType: "BT", bit9: [])

  private static func sctlr(branchType: StaticString, bit9: [FieldSpec]) -> FieldTable {
    FieldTable(sctlrHigh(branchType: branchType) + sctlrMiddle + bit9 + sctlrLow)
  }

  private static func sctlrHigh(branchType: StaticString) -> [FieldSpec] {
    [
      .flag(
        "TIDCP", 63, "EL0's IMPLEMENTATION DEFINED accesses trap",
        "EL0's IMPLEMENTATION DEFINED accesses do not trap"),
      .flag(
        "SPINTMASK", 62, "superpriority is masked at SP_ELx", "superpriority is masked by ALLINT"),
      .flag("NMI", 61, "non-maskable interrupts on", "non-maskable interrupts off"),
      .flag("EnTP2", 60, "TPIDR2_EL0 does not trap", "TPIDR2_EL0 traps"),
      .flag("TCSO", 59, "tag checks of stores only", "tag checks of loads and stores"),
      .flag("TCSO0", 58, "tag checks of stores only, EL0", "tag checks of loads and stores, EL0"),
      .flag("EPAN", 57, "PAN applies to execute-only pages of EL0", "PAN as in Armv8.1"),
      .flag("EnALS", 56, "LD64B and ST64B at EL0 allowed", "LD64B and ST64B at EL0 trap"),
      .flag("EnAS0", 55, "ST64BV0 at EL0 allowed", "ST64BV0 at EL0 traps"),
      .flag("EnASR", 54, "ST64BV at EL0 allowed", "ST64BV at EL0 traps"),
      .field("TWEDEL", 49, 46),
      .flag("TWEDEn", 45, "WFE traps after TWEDEL", "WFE traps after a CPU-defined delay"),
      .flag("DSSBS", 44, "SSBS is 1 on exceptions", "SSBS is 0 on exceptions"),
      .flag("ATA", 43, "allocation tag access", "no allocation tag access"),
      .flag("ATA0", 42, "allocation tag access of EL0", "no allocation tag access of EL0"),
      .field("TCF", 41, 40, as: .tagCheckFault),
      .field("TCF0", 39, 38, as: .tagCheckFault),
      .flag(
        "ITFSB", 37, "exceptions synchronize tag faults", "exceptions do not synchronize tag faults"
      ),
      .flag(branchType, 36, "PACIASP is not a BTI jc", "PACIASP is a BTI jc"),
      .flag("BT0", 35, "PACIASP at EL0 is not a BTI jc", "PACIASP at EL0 is a BTI jc"),
      .flag("EnFPM", 34, "FPMR at EL0 does not trap", "FPMR at EL0 traps"),
      .flag("MSCEn", 33, "CPY and SET at EL0 allowed", "CPY and SET at EL0 are UNDEFINED"),
      .flag(
        "CMOW", 32, "EL0's DC CIVAC and IC IVAU need write permission",
        "write permission not needed"),
    ]
  }

  private static let sctlrMiddle: [FieldSpec] = [
    .flag("EnIA", 31, "PAC with key IA on", "PAC with key IA off"),
    .flag("EnIB", 30, "PAC with key IB on", "PAC with key IB off"),
    .flag(
      "LSMAOE", 29, "AArch32 multiple accesses as in Armv8.0",
      "AArch32 multiple accesses may be reordered"),
    .flag(
      "nTLSMD", 28, "AArch32 multiple accesses of Device do not trap",
      "AArch32 multiple accesses of Device trap"),
    .flag("EnDA", 27, "PAC with key DA on", "PAC with key DA off"),
    .flag("UCI", 26, "EL0 may maintain caches", "EL0's cache maintenance traps"),
    .flag("EE", 25, "big-endian data and tables", "little-endian data and tables"),
    .flag("E0E", 24, "big-endian data at EL0", "little-endian data at EL0"),
    .flag("SPAN", 23, "exceptions leave PAN unchanged", "exceptions set PAN"),
    .flag("EIS", 22, "exception entry synchronizes", "exception entry does not synchronize"),
    .flag("IESB", 21, "exceptions are error barriers", "no implicit error barriers"),
    .flag("TSCXT", 20, "SCXTNUM_EL0 at EL0 traps", "SCXTNUM_EL0 at EL0 does not trap"),
    .flag("WXN", 19, "writable memory is not executable", "writable memory may be executable"),
    .flag("nTWE", 18, "WFE at EL0 does not trap", "WFE at EL0 traps"),
    .flag("nTWI", 16, "WFI at EL0 does not trap", "WFI at EL0 traps"),
    .flag("UCT", 15, "CTR_EL0 at EL0 does not trap", "CTR_EL0 at EL0 traps"),
    .flag("DZE", 14, "DC ZVA at EL0 does not trap", "DC ZVA at EL0 traps"),
    .flag("EnDB", 13, "PAC with key DB on", "PAC with key DB off"),
    .flag("I", 12, "instruction accesses cacheable", "instruction accesses non-cacheable"),
    .flag("EOS", 11, "exception return synchronizes", "exception return does not synchronize"),
    .flag("EnRCTX", 10, "CFP, DVP and CPP at EL0 allowed", "CFP, DVP and CPP at EL0 trap"),
  ]

  private static let sctlrLow: [FieldSpec] = [
    .flag("SED", 8, "SETEND is UNDEFINED at EL0", "SETEND allowed at EL0"),
    .flag("ITD", 7, "most IT blocks are UNDEFINED at EL0", "IT allowed at EL0"),
    .flag(
      "nAA", 6, "unaligned acquire and release within 16 bytes allowed",
      "unaligned acquire and release fault"),
    .flag("CP15BEN", 5, "CP15 barriers allowed at EL0", "CP15 barriers are UNDEFINED at EL0"),
    .flag("SA0", 4, "SP alignment checks at EL0 on", "SP alignment checks at EL0 off"),
    .flag("SA", 3, "SP alignment checks on", "SP alignment checks off"),
    .flag("C", 2, "data accesses cacheable", "data accesses non-cacheable"),
    .flag("A", 1, "alignment checks on", "alignment checks off"),
    .flag("M", 0, "MMU on", "MMU off"),
  ]

  /// SCTLR_EL2 when HCR_EL2.E2H is 0, and SCTLR_EL3 (Arm ARM DDI 0487, D24.2, "SCTLR_EL2" and "SCTLR_EL3"). EIS and EOS
  /// are RES1 if FEAT_ExS isn't implemented.
  static let sctlrEL2 = FieldTable([
    .flag(
      "SPINTMASK", 62, "superpriority is masked at SP_ELx", "superpriority is masked by ALLINT"),
    .flag("NMI", 61, "non-maskable interrupts on", "non-maskable interrupts off"),
    .flag("TCSO", 59, "tag checks of stores only", "tag checks of loads and stores"),
    .flag("DSSBS", 44, "SSBS is 1 on exceptions", "SSBS is 0 on exceptions"),
    .flag("ATA", 43, "allocation tag access", "no allocation tag access"),
    .field("TCF", 41, 40, as: .tagCheckFault),
    .flag(
      "ITFSB", 37, "exceptions synchronize tag faults", "exceptions do not synchronize tag faults"),
    .flag("BT", 36, "PACIASP is not a BTI jc", "PACIASP is a BTI jc"),
    .flag("EnIA", 31, "PAC with key IA on", "PAC with key IA off"),
    .flag("EnIB", 30, "PAC with key IB on", "PAC with key IB off"),
    .ones(29, 28),
    .flag("EnDA", 27, "PAC with key DA on", "PAC with key DA off"),
    .flag("EE", 25, "big-endian data and tables", "little-endian data and tables"),
    .ones(23, 23),
    .flag("EIS", 22, "exception entry synchronizes", "exception entry does not synchronize"),
    .flag("IESB", 21, "exceptions are error barriers", "no implicit error barriers"),
    .flag("WXN", 19, "writable memory is not executable", "writable memory may be executable"),
    .ones(18, 18),
    .ones(16, 16),
    .flag("EnDB", 13, "PAC with key DB on", "PAC with key DB off"),
    .flag("I", 12, "instruction accesses cacheable", "instruction accesses non-cacheable"),
    .flag("EOS", 11, "exception return synchronizes", "exception return does not synchronize"),
    .flag(
      "nAA", 6, "unaligned acquire and release within 16 bytes allowed",
      "unaligned acquire and release fault"),
    .ones(5, 4),
    .flag("SA", 3, "SP alignment checks on", "SP alignment checks off"),
    .flag("C", 2, "data accesses cacheable", "data accesses non-cacheable"),
    .flag("A", 1, "alignment checks on", "alignment checks off"),
    .flag("M", 0, "MMU on", "MMU off"),
  ])
}

extension Meaning {
  /// TCF and TCF0.
  fileprivate static let tagCheckFault = Meaning.values(
    [
      0: "tag check faults ignored", 1: "tag check faults synchronous",
      2: "tag check faults asynchronous", 3: "reads synchronous, writes asynchronous",
    ], "reserved")
}
