// DBGBCR, DBGWCR and OSLSR: the CPU's breakpoints and watchpoints, and the OS lock.

extension DecodableRegister {
  static let breakpoints = [
    DecodableRegister(
      "DBGBCR_EL1", "Debug Breakpoint Control Registers", aliases: ["DBGBCR"], count: 64, .dbgbcr),
    DecodableRegister(
      "DBGWCR_EL1", "Debug Watchpoint Control Registers", aliases: ["DBGWCR"], count: 64, .dbgwcr),
    DecodableRegister("OSLSR_EL1", "OS Lock Status Register", aliases: ["OSLSR"], .oslsr),
  ]
}

extension FieldTable {
  /// DBGBCR<n>_EL1 (Arm ARM DDI 0487, D24.3, "DBGBCR<n>_EL1"). SSCE, SSC, HMC and PMC together determine the states
  /// and exception levels in which it matches (D2.8.4).
  static let dbgbcr = FieldTable([
    .field("LBNX", 31, 30), .field("SSCE", 29, 29),
    .field("MASK", 28, 24, as: .maskedBits),
    .field(
      "BT", 23, 20,
      values: [
        0: "address", 1: "address, linked", 2: "context ID", 3: "context ID, linked",
        4: "any address but this", 5: "any address but this, linked", 6: "CONTEXTIDR_EL1",
        7: "CONTEXTIDR_EL1, linked", 8: "VMID", 9: "VMID, linked", 10: "VMID and CONTEXTIDR_EL1",
        11: "VMID and CONTEXTIDR_EL1, linked", 12: "CONTEXTIDR_EL2", 13: "CONTEXTIDR_EL2, linked",
        14: "CONTEXTIDR_EL1 and _EL2", 15: "CONTEXTIDR_EL1 and _EL2, linked",
      ]),
    .field("LBN", 19, 16), .field("SSC", 15, 14, as: .securityStates), .field("HMC", 13, 13),
    .field(
      "BAS", 8, 5,
      as: .values(
        [3: "a T32 instruction", 12: "a T32 instruction, at +2", 15: "an instruction"], "")
    ),
    .flag("BT2", 3, "with linking (FEAT_BWE2)", "as BT says"),
    .field("PMC", 2, 1, as: .lowerLevels),
    .flag("E", 0, "breakpoint on", "breakpoint off"),
  ])

  /// DBGWCR<n>_EL1 (Arm ARM DDI 0487, D24.3, "DBGWCR<n>_EL1"), with the same execution conditions as breakpoints.
  static let dbgwcr = FieldTable([
    .field("LBNX", 31, 30), .field("SSCE", 29, 29),
    .field("MASK", 28, 24, as: .maskedBits),
    .flag("WT2", 22, "any address but this (FEAT_BWE2)", "this address"),
    .flag("WT", 20, "linked", "not linked"),
    .field("LBN", 19, 16), .field("SSC", 15, 14, as: .securityStates), .field("HMC", 13, 13),
    .field("BAS", 12, 5, as: .text("a bit for each byte of the doubleword")),
    .field("LSC", 4, 3, values: [1: "loads", 2: "stores", 3: "loads and stores"]),
    .field("PAC", 2, 1, as: .lowerLevels),
    .flag("E", 0, "watchpoint on", "watchpoint off"),
  ])

  /// OSLSR_EL1 (Arm ARM DDI 0487, D24.3, "OSLSR_EL1").
  static let oslsr = FieldTable([
    .flag("OSLM[1]", 3, "OS lock implemented", "no OS lock"),
    .field("nTT", 2, 2),
    .flag("OSLK", 1, "locked: no breakpoints, watchpoints and steps", "unlocked"),
    .field("OSLM[0]", 0, 0),
  ])
}

extension Meaning {
  /// MASK: 1 and 2 are reserved.
  fileprivate static let maskedBits = Meaning.values(
    [
      0: "no mask", 1: "reserved", 2: "reserved", 3: "8 bytes", 4: "16 bytes", 5: "32 bytes",
      6: "64 bytes", 7: "128 bytes", 8: "256 bytes", 9: "512 bytes", 10: "1 KiB", 11: "2 KiB",
      12: "4 KiB", 13: "8 KiB", 14: "16 KiB", 15: "32 KiB", 16: "64 KiB", 17: "128 KiB",
      18: "256 KiB", 19: "512 KiB", 20: "1 MiB", 21: "2 MiB", 22: "4 MiB", 23: "8 MiB",
      24: "16 MiB", 25: "32 MiB", 26: "64 MiB", 27: "128 MiB", 28: "256 MiB", 29: "512 MiB",
      30: "1 GiB", 31: "2 GiB",
    ], "")

  /// SSC with SSCE and HMC: the Security states, and the exception levels in addition to those of PMC or PAC.
  fileprivate static let securityStates = Meaning.register(
    mask: 0x2000_e000,
    [
      0x0000_0000: "every Security state", 0x0000_4000: "Non-secure state",
      0x0000_8000: "Secure state", 0x0000_c000: "Secure state, including EL2",
      0x2000_4000: "Realm state", 0x0000_2000: "every Security state, including EL2 and EL3",
      0x0000_6000: "Non-secure state, including EL2",
      0x0000_a000: "Secure and Root state, including EL3",
      0x0000_e000: "every Security state, including EL2", 0x2000_6000: "Realm state, including EL2",
    ])

  /// PMC and PAC.
  fileprivate static let lowerLevels = Meaning.values(
    [0: "not at EL1 and EL0", 1: "at EL1", 2: "at EL0", 3: "at EL1 and EL0"], "")
}
