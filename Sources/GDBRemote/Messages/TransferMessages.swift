// The packet `qXfer`.
//
// Source: GDB manual, General Query Packets ("qXfer").

extension Command {
  /// Reads a part of a document of the target description.
  static func readFeatures(_ annex: String, offset: Int, byteCount: Int) -> Command {
    Command("qXfer:features:read:\(annex):").appending(hex: UInt64(offset)).appending(",")
      .appending(hex: UInt64(byteCount))
  }
}

/// One part of a document.
enum TransferChunk: Equatable {
  case more([UInt8])
  case last([UInt8])

  init?(parsing payload: [UInt8]) {
    switch payload.first {
    case UInt8(ascii: "m"): self = .more(Array(payload.dropFirst()))
    case UInt8(ascii: "l"): self = .last(Array(payload.dropFirst()))
    default: return nil
    }
  }
}
