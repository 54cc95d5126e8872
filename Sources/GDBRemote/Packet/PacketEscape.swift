/// The escape of binary data: `}` and then the byte with bit 5 flipped.
///
/// Source: GDB manual, Overview ("Binary Data").
enum PacketEscape {
  static let marker = UInt8(ascii: "}")
  static let flip: UInt8 = 0x20

  /// Whether `byte` must be escaped.
  ///
  /// The manual asks for `*` to be escaped in replies only, but QEMU 7.2 expands run lengths in
  /// commands as well, so it is escaped in both directions.
  static func isNeeded(for byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "*"), marker: true
    default: false
    }
  }

  /// The index of the first byte of `bytes[start...]` that must be escaped, or the end.
  static func firstIndex(in bytes: Span<UInt8>, from start: Int) -> Int {
    ByteWord.firstIndex(in: bytes, from: start, to: bytes.count) {
      $0.marks(of: UInt8(ascii: "#")) | $0.marks(of: UInt8(ascii: "$"))
        | $0.marks(of: UInt8(ascii: "*")) | $0.marks(of: marker)
    }
  }
}
