import Testing

@testable import VCpuDebug

@Suite struct InstructionSetTests {
  let disassembler: Disassembler

  init() throws { disassembler = try Disassembler() }

  private func texts(
    _ bytes: [UInt8], _ set: InstructionSet?, at address: UInt64 = 0x1000
  ) -> [String] {
    var rest = bytes[...]
    var texts: [String] = []
    while let next = disassembler.instruction(rest, at: address, set), !next.bytes.isEmpty {
      texts.append(next.text)
      rest = rest.dropFirst(next.bytes.count)
    }
    return texts
  }

  @Test func x86HasInstructionsOfAnyLength() {
    #expect(
      texts([0x55, 0x48, 0x89, 0xe5, 0x83, 0x7d, 0xf4, 0x00, 0xc3], .x86Bits64)
        == ["pushq %rbp", "movq %rsp, %rbp", "cmpl $0, -0xc(%rbp)", "retq"])
    // The same bytes are different instructions in a segment of another size.
    #expect(texts([0x48, 0x89, 0xe5], .x86Bits32) == ["decl %eax", "movl %esp, %ebp"])
    #expect(texts([0x31, 0xc0], .x86Bits16) == ["xorw %ax, %ax"])
    // An invalid or incomplete instruction is shown as bytes.
    #expect(texts([0x06, 0x48], .x86Bits64) == [".byte 0x06", ".byte 0x48"])
  }

  @Test func otherSets() {
    #expect(texts([0x1e, 0xff, 0x2f, 0xe1], .a32) == ["bx lr"])
    #expect(texts([0x00, 0xbf, 0x70, 0x47], .t32) == ["nop", "bx lr"])
    #expect(texts([0x1f, 0x20, 0x03, 0xd5, 0xc0], .a64) == ["nop"])
    #expect(texts([1, 2, 3, 4, 5], nil) == [".4byte 0x04030201", ".byte 0x05"])
    #expect(texts([], .x86Bits64) == [])
  }

  /// Even if Capstone has no RISC-V, the lengths of its instructions are known.
  @Test func riscvIsCutAtItsInstructions() {
    let bytes: [UInt8] = [0x13, 0x05, 0x15, 0x00, 0x01, 0x00]
    let found = texts(bytes, .riscv64)
    #expect(found.count == 2)
    if !disassembler.knows(.riscv64) {
      #expect(found == [".4byte 0x00150513", ".2byte 0x0001"])
    }
  }

  /// Memory holds anything.
  @Test(arguments: InstructionSet.allCases)
  func everythingHasAText(_ set: InstructionSet) {
    var word: UInt64 = 0x2545_f491_4f6c_dd1d
    for _ in 0..<20_000 {
      word ^= word << 13
      word ^= word >> 7
      word ^= word << 17
      let bytes = (0..<16).map { UInt8(truncatingIfNeeded: word >> (8 * ($0 % 8))) }
      guard let instruction = disassembler.instruction(bytes[...], at: word, set),
        !instruction.text.isEmpty, 1...15 ~= instruction.bytes.count
      else {
        Issue.record("no text for \(word)")
        return
      }
    }
  }
}
