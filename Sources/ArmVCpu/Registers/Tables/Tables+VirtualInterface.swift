// ICH and ICC registers other than the list registers: the state of the GIC's virtual and physical CPU interfaces.

extension DecodableRegister {
  static let interruptInterfaces = [
    DecodableRegister(
      "ICH_VMCR_EL2", "Interrupt Controller Virtual Machine Control Register",
      aliases: ["ICH_VMCR", "VMCR"], .ichVMCR),
    DecodableRegister(
      "ICH_VTR_EL2", "Interrupt Controller VGIC Type Register", aliases: ["ICH_VTR", "VTR"], .ichVTR
    ),
    DecodableRegister(
      "ICH_MISR_EL2", "Interrupt Controller Maintenance Interrupt State Register",
      aliases: ["ICH_MISR", "MISR"], .ichMISR),
    DecodableRegister(
      "ICH_EISR_EL2", "Interrupt Controller End of Interrupt Status Register",
      aliases: ["ICH_EISR", "EISR"], .ichEISR),
    DecodableRegister(
      "ICH_ELRSR_EL2", "Interrupt Controller Empty List Register Status Register",
      aliases: ["ICH_ELRSR", "ELRSR"], .ichELRSR),
    DecodableRegister(
      "ICC_SRE_EL1", "Interrupt Controller System Register Enable Register (EL1)",
      aliases: ["ICC_SRE"], .iccSREEL1),
    DecodableRegister(
      "ICC_SRE_EL2", "Interrupt Controller System Register Enable Register (EL2)", .iccSREEL2),
    DecodableRegister(
      "ICC_SRE_EL3", "Interrupt Controller System Register Enable Register (EL3)", .iccSREEL3),
    DecodableRegister(
      "ICC_CTLR_EL1", "Interrupt Controller Control Register (EL1)",
      aliases: ["ICC_CTLR", "ICV_CTLR_EL1"], .iccCTLREL1),
    DecodableRegister(
      "ICC_CTLR_EL3", "Interrupt Controller Control Register (EL3)", .iccCTLREL3),
  ]
}

extension FieldTable {
  /// ICH_VMCR_EL2 (Arm IHI 0069, 12.4, "ICH_VMCR_EL2").
  static let ichVMCR = FieldTable([
    .field("VPMR", 31, 24, as: .text("priorities above this number are masked")),
    .field("VBPR0", 23, 21), .field("VBPR1", 20, 18),
    .flag("VEOIM", 9, "EOI only drops the priority", "EOI drops the priority and deactivates"),
    .flag("VCBPR", 4, "group 1 uses VBPR0 too", "each group has its own binary point"),
    .flag(
      "VFIQEn", 3, "group 0 interrupts are virtual FIQs", "group 0 interrupts are virtual IRQs"),
    .flag(
      "VAckCtl", 2, "acknowledging group 0 also takes group 1",
      "acknowledging group 0 takes only group 0"),
    .flag("VENG1", 1, "group 1 on", "group 1 off"),
    .flag("VENG0", 0, "group 0 on", "group 0 off"),
  ])

  /// ICH_VTR_EL2 (Arm IHI 0069, 12.4, "ICH_VTR_EL2").
  static let ichVTR = FieldTable([
    .field("PRIbits", 31, 29, as: .text("priority bits, minus one")),
    .field("PREbits", 28, 26, as: .text("preemption bits, minus one")),
    .field("IDbits", 25, 23, as: .interruptBits),
    .flag("SEIS", 22, "SErrors may be generated", "no SErrors from the interface"),
    .flag("A3V", 21, "Aff3 may be used in SGIs", "Aff3 is 0 in SGIs"),
    .flag("nV4", 20, "no direct injection", "direct injection (GICv4)"),
    .flag("TDS", 19, "ICH_HCR_EL2.TDIR implemented", "no ICH_HCR_EL2.TDIR"),
    .flag("DVIM", 18, "ICH_HCR_EL2.DVIM implemented", "no ICH_HCR_EL2.DVIM"),
    .field("ListRegs", 4, 0, as: .text("list registers, minus one")),
  ])

  /// ICH_MISR_EL2 (Arm IHI 0069, 12.4, "ICH_MISR_EL2"): the reasons for a maintenance interrupt.
  static let ichMISR = FieldTable([
    .flag("VGrp1D", 7, "group 1 is off", "not asserted"),
    .flag("VGrp1E", 6, "group 1 is on", "not asserted"),
    .flag("VGrp0D", 5, "group 0 is off", "not asserted"),
    .flag("VGrp0E", 4, "group 0 is on", "not asserted"),
    .flag("NP", 3, "no list register is pending", "not asserted"),
    .flag("LRENP", 2, "EOIcount is not 0", "not asserted"),
    .flag("U", 1, "underflow: at most one list register is in use", "not asserted"),
    .flag("EOI", 0, "EOI of a list register, see ICH_EISR_EL2", "not asserted"),
  ])

