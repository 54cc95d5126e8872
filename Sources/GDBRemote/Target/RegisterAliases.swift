/// Names that mean the same register.
enum RegisterAliases {
  /// QEMU 7.2 leaves `_EL1` off some system registers, and newer versions put it there, so each
  /// name stands for the other. Below them what the Arm manual or a debugger calls a core register.
  private static let pairs: [(String, String)] = [
    ("SCTLR", "SCTLR_EL1"),
    ("VBAR", "VBAR_EL1"),
    ("CPACR", "CPACR_EL1"),
    ("CLIDR", "CLIDR_EL1"),
    ("CSSELR", "CSSELR_EL1"),
    ("CNTKCTL", "CNTKCTL_EL1"),
    ("AMAIR0", "AMAIR_EL1"),
    ("AIDR", "AIDR_EL1"),
    ("ID_PFR0", "ID_PFR0_EL1"), ("ID_PFR1", "ID_PFR1_EL1"), ("ID_PFR2", "ID_PFR2_EL1"),
    ("ID_DFR0", "ID_DFR0_EL1"), ("ID_DFR1", "ID_DFR1_EL1"), ("ID_AFR0", "ID_AFR0_EL1"),
    ("ID_MMFR0", "ID_MMFR0_EL1"), ("ID_MMFR1", "ID_MMFR1_EL1"), ("ID_MMFR2", "ID_MMFR2_EL1"),
    ("ID_MMFR3", "ID_MMFR3_EL1"), ("ID_MMFR4", "ID_MMFR4_EL1"), ("ID_MMFR5", "ID_MMFR5_EL1"),
    ("ID_ISAR0", "ID_ISAR0_EL1"), ("ID_ISAR1", "ID_ISAR1_EL1"), ("ID_ISAR2", "ID_ISAR2_EL1"),
    ("ID_ISAR3", "ID_ISAR3_EL1"), ("ID_ISAR4", "ID_ISAR4_EL1"), ("ID_ISAR5", "ID_ISAR5_EL1"),
    ("ID_ISAR6", "ID_ISAR6_EL1"),
    ("L2ACTLR", "L2ACTLR_EL1"),
    ("x29", "fp"), ("x30", "lr"), ("cpsr", "pstate"),
  ]

  private static let table: [String: String] = {
    var table: [String: String] = [:]
    for (one, other) in pairs {
      table[one] = other
      table[other] = one
    }
    return table
  }()

  /// The other name of the register `name`, if it has one.
  static func other(_ name: String) -> String? { table[name] }

  /// Every name that has another.
  static var names: some Collection<String> { table.keys }
}
