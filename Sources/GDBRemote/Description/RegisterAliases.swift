/// Names that mean the same register.
///
/// Sources: QEMU's `target/arm/helper.c` of 7.2, and its change "target/arm: Rename some cpreg to
/// their aarch64 names" of 2025; GDB's `user-regs.c`, `aarch64-tdep.c`, `riscv-tdep.c` and
/// `i386-tdep.c`.
enum RegisterAliases {
  /// The other names of the register `name`, the likeliest first. Aliases work in both directions.
  static func others(_ name: String, _ family: ArchitectureFamily?) -> [String] {
    var others: [String] = []
    switch family {
    case .aarch64:
      if let other = aarch64[name] { others.append(other) }
    case .riscv32, .riscv64:
      others += riscv[name] ?? []
    case .arm:
      others += arm[name] ?? []
    case .x86_64, .i386, .powerpc64, .powerpc, .s390x, .mips64, .mips, nil: break
    }
    if family == .aarch64 || family == .arm || family == nil {
      if let other = systemRegisters[name] { others.append(other) }
      // QEMU's suffix for an identification register that it doesn't know yet.
      let suffix = "_RESERVED"
      if name.hasSuffix(suffix) {
        others.append(String(name.dropLast(suffix.count)))
      } else if name.hasPrefix("ID_") {
        others.append(name + suffix)
      }
    }
    return others
  }

  /// The registers that a generic name means on any architecture, the likeliest first.
  static func generic(_ name: String, _ family: ArchitectureFamily?) -> [String] {
    switch (name, family) {
    case ("pc", .x86_64): ["rip"]
    case ("pc", .i386): ["eip"]
    case ("pc", .arm): ["r15"]
    case ("pc", .s390x): ["pswa"]
    case ("sp", .x86_64): ["rsp"]
    case ("sp", .i386): ["esp"]
    case ("sp", .arm): ["r13"]
    case ("sp", .riscv64), ("sp", .riscv32): ["x2"]
    case ("sp", .powerpc64), ("sp", .powerpc): ["r1"]
    case ("sp", .s390x): ["r15"]
    case ("sp", .mips64), ("sp", .mips): ["r29"]
    case ("fp", .aarch64): ["x29"]
    case ("fp", .arm): ["r11"]
    case ("fp", .x86_64): ["rbp"]
    case ("fp", .i386): ["ebp"]
    case ("fp", .riscv64), ("fp", .riscv32): ["s0", "x8"]
    case ("fp", .powerpc64), ("fp", .powerpc): ["r31"]
    case ("fp", .s390x): ["r11"]
    case ("fp", .mips64), ("fp", .mips): ["s8", "r30"]
    case ("lr", .aarch64), ("ra", .aarch64): ["x30", "lr"]
    case ("lr", .arm), ("ra", .arm): ["r14", "lr"]
    case ("lr", .riscv64), ("lr", .riscv32): ["ra", "x1"]
    case ("ra", .powerpc64), ("ra", .powerpc): ["lr"]
    case ("lr", .s390x), ("ra", .s390x): ["r14"]
    case ("lr", .mips64), ("lr", .mips): ["ra", "r31"]
    case ("ps", .powerpc64), ("ps", .powerpc): ["msr"]
    case ("ps", .s390x): ["pswm"]
    case ("ps", .mips64), ("ps", .mips): ["sr"]
    case ("ps", .aarch64), ("flags", .aarch64), ("pstate", .aarch64): ["cpsr", "pstate"]
    case ("ps", .arm), ("flags", .arm): ["cpsr", "xpsr"]
    case ("ps", .x86_64), ("flags", .x86_64), ("ps", .i386), ("flags", .i386),
      ("rflags", .x86_64), ("eflags", .x86_64):
      ["eflags", "rflags"]
    default: []
    }
  }

  /// The names that `generic` knows.
  static let genericNames = [
    "pc", "sp", "fp", "lr", "ra", "ps", "flags", "pstate", "rflags", "eflags",
  ]

