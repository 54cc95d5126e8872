import Testing

@testable import VCpuDebug

@Suite struct SkippableInstructionTests {
  /// EL2h, all masked: what an exception to EL2 sets.
  private let atVector: UInt64 = 0x3c9

  /// All 128 hints: CRm:op2 and what may be left out. The names are those of the Arm ARM, C4.1.
  private static let skippable: [UInt32: String] = [
    0: "nop", 1: "yield", 32: "bti", 34: "bti c", 36: "bti j", 38: "bti jc",
  ]

  @Test(arguments: UInt32(0)..<128)
  func hints(number: UInt32) {
    let word = 0xd503_201f | number << 5
    let expected = Self.skippable[number] != nil
    for isSErrorPending in [nil, true] {
      #expect(
        SkippableInstruction.contains(
          word, pstate: atVector, isSErrorPending: isSErrorPending) == expected)
    }
    #expect(
      SkippableInstruction.contains(word, pstate: atVector, isSErrorPending: false)
        == (expected || number == 16))
  }

  @Test("the words of clang's assembler")
  func assembled() throws {
    let source = [
      "nop", "yield", "bti", "bti c", "bti j", "bti jc", "esb", "wfi", "paciasp", "dgh",
    ]
    let words = try AssembledCode(source.joined(separator: "\n")).words
    let expected = [true, true, true, true, true, true, true, false, false, false]
    for (index, text) in source.enumerated() {
      #expect(
        SkippableInstruction.contains(words[index], pstate: atVector, isSErrorPending: false)
          == expected[index], "\(text)")
    }
  }

  /// A word that differs from `nop` in any bit outside the hint's number is another instruction.
  @Test(arguments: (0..<32).filter { !(5..<12).contains($0) })
  func neighbours(bit: Int) {
    #expect(
      !SkippableInstruction.contains(
        0xd503_201f ^ 1 << UInt32(bit), pstate: atVector, isSErrorPending: false))
  }

  /// BTYPE, IL and SS live until the next instruction is executed.
  @Test(arguments: [10, 11, 20, 21] as [UInt64])
  func statesThatAnInstructionEnds(bit: UInt64) {
    for number: UInt32 in [0, 1, 16, 32, 34, 36, 38] {
      #expect(
        !SkippableInstruction.contains(
          0xd503_201f | number << 5, pstate: atVector | 1 << bit, isSErrorPending: false))
    }
  }
}
