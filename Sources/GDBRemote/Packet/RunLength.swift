/// Expands what a stub may have done to a payload: escapes and run lengths.
///
/// Source: GDB manual, Overview. `X*n` stands for `X` and then `n - 29` more of it.
enum RunLength {
  static let marker = UInt8(ascii: "*")

  /// The smallest count character; below it are control characters.
  static let smallestCount: UInt8 = 0x20
  static let countBias: UInt8 = 29

  /// The payload behind `bytes[start..<end]`, or nil if it is malformed or would be longer than
  /// `limit`.
  static func expand(_ bytes: [UInt8], from start: Int, to end: Int, limit: Int) -> [UInt8]? {
    var index = start
    while index < end, bytes[index] != marker, bytes[index] != PacketEscape.marker { index &+= 1 }
    if index == end { return Array(bytes[start..<end]) }

    var output: [UInt8] = []
    output.reserveCapacity((end - start) * 2)
    output.append(contentsOf: bytes[start..<index])
    while index < end {
      let byte = bytes[index]
      index += 1
      switch byte {
      case PacketEscape.marker:
        guard index < end else { return nil }
        output.append(bytes[index] ^ PacketEscape.flip)
        index += 1
      case marker:
        guard index < end, let repeated = output.last else { return nil }
        let count = bytes[index]
        guard count >= smallestCount, count <= 126 else { return nil }
        index += 1
        let more = Int(count - countBias)
        guard output.count + more <= limit else { return nil }
        output.append(contentsOf: repeatElement(repeated, count: more))
      default:
        output.append(byte)
      }
      guard output.count <= limit else { return nil }
    }
    return output
  }
}
