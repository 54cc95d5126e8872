// SCTLR2 and TCR2: the extensions of SCTLR and TCR (FEAT_SCTLR2 and FEAT_TCR2).

extension DecodableRegister {
  static let systemControl2 = [
    DecodableRegister(
      "SCTLR2_EL1", "System Control Register 2 (EL1)", aliases: ["SCTLR2"], .sctlr2EL1),
    DecodableRegister("SCTLR2_EL2", "System Control Register 2 (EL2)", .sctlr2EL2),
    DecodableRegister("SCTLR2_EL3", "System Control Register 2 (EL3)", .sctlr2EL3),
    DecodableRegister(
      "TCR2_EL1", "Extended Translation Control Register (EL1)", aliases: ["TCR2"], .tcr2EL1),
    DecodableRegister("TCR2_EL2", "Extended Translation Control Register (EL2)", .tcr2EL2),
  ]
}

extension FieldTable {
  /// SCTLR2_EL1 (Arm ARM DDI 0487, D24.2, "SCTLR2_EL1").
  static let sctlr2EL1 = FieldTable(sctlr2High + sctlr2Low)

  /// SCTLR2_EL2 (Arm ARM DDI 0487, D24.2, "SCTLR2_EL2"). The fields for EL0 are RES0 when HCR_EL2.E2H is 0.
  static let sctlr2EL2 = FieldTable(sctlr2High + sctlr2Low + [emec])

  /// SCTLR2_EL3 (Arm ARM DDI 0487, D24.2, "SCTLR2_EL3").
  static let sctlr2EL3 = FieldTable([
    .field("BTD", 24, 24), .field("VT", 17, 17), .field("TEOS", 16, 16), .field("TEIS", 15, 15),
    .field("DTZ", 14, 14),
    .flag("CPTM", 11, "pointer multiplication is checked", "pointer multiplication unchecked"),
    .flag("CPTA", 9, "pointer addition is checked", "pointer addition unchecked"),
    .flag("EnPACM", 7, "PACM sets PSTATE.PACM", "PACM has no effect"),
    anerr, aderr, emec,
  ])

  private static let sctlr2High: [FieldSpec] = [
    .field("EnTP3", 28, 28), .field("TLBOSNIS", 26, 26), .field("FDIT", 25, 25),
    .field("BTD", 24, 24), .field("BTD0", 23, 23), .field("EnIA2", 22, 22),
    .field("EnIB2", 21, 21), .field("EnDA2", 20, 20), .field("EnDB2", 19, 19),
    .field("VT", 17, 17), .field("TEOS", 16, 16), .field("TEIS", 15, 15), .field("DTZ", 14, 14),
    .flag(
      "CPTM0", 12, "pointer multiplication at EL0 is checked",
      "pointer multiplication at EL0 unchecked"),
    .flag("CPTM", 11, "pointer multiplication is checked", "pointer multiplication unchecked"),
    .flag("CPTA0", 10, "pointer addition at EL0 is checked", "pointer addition at EL0 unchecked"),
    .flag("CPTA", 9, "pointer addition is checked", "pointer addition unchecked"),
    .flag("EnPACM0", 8, "PACM at EL0 sets PSTATE.PACM", "PACM at EL0 has no effect"),
    .flag("EnPACM", 7, "PACM sets PSTATE.PACM", "PACM has no effect"),
  ]

  private static let sctlr2Low: [FieldSpec] = [
    .flag(
      "EnIDCP128", 6, "128-bit IMPLEMENTATION DEFINED registers at EL0 do not trap",
      "128-bit IMPLEMENTATION DEFINED registers at EL0 trap"),
    .flag(
      "EASE", 5, "external aborts take the vector of SErrors",
      "external aborts take the synchronous vector"),
    anerr, aderr,
    .flag("NMEA", 2, "SErrors are taken regardless of PSTATE.A", "PSTATE.A masks SErrors"),
  ]

  private static let anerr = FieldSpec.flag(
    "EnANERR", 4, "errors of Normal reads may be SErrors", "errors of Normal reads are data aborts")
  private static let aderr = FieldSpec.flag(
    "EnADERR", 3, "errors of Device reads may be SErrors", "errors of Device reads are data aborts")
  private static let emec = FieldSpec.flag("EMEC", 1, "memory encryption contexts on", "no MECIDs")

  /// TCR2_EL1 (Arm ARM DDI 0487, D24.2, "TCR2_EL1").
  static let tcr2EL1 = FieldTable(
    tcr2Virtual + [
      .flag("FNGNA1", 21, "TTBR1: unassured pages are non-global", "TTBR1: as nG says"),
      .flag("FNGNA0", 20, "TTBR0: unassured pages are non-global", "TTBR0: as nG says"),
    ] + tcr2High + tcr2Low)

  /// TCR2_EL2 (Arm ARM DDI 0487, D24.2, "TCR2_EL2"). The fields for TTBR1 or EL0 are RES0 when HCR_EL2.E2H
  /// is 0.
  static let tcr2EL2 = FieldTable(
    tcr2Virtual + tcr2High + [
      .flag("AMEC1", 13, "TTBR1: AMEC chooses MECID_A1_EL2", "TTBR1: AMEC faults"),
      .flag("AMEC0", 12, "TTBR0: AMEC chooses MECID_A0_EL2", "TTBR0: AMEC faults"),
    ] + tcr2Low)

  private static let tcr2Virtual: [FieldSpec] = [
    .field("TVAD1", 36, 36), .field("TVAD0", 35, 35), .field("VTB1", 34, 30),
    .field("VTB0", 29, 25), .field("POIW", 24, 22),
  ]

  private static let tcr2High: [FieldSpec] = [
    .field("POE2F", 19, 19),
    .flag("FNG1", 18, "TTBR1: all pages are non-global", "TTBR1: as nG says"),
    .flag("FNG0", 17, "TTBR0: all pages are non-global", "TTBR0: as nG says"),
    .flag("A2", 16, "two ASIDs, in TTBR0 and in TTBR1", "one ASID"),
    .flag(
      "DisCH1", 15, "TTBR1: Contiguous ignored in the first table", "TTBR1: Contiguous in use"),
    .flag(
      "DisCH0", 14, "TTBR0: Contiguous ignored in the first table", "TTBR0: Contiguous in use"),
  ]

  private static let tcr2Low: [FieldSpec] = [
    .flag("HAFT", 11, "hardware sets access flags of tables", "no access flags of tables"),
    .flag("PTTWI", 10, "reduced coherence of table walks", "coherent table walks"),
    .flag("D128", 5, "128-bit descriptors", "64-bit descriptors"),
    .flag("AIE", 4, "attribute indexes have a fourth bit (MAIR2)", "no MAIR2"),
    .flag("POE", 3, "permission overlays on", "permission overlays off"),
    .flag("E0POE", 2, "permission overlays at EL0 on", "permission overlays at EL0 off"),
    .flag("PIE", 1, "permissions are indirect", "permissions are direct"),
    .flag("PnCH", 0, "bit 52 is Protected", "bit 52 is Contiguous"),
  ]
}
