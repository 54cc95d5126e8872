import CAllocationCounter
import Testing

@testable import ArmVCpu

/// A register's reassembled fields are the register. `scripts/fuzz decode` tries every ISS of every
/// class; this is a sample.
@Suite struct FieldEncoderTests {
  @Test("the leaves of the fields give the same 64 bits, for every class")
  func everyClass() {
    var random = SplitMix64(seed: 64)
    let pairs = Self.oneAndTwoBits
    for ec: UInt8 in 0..<64 {
      for iss in pairs where !isSame(esr(ec, iss)) { return }
      for iss in pairs where !isSame(UInt64(ec) << 26 | iss ^ 0x1ff_ffff) { return }
      for _ in 0..<10_000 {
        let value = random.next()
        guard isSame(esr(ec, value & 0x1ff_ffff)),
          isSame(value & ~(0x3f << 26) | UInt64(ec) << 26)
        else { return }
      }
    }
  }

  @Test("the leaves of the fields give the same 64 bits, whatever the bits")
  func anyBits() {
    var random = SplitMix64(seed: 65)
    for _ in 0..<50_000 {
      guard isSame(random.next()) else { return }
    }
  }

  private func isSame(_ value: UInt64) -> Bool {
    let again = ESR_EL2(rawValue: value).reencoded
    guard again != value else { return true }
    Issue.record(
      "\(String(value, radix: 16)) is \(again.map { String($0, radix: 16) } ?? "no tree")")
    return false
  }

  /// No bits, every single bit and every pair of bits of an ISS.
  private static let oneAndTwoBits: [UInt64] =
    [0] + (0..<25).flatMap { high in (0...high).map { 1 << high | 1 << $0 } }

  @Test(
    "fields that aren't a tree are found",
    arguments: [
      // A field outside of its parent, below and above.
      ([(15, 8, 0), (7, 0, 1)], nil), ([(15, 8, 0), (16, 8, 1)], nil),
      // Two fields that overlap, on each level.
      ([(15, 8, 0), (8, 0, 0)], nil), ([(15, 0, 0), (15, 8, 1), (8, 0, 1)], nil),
      ([(15, 0, 0), (15, 0, 1), (7, 4, 2), (4, 0, 2)], nil),
      ([(15, 0, 0), (15, 0, 1), (15, 0, 2), (7, 4, 3), (4, 0, 3)], nil),
      // The wrong order.
      ([(7, 0, 0), (15, 8, 0)], nil),
      // Too deep for its parent, and too deep at all.
      ([(15, 0, 1)], nil), ([(15, 0, 0), (15, 0, 2)], nil),
      ([(15, 0, 0), (15, 0, 1), (15, 0, 2), (15, 0, 3), (15, 0, 4)], nil),
      // No bits at all, or bits beyond the register.
      ([(0, 1, 0)], nil), ([(64, 0, 0)], nil),
      // Trees: only the leaves count, and bits that a parent's subfields leave out are lost.
      ([], 0), ([(63, 0, 0)], .max), ([(15, 8, 0), (7, 0, 0)], 0xffff),
      ([(15, 0, 0), (15, 12, 1), (7, 0, 1)], 0xf0ff),
      ([(15, 0, 0), (15, 8, 1), (15, 12, 2), (11, 8, 2), (3, 0, 1)], 0xff0f),
      ([(15, 0, 0), (15, 0, 1), (15, 0, 2), (7, 4, 3), (3, 0, 3)], 0xff),
    ] as [([(UInt8, UInt8, UInt8)], UInt64?)])
  func trees(fields: [(UInt8, UInt8, UInt8)], value: UInt64?) {
    var encoder = FieldEncoder()
    for (high, low, depth) in fields {
      let ones = high < 64 && high >= low ? UInt64.max >> UInt64(63 - (high - low)) : 0
      encoder.receive(
        Field(name: "", highBit: high, lowBit: low, value: ones, meaning: "", depth: depth))
    }
    #expect(encoder.isTree == (value != nil))
    if let value { #expect(encoder.value == value) }
  }

  @Test func aValueThatDoesNotFitIsFound() {
    var encoder = FieldEncoder()
    encoder.receive(
      Field(name: "", highBit: 3, lowBit: 0, value: 0x10, meaning: "", depth: 0))
    #expect(!encoder.isTree)
  }

  @Test("B-33: neither the fields nor the reason of an exit allocate memory")
  func allocations() {
    let frame = TrapFrame.distinct
    for ec: UInt8 in 0..<64 {
      for upper in [0, UInt64.max << 32] {
        let value = esr(ec, 0x1ff_ffff) | upper
        #expect(Self.allocationCount { _ = ESR_EL2(rawValue: value).reencoded } == 0)
        #expect(
          Self.allocationCount {
            let syndrome = ExitSyndrome(kind: .synchronous, esr: ESR_EL2(rawValue: value))
            _ = ExitDecoder.reason(syndrome, frame)
          } == 0)
      }
    }
    #expect(Self.allocationCount { _ = [UInt64](repeating: allocation_count(), count: 99) } > 0)
  }

  /// The number of allocations in `body`, except what the runtime allocates once.
  private static func allocationCount(_ body: () -> Void) -> UInt64 {
    body()
    let before = allocation_count()
    body()
    return allocation_count() - before
  }
}
