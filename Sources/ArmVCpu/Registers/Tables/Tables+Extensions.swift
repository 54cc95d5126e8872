// VNCR, ZCR, SMCR, GCSCR, MPAM2: registers of individual extensions.

extension DecodableRegister {
  static let extensions = [
    DecodableRegister(
      "VNCR_EL2", "Virtual Nested Control Register", aliases: ["VNCR"], .vncr),
    DecodableRegister("ZCR_EL1", "SVE Control Register (EL1)", aliases: ["ZCR"], .zcr),
    DecodableRegister("ZCR_EL2", "SVE Control Register (EL2)", .zcr),
    DecodableRegister("ZCR_EL3", "SVE Control Register (EL3)", .zcr),
    DecodableRegister("SMCR_EL1", "SME Control Register (EL1)", aliases: ["SMCR"], .smcr),
    DecodableRegister("SMCR_EL2", "SME Control Register (EL2)", .smcr),
    DecodableRegister("SMCR_EL3", "SME Control Register (EL3)", .smcr),
    DecodableRegister(
      "GCSCR_EL1", "Guarded Control Stack Control Register (EL1)", aliases: ["GCSCR"], .gcscr),
    DecodableRegister("GCSCR_EL2", "Guarded Control Stack Control Register (EL2)", .gcscr),
    DecodableRegister("GCSCR_EL3", "Guarded Control Stack Control Register (EL3)", .gcscr),
    DecodableRegister(
      "GCSCRE0_EL1", "Guarded Control Stack Control Register (EL0)", aliases: ["GCSCRE0"],
      .gcscrE0),
    DecodableRegister("MPAM2_EL2", "MPAM2 Register (EL2)", aliases: ["MPAM2"], .mpam2),
  ]
}

extension FieldTable {
  /// VNCR_EL2 (Arm ARM DDI 0487, D24.2, "VNCR_EL2"): the page that holds a nested hypervisor's registers. The highest
  /// bits are the sign extension.
  static let vncr = FieldTable([.field("BADDR", 63, 12, as: .address(12))])

  /// ZCR_ELx (Arm ARM DDI 0487, D24.2, "ZCR_EL1").
  static let zcr = FieldTable([.field("LEN", 3, 0, as: .vectorLength)])

  /// SMCR_ELx (Arm ARM DDI 0487, D24.2, "SMCR_EL1").
  static let smcr = FieldTable([
    .flag(
      "FA64", 31, "all A64 instructions in streaming mode",
      "only streaming instructions in streaming mode"),
    .flag("EZT0", 30, "ZT0 does not trap", "ZT0 traps"),
    .field("LEN", 3, 0, as: .vectorLength),
  ])

  /// GCSCR_ELx (Arm ARM DDI 0487, D24.11, "GCSCR_EL1").
  static let gcscr = FieldTable([
    .flag("STREn", 9, "GCSSTR allowed", "GCSSTR faults"),
    .flag("PUSHMEn", 8, "GCSPUSHM allowed", "GCSPUSHM traps"),
    .flag("EXLOCKEN", 6, "ELR and SPSR may be locked", "no lock of ELR and SPSR"),
    .flag("RVCHKEN", 5, "returns are checked", "returns are not checked"),
    .flag("PCRSEL", 0, "calls and returns use the guarded stack", "no guarded stack"),
  ])

  /// GCSCRE0_EL1 (Arm ARM DDI 0487, D24.11, "GCSCRE0_EL1").
  static let gcscrE0 = FieldTable([
    .flag("nTR", 10, "reads of GCSPR_EL0 at EL0 do not trap", "reads of GCSPR_EL0 at EL0 trap"),
    .flag("STREn", 9, "GCSSTR allowed", "GCSSTR faults"),
    .flag("PUSHMEn", 8, "GCSPUSHM allowed", "GCSPUSHM traps"),
    .flag("RVCHKEN", 5, "returns are checked", "returns are not checked"),
    .flag("PCRSEL", 0, "calls and returns use the guarded stack", "no guarded stack"),
  ])

  /// MPAM2_EL2 (Arm ARM DDI 0487, D24.12, "MPAM2_EL2").
  static let mpam2 = FieldTable([
    .flag("MPAMEN", 63, "MPAM on", "MPAM off"),
    .flag("TIDR", 58, "MPAMIDR_EL1 traps", "MPAMIDR_EL1 does not trap"),
    .flag("ALTSP_HFC", 56, "EL1 and EL0 use the alternative space", "EL1 and EL0: primary space"),
    .flag("ALTSP_EL2", 55, "EL2 uses the alternative space", "EL2: primary space"),
    .flag("ALTSP_FRCD", 54, "the alternative space is forced", "no space is forced"),
    .flag("EnMPAMSM", 50, "MPAMSM_EL1 does not trap", "MPAMSM_EL1 traps"),
    .flag("TRAPMPAM0EL1", 49, "MPAM0_EL1 traps", "MPAM0_EL1 does not trap"),
    .flag("TRAPMPAM1EL1", 48, "MPAM1_EL1 traps", "MPAM1_EL1 does not trap"),
    .field("PMG_D", 47, 40), .field("PMG_I", 39, 32), .field("PARTID_D", 31, 16),
    .field("PARTID_I", 15, 0),
  ])
}

extension Meaning {
  /// LEN of ZCR and SMCR: the requested length, limited by the lengths that the CPU supports.
  fileprivate static let vectorLength = Meaning.values(
    [
      0: "128 bits", 1: "256 bits", 2: "384 bits", 3: "512 bits", 4: "640 bits", 5: "768 bits",
      6: "896 bits", 7: "1024 bits", 8: "1152 bits", 9: "1280 bits", 10: "1408 bits",
      11: "1536 bits", 12: "1664 bits", 13: "1792 bits", 14: "1920 bits", 15: "2048 bits",
    ], "")
}
