/// Expands the escapes and run lengths in a payload.
///
/// Source: GDB manual, Overview. `X*n` means `X` followed by `n - 29` more `X`.
enum RunLength {
  static let marker = UInt8(ascii: "*")

  /// The count characters: lower values are control characters, higher ones are not printable.
  static let counts: ClosedRange<UInt8> = 0x20...0x7e
  static let countBias: UInt8 = 29

  /// Appends the payload that `bytes` encodes to `output`. False means that it is malformed or
  /// would be longer than `limit`; then the appended bytes are meaningless.
  static func append(
    expanding bytes: Span<UInt8>, to output: inout [UInt8], limit: Int
  ) -> Bool {
    // The end that `output` may reach. If it is past the limit by less than a run, nothing more is
    // added.
    let (end, isFar) = output.count.addingReportingOverflow(limit)
    let limit = isFar ? Int.max : end
    let start = output.count
    var index = 0
    while index < bytes.count {
      let special = ByteWord.firstIndex(in: bytes, from: index, to: bytes.count) {
        $0.marks(of: marker) | $0.marks(of: PacketEscape.marker)
      }
      if special > index {
        guard special - index <= limit - output.count else { return false }
        output.append(bytes.extracting(index..<special))
      }
      guard special < bytes.count else { return true }
      guard special + 1 < bytes.count else { return false }
      let operand = bytes[special + 1]
      index = special + 2
      if bytes[special] == PacketEscape.marker {
        guard output.count < limit else { return false }
        output.append(operand ^ PacketEscape.flip)
      } else {
        guard counts ~= operand, output.count > start else { return false }
        let repeated = output[output.count - 1]
        let more = Int(operand - countBias)
        guard more <= limit - output.count else { return false }
        output.append(addingCapacity: more) { $0.append(repeating: repeated, count: more) }
      }
    }
    return true
  }
}

extension [UInt8] {
  /// Appends all of `bytes`, at the speed of a copy.
  @inline(__always)
  mutating func append(_ bytes: Span<UInt8>) {
    // The pointer does not leave the closure.
    unsafe bytes.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
  }
}
