// The packet `qXfer`.
//
// Source: GDB manual, General Query Packets ("qXfer").

/// An object that a stub has: `features`, `threads`, `memory-map`, `auxv`, `exec-file`.
///
/// It is read in parts, until the stub says that there are no more.
struct ObjectTransfer {
  /// The most bytes that an object may have.
  static let byteLimit = 1 << 22

  let object: String
  var annex = ""
  /// The most characters of a packet to the stub, which is about the most of a packet from it.
  let payloadLimit: Int

  /// Reads the whole object from the answers of `exchange`.
  func read(
    _ exchange: (Command) throws(RemoteError) -> [UInt8]
  ) throws(RemoteError) -> [UInt8] {
    // The annex may come from the stub, and becomes part of a request.
    guard annex.utf8.count <= payloadLimit / 2 else {
      throw RemoteError(.requestTooLong, "the name of the \(object) is too long: \(annex)")
    }
    var bytes: [UInt8] = []
    while bytes.count <= Self.byteLimit {
      let reply = try exchange(command(offset: bytes.count))
      switch TransferChunk(parsing: reply) {
      // With more than was asked for, the next part would not continue where this one ends.
      case .more(let part) where part.count > partByteCount,
        .last(let part) where part.count > partByteCount:
        throw .unexpected(reply, of: "the read of the \(object)")
      case .more(let more) where !more.isEmpty: bytes += more
      case .last(let last): return bytes + last
      case .more, nil:
        // If there is no data at all, this is the stub's error; an incomplete object can't be used.
        if bytes.isEmpty, let error = StandardReply(reply).error(of: "the read of the \(object)") {
          throw error
        }
        throw .unexpected(reply, of: "the read of the \(object)")
      }
    }
    throw RemoteError(
      .protocolViolation, "the stub's \(object) is longer than \(Self.byteLimit) bytes")
  }

  private func command(offset: Int) -> Command {
    Command("qXfer:\(object):read:\(annex):").appending(hex: UInt64(offset)).appending(",")
      .appending(hex: UInt64(partByteCount))
  }

  /// The most bytes of one part.
  private var partByteCount: Int { max(1, min(payloadLimit - 4, 0xffb)) }
}

/// One part of an object.
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
