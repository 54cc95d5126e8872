import Testing

@testable import ArmVCpu

/// A guest may use any operands for DC ISW, CSW and CISW.
@Suite struct SetWayTests {
  /// Level 1 separate, level 2 unified, level 3 only instructions.
  private static let clidr: UInt64 = 0b001_100_011

  /// Level 1: 4 ways, 128 sets, lines of 64 bytes. Level 2: one way, 3 sets, lines of 16.
  private static func ccsidr(_ selection: UInt64) -> UInt64 {
    switch selection {
    case 0: 127 << 13 | 3 << 3 | 2
    case 2: 2 << 13
    default: 0xffff_ffff
    }
  }

  private static func line(_ operand: UInt64) -> UInt64? {
    SetWay.line(of: operand, clidr: clidr, isWide: false) {
      #expect($0 == 0 || $0 == 2, "a cache that is not there")
      return ccsidr($0)
    }
  }

  @Test func everyLineIsNamed() {
    for way: UInt64 in 0..<4 {
      for set: UInt64 in 0..<128 {
        let operand = way << 30 | set << 6
        #expect(Self.line(operand) == operand)
      }
    }
    for set: UInt64 in 0..<3 { #expect(Self.line(set << 4 | 2) == set << 4 | 2) }
  }

  @Test("an operand beyond the caches, which may be undefined even at EL2, is rejected")
  func beyond() {
    // The set after the last, and the highest bit below the way.
    #expect(Self.line(128 << 6) == nil)
    #expect(Self.line(1 << 29) == nil)
    #expect(Self.line(3 << 4 | 2) == nil)
    // The only way of level 2 has no bits.
    #expect(Self.line(1 << 31 | 2) == nil)
    // Three ways leave one value of the two bits unused.
    #expect(
      SetWay.line(of: 3 << 30, clidr: Self.clidr, isWide: false, ccsidr: { _ in 2 << 3 | 2 }) == nil
    )
    // A level with only instructions, levels without a cache, and the level that CLIDR_EL1 doesn't
    // describe.
    for level: UInt64 in 2...7 { #expect(Self.line(level << 1) == nil) }
    #expect(SetWay.line(of: 14, clidr: .max, isWide: false, ccsidr: { _ in 0 }) == nil)
  }

  @Test func reservedBitsDoNotCount() {
    #expect(Self.line(0xdead_beef_0000_0000 | 2 << 30 | 5 << 6 | 0x31) == 2 << 30 | 5 << 6)
  }

  @Test("FEAT_CCIDX: CCSIDR_EL1 of 64 bits")
  func wide() {
    // 16 ways, 2¹⁵ + 1 sets, lines of 64 bytes.
    let size: UInt64 = 0x8000 << 32 | 15 << 3 | 2
    func line(_ operand: UInt64) -> UInt64? {
      SetWay.line(of: operand, clidr: Self.clidr, isWide: true, ccsidr: { _ in size })
    }
    #expect(line(15 << 28 | 0x8000 << 6) == 15 << 28 | 0x8000 << 6)
    #expect(line(0x8001 << 6) == nil)
  }

  @Test func everyOperandHasAnAnswer() {
    var numbers = SplitMix64(seed: 0x5e7)
    for _ in 0..<100_000 {
      let (operand, clidr, size) = (numbers.next(), numbers.next(), numbers.next())
      _ = SetWay.line(of: operand, clidr: clidr, isWide: size & 1 << 63 != 0, ccsidr: { _ in size })
    }
  }
}
