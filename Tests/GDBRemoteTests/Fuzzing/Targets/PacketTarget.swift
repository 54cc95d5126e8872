@testable import GDBRemote

extension FuzzTarget {
  /// The decoder, the encoder and hexadecimal digits. The first byte of an input chooses the limit of a
  /// payload, the second the sizes of the pieces; the others are the stream.
  static let packet = FuzzTarget(name: "packet") { input in
    guard input.count >= 2 else { return }
    let stream = Array(input.dropFirst(2))
    let limit = [1 << 20, 64, 16, 3, 0][Int(input[0]) % 5]
    try checkDecoding(stream, limit: limit, seed: input[1])
    try checkEncoding(stream)
    try checkDigits(stream)
  }

  /// However a stream is split, the frames are those that the plain decoder finds.
  private static func checkDecoding(_ stream: [UInt8], limit: Int, seed: UInt8) throws {
    var expected = PlainDecoder(payloadLimit: limit)
    for byte in stream { expected.take(byte) }

    var whole = PacketDecoder(payloadLimit: limit)
    whole.append(stream)
    var frames: [Frame] = []
    while let frame = whole.next() { frames.append(frame) }
    try requireEqual(frames, expected.frames, "the frames of the whole stream")
    try requireEqual(whole.discardedByteCount, expected.discardedByteCount, "bytes of no packet")

    var pieces = PacketDecoder(payloadLimit: limit)
    var payload = Array("what was here before".utf8)
    var state = UInt32(seed) | 1
    frames = []
    var start = 0
    while start < stream.count {
      state = state &* 1_664_525 &+ 1_013_904_223
      let end = min(start + Int(state >> 24) % (seed < 128 ? 3 : 40) + 1, stream.count)
      pieces.append(stream[start..<end])
      while let kind = pieces.next(into: &payload) {
        let hasPayload = kind == .packet || kind == .notification
        try require(hasPayload || payload.isEmpty, "\(kind) has a payload")
        frames.append(Frame(kind, payload: payload))
      }
      // The bytes of the current packet, and at most the same number that were read.
      try require(
        pieces.bufferedByteCount <= 2 * (min(limit, stream.count) + 4) + 40,
        "\(pieces.bufferedByteCount) bytes are kept")
      start = end
    }
    try requireEqual(frames, expected.frames, "the frames of pieces")
    try requireEqual(pieces.discardedByteCount, expected.discardedByteCount, "bytes of no packet")
  }

  /// Any payload survives framing and decoding, and has the announced length.
  private static func checkEncoding(_ payload: [UInt8]) throws {
    var output = Array("-".utf8)
    PacketEncoder.append(payload, to: &output)
    let framedByteCount = PacketEncoder.escapedByteCount(of: payload) + 4
    try requireEqual(output.count - 1, framedByteCount, "the length of the frame")
    PacketEncoder.appendNotification(payload, to: &output)
    var decoder = PacketDecoder()
    decoder.append(output)
    try requireEqual(decoder.next(), .rejection, "what stood before the frame")
    try requireEqual(decoder.next(), .packet(payload), "the payload")
    try requireEqual(decoder.next(), .notification(payload), "the notification")
    try requireEqual(decoder.next(), nil, "what is after")
    try requireEqual(decoder.discardedByteCount, 0, "bytes of no packet")
  }

  private static func checkDigits(_ bytes: [UInt8]) throws {
    var digits: [UInt8] = []
    Hex.append(bytes, to: &digits)
    try requireEqual(Hex.bytes(digits), bytes, "the bytes of their digits")

    var expected: [UInt8]? = bytes.count.isMultiple(of: 2) ? [] : nil
    for index in stride(from: 0, to: bytes.count - 1, by: 2) where expected != nil {
      if let high = Hex.value(of: bytes[index]), let low = Hex.value(of: bytes[index + 1]) {
        expected?.append(high << 4 | low)
      } else {
        expected = nil
      }
    }
    try requireEqual(Hex.bytes(bytes), expected, "the bytes of any digits")
  }
}
