import Testing

@testable import VCpuDebug

@Suite struct DisassemblerTests {
  let disassembler: Disassembler

  init() throws { disassembler = try Disassembler() }

  @Test(
    arguments: [
      (0xd503_201f, "nop"),
      (0xd65f_03c0, "ret"),
      (0xd69f_03e0, "eret"),
      (0xd400_0002, "hvc #0x0"),
      (0xd400_0022, "hvc #0x1"),
      (0xd400_0003, "smc #0x0"),
      (0xd420_0020, "brk #0x1"),
      (0xd280_0020, "mov x0, #0x1"),
      (0x9280_0000, "mov x0, #-0x1"),
      (0xd2a0_0020, "mov x0, #0x10000"),
      (0xd2a0_0000, "movz x0, #0x0, lsl #16"),
      (0xd2ff_ffff, "mov xzr, #0xffff000000000000"),
      (0x1280_0001, "mov w1, #-0x1"),
      (0x92ff_ffe0, "mov x0, #-0xffff000000000001"),
      (0xf2a0_0020, "movk x0, #0x1, lsl #16"),
      (0x9100_4020, "add x0, x1, #0x10"),
      (0xf940_0820, "ldr x0, [x1, #16]"),
      (0xf840_1420, "ldr x0, [x1], #1"),
      (0xa9bf_7bfd, "stp x29, x30, [sp, #-16]!"),
      (0xa8c1_7bfd, "ldp x29, x30, [sp], #16"),
      (0xf862_7820, "ldr x0, [x1, x2, lsl #3]"),
      (0xd37d_f020, "lsl x0, x1, #3"),
      (0xd343_1820, "ubfx x0, x1, #3, #4"),
      (0x8b02_0c20, "add x0, x1, x2, lsl #3"),
      (0xd538_5200, "mrs x0, esr_el1"),
      (0xd53c_5200, "mrs x0, esr_el2"),
      (0xd51c_1100, "msr hcr_el2, x0"),
      (0xd503_42df, "msr daifset, #0x2"),
      (0xd503_3fdf, "isb"),
      (0xd503_207f, "wfi"),
      (0xd503_233f, "paciasp"),
      (0xd503_245f, "bti c"),
      (0x1e6e_1000, "fmov d0, #1.00000000"),
    ] as [(UInt32, String)])
  func words(word: UInt32, text: String) {
    let instruction = disassembler.instruction(word, at: 0x4008_0000)
    #expect(instruction.text == text)
    #expect(instruction.word == word)
    #expect(instruction.referencedAddress == nil)
  }

  @Test(
    arguments: [
      (0x1400_0004, "b 0x40080010", 0x4008_0010),
      (0x97ff_ffff, "bl 0x4007fffc", 0x4007_fffc),
      (0x5400_0041, "b.ne 0x40080008", 0x4008_0008),
      (0xb400_0040, "cbz x0, 0x40080008", 0x4008_0008),
      (0x3618_0040, "tbz w0, #3, 0x40080008", 0x4008_0008),
      (0x1000_0040, "adr x0, 0x40080008", 0x4008_0008),
      (0xb000_0000, "adrp x0, 0x40081000", 0x4008_1000),
      (0x5800_0040, "ldr x0, 0x40080008", 0x4008_0008),
    ] as [(UInt32, String, UInt64)])
  func addresses(word: UInt32, text: String, target: UInt64) {
    let instruction = disassembler.instruction(word, at: 0x4008_0000)
    #expect(instruction.text == text)
    #expect(instruction.referencedAddress == target)
  }

  @Test(
    arguments: [
      (0x0000_0000, ".inst 0x00000000"), (0xffff_ffff, ".inst 0xffffffff"),
      (0x0000_00ff, ".inst 0x000000ff"),
    ] as [(UInt32, String)])
  func unknownWords(word: UInt32, text: String) {
    let instruction = disassembler.instruction(word, at: 0)
    #expect(instruction.text == text)
  }

  @Test func bytesAreLittleEndian() {
    let instructions = disassembler.instructions(
      [0x1f, 0x20, 0x03, 0xd5, 0xc0, 0x03, 0x5f, 0xd6, 0x00], at: .max - 3)
    #expect(instructions.map(\.text) == ["nop", "ret"])
    #expect(instructions.map(\.address) == [.max - 3, 0])
    #expect(disassembler.instructions([], at: 0).isEmpty)
  }

  /// Guest memory may hold anything, including what Capstone handles badly.
  @Test func everyWordHasAText() {
    var word: UInt32 = 0x2545_f491
    for _ in 0..<100_000 {
      word ^= word << 13
      word ^= word >> 17
      word ^= word << 5
      let instruction = disassembler.instruction(word, at: UInt64(word) << 32)
      if instruction.text.isEmpty { Issue.record("no text for \(word)") }
    }
  }
}
