import Testing

@testable import ArmVCpu

/// `PlainAccess` finds the same address as the decoder of all loads and stores, for exactly the instructions that a
/// syndrome describes.
@Suite struct PlainAccessTests {
  /// The values of x0–x30 and SP: each another one, some of them with bits that an extension drops or copies.
  private static func value(of register: UInt8) -> UInt64 {
    0x9e37_79b9_7f4a_7c15 &* (UInt64(register) + 1)
  }

  private static func address(of word: UInt32) -> UInt64? {
    PlainAccess.address(
      of: word, base: { value(of: $0) }, index: { $0 == 31 ? 0 : value(of: $0) })
  }

  /// The address by the whole decoder; nil if a syndrome doesn't describe the instruction, or if its address doesn't
  /// come from a base register.
  private static func expected(_ word: UInt32) -> UInt64? {
    guard case .loadStore(let instruction) = MemoryInstruction(word), instruction.kind != .v,
      !instruction.isPair, !instruction.writesBack
    else { return nil }
    let base = value(of: instruction.base)
    switch instruction.addressing {
    case .offset(let offset): return base &+ UInt64(bitPattern: offset)
    case .register(let index, let extend, let shift):
      let offset = extend.value(of: index == 31 ? 0 : value(of: index))
      return base &+ offset << UInt64(shift)
    case .preIndex, .postIndex, .literal, .authenticated: return nil
    }
  }

  private func expectSame(_ word: UInt32) -> Bool {
    let expected = Self.expected(word)
    if Self.address(of: word) != expected { Issue.record("\(String(word, radix: 16))") }
    return expected != nil
  }

  /// Every combination of the bits that distinguish instructions, with a few registers.
  @Test func everyEncodingHasTheDecodersAddress() {
    var count = 0
    for high: UInt32 in 0..<1 << 11 {
      for low: UInt32 in 0..<1 << 6 {
        for registers: UInt32 in [0, 0x001f_03ff, 0x0003_00a4, 0x001f_0020] {
          if expectSame(high << 21 | low << 10 | registers) { count += 1 }
        }
      }
    }
    #expect(count > 10_000)
  }

  @Test func randomWordsHaveTheDecodersAddress() {
    var numbers = SplitMix64(seed: 17)
    for _ in 0..<1 << 20 { _ = expectSame(UInt32(truncatingIfNeeded: numbers.next())) }
  }

  @Test(arguments: InstructionVectors.all)
  func assembledInstructionsHaveTheDecodersAddress(vector: InstructionVector) {
    _ = expectSame(vector.word)
  }
}
