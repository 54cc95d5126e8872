/// The escape of binary data: `}` and then the byte with bit 5 flipped.
///
/// Source: GDB manual, Overview ("Binary Data").
enum PacketEscape {
  static let marker = UInt8(ascii: "}")
  static let flip: UInt8 = 0x20

  /// The first byte of `bytes[start...]` that may not travel as it is, or the end.
  ///
  /// The manual asks for `*` to be escaped in replies only, but QEMU 7.2 expands run lengths in
  /// commands as well, so it is escaped in both directions.
  static func firstIndex(in bytes: Span<UInt8>, from start: Int) -> Int {
    ByteWord.firstIndex(in: bytes, from: start, to: bytes.count) {
      $0.marks(of: UInt8(ascii: "#")) | $0.marks(of: UInt8(ascii: "$"))
        | $0.marks(of: UInt8(ascii: "*")) | $0.marks(of: marker)
    }
  }
}
