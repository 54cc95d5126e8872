import Testing

@testable import GDBRemote

/// Decodes the same stream all at once, byte by byte and in pieces of every small size, and
/// expects the same frames.
func verifyDecoding(
  _ stream: [UInt8], limit: Int = 1 << 20, sourceLocation: SourceLocation = #_sourceLocation
) -> [Frame] {
  let whole = decode(stream, pieceCount: max(stream.count, 1), limit: limit)
  for size in [1, 2, 3, 5, 7, 64] where size < stream.count {
    let pieces = decode(stream, pieceCount: size, limit: limit)
    #expect(pieces.frames == whole.frames, "pieces of \(size)", sourceLocation: sourceLocation)
    #expect(pieces.discarded == whole.discarded, sourceLocation: sourceLocation)
  }
  return whole.frames
}

func verifyDecoding(
  _ stream: String, limit: Int = 1 << 20, sourceLocation: SourceLocation = #_sourceLocation
) -> [Frame] {
  verifyDecoding(Array(stream.utf8), limit: limit, sourceLocation: sourceLocation)
}

private func decode(
  _ stream: [UInt8], pieceCount: Int, limit: Int
) -> (frames: [Frame], discarded: Int) {
  var decoder = PacketDecoder(payloadLimit: limit)
  var frames: [Frame] = []
  var start = 0
  while start < stream.count {
    let end = min(start + pieceCount, stream.count)
    decoder.append(stream[start..<end])
    while let frame = decoder.next() { frames.append(frame) }
    start = end
  }
  return (frames, decoder.discardedByteCount)
}

/// A generator whose numbers are the same in every run.
struct SplitMix64: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}

/// The error that `body` throws, which has to be one of this library's.
func remoteError(
  sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Void
) -> RemoteError? {
  #expect(throws: RemoteError.self, sourceLocation: sourceLocation) { try body() }
}
