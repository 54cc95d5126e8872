// TCR, VTCR, VTTBR, TTBR, MAIR: the translation regimes.

extension DecodableRegister {
  static let translation = [
    DecodableRegister(
      "TCR_EL2", "Translation Control Register (EL2), HCR_EL2.E2H 0", .tcrEL2),
    DecodableRegister(
      "TCR_EL2_VHE", "Translation Control Register (EL2), HCR_EL2.E2H 1", aliases: ["TCR_VHE"],
      .tcrEL1),
    DecodableRegister(
      "TCR_EL1", "Translation Control Register (EL1)", aliases: ["TCR"], .tcrEL1),
    DecodableRegister("TCR_EL3", "Translation Control Register (EL3)", .tcrEL3),
    DecodableRegister(
      "VTCR_EL2", "Virtualization Translation Control Register", aliases: ["VTCR"], .vtcr),
    DecodableRegister(
      "VTTBR_EL2", "Virtualization Translation Table Base Register", aliases: ["VTTBR"], .vttbr),
    DecodableRegister(
      "TTBR0_EL1", "Translation Table Base Register 0 (EL1)", aliases: ["TTBR0", "TTBR"], .ttbr),
    DecodableRegister(
      "TTBR1_EL1", "Translation Table Base Register 1 (EL1)", aliases: ["TTBR1"], .ttbr),
    DecodableRegister("TTBR0_EL2", "Translation Table Base Register 0 (EL2)", .ttbr),
    DecodableRegister("TTBR1_EL2", "Translation Table Base Register 1 (EL2)", .ttbr),
    DecodableRegister("TTBR0_EL3", "Translation Table Base Register 0 (EL3)", .ttbrEL3),
    DecodableRegister(
      "MAIR_EL1", "Memory Attribute Indirection Register (EL1)", aliases: ["MAIR"], .mair),
    DecodableRegister("MAIR_EL2", "Memory Attribute Indirection Register (EL2)", .mair),
    DecodableRegister("MAIR_EL3", "Memory Attribute Indirection Register (EL3)", .mair),
  ]
}

extension FieldTable {
  /// TCR_EL1, and TCR_EL2 when HCR_EL2.E2H is 1 (Arm ARM DDI 0487, D24.2, "TCR_EL1" and "TCR_EL2").
  static let tcrEL1 = FieldTable([
    .flag("MTX1", 61, "upper range: canonical tag checks", "upper range: no canonical tag checks"),
    .flag("MTX0", 60, "lower range: canonical tag checks", "lower range: no canonical tag checks"),
    .flag("DS", 59, "52-bit output addresses with 4 and 16 KiB granules", "48-bit descriptors"),
    .flag("TCMA1", 58, "tag 0xf is unchecked", "tag 0xf is checked"),
    .flag("TCMA0", 57, "tag 0 is unchecked", "tag 0 is checked"),
    .flag("E0PD1", 56, "EL0 faults in the upper range", "EL0 may use the upper range"),
    .flag("E0PD0", 55, "EL0 faults in the lower range", "EL0 may use the lower range"),
    .flag("NFD1", 54, "non-fault accesses of TTBR1 do not walk", "non-fault accesses walk"),
    .flag("NFD0", 53, "non-fault accesses of TTBR0 do not walk", "non-fault accesses walk"),
    .flag("TBID1", 52, "TBI1 is for data only", "TBI1 is for instructions too"),
    .flag("TBID0", 51, "TBI0 is for data only", "TBI0 is for instructions too"),
    .flag("HWU162", 50, "PBHA[3] in use", "PBHA[3] not in use"),
    .flag("HWU161", 49, "PBHA[2] in use", "PBHA[2] not in use"),
    .flag("HWU160", 48, "PBHA[1] in use", "PBHA[1] not in use"),
    .flag("HWU159", 47, "PBHA[0] in use", "PBHA[0] not in use"),
    .flag("HWU062", 46, "PBHA[3] in use", "PBHA[3] not in use"),
    .flag("HWU061", 45, "PBHA[2] in use", "PBHA[2] not in use"),
    .flag("HWU060", 44, "PBHA[1] in use", "PBHA[1] not in use"),
    .flag("HWU059", 43, "PBHA[0] in use", "PBHA[0] not in use"),
    .flag("HPD1", 42, "TTBR1: no hierarchical permissions", "TTBR1: hierarchical permissions"),
    .flag("HPD0", 41, "TTBR0: no hierarchical permissions", "TTBR0: hierarchical permissions"),
    .flag("HD", 40, "hardware manages dirty state", "software manages dirty state"),
    .flag("HA", 39, "hardware sets access flags", "software sets access flags"),
    .flag("TBI1", 38, "upper range: top byte ignored", "upper range: top byte used"),
    .flag("TBI0", 37, "lower range: top byte ignored", "lower range: top byte used"),
    .flag("AS", 36, "16-bit ASID", "8-bit ASID"),
    .field("IPS", 34, 32, as: .addressSize),
    .field("TG1", 31, 30, as: .granule1),
    .field("SH1", 29, 28, as: .shareability),
    .field("ORGN1", 27, 26, as: .cacheability),
    .field("IRGN1", 25, 24, as: .cacheability),
    .flag("EPD1", 23, "no walks of TTBR1", "TTBR1 walks"),
    .flag("A1", 22, "the ASID is in TTBR1", "the ASID is in TTBR0"),
    .field("T1SZ", 21, 16, as: .regionSize),
    .field("TG0", 15, 14, as: .granule0),
    .field("SH0", 13, 12, as: .shareability),
    .field("ORGN0", 11, 10, as: .cacheability),
    .field("IRGN0", 9, 8, as: .cacheability),
    .flag("EPD0", 7, "no walks of TTBR0", "TTBR0 walks"),
    .field("T0SZ", 5, 0, as: .regionSize),
  ])

