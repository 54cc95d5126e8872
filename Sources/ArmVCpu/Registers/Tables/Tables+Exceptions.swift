// SPSR, ELR, VBAR, ISR: the state of an exception.

extension DecodableRegister {
  static let state = [
    DecodableRegister(
      "SPSR_EL2", "Saved Program Status Register (EL2)", aliases: ["SPSR", "PSTATE", "CPSR"],
      .spsr),
    DecodableRegister("SPSR_EL1", "Saved Program Status Register (EL1)", .spsr),
    DecodableRegister("SPSR_EL3", "Saved Program Status Register (EL3)", .spsr),
    DecodableRegister("ELR_EL2", "Exception Link Register (EL2)", aliases: ["ELR"], .elr),
    DecodableRegister("ELR_EL1", "Exception Link Register (EL1)", .elr),
    DecodableRegister("ELR_EL3", "Exception Link Register (EL3)", .elr),
    DecodableRegister("VBAR_EL2", "Vector Base Address Register (EL2)", aliases: ["VBAR"], .vbar),
    DecodableRegister("VBAR_EL1", "Vector Base Address Register (EL1)", .vbar),
    DecodableRegister("VBAR_EL3", "Vector Base Address Register (EL3)", .vbarEL3),
    DecodableRegister("ISR_EL1", "Interrupt Status Register", aliases: ["ISR"], .isr),
  ]
}

extension FieldTable {
  /// SPSR_ELx: the saved PSTATE, with the AArch64 or AArch32 layout depending on M[4] (Arm ARM DDI
  /// 0487, C5.2, "SPSR_EL1").
  static let spsr = FieldTable(forms: [
    .when(
      0x10, is: 0x10,
      spsr32),
    .otherwise(spsr64),
  ])

  /// ELR_ELx (Arm ARM DDI 0487, C5.2, "ELR_EL1").
  static let elr = FieldTable([.field("ADDR", 63, 0, as: .text("the address to return to"))])

  /// VBAR_EL1 and VBAR_EL2 (Arm ARM DDI 0487, D24.2, "VBAR_EL1" and "VBAR_EL2").
  static let vbar = FieldTable([.field("VBA", 63, 11, as: .address(11)), .field("UT", 0, 0)])

  /// VBAR_EL3 (Arm ARM DDI 0487, D24.2, "VBAR_EL3").
  static let vbarEL3 = FieldTable([.field("VBA", 63, 11, as: .address(11))])

  /// ISR_EL1: what is pending and would be taken at EL1 (Arm ARM DDI 0487, D24.2, "ISR_EL1").
  static let isr = FieldTable([
    .flag("IS", 10, "IRQ pending with superpriority", "no IRQ with superpriority"),
    .flag("FS", 9, "FIQ pending with superpriority", "no FIQ with superpriority"),
    .flag("A", 8, "SError pending", "no SError pending"),
    .flag("I", 7, "IRQ pending", "no IRQ pending"),
    .flag("F", 6, "FIQ pending", "no FIQ pending"),
  ])

  private static let spsr32: [FieldSpec] = [
    .flag("UINJ", 36, "an Undefined Instruction exception is to be injected", "no injection"),
    .flag("PPEND", 33, "a PMU exception is pending", "no PMU exception is pending"),
    .flag("N", 31, "negative", "not negative"),
    .flag("Z", 30, "zero", "not zero"),
    .flag("C", 29, "carry", "no carry"),
    .flag("V", 28, "overflow", "no overflow"),
    .flag("Q", 27, "overflow or saturation", "no overflow or saturation"),
    .field("IT[1:0]", 26, 25),
    .flag("DIT", 24, "data-independent timing", "timing may depend on data"),
    .flag("SSBS", 23, "speculative store bypass is safe", "no speculative store bypass"),
    .flag("PAN", 22, "privileged access to EL0 memory faults", "privileged access allowed"),
    .flag("SS", 21, "software step: the next instruction runs", "software step: not active"),
    .flag("IL", 20, "illegal execution state", "legal execution state"),
    .field("GE", 19, 16),
    .field("IT[7:2]", 15, 10),
    .flag("E", 9, "big-endian data", "little-endian data"),
    .flag("A", 8, "SError masked", "SError not masked"),
    .flag("I", 7, "IRQ masked", "IRQ not masked"),
    .flag("F", 6, "FIQ masked", "FIQ not masked"),
    .flag("T", 5, "T32 instructions", "A32 instructions"),
    .field(
      "M", 4, 0,
      values: [
        0x10: "AArch32 User", 0x11: "AArch32 FIQ", 0x12: "AArch32 IRQ",
        0x13: "AArch32 Supervisor", 0x16: "AArch32 Monitor", 0x17: "AArch32 Abort",
        0x1a: "AArch32 Hyp", 0x1b: "AArch32 Undefined", 0x1f: "AArch32 System",
      ]),
  ]

  private static let spsr64: [FieldSpec] = [
    .flag("UINJ", 36, "an Undefined Instruction exception is to be injected", "no injection"),
    .flag("PACM", 35, "PAC functions use the PC as a modifier", "PAC functions do not use the PC"),
    .flag("EXLOCK", 34, "exception return state is locked", "exception return state not locked"),
    .flag("PPEND", 33, "a PMU exception is pending", "no PMU exception is pending"),
    .flag("PM", 32, "PMU exceptions masked", "PMU exceptions not masked"),
    .flag("N", 31, "negative", "not negative"),
    .flag("Z", 30, "zero", "not zero"),
    .flag("C", 29, "carry", "no carry"),
    .flag("V", 28, "overflow", "no overflow"),
    .flag("TCO", 25, "memory tag checks off", "memory tag checks on"),
    .flag("DIT", 24, "data-independent timing", "timing may depend on data"),
    .flag("UAO", 23, "unprivileged loads and stores act privileged", "no user access override"),
    .flag("PAN", 22, "privileged access to EL0 memory faults", "privileged access allowed"),
    .flag("SS", 21, "software step: the next instruction runs", "software step: not active"),
    .flag("IL", 20, "illegal execution state", "legal execution state"),
    .field("BTYPE2", 14, 14),
    .flag("ALLINT", 13, "interrupts masked, with superpriority too", "superpriority not masked"),
    .flag("SSBS", 12, "speculative store bypass is safe", "no speculative store bypass"),
    .field("BTYPE", 11, 10),
    .flag("D", 9, "debug exceptions masked", "debug exceptions not masked"),
    .flag("A", 8, "SError masked", "SError not masked"),
    .flag("I", 7, "IRQ masked", "IRQ not masked"),
    .flag("F", 6, "FIQ masked", "FIQ not masked"),
    .field(
      "M", 4, 0,
      values: [
        0b00000: "EL0t", 0b00100: "EL1t", 0b00101: "EL1h", 0b01000: "EL2t", 0b01001: "EL2h",
        0b01100: "EL3t", 0b01101: "EL3h",
      ]),
  ]
}
