import GDBRemote
import Testing

@testable import VCpuDebug

@Suite struct ArchitectureTests {
  private func map(_ names: [String], bitWidth: Int = 64) -> RegisterMap {
    RegisterMap(
      names.enumerated().map { index, name in
        RegisterDescription(name: name, number: index, bitWidth: bitWidth)
      })
  }

  private static let x86 = ["rax", "rsp", "rbp", "rip", "eflags", "cs", "cr0", "efer"]
  private static let riscv = ["zero", "ra", "sp", "gp", "t4", "fp", "a7", "pc"]
  private static let ppc = ["r0", "r1", "r31", "pc", "ctr", "xer"]
  private static let mips = ["a0", "t7", "sp", "s8", "hi", "lo", "pc"]
  private static let arm64 = ["x0", "x29", "x30", "sp", "pc", "cpsr"]

  @Test(
    arguments: [
      ("aarch64", arm64, "AArch64"), ("i386:x86-64", x86, "x86-64"), ("x86_64", x86, "x86-64"),
      // The family's name, and registers of the 64-bit CPU.
      ("i386", x86, "x86-64"), ("i386", ["eax", "eip"], "i386"),
      ("riscv:rv64", riscv, "RISC-V (64 bits)"), ("riscv:rv32", riscv, "RISC-V (32 bits)"),
      ("arm", ["r0", "r12", "sp", "pc", "cpsr"], "32-bit Arm"),
      // No name is given, and the registers decide.
      (nil, x86, "x86-64"), (nil, arm64, "AArch64"), (nil, riscv, "RISC-V (64 bits)"),
      ("s390:64-bit", ["r0", "r15", "pswa"], "s390x"), ("sparc", ["g0"], "sparc"),
      ("powerpc:common64", ppc, "64-bit PowerPC"), ("powerpc:common", ppc, "PowerPC"),
      ("mips", mips, "MIPS"), (nil, ["a"], "an unknown architecture"),
    ] as [(String?, [String], String)])
  func isRecognised(name: String?, registers: [String], wanted: String) {
    #expect(Architecture(named: name, registers: map(registers)).name == wanted)
  }

  @Test func everyNameOfARegisterFindsIt() {
    let x86 = map(Self.x86)
    let riscv = map(Self.riscv)
    let cases: [(Architecture, RegisterMap, String, String?)] = [
      (.x86_64, x86, "pc", "rip"), (.x86_64, x86, "sp", "rsp"), (.x86_64, x86, "fp", "rbp"),
      (.x86_64, x86, "RIP", "rip"), (.x86_64, x86, "rflags", "eflags"), (.x86_64, x86, "x0", nil),
      (.riscv64, riscv, "x0", "zero"), (.riscv64, riscv, "x8", "fp"), (.riscv64, riscv, "s0", "fp"),
      // On AArch64 this is the frame pointer.
      (.riscv64, riscv, "x29", "t4"), (.riscv64, riscv, "pc", "pc"), (.riscv64, riscv, "a1", nil),
      (.aarch64, map(Self.arm64), "fp", "x29"), (.aarch64, map(Self.arm64), "pstate", "cpsr"),
    ]
    for (architecture, registers, name, wanted) in cases {
      #expect(architecture.register(name, in: registers)?.name == wanted, "\(name)")
    }
  }

  @Test(
    arguments: [
      ("eax", 0x5566_7788, 0x0000_0000_0000_0001), ("ax", 0x7788, 0x1122_3344_5566_0001),
      ("al", 0x88, 0x1122_3344_5566_7701), ("ah", 0x77, 0x1122_3344_5566_0188),
      ("AL", 0x88, 0x1122_3344_5566_7701),
    ] as [(String, UInt64, UInt64)])
  func partsOfRegisters(name: String, value: UInt64, afterOne: UInt64) throws {
    let part = try #require(Architecture.x86_64.part(name))
    #expect(part.register == "rax")
    #expect(part.value(in: 0x1122_3344_5566_7788) == value)
    #expect(part.replacing(in: 0x1122_3344_5566_7788, by: 1) == afterOne)
  }