  /// LLDB's name for the role that a generic name means.
  static func role(_ name: String) -> String {
    switch name {
    case "lr": "ra"
    case "ps": "flags"
    default: name
    }
  }

  /// QEMU 7.2 leaves `_EL1` off some system registers. Version 10.2 added it to the first five,
  /// which have `_EL12` counterparts; others may follow.
  private static let systemRegisters = bothWays([
    ("SCTLR", "SCTLR_EL1"),
    ("VBAR", "VBAR_EL1"),
    ("CPACR", "CPACR_EL1"),
    ("CNTKCTL", "CNTKCTL_EL1"),
    ("AMAIR0", "AMAIR_EL1"),
    ("CLIDR", "CLIDR_EL1"),
    ("CSSELR", "CSSELR_EL1"),
    ("AIDR", "AIDR_EL1"),
    ("ID_PFR0", "ID_PFR0_EL1"), ("ID_PFR1", "ID_PFR1_EL1"), ("ID_PFR2", "ID_PFR2_EL1"),
    ("ID_DFR0", "ID_DFR0_EL1"), ("ID_DFR1", "ID_DFR1_EL1"), ("ID_AFR0", "ID_AFR0_EL1"),
    ("ID_MMFR0", "ID_MMFR0_EL1"), ("ID_MMFR1", "ID_MMFR1_EL1"), ("ID_MMFR2", "ID_MMFR2_EL1"),
    ("ID_MMFR3", "ID_MMFR3_EL1"), ("ID_MMFR4", "ID_MMFR4_EL1"), ("ID_MMFR5", "ID_MMFR5_EL1"),
    ("ID_ISAR0", "ID_ISAR0_EL1"), ("ID_ISAR1", "ID_ISAR1_EL1"), ("ID_ISAR2", "ID_ISAR2_EL1"),
    ("ID_ISAR3", "ID_ISAR3_EL1"), ("ID_ISAR4", "ID_ISAR4_EL1"), ("ID_ISAR5", "ID_ISAR5_EL1"),
    ("ID_ISAR6", "ID_ISAR6_EL1"),
    ("L2ACTLR", "L2ACTLR_EL1"),
  ])

  private static let aarch64 = bothWays([("x29", "fp"), ("x30", "lr"), ("cpsr", "pstate")])

  private static let arm = lists([
    ["r11", "fp"], ["r12", "ip"], ["r13", "sp"], ["r14", "lr"], ["r15", "pc"],
  ])

  /// The names of the calling convention, and the numbered names.
  private static let riscv: [String: [String]] = {
    var names = [["zero", "x0"], ["ra", "x1"], ["sp", "x2"], ["gp", "x3"], ["tp", "x4"]]
    names += (0...2).map { ["t\($0)", "x\(5 + $0)"] }
    names += [["fp", "s0", "x8"], ["s1", "x9"]]
    names += (0...7).map { ["a\($0)", "x\(10 + $0)"] }
    names += (2...11).map { ["s\($0)", "x\(16 + $0)"] }
    names += (3...6).map { ["t\($0)", "x\(25 + $0)"] }
    names += (0...7).map { ["ft\($0)", "f\($0)"] } + (0...1).map { ["fs\($0)", "f\(8 + $0)"] }
    names += (0...7).map { ["fa\($0)", "f\(10 + $0)"] }
    names += (2...11).map { ["fs\($0)", "f\(16 + $0)"] }
    names += (8...11).map { ["ft\($0)", "f\(20 + $0)"] }
    return lists(names)
  }()

  private static func bothWays(_ pairs: [(String, String)]) -> [String: String] {
    var table: [String: String] = [:]
    for (one, other) in pairs {
      table[one] = other
      table[other] = one
    }
    return table
  }

  private static func lists(_ groups: [[String]]) -> [String: [String]] {
    var table: [String: [String]] = [:]
    for group in groups {
      for name in group { table[name] = group.filter { $0 != name } }
    }
    return table
  }
}
