// FAR, HPFAR, PAR: where a fault was.

extension DecodableRegister {
  static let faults = [
    DecodableRegister("FAR_EL2", "Fault Address Register (EL2)", aliases: ["FAR"], .far),
    DecodableRegister("FAR_EL1", "Fault Address Register (EL1)", .far),
    DecodableRegister("FAR_EL3", "Fault Address Register (EL3)", .far),
    DecodableRegister(
      "HPFAR_EL2", "Hypervisor IPA Fault Address Register", aliases: ["HPFAR"], .hpfar),
    DecodableRegister("PAR_EL1", "Physical Address Register", aliases: ["PAR"], .par),
  ]
}

extension FieldTable {
  /// FAR_ELx (Arm ARM DDI 0487, D24.2, "FAR_EL1").
  static let far = FieldTable([.field("VA", 63, 0, as: .text("the faulting virtual address"))])

  /// HPFAR_EL2 (Arm ARM DDI 0487, D24.2, "HPFAR_EL2").
  static let hpfar = FieldTable([
    .flag("NS", 63, "Non-secure IPA space", "Secure IPA space, or no Secure EL2"),
    .field("FIPA", 47, 4, as: .address(12)),
  ])

  /// PAR_EL1 after an AT instruction: an address or, with F, a fault (Arm ARM DDI 0487, D24.2, "PAR_EL1").
  static let par = FieldTable(forms: [
    .when(
      1, is: 1,
      parFault),
    .otherwise(parSuccess),
  ])

  private static let parFault: [FieldSpec] = [
    .field("IMPDEF", 63, 48, as: .text("IMPLEMENTATION DEFINED")),
    .flag(
      "DirtyBit", 15, "a write to clean memory that hardware may not mark dirty",
      "not due to dirty state"),
    .flag("Overlay", 14, "overlay permissions", "not due to overlay permissions"),
    .flag("TopLevel", 13, "TopLevel permissions", "not due to TopLevel permissions"),
    .flag("AssuredOnly", 12, "AssuredOnly permissions", "not due to AssuredOnly permissions"),
    .ones(11, 11),
    .flag("S", 9, "stage 2 fault", "stage 1 fault"),
    .flag("PTW", 8, "stage 2 fault of a stage 1 table walk", "not during a stage 1 table walk"),
    .field("FST", 6, 1, as: .faultStatus),
    .flag("F", 0, "the translation failed"),
  ]

  private static let parSuccess: [FieldSpec] = [
    .field("ATTR", 63, 56, of: .memoryAttribute),
    .field("PA", 51, 12, as: .address(12)),
    .flag("NSE", 11, "NSE, or RES1 without FEAT_RME", "NSE is 0"),
    .field("IMPDEF", 10, 10, as: .text("IMPLEMENTATION DEFINED")),
    .flag("NS", 9, "Non-secure or Realm space, as NSE says", "Secure or Root space, as NSE says"),
    .field("SH", 8, 7, as: .shareability),
    .flag("F", 0, "", "the translation succeeded"),
  ]
}
