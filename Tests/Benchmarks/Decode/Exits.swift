import ArmVCpu

/// The exits of a guest that boots and works: mostly devices and calls, some faults.
enum Exits {
  static let mixture: [ExitSyndrome] = [
    exit(0x9383_0047),  // STR w3, [device]
    exit(0x9381_0007),  // LDR w1, [device]
    exit(0x5a00_0000),  // HVC #0: PSCI
    exit(0x93c1_8046),  // STR x1, [device]
    exit(0x623a_33f6),  // MSR ICC_SGI1R_EL1, xzr
    exit(0x07e0_0000),  // WFI
    exit(0x9301_0007),  // LDRB w1, [device]
    exit(0x8200_0007),  // a fetch from a page to map
    exit(0x9200_0046),  // a store to a page to map
    exit(0x5a00_4b48),  // HVC #0x4b48
    exit(0x6230_0461),  // MRS x3, SCTLR_EL1
    exit(0x1fe0_0000),  // FP
    exit(0x9200_008d),  // a table walk without permission
    exit(0x5e00_0000),  // SMC #0
    exit(0xbe00_0c11),  // an SError
    exit(0x9361_8007),  // LDRSH x1, [device]
  ]

  private static func exit(_ esr: UInt64) -> ExitSyndrome {
    ExitSyndrome(
      kind: .synchronous, esr: ESR_EL2(rawValue: esr), far: 0x0900_0018,
      hpfar: HPFAR_EL2(rawValue: 0x9_0000))
  }
}
