import Testing

@testable import GDBRemote

struct RegisterAliasTests {
  private func map(_ names: [String], _ architecture: String?) -> RegisterMap {
    RegisterMap(
      names.enumerated().map { .init(name: $1, number: $0, bitWidth: 64) },
      architecture: architecture)
  }

  @Test(arguments: [
    ("aarch64", "pc", "pc"), ("aarch64", "sp", "sp"), ("aarch64", "fp", "x29"),
    ("aarch64", "lr", "x30"), ("aarch64", "ps", "cpsr"), ("aarch64", "flags", "cpsr"),
    ("aarch64", "pstate", "cpsr"), ("aarch64", "FP", "x29"),
    ("arm", "fp", "r11"), ("arm", "ps", "cpsr"), ("arm", "r13", "sp"), ("arm", "r15", "pc"),
    ("arm", "ip", "r12"),
    ("i386:x86-64", "pc", "rip"), ("i386:x86-64", "sp", "rsp"), ("i386:x86-64", "fp", "rbp"),
    ("i386:x86-64", "ps", "eflags"), ("i386:x86-64", "rflags", "eflags"),
    ("i386", "pc", "eip"), ("i386", "sp", "esp"), ("i386", "fp", "ebp"), ("i386", "ps", "eflags"),
    ("riscv:rv64", "fp", "fp"), ("riscv:rv64", "s0", "fp"), ("riscv:rv64", "x8", "fp"),
    ("riscv:rv64", "lr", "ra"), ("riscv:rv32", "x0", "zero"), ("riscv:rv32", "x26", "s10"),
    ("riscv:rv32", "x31", "t6"), ("riscv:rv32", "x17", "a7"), ("riscv:rv32", "x5", "t0"),
  ])
  func genericNames(architecture: String, name: String, register: String) throws {
    let description = try #require(TargetDescription.standard(for: architecture))
    #expect(description.registers[name]?.name == register)
  }

  @Test(arguments: [
    ("i386:x86-64", "lr"), ("i386", "ra"), ("riscv:rv64", "ps"), ("i386:x86-64", "x29"),
    ("aarch64", "rip"), ("riscv:rv64", "SCTLR_EL1"),
  ])
  func whatAnArchitectureDoesNotHave(architecture: String, name: String) throws {
    let description = try #require(TargetDescription.standard(for: architecture))
    #expect(description.registers[name] == nil)
  }

  /// RISC-V's x29 isn't a frame pointer, and its x30 isn't a link register.
  @Test func numberedRegistersOfRISCV() {
    let map = map((0...31).map { "x\($0)" } + ["pc"], "riscv:rv64")
    for (name, register) in [
      ("fp", "x8"), ("s0", "x8"), ("ra", "x1"), ("lr", "x1"), ("sp", "x2"), ("t4", "x29"),
      ("a0", "x10"),
    ] {
      #expect(map[name]?.name == register)
    }
  }

  /// In both directions, for any version of QEMU.
  @Test(arguments: [
    ("SCTLR", "SCTLR_EL1"), ("VBAR", "VBAR_EL1"), ("CPACR", "CPACR_EL1"),
    ("CNTKCTL", "CNTKCTL_EL1"), ("AMAIR0", "AMAIR_EL1"), ("ID_PFR0", "ID_PFR0_EL1"),
    ("ID_AA64ISAR2_EL1_RESERVED", "ID_AA64ISAR2_EL1"),
    ("ID_AA64MMFR3_EL1_RESERVED", "ID_AA64MMFR3_EL1"),
  ])
  func systemRegisters(one: String, other: String) {
    for architecture in ["aarch64", nil] {
      #expect(map([one], architecture)[other]?.name == one)
      #expect(map([other], architecture)[one]?.name == other)
      #expect(map([one], architecture)[other.lowercased()]?.name == one)
      #expect(map([one, other], architecture)[other]?.name == other)
    }
  }

  @Test func anUnknownArchitectureHasNoNamesOfOthers() {
    let map = map(["x29", "x30", "rip"], "mips")
    #expect(map["fp"] == nil)
    #expect(map["lr"] == nil)
    #expect(map["pc"] == nil)
  }

  @Test func theFeatureSaysWhatTheArchitectureDoesNot() {
    let map = RegisterMap([
      .init(name: "rbp", number: 0, bitWidth: 64, feature: "org.gnu.gdb.i386.core")
    ])
    #expect(map["fp"]?.name == "rbp")
  }

  @Test func whatTheStubSaysGoesFirst() {
    var lldb = RegisterDescription.LLDBAttributes()
    lldb.role = "fp"
    lldb.alternateName = "Frame"
    let map = RegisterMap(
      [
        .init(name: "x29", number: 0, bitWidth: 64),
        .init(name: "x19", number: 1, bitWidth: 64, lldb: lldb),
      ], architecture: "aarch64")
    #expect(map["fp"]?.name == "x19")
    #expect(map["Frame"]?.name == "x19")
    #expect(map["FRAME"]?.name == "x19")
  }
}
