// The GIC registers that a hypervisor uses, and the generic timer.

extension DecodableRegister {
  static let interrupts = [
    DecodableRegister(
      "ICC_SGI1R_EL1", "Software Generated Interrupt Group 1 Register",
      aliases: ["SGI1R", "ICC_SGI1R"], .sgi),
    DecodableRegister(
      "ICH_HCR_EL2", "Interrupt Controller Hyp Control Register", aliases: ["ICH_HCR"], .ichHCR),
    DecodableRegister(
      "ICH_LR_EL2", "Interrupt Controller List Registers", aliases: ["ICH_LR", "LR_EL2"], count: 16,
      .ichLR),
  ]

  static let timers = [
    DecodableRegister(
      "CNTHCTL_EL2", "Counter-timer Hypervisor Control Register, HCR_EL2.E2H 0",
      aliases: ["CNTHCTL"], .cnthctl),
    DecodableRegister(
      "CNTHCTL_EL2_VHE", "Counter-timer Hypervisor Control Register, HCR_EL2.E2H 1",
      aliases: ["CNTHCTL_VHE"], .cnthctlHost),
    DecodableRegister(
      "CNTKCTL_EL1", "Counter-timer Kernel Control Register", aliases: ["CNTKCTL"], .cntkctl),
    DecodableRegister(
      "CNTV_CTL_EL0", "Counter-timer Virtual Timer Control Register", aliases: ["CNTV_CTL"],
      .timerControl),
    DecodableRegister(
      "CNTP_CTL_EL0", "Counter-timer Physical Timer Control Register", aliases: ["CNTP_CTL"],
      .timerControl),
    DecodableRegister(
      "CNTHP_CTL_EL2", "Counter-timer Hypervisor Physical Timer Control Register",
      aliases: ["CNTHP_CTL"], .timerControl),
  ]
}

extension FieldTable {
  /// ICC_SGI1R_EL1 (Arm IHI 0069, 12.2, "ICC_SGI1R_EL1").
  static let sgi = FieldTable([
    .field("Aff3", 55, 48),
    .field("RS", 47, 44, as: .text("targets start at Aff0 RS * 16")),
    .flag("IRM", 40, "all CPUs except this one", "the CPUs in the target list"),
    .field("Aff2", 39, 32),
    .field("INTID", 27, 24),
    .field("Aff1", 23, 16),
    .field("TargetList", 15, 0, as: .text("a bit for each CPU")),
  ])

  /// ICH_HCR_EL2 (Arm IHI 0069, 12.4, "ICH_HCR_EL2").
  static let ichHCR = FieldTable([
    .field("EOIcount", 31, 27),
    .flag(
      "DVIM", 15, "directly injected interrupts masked", "directly injected interrupts not masked"),
    .flag("TDIR", 14, "ICC_DIR_EL1 traps", "ICC_DIR_EL1 does not trap"),
    .flag("TSEI", 13, "local SErrors trap", "local SErrors do not trap"),
    .flag("TALL1", 12, "group 1 registers trap", "group 1 registers do not trap"),
    .flag("TALL0", 11, "group 0 registers trap", "group 0 registers do not trap"),
    .flag("TC", 10, "registers common to both groups trap", "common registers do not trap"),
    .flag("vSGIEOICount", 8, "EOIs of virtual SGIs do not count", "EOIs of virtual SGIs count"),
    .flag(
      "VGrp1DIE", 7, "maintenance interrupt while group 1 is off", "maintenance interrupt off"),
    .flag(
      "VGrp1EIE", 6, "maintenance interrupt while group 1 is on", "maintenance interrupt off"),
    .flag(
      "VGrp0DIE", 5, "maintenance interrupt while group 0 is off", "maintenance interrupt off"),
    .flag(
      "VGrp0EIE", 4, "maintenance interrupt while group 0 is on", "maintenance interrupt off"),
    .flag("NPIE", 3, "maintenance interrupt when none is pending", "maintenance interrupt off"),
    .flag(
      "LRENPIE", 2, "maintenance interrupt when EOIcount is not 0", "maintenance interrupt off"),
    .flag("UIE", 1, "maintenance interrupt on underflow", "maintenance interrupt off"),
    .flag("En", 0, "virtual CPU interface on", "virtual CPU interface off"),
  ])

  /// ICH_LR<n>_EL2 (Arm IHI 0069, 12.4, "ICH_LR<n>_EL2"), with the layout of a hardware or a software interrupt
  /// depending on HW.
  static let ichLR = FieldTable(forms: [
    .when(
      1 << 61, is: 1 << 61,
      ichLRHead + ichLRHardware),
    .otherwise(
      ichLRHead + ichLRSoftware),
  ])

  private static let ichLRHead: [FieldSpec] = [
    .field(
      "State", 63, 62, values: [0: "inactive", 1: "pending", 2: "active", 3: "pending and active"]),
    .flag("HW", 61, "a physical interrupt", "software only"),
    .flag("Group", 60, "group 1", "group 0"),
    .flag("NMI", 59, "superpriority", "no superpriority"),
    .field("Priority", 55, 48),
  ]

