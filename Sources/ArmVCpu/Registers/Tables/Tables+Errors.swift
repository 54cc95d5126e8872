// DISR, VDISR, VSESR and PFAR: deferred and virtual memory errors (FEAT_RAS and FEAT_PFAR).

extension DecodableRegister {
  static let errors = [
    DecodableRegister("DISR_EL1", "Deferred Interrupt Status Register", aliases: ["DISR"], .disr),
    DecodableRegister(
      "VDISR_EL2", "Virtual Deferred Interrupt Status Register", aliases: ["VDISR"], .vdisr),
    DecodableRegister(
      "VSESR_EL2", "Virtual SError Exception Syndrome Register", aliases: ["VSESR"], .vsesr),
    DecodableRegister(
      "PFAR_EL1", "Physical Fault Address Register (EL1)", aliases: ["PFAR"], .pfarEL1),
    DecodableRegister("PFAR_EL2", "Physical Fault Address Register (EL2)", .pfarEL2),
  ]
}

extension FieldTable {
  /// DISR_EL1, with the layout that IDS selects (Arm ARM DDI 0487, D24.9, "DISR_EL1").
  static let disr = FieldTable(forms: [
    .when(
      1 << 24, is: 1 << 24,
      [deferred, format, .field("ISS", 23, 0, as: .text("IMPLEMENTATION DEFINED"))]),
    .otherwise([
      deferred, format,
      .field(
        "WU", 17, 16,
        values: [
          0: "not a store, or the location may have been updated",
          2: "the store did not update the location", 3: "the store updated the location",
        ]),
      .field(
        "AET", 12, 10,
        values: [
          0: "uncontainable (UC)", 1: "unrecoverable state (UEU)", 2: "restartable state (UEO)",
          3: "recoverable state (UER)", 6: "corrected (CE)",
        ]),
      .field("EA", 9, 9),
      .flag("WnRV", 7, "WnR valid", "WnR not valid"),
      .field("WnR", 6, 6, as: .register(mask: 0xc0, [0x80: "read", 0xc0: "write"])),
      .field("DFSC", 5, 0, values: [0: "uncategorized error", 0x11: "asynchronous SError"]),
    ]),
  ])

  /// VDISR_EL2, for an AArch64 guest (Arm ARM DDI 0487, D24.9, "VDISR_EL2").
  static let vdisr = FieldTable([
    deferred, format, .field("ISS", 23, 0, as: .text("from VSESR_EL2")),
  ])

  /// VSESR_EL2, for an AArch64 guest (Arm ARM DDI 0487, D24.9, "VSESR_EL2").
  static let vsesr = FieldTable([
    format, .field("ISS", 23, 0, as: .text("for the virtual SError's ESR_EL1")),
  ])

  private static let deferred = FieldSpec.flag(
    "A", 31, "an SError has been deferred", "no SError has been deferred")

  private static let format = FieldSpec.flag(
    "IDS", 24, "IMPLEMENTATION DEFINED syndrome", "architected syndrome")

  /// PFAR_EL1 (Arm ARM DDI 0487, D24.2, "PFAR_EL1").
  static let pfarEL1 = FieldTable(
    [.field("NS", 63, 63, as: .physicalSpace), .field("NSE", 62, 62)] + faultAddress)

  /// PFAR_EL2 (Arm ARM DDI 0487, D24.2, "PFAR_EL2").
  static let pfarEL2 = FieldTable(
    [.field("NS", 63, 63, as: .physicalSpace), .field("NSE", 62, 62), .field("NSE2", 61, 61)]
      + faultAddress)

  private static let faultAddress: [FieldSpec] = [.field("PA", 55, 0, as: .address(0))]
}

extension Meaning {
  /// NS with NSE: the physical address space.
  fileprivate static let physicalSpace = Meaning.register(
    mask: 3 << 62,
    [0: "Secure space", 1 << 63: "Non-secure space", 3 << 62: "Realm space", 1 << 62: "reserved"])
}
