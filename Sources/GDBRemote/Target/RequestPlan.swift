/// The packets that carry out a request, and how their answers are read.
struct RequestPlan {
  /// A part of a memory transfer that fits into one packet.
  struct Chunk: Equatable {
    var address: UInt64
    var range: Range<Int>
  }

  /// A few bytes that are read back after a write.
  struct Sample: Equatable {
    var address: UInt64
    var range: Range<Int>
  }

  enum Reading {
    /// Nothing is sent, as the request can't be carried out.
    case refused(RemoteError)
    case generalRegisters
    /// The core registers, one by one.
    case coreRegisters([RegisterDescription])
    case register(RegisterDescription)
    /// All general registers, for one of them.
    case registerAmongAll(RegisterDescription)
    /// An OK, between the values before and after it if the write is checked.
    case registerWrite(RegisterDescription, [UInt8], isChecked: Bool)
    /// Nothing is sent with the others: it takes two separate exchanges.
    case writeAmongAll(RegisterDescription, [UInt8])
    case memory(at: UInt64, byteCount: Int, [Chunk])
    /// The samples, an OK for each chunk, and the samples again.
    case memoryWrite([UInt8], [Chunk], [Sample])
  }

  var reading: Reading
  /// The range of this request's answers among those of the batch.
  var replies: Range<Int> = 0..<0
}

/// The packets of a batch, as they are collected.
struct PacketList {
  private(set) var commands: [Command] = []
  private(set) var replyByteCounts: [Int] = []

  mutating func append(_ command: Command, replyByteCount: Int = 64) {
    commands.append(command)
    replyByteCounts.append(replyByteCount)
  }
}

extension RequestPlan.Chunk {
  /// Splits a transfer into parts of the same size. Addresses wrap around at the top, as the
  /// machine's do.
  static func parts(_ address: UInt64, _ byteCount: Int, limit: Int) -> [Self] {
    stride(from: 0, to: byteCount, by: limit).map { start in
      Self(address: address &+ UInt64(start), range: start..<min(start + limit, byteCount))
    }
  }

  /// Splits `bytes` into parts that have at most `limit` characters once they are escaped.
  static func escapedParts(_ address: UInt64, _ bytes: [UInt8], limit: Int) -> [Self] {
    var parts: [Self] = []
    var start = 0
    var count = 0
    for (index, byte) in bytes.enumerated() {
      let size = PacketEscape.isNeeded(for: byte) ? 2 : 1
      if count + size > limit || index - start >= StubProfile.largestTransfer {
        parts.append(Self(address: address &+ UInt64(start), range: start..<index))
        start = index
        count = 0
      }
      count += size
    }
    if start < bytes.count {
      parts.append(Self(address: address &+ UInt64(start), range: start..<bytes.count))
    }
    return parts
  }
}
