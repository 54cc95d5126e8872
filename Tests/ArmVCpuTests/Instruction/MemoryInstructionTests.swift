import Testing

@testable import ArmVCpu

@Suite struct MemoryInstructionTests {
  @Test(arguments: InstructionVectors.all)
  func anInstructionIsWhatTheAssemblerSays(vector: InstructionVector) {
    #expect(MemoryInstruction(vector.word).meaning == vector.meaning)
  }

  @Test func thereAreVectorsOfEveryKind() {
    #expect(InstructionVectors.all.count == 439)
    #expect(Set(InstructionVectors.all.map(\.word)).count == 439)
  }

  /// The fields that a CPU ignores, as LDAR's Rs and Rt2, change nothing here either.
  @Test func fieldsThatShouldBeOnesAreIgnored() {
    let cases: [(word: UInt32, fields: UInt32, meaning: String)] = [
      // LDAR x0, [x1]; STLRB w0, [x1]; LDAPR x0, [x1].
      (0xc8df_fc20, 0x001f_7c00, "load 8 x0 base 1 offset 0"),
      (0x089f_fc20, 0x001f_7c00, "store 1 w0 base 1 offset 0"),
      (0xf8bf_c020, 0x001f_0000, "load 8 x0 base 1 offset 0"),
    ]
    for (word, fields, meaning) in cases {
      #expect(MemoryInstruction(word).meaning == meaning)
      #expect(MemoryInstruction(word & ~fields).meaning == meaning)
    }
  }

  /// Every combination of the bits that distinguish instructions, with a few registers: 31 to 21, 15 to
  /// 10.
  @Test func everyEncodingIsConsistent() {
    for high: UInt32 in 0..<1 << 11 {
      for low: UInt32 in 0..<1 << 6 {
        for registers: UInt32 in [0, 0x001f_03ff, 0x0003_00a4, 0x001f_0020] {
          expectConsistent(high << 21 | low << 10 | registers)
        }
      }
    }
  }

  @Test func randomWordsAreConsistent() {
    var numbers = SplitMix64(seed: 24)
    for _ in 0..<1 << 20 { expectConsistent(UInt32(truncatingIfNeeded: numbers.next())) }
  }

  /// What must be true of every decoded word.
  private func expectConsistent(_ word: UInt32) {
    guard case .loadStore(let instruction) = MemoryInstruction(word) else { return }
    // In the class "Loads and Stores", but not an exclusive, atomic or tag instruction.
    let isConsistent =
      word >> 27 & 1 == 1 && word >> 25 & 1 == 0 && !instruction.isUnpredictable
      && instruction.first == word & 31
      && (instruction.isPair ? instruction.second == word >> 10 & 31 : true)
      && [1, 2, 4, 8, 16].contains(instruction.byteCount)
      && isConsistent(instruction)
    if !isConsistent { Issue.record("\(String(word, radix: 16)): \(instruction)") }
  }

  private func isConsistent(_ instruction: LoadStoreInstruction) -> Bool {
    let width: UInt8 =
      switch instruction.kind {
      case .w: 4
      case .x: 8
      case .v: 16
      }
    // Only loads of less than the register sign-extend, and stores have the full width.
    guard instruction.byteCount <= width else { return false }
    if instruction.extendsSign {
      guard instruction.isLoad, instruction.kind != .v, instruction.byteCount < width else {
        return false
      }
    }
    switch instruction.addressing {
    case .offset(let offset), .preIndex(let offset), .postIndex(let offset):
      return instruction.isPair
        ? (-64...63).contains(offset / Int64(instruction.byteCount))
        : (-256...4095 * Int64(instruction.byteCount)).contains(offset)
    case .register(let index, _, let shift):
      return !instruction.isPair && index < 32
        && (shift == 0 || 1 << shift == instruction.byteCount)
    case .literal(let offset):
      return instruction.isLoad && !instruction.isPair && offset % 4 == 0
        && (-0x10_0000...0xf_fffc).contains(offset)
    case .authenticated(let offset, _):
      return instruction.isLoad && instruction.kind == .x && instruction.byteCount == 8
        && (-4096...4088).contains(offset) && offset % 8 == 0
    }
  }
}
