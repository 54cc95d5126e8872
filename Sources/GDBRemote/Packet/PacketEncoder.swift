/// Frames payloads: `$`, the escaped payload, `#`, two digits of checksum.
///
/// Source: GDB manual, Overview. Never produces run lengths: they save nothing in a client's
/// packets, and not every stub expands them.
///
/// ```swift
/// var output: [UInt8] = []
/// PacketEncoder.append(Array("m8000,4".utf8), to: &output)  // $m8000,4#…
/// ```
public enum PacketEncoder {
  /// Appends the framed `payload` to `output`, which grows by `escapedByteCount(of:)` and four
  /// bytes. No memory is allocated if the capacity of `output` suffices.
  public static func append(_ payload: [UInt8], to output: inout [UInt8]) {
    append(payload.span, to: &output)
  }

  /// Appends the framed `payload` to `output`.
  public static func append(_ payload: Span<UInt8>, to output: inout [UInt8]) {
    append(payload, after: UInt8(ascii: "$"), to: &output)
  }

  /// Appends `payload` to `output` as a notification (`%`), which only stubs send.
  public static func appendNotification(_ payload: [UInt8], to output: inout [UInt8]) {
    append(payload.span, after: UInt8(ascii: "%"), to: &output)
  }

  /// The framed `payload`.
  public static func frame(_ payload: [UInt8]) -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(payload.count + 4)
    append(payload, to: &output)
    return output
  }

  /// How many bytes `payload` has once it is escaped: the number that a stub's limit applies to.
  public static func escapedByteCount(of payload: [UInt8]) -> Int {
    var count = payload.count
    var index = PacketEscape.firstIndex(in: payload.span, from: 0)
    while index < payload.count {
      count += 1
      index = PacketEscape.firstIndex(in: payload.span, from: index + 1)
    }
    return count
  }

  private static func append(
    _ payload: Span<UInt8>, after start: UInt8, to output: inout [UInt8]
  ) {
    output.append(start)
    let first = output.count
    var index = 0
    while true {
      let special = PacketEscape.firstIndex(in: payload, from: index)
      if special > index { output.append(payload.extracting(index..<special)) }
      guard special < payload.count else { break }
      output.append(PacketEscape.marker)
      output.append(payload[special] ^ PacketEscape.flip)
      index = special + 1
    }
    let sum = PacketChecksum.sum(output.span.extracting(first..<output.count))
    output.append(UInt8(ascii: "#"))
    Hex.append(byte: sum, to: &output)
  }
}