  /// ICH_EISR_EL2 (Arm IHI 0069, 12.4, "ICH_EISR_EL2").
  static let ichEISR = FieldTable([
    .field("Status", 15, 0, as: .text("a bit for each list register with an EOI"))
  ])

  /// ICH_ELRSR_EL2 (Arm IHI 0069, 12.4, "ICH_ELRSR_EL2").
  static let ichELRSR = FieldTable([
    .field("Status", 15, 0, as: .text("a bit for each list register that is free"))
  ])

  /// ICC_SRE_EL1 (Arm IHI 0069, 12.2, "ICC_SRE_EL1").
  static let iccSREEL1 = FieldTable(bypass)

  /// ICC_SRE_EL2 (Arm IHI 0069, 12.2, "ICC_SRE_EL2").
  static let iccSREEL2 = FieldTable(
    [.flag("Enable", 3, "ICC_SRE_EL1 does not trap", "ICC_SRE_EL1 traps")] + bypass)

  /// ICC_SRE_EL3 (Arm IHI 0069, 12.2, "ICC_SRE_EL3").
  static let iccSREEL3 = FieldTable(
    [
      .flag(
        "Enable", 3, "ICC_SRE_EL1 and ICC_SRE_EL2 do not trap", "ICC_SRE_EL1 and ICC_SRE_EL2 trap")
    ] + bypass)

  private static let bypass: [FieldSpec] = [
    .flag("DIB", 2, "IRQ bypass off", "IRQ bypass on"),
    .flag("DFB", 1, "FIQ bypass off", "FIQ bypass on"),
    .flag("SRE", 0, "system registers", "memory-mapped interface"),
  ]

  /// ICC_CTLR_EL1, and ICV_CTLR_EL1, which a guest accesses instead (Arm IHI 0069, 12.2, "ICC_CTLR_EL1").
  static let iccCTLREL1 = FieldTable([
    extendedRange, rangeSelector, affinity3, systemErrors, identifierBits, priorityBits,
    priorityHint,
    .flag("EOImode", 1, "EOI only drops the priority", "EOI drops the priority and deactivates"),
    .flag("CBPR", 0, "one binary point for both groups", "each group has its own binary point"),
  ])

  /// ICC_CTLR_EL3 (Arm IHI 0069, 12.2, "ICC_CTLR_EL3").
  static let iccCTLREL3 = FieldTable([
    extendedRange, rangeSelector,
    .flag("nDS", 17, "security cannot be disabled", "security may be disabled"),
    affinity3, systemErrors, identifierBits, priorityBits, priorityHint,
    .flag("RM", 5, "EL3 sees special INTIDs of others", "EL3 sees the INTIDs of all"),
    .flag(
      "EOImode_EL1NS", 4, "Non-secure: EOI only drops the priority",
      "Non-secure: EOI deactivates too"),
    .flag("EOImode_EL1S", 3, "Secure: EOI only drops the priority", "Secure: EOI deactivates too"),
    .flag("EOImode_EL3", 2, "EL3: EOI only drops the priority", "EL3: EOI deactivates too"),
    .flag(
      "CBPR_EL1NS", 1, "Non-secure: one binary point for both groups",
      "Non-secure: each group has its own binary point"),
    .flag(
      "CBPR_EL1S", 0, "Secure: one binary point for both groups",
      "Secure: each group has its own binary point"),
  ])

  private static let extendedRange = FieldSpec.flag(
    "ExtRange", 19, "INTIDs 1024 to 8191 supported", "no INTIDs from 1024 to 8191")
  private static let rangeSelector = FieldSpec.flag(
    "RSS", 18, "SGIs for Aff0 0 to 255", "SGIs for Aff0 0 to 15")
  private static let affinity3 = FieldSpec.flag(
    "A3V", 15, "Aff3 may be used in SGIs", "Aff3 is 0 in SGIs")
  private static let systemErrors = FieldSpec.flag(
    "SEIS", 14, "SErrors may be generated", "no SErrors from the interface")
  private static let identifierBits = FieldSpec.field("IDbits", 13, 11, as: .interruptBits)
  private static let priorityBits = FieldSpec.field(
    "PRIbits", 10, 8, as: .text("priority bits, minus one"))
  private static let priorityHint = FieldSpec.flag(
    "PMHE", 6, "the priority mask is a hint for 1 of N", "no hint for 1 of N")
}

extension Meaning {
  /// IDbits.
  fileprivate static let interruptBits = Meaning.values([0: "16 bits", 1: "24 bits"], "reserved")
}
