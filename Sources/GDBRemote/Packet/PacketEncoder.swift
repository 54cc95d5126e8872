/// Frames payloads: `$`, the escaped payload, `#`, two digits of checksum.
///
/// Never produces run lengths: they save nothing in what a client sends, and stubs differ in
/// whether they expand them.
enum PacketEncoder {
  /// Appends the framed `payload` to `output`.
  static func append(_ payload: [UInt8], to output: inout [UInt8]) {
    output.append(UInt8(ascii: "$"))
    var sum: UInt8 = 0
    for byte in payload {
      if PacketEscape.isNeeded(for: byte) {
        let flipped = byte ^ PacketEscape.flip
        output.append(PacketEscape.marker)
        output.append(flipped)
        sum &+= PacketEscape.marker
        sum &+= flipped
      } else {
        output.append(byte)
        sum &+= byte
      }
    }
    output.append(UInt8(ascii: "#"))
    Hex.append(byte: sum, to: &output)
  }

  /// The framed `payload`.
  static func frame(_ payload: [UInt8]) -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(payload.count + 4)
    append(payload, to: &output)
    return output
  }

  /// How many bytes `payload` has once it is escaped, which is what a stub's limit counts.
  static func escapedByteCount(of payload: [UInt8]) -> Int {
    var count = payload.count
    for byte in payload where PacketEscape.isNeeded(for: byte) { count += 1 }
    return count
  }
}
