extension SystemRegister {
  /// MIDR_EL1.
  public static let midr_el1 = SystemRegister(3, 0, 0, 0, 0)
  /// ID_AA64PFR0_EL1.
  public static let id_aa64pfr0_el1 = SystemRegister(3, 0, 0, 4, 0)
  /// ID_AA64PFR1_EL1.
  public static let id_aa64pfr1_el1 = SystemRegister(3, 0, 0, 4, 1)
  /// ID_AA64DFR0_EL1.
  public static let id_aa64dfr0_el1 = SystemRegister(3, 0, 0, 5, 0)
  /// ID_AA64ISAR1_EL1.
  public static let id_aa64isar1_el1 = SystemRegister(3, 0, 0, 6, 1)
  /// ID_AA64ISAR2_EL1.
  public static let id_aa64isar2_el1 = SystemRegister(3, 0, 0, 6, 2)
  /// ID_AA64MMFR0_EL1.
  public static let id_aa64mmfr0_el1 = SystemRegister(3, 0, 0, 7, 0)
  /// ID_AA64MMFR1_EL1.
  public static let id_aa64mmfr1_el1 = SystemRegister(3, 0, 0, 7, 1)
}
