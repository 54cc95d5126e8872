/// Splits the bytes of one direction into packets with their frames, and the bytes between them,
/// however they were written.
struct WireSplitter {
  enum Item: Equatable {
    /// A packet or a notification, from its `$` or `%` to its checksum.
    case frame([UInt8])
    /// A byte between packets: an acknowledgement, an interrupt, or garbage.
    case byte(UInt8)
  }

  private var frame: [UInt8] = []
  /// How many digits of the checksum are missing; nil before the `#`.
  private var missingDigits: Int?

  /// How many bytes of an unfinished packet are buffered.
  var unfinishedByteCount: Int { frame.count }

  /// Takes `bytes` and returns the items that they complete.
  mutating func take(_ bytes: [UInt8]) -> [Item] {
    var items: [Item] = []
    for byte in bytes {
      if let missing = missingDigits {
        frame.append(byte)
        missingDigits = missing - 1
        guard missing == 1 else { continue }
        items.append(.frame(frame))
        frame = []
        missingDigits = nil
      } else if byte == UInt8(ascii: "$") || byte == UInt8(ascii: "%") && frame.isEmpty {
        // A packet that never ended.
        items += frame.map { .byte($0) }
        frame = [byte]
      } else if frame.isEmpty {
        items.append(.byte(byte))
      } else {
        frame.append(byte)
        if byte == UInt8(ascii: "#") { missingDigits = 2 }
      }
    }
    return items
  }

  /// The payload of a packet, or nil if the frame is damaged or is a notification's.
  static func payload(of frame: [UInt8]) -> [UInt8]? {
    var decoder = PacketDecoder()
    decoder.append(frame)
    if case .packet(let payload)? = decoder.next() { return payload }
    return nil
  }
}