  @Test func otherParts() {
    #expect(Architecture.x86_64.part("r8d")?.register == "r8")
    #expect(Architecture.x86_64.part("rax") == nil)
    #expect(Architecture.x86_64.part("sp") == nil)
    #expect(Architecture.i386.part("al")?.register == "eax")
    #expect(Architecture.i386.part("eax") == nil)
    #expect(Architecture.aarch64.part("w30")?.register == "x30")
    #expect(Architecture.aarch64.part("w31") == nil)
  }

  @Test func breakpointsHaveTheLengthOfTheirInstruction() {
    #expect(BreakpointLength.fixed(1).byteCount(at: nil, isThumb: false) == 1)
    #expect(BreakpointLength.riscv.byteCount(at: [0x13, 0x05], isThumb: false) == 4)
    #expect(BreakpointLength.riscv.byteCount(at: [0x01, 0x45], isThumb: false) == 2)
    #expect(BreakpointLength.riscv.byteCount(at: nil, isThumb: false) == 4)
    #expect(BreakpointLength.arm.byteCount(at: [0x00, 0xf0], isThumb: false) == 4)
    #expect(BreakpointLength.arm.byteCount(at: [0x00, 0xf0], isThumb: true) == 3)
    #expect(BreakpointLength.arm.byteCount(at: [0x00, 0xbf], isThumb: true) == 2)
  }

  @Test(
    arguments: [
      // Real mode: the segment is added.
      (0xf000, 0x6000_0010, 0, InstructionSet.x86Bits16, 0xf_fff0),
      (0x08, 0x8000_0011, 0, .x86Bits32, 0xfff0), (0x08, 0x8000_0011, 0x500, .x86Bits64, 0xfff0),
    ] as [(UInt64, UInt64, UInt64, InstructionSet, UInt64)])
  func modesOfX86(
    cs: UInt64, cr0: UInt64, efer: UInt64, set: InstructionSet, pc: UInt64
  ) throws {
    let values: [UInt64] = [0, 0x7000, 0, 0xfff0, 2, cs, cr0, efer]
    let registers = GeneralRegisters(values.flatMap(bytes), in: map(Self.x86))
    let state = try CPUState(registers, of: .x86_64)
    #expect(state.instructionSet == set)
    #expect(state.pc == pc)
    #expect(state.sp == 0x7000)
    #expect(state.exceptionLevel == nil)
    #expect(!state.isAtEL2)
  }

  @Test func aProcessIsInTheModeOfItsArchitecture() throws {
    let registers = GeneralRegisters(
      [0x401000, 0x7000].flatMap(bytes), in: map(["rip", "rsp"]))
    #expect(try CPUState(registers, of: .x86_64).instructionSet == .x86Bits64)
    let none = GeneralRegisters(bytes(1), in: map(["rax"]))
    #expect(throws: DebugError.noProgramCounter("x86-64")) { try CPUState(none, of: .x86_64) }
  }

  private func bytes(_ value: UInt64) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }
}

@Suite struct SignalTests {
  @Test(
    arguments: [
      (1, false, "SIGHUP"), (5, false, "SIGTRAP"), (10, false, "SIGBUS"), (30, false, "SIGUSR1"),
      (44, false, "SIGPRIO"), (45, false, "SIG33"), (76, false, "SIGCANCEL"), (77, false, "SIG32"),
      (78, false, "SIG64"), (0, false, "signal 0"), (200, false, "signal 200"),
      (10, true, "SIGUSR1"), (7, true, "SIGBUS"), (19, true, "SIGSTOP"), (64, true, "SIG64"),
    ] as [(UInt8, Bool, String)])
  func names(number: UInt8, isNative: Bool, name: String) {
    #expect(Signal(number, isNative: isNative).description == name)
    if name.hasPrefix("SIG") {
      #expect(Signal(named: name.lowercased(), isNative: isNative)?.number == number)
    }
  }

  @Test func someAreTheDebuggers() {
    #expect(Signal(5, isNative: false).isDebuggers && Signal(2, isNative: true).isDebuggers)
    #expect(Signal(17, isNative: false).isDebuggers && Signal(19, isNative: true).isDebuggers)
    #expect(!Signal(30, isNative: false).isDebuggers && !Signal(30, isNative: false).isQuiet)
    #expect(Signal(14, isNative: false).isQuiet && Signal(20, isNative: false).isQuiet)
    #expect(Signal(named: "SIGNONE", isNative: false) == nil)
    #expect(Signal(named: "0", isNative: false) == nil)
  }
}
