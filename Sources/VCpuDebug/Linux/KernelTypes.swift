/// The layouts of a kernel's structures: where their members are.
protocol KernelTypes {
  /// Where a member is in a structure: `text_data_ring.size_bits` is a member of a member. Anonymous structures and
  /// unions in between have no part in the name. Nil if there is none.
  func member(_ path: String, of structure: String) -> KernelMember?
  /// The size of a structure, in bytes; nil if there is none.
  func byteCount(of structure: String) -> Int?
}

/// A member of a kernel's structure.
struct KernelMember: Equatable {
  /// Where it begins, in bits from the structure's start.
  var bitOffset: Int
  /// Its width in bits.
  var bitCount: Int

  /// Where the byte is in which it begins.
  var offset: Int { bitOffset / 8 }
  /// How many bytes it is in.
  var byteCount: Int { (bitOffset % 8 + bitCount + 7) / 8 }
  /// Where the byte after it is.
  var end: Int { offset + byteCount }

  /// Its value in a structure's bytes; nil if they have no such member, or it is wider than 64 bits. Little-endian.
  func value(in bytes: some RandomAccessCollection<UInt8>) -> UInt64? {
    guard bitCount > 0, bitCount <= 64, byteCount <= 8, end <= bytes.count else { return nil }
    var value: UInt64 = 0
    let start = bytes.index(bytes.startIndex, offsetBy: offset)
    for (index, byte) in bytes[start...].prefix(byteCount).enumerated() {
      value |= UInt64(byte) << UInt64(index * 8)
    }
    value >>= UInt64(bitOffset % 8)
    return bitCount == 64 ? value : value & (1 << UInt64(bitCount) - 1)
  }
}