  /// TCR_EL2 when HCR_EL2.E2H is 0 (Arm ARM DDI 0487, D24.2, "TCR_EL2").
  static let tcrEL2 = FieldTable(tcrOfOneRange)

  /// TCR_EL3 (Arm ARM DDI 0487, D24.2, "TCR_EL3"): it includes the fields of TCR2_EL2.
  static let tcrEL3 = FieldTable(tcrEL3High + tcrOfOneRange)

  private static let tcrEL3High: [FieldSpec] = [
    .field("TVAD", 53, 53), .field("VTB", 52, 48), .field("POIW", 47, 45),
    .field("POE2F", 44, 44),
    .flag("DisCH0", 43, "Contiguous ignored in the first table", "Contiguous in use"),
    .flag("HAFT", 42, "hardware sets access flags of tables", "no access flags of tables"),
    .flag("PTTWI", 41, "reduced coherence of table walks", "coherent table walks"),
    .flag("D128", 38, "128-bit descriptors", "64-bit descriptors"),
    .flag("AIE", 37, "attribute indexes have a fourth bit (MAIR2)", "no MAIR2"),
    .flag("POE", 36, "permission overlays on", "permission overlays off"),
    .flag("PIE", 35, "permissions are indirect", "permissions are direct"),
    .flag("PnCH", 34, "bit 52 is Protected", "bit 52 is Contiguous"),
  ]

  private static let tcrOfOneRange: [FieldSpec] = [
    .flag("MTX", 33, "canonical tag checks", "no canonical tag checks"),
    .flag("DS", 32, "52-bit output addresses with 4 and 16 KiB granules", "48-bit descriptors"),
    .ones(31, 31),
    .flag("TCMA", 30, "tag 0 is unchecked", "tag 0 is checked"),
    .flag("TBID", 29, "TBI is for data only", "TBI is for instructions too"),
    .flag("HWU62", 28, "PBHA[3] in use", "PBHA[3] not in use"),
    .flag("HWU61", 27, "PBHA[2] in use", "PBHA[2] not in use"),
    .flag("HWU60", 26, "PBHA[1] in use", "PBHA[1] not in use"),
    .flag("HWU59", 25, "PBHA[0] in use", "PBHA[0] not in use"),
    .flag("HPD", 24, "no hierarchical permissions", "hierarchical permissions"),
    .ones(23, 23),
    .flag("HD", 22, "hardware manages dirty state", "software manages dirty state"),
    .flag("HA", 21, "hardware sets access flags", "software sets access flags"),
    .flag("TBI", 20, "top byte ignored", "top byte used"),
    .field("PS", 18, 16, as: .addressSize),
    .field("TG0", 15, 14, as: .granule0),
    .field("SH0", 13, 12, as: .shareability),
    .field("ORGN0", 11, 10, as: .cacheability),
    .field("IRGN0", 9, 8, as: .cacheability),
    .field("T0SZ", 5, 0, as: .regionSize),
  ]