  private static let ichLRHardware: [FieldSpec] = [
    .field("pINTID", 44, 32), .field("vINTID", 31, 0),
  ]

  private static let ichLRSoftware: [FieldSpec] = [
    .flag("EOI", 41, "maintenance interrupt on EOI", "maintenance interrupt off"),
    .field("vINTID", 31, 0),
  ]

  /// CNTHCTL_EL2 when HCR_EL2.E2H is 0 (Arm ARM DDI 0487, D24.10, "CNTHCTL_EL2").
  static let cnthctl = FieldTable(cnthctlHigh + cnthctlLow)

  private static let cnthctlLow: [FieldSpec] = [
    .flag("ECV", 12, "CNTPOFF_EL2 applies", "no physical offset"),
    .field("EVNTI", 7, 4), .flag("EVNTDIR", 3, "events on 1 to 0", "events on 0 to 1"),
    .flag("EVNTEN", 2, "event stream on", "event stream off"),
    .flag("EL1PCEN", 1, "physical timer does not trap", "physical timer traps"),
    .flag("EL1PCTEN", 0, "physical counter does not trap", "physical counter traps"),
  ]

  /// CNTHCTL_EL2 when HCR_EL2.E2H is 1 (Arm ARM DDI 0487, D24.10, "CNTHCTL_EL2").
  static let cnthctlHost = FieldTable(cnthctlHigh + cnthctlHostLow)

  private static let cnthctlHostLow: [FieldSpec] = [
    .flag("ECV", 12, "CNTPOFF_EL2 applies", "no physical offset"),
    .flag("EL1PTEN", 11, "physical timer does not trap", "physical timer traps"),
    .flag("EL1PCTEN", 10, "physical counter does not trap", "physical counter traps"),
    .flag("EL0PTEN", 9, "physical timer of EL0 does not trap", "physical timer of EL0 traps"),
    .flag("EL0VTEN", 8, "virtual timer of EL0 does not trap", "virtual timer of EL0 traps"),
    .field("EVNTI", 7, 4), .flag("EVNTDIR", 3, "events on 1 to 0", "events on 0 to 1"),
    .flag("EVNTEN", 2, "event stream on", "event stream off"),
    .flag("EL0VCTEN", 1, "virtual counter of EL0 does not trap", "virtual counter of EL0 traps"),
    .flag("EL0PCTEN", 0, "physical counter of EL0 does not trap", "physical counter of EL0 traps"),
  ]

  /// CNTKCTL_EL1 (Arm ARM DDI 0487, D24.10, "CNTKCTL_EL1"). With FEAT_NV2p1 it also has the other bits of CNTHCTL_EL2,
  /// which a nested hypervisor with HCR_EL2.E2H writes.
  static let cntkctl = FieldTable([
    .field("CNTPMASK", 19, 19), .field("CNTVMASK", 18, 18),
    .flag("EVNTIS", 17, "EVNTI counts from bit 8", "EVNTI counts from bit 0"),
    .field("EL1NVVCT", 16, 16), .field("EL1NVPCT", 15, 15), .field("EL1TVCT", 14, 14),
    .field("EL1TVT", 13, 13), .field("ECV", 12, 12), .field("EL1PTEN", 11, 11),
    .field("EL1PCTEN", 10, 10),
    .flag("EL0PTEN", 9, "physical timer of EL0 does not trap", "physical timer of EL0 traps"),
    .flag("EL0VTEN", 8, "virtual timer of EL0 does not trap", "virtual timer of EL0 traps"),
    .field("EVNTI", 7, 4), .flag("EVNTDIR", 3, "events on 1 to 0", "events on 0 to 1"),
    .flag("EVNTEN", 2, "event stream on", "event stream off"),
    .flag("EL0VCTEN", 1, "virtual counter of EL0 does not trap", "virtual counter of EL0 traps"),
    .flag("EL0PCTEN", 0, "physical counter of EL0 does not trap", "physical counter of EL0 traps"),
  ])

  private static let cnthctlHigh: [FieldSpec] = [
    .flag("CNTPMASK", 19, "physical timer interrupt masked", "physical timer interrupt not masked"),
    .flag("CNTVMASK", 18, "virtual timer interrupt masked", "virtual timer interrupt not masked"),
    .flag("EVNTIS", 17, "EVNTI counts from bit 8", "EVNTI counts from bit 0"),
    .flag("EL1NVVCT", 16, "nested: EL1's virtual timer traps", "no trap"),
    .flag("EL1NVPCT", 15, "nested: EL1's physical timer traps", "no trap"),
    .flag("EL1TVCT", 14, "virtual counter traps", "virtual counter does not trap"),
    .flag("EL1TVT", 13, "virtual timer traps", "virtual timer does not trap"),
  ]

  /// CNTV_CTL_EL0, CNTP_CTL_EL0 and CNTHP_CTL_EL2 (Arm ARM DDI 0487, D24.10, "CNTV_CTL_EL0").
  static let timerControl = FieldTable([
    .flag("ISTATUS", 2, "the condition is met", "the condition is not met"),
    .flag("IMASK", 1, "interrupt masked", "interrupt not masked"),
    .flag("ENABLE", 0, "timer on", "timer off"),
  ])
}
