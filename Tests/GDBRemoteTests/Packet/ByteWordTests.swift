import Testing

@testable import GDBRemote

struct ByteWordTests {
  /// The neighbours of what is looked for are what a borrow could mistake for it.
  private let alphabet: [UInt8] = [0x22, 0x23, 0x24, 0x25, 0x00, 0x01, 0x80, 0xa3, 0xa4, 0xff]

  @Test func findsTheFirstByteWhereverItIs() {
    var generator = SplitMix64(state: 3)
    for count in 0...40 {
      for _ in 0..<50 {
        let bytes = (0..<count).map { _ in
          Int.random(in: 0..<8, using: &generator) > 0
            ? 0x25 : alphabet.randomElement(using: &generator)!
        }
        for start in 0...count {
          let end = Int.random(in: start...count, using: &generator)
          let expected = bytes[start..<end].firstIndex { $0 == 0x23 || $0 == 0x24 } ?? end
          let found = ByteWord.firstIndex(in: bytes.span, from: start, to: end) {
            $0.marks(of: 0x23) | $0.marks(of: 0x24)
          }
          #expect(found == expected, "\(bytes), \(start)..<\(end)")
        }
      }
    }
  }

  @Test func sumsModulo256() {
    for count in [0, 1, 15, 16, 17, 255, 1000] {
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 200) }
      let sum = bytes.reduce(0) { ($0 + Int($1)) % 256 }
      #expect(PacketChecksum.sum(bytes) == UInt8(sum))
    }
  }
}