  /// VTCR_EL2 (Arm ARM DDI 0487, D24.2, "VTCR_EL2"). The start level that SL0 selects depends on TG0 and SL2.
  static let vtcr = FieldTable([
    .flag("HDBSS", 45, "dirty state is tracked in a structure", "no dirty state structure"),
    .flag("HAFT", 44, "hardware sets access flags of tables", "no access flags of tables"),
    .flag("TL0", 41, "TopLevel0 permissions on", "TopLevel0 permissions off"),
    .flag(
      "GCSH", 40, "guarded control stack memory is checked",
      "guarded control stack memory is not checked"),
    .flag("D128", 38, "128-bit descriptors", "64-bit descriptors"),
    .flag("S2POE", 37, "permission overlays on", "permission overlays off"),
    .flag("S2PIE", 36, "permissions are indirect", "permissions are direct"),
    .flag("TL1", 35, "TopLevel1 permissions on", "TopLevel1 permissions off"),
    .flag("AssuredOnly", 34, "AssuredOnly attribute on", "AssuredOnly attribute off"),
    .flag("SL2", 33, "start at level -1 when SL0 is 0", "SL0 alone selects the start level"),
    .flag("DS", 32, "52-bit output addresses with 4 and 16 KiB granules", "48-bit descriptors"),
    .ones(31, 31),
    .flag("NSA", 30, "Non-secure IPAs become Non-secure", "Non-secure IPAs become Secure"),
    .flag(
      "NSW", 29, "walks of Non-secure IPAs are Non-secure", "walks of Non-secure IPAs are Secure"),
    .flag("HWU62", 28, "PBHA[3] in use", "PBHA[3] not in use"),
    .flag("HWU61", 27, "PBHA[2] in use", "PBHA[2] not in use"),
    .flag("HWU60", 26, "PBHA[1] in use", "PBHA[1] not in use"),
    .flag("HWU59", 25, "PBHA[0] in use", "PBHA[0] not in use"),
    .flag("HD", 22, "hardware manages dirty state", "software manages dirty state"),
    .flag("HA", 21, "hardware sets access flags", "software sets access flags"),
    .flag("VS", 19, "16-bit VMID", "8-bit VMID"),
    .field("PS", 18, 16, as: .addressSize),
    .field("TG0", 15, 14, as: .granule0),
    .field("SH0", 13, 12, as: .shareability),
    .field("ORGN0", 11, 10, as: .cacheability),
    .field("IRGN0", 9, 8, as: .cacheability),
    .field(
      "SL0", 7, 6,
      as: .register(
        mask: 0x2_0000_c0c0,
        [
          0x0000: "start at level 2", 0x0040: "start at level 1", 0x0080: "start at level 0",
          0x00c0: "start at level 3", 0x2_0000_0000: "start at level -1",
          0x4000: "start at level 3", 0x4040: "start at level 2", 0x4080: "start at level 1",
          0x8000: "start at level 3", 0x8040: "start at level 2", 0x8080: "start at level 1",
          0x80c0: "start at level 0",
        ])),
    .field("T0SZ", 5, 0, as: .regionSize),
  ])

  /// VTTBR_EL2 (Arm ARM DDI 0487, D24.2, "VTTBR_EL2").
  static let vttbr = FieldTable([
    .field("VMID", 63, 48),
    .field("BADDR", 47, 1, of: .tableBase),
    .flag("CnP", 0, "CPUs share the translations", "the translations are not shared"),
  ])

  /// TTBR0_ELx and TTBR1_ELx (Arm ARM DDI 0487, D24.2, "TTBR0_EL1" and "TTBR1_EL1"). At EL2 the ASID is
  /// RES0 when HCR_EL2.E2H is 0.
  static let ttbr = FieldTable([
    .field("ASID", 63, 48),
    .field("BADDR", 47, 1, of: .tableBase),
    .flag("CnP", 0, "CPUs share the translations", "the translations are not shared"),
  ])

  /// TTBR0_EL3 (Arm ARM DDI 0487, D24.2, "TTBR0_EL3"): there are no ASIDs.
  static let ttbrEL3 = FieldTable([
    .field("BADDR", 47, 1, of: .tableBase),
    .flag("CnP", 0, "CPUs share the translations", "the translations are not shared"),
  ])

  /// BADDR of TTBR and VTTBR. With 52-bit addresses, which TCR or VTCR selects, the four lowest bits are PA[51:48] and
  /// the table is at a multiple of 64 bytes. If these bits are 0, both interpretations are the same. With 128-bit
  /// descriptors, SKL says how many levels a walk skips (Arm ARM DDI 0487, D24.2, "TTBR0_EL1").
  private static let tableBase = FieldTable(forms: [
    .when(0x1f, is: 0, means: .address(1), []),
    .otherwise(
      means: .address(1),
      [
        .field("PA[47:6]", 46, 5, as: .address(6)),
        .field("PA[51:48]", 4, 1, as: .text("with 52-bit addresses; SKL in bits 2:1 with D128")),
      ]),
  ])
}
