import Testing

@testable import GDBRemote

/// The layouts, compared with GDB 13.1's `maintenance print registers`.
struct StandardDescriptionTests {
  /// A register, its number and its offset.
  @Test(arguments: [
    ("aarch64", "x30", 30, 240), ("aarch64", "sp", 31, 248), ("aarch64", "pc", 32, 256),
    ("aarch64", "cpsr", 33, 264), ("aarch64", "v0", 34, 268), ("aarch64", "v31", 65, 764),
    ("aarch64", "fpcr", 67, 784),
    ("arm", "pc", 15, 60), ("arm", "f0", 16, 64), ("arm", "f7", 23, 148), ("arm", "fps", 24, 160),
    ("arm", "cpsr", 25, 164),
    ("i386:x86-64", "rdx", 3, 24), ("i386:x86-64", "rip", 16, 128),
    ("i386:x86-64", "eflags", 17, 136), ("i386:x86-64", "gs", 23, 160),
    ("i386:x86-64", "st0", 24, 164), ("i386:x86-64", "st7", 31, 234),
    ("i386:x86-64", "fctrl", 32, 244), ("i386:x86-64", "fop", 39, 272),
    ("i386:x86-64", "xmm0", 40, 276), ("i386:x86-64", "mxcsr", 56, 532),
    ("i386:x86-64", "fs_base", 152, 536), ("i386:x86-64", "gs_base", 153, 544),
    ("i386", "eax", 0, 0), ("i386", "ebx", 3, 12), ("i386", "eip", 8, 32), ("i386", "gs", 15, 60),
    ("i386", "st0", 16, 64), ("i386", "fop", 31, 172), ("i386", "xmm7", 39, 288),
    ("i386", "mxcsr", 40, 304),
    ("riscv:rv64", "tp", 4, 32), ("riscv:rv64", "fp", 8, 64), ("riscv:rv64", "t6", 31, 248),
    ("riscv:rv64", "pc", 32, 256), ("riscv:rv32", "pc", 32, 128),
    ("powerpc:common64", "r31", 31, 248), ("powerpc:common64", "f0", 32, 256),
    ("powerpc:common64", "pc", 64, 512), ("powerpc:common64", "xer", 69, 548),
    ("powerpc:common", "pc", 64, 384), ("powerpc:common", "fpscr", 70, 408),
    ("s390:64-bit", "pswa", 1, 8), ("s390:64-bit", "r15", 17, 136), ("s390:64-bit", "fpc", 34, 208),
    ("mips", "sp", 29, 116), ("mips", "ra", 31, 124), ("mips", "pc", 37, 148),
    ("mips", "fir", 71, 284), ("mips:isa64", "a7", 11, 88), ("mips:isa64", "pc", 37, 296),
  ])
  func layouts(architecture: String, name: String, number: Int, offset: Int) throws {
    let map = try #require(TargetDescription.standard(for: architecture)).registers
    let index = try #require(map.generalLayout.firstIndex { $0.name == name })
    #expect(map.generalLayout[index].number == number)
    #expect(map.generalOffsets[index] == offset)
  }

  /// QEMU's stub describes the same layout.
  @Test(arguments: [
    ("qemu-7.2-cortex-a57", "aarch64", 68), ("qemu-7.2-riscv64", "riscv:rv64", 33),
    ("gdbserver-13.1-x86-64", "i386:x86-64", 57),
  ])
  func realStubsHaveTheSame(stub: String, architecture: String, count: Int) throws {
    let real = try Transcript.description(stub).registers
    let standard = try #require(TargetDescription.standard(for: architecture)).registers
    for (one, other) in zip(standard.generalLayout, real.generalLayout).prefix(count) {
      #expect(one.name == other.name)
      #expect(one.number == other.number)
      #expect(one.bitWidth == other.bitWidth)
    }
    #expect(real.generalLayout.count >= count && standard.generalLayout.count >= count)
  }

  @Test(arguments: [
    ("x86_64", "rip"), ("amd64", "rip"), ("arm64", "x0"), ("armv7", "r0"), ("thumbv7em", "r0"),
    ("riscv64", "zero"), ("riscv32", "zero"), ("i686", "eip"), ("AArch64", "x0"),
  ])
  func otherNamesOfArchitectures(architecture: String, register: String) {
    #expect(TargetDescription.standard(for: architecture)?.registers[register] != nil)
  }

  @Test(arguments: ["", "sparc", "riscv", "army", "s390:31-bit", "x86_65"])
  func nothingIsGuessed(architecture: String) {
    #expect(TargetDescription.standard(for: architecture) == nil)
  }

  /// udbserver and others name only the architecture.
  @Test func anArchitectureWithoutRegistersHasTheStandardOnes() throws {
    let stub = RealStubs.stub(announcing: "PacketSize=400;qXfer:features:read+")
    stub.documents = [
      "target.xml": "<target><architecture>aarch64</architecture><osabi>GNU/Linux</osabi></target>"
    ]
    stub.general[32] = 0x4020_1000
    let target = try RemoteTarget(transport: stub)
    #expect(target.registers.all.count == 68)
    #expect(target.description.osABI == "GNU/Linux")
    #expect(try target.readGeneralRegisters()["pc"] == 0x4020_1000)
    // It is described, so nothing has to be assumed.
    #expect(
      remoteError { try target.assumeArchitecture("i386") }?.code == .unsupported)
    stub.documents = ["target.xml": "<target><architecture>sparc</architecture></target>"]
    #expect(try RemoteTarget(transport: stub).registers.all.isEmpty)
  }

  @Test func anAssumedArchitectureHasItsOrder() throws {
    let stub = RealStubs.stub(announcing: "PacketSize=400")
    stub.answers["g"] = String(repeating: "00", count: 4 * 37) + "00020150"
    let target = try RemoteTarget(transport: stub)
    try target.assumeArchitecture("mips")
    #expect(target.byteOrder == .big)
    #expect(try target.readGeneralRegisters()["pc"] == 0x20150)
  }

  @Test func valuesHaveTypes() throws {
    let description = try #require(TargetDescription.standard(for: "x86_64"))
    let eflags = try #require(description.registers["eflags"])
    #expect(description.value(of: eflags, [0x46, 2, 0, 0]).setFlags == ["PF", "ZF", "IF"])
    let st0 = try #require(description.registers["st0"])
    #expect(
      description.value(of: st0, [0, 0, 0, 0, 0, 0, 0, 0x80, 0, 0x40]).content
        == .floatingPoint(2, bits: 0x4000_8000_0000_0000_0000))
    let arm64 = try #require(TargetDescription.standard(for: "aarch64"))
    let cpsr = try #require(arm64.registers["cpsr"])
    let value = arm64.value(of: cpsr, [0xc9, 3, 0, 0x40])
    #expect(value.setFlags == ["SP", "F", "I", "A", "D", "Z"])
    #expect(value["EL"]?.content == .unsigned(2))
    let v0 = try #require(arm64.registers["v0"])
    #expect(arm64.value(of: v0, Array(0..<16))["b"]?[3]?.content == .unsigned(3))
  }
}
