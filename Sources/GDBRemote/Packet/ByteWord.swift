/// Eight bytes in one word, to examine them all with a few instructions.
///
/// The first byte in memory is the lowest of the word, on machines of either byte order.
struct ByteWord {
  var bits: UInt64

  /// The lowest bit of each byte.
  static let ones: UInt64 = 0x0101_0101_0101_0101
  /// The highest bit of each byte.
  static let highs: UInt64 = 0x8080_8080_8080_8080

  @inline(__always)
  init(_ bits: UInt64) { self.bits = bits }

  /// Loads `bytes[index..<index + 8]`.
  @inline(__always)
  init(_ bytes: Span<UInt8>, at index: Int) {
    precondition(index >= 0 && bytes.count - index >= 8)
    // The word need not be aligned, and the precondition has checked that it is within the span.
    let loaded = unsafe bytes.bytes.unsafeLoadUnaligned(
      fromUncheckedByteOffset: index, as: UInt64.self)
    bits = UInt64(littleEndian: loaded)
  }

  /// Not zero if one of the bytes is `byte`. The lowest set bit is the high bit of the first such
  /// byte; the bits above it may be wrong, as a borrow runs upwards.
  @inline(__always)
  func marks(of byte: UInt8) -> UInt64 {
    let difference = bits ^ (UInt64(byte) &* ByteWord.ones)
    return (difference &- ByteWord.ones) & ~difference & ByteWord.highs
  }

  /// The index of the first byte in `bytes[start..<end]` for which `marks` has a mark, or `end`.
  @inline(__always)
  static func firstIndex(
    in bytes: Span<UInt8>, from start: Int, to end: Int, _ marks: (ByteWord) -> UInt64
  ) -> Int {
    var index = start
    while end &- index >= 8 {
      let found = marks(ByteWord(bytes, at: index))
      if found != 0 { return index &+ found.trailingZeroBitCount >> 3 }
      index &+= 8
    }
    while index < end {
      // The other bytes of the word are zero, which is never searched for.
      if marks(ByteWord(UInt64(bytes[index]))) & 0x80 != 0 { return index }
      index &+= 1
    }
    return end
  }
}
