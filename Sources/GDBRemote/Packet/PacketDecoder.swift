/// Finds packets in a stream of bytes, however the stream was cut into pieces.
///
/// What lies between packets is skipped and counted. A `$` inside a packet starts a new one, as the
/// character is always escaped in a payload: that is how the decoder finds its feet again after an
/// interrupted packet.
struct PacketDecoder {
  /// The longest payload that is accepted, in bytes before and after the expansion.
  let payloadLimit: Int

  /// How many bytes belonged to no packet.
  private(set) var discardedByteCount = 0

  private var buffer: [UInt8] = []
  private var readIndex = 0
  private var state = State.between

  private enum State {
    /// → payload
    case between
    /// Inside a packet that began at `start`. → payload, checksum, between (too long)
    case payload(start: Int, isNotification: Bool)
    /// Behind the `#` at `end`. → between
    case checksum(start: Int, end: Int, isNotification: Bool)
  }

  init(payloadLimit: Int = 1 << 20) {
    self.payloadLimit = payloadLimit
  }

  /// How many bytes are kept.
  var bufferedByteCount: Int { buffer.count }

  /// Takes the bytes that a transport read.
  mutating func append(_ bytes: some Collection<UInt8>) {
    buffer.append(contentsOf: bytes)
  }

  /// The next frame, or nil if more bytes are needed.
  mutating func next() -> Frame? {
    while readIndex < buffer.count {
      switch state {
      case .between:
        if let frame = scanBetween() { return frame }
      case .payload(let start, let isNotification):
        if let frame = scanPayload(start: start, isNotification: isNotification) { return frame }
      case .checksum(let start, let end, let isNotification):
        guard buffer.count >= end + 3 else {
          readIndex = buffer.count
          return nil
        }
        return finish(start: start, end: end, isNotification: isNotification)
      }
    }
    if case .between = state { compact(keepingFrom: readIndex) }
    return nil
  }

  private mutating func scanBetween() -> Frame? {
    let byte = buffer[readIndex]
    readIndex += 1
    switch byte {
    case UInt8(ascii: "$"): state = .payload(start: readIndex, isNotification: false)
    case UInt8(ascii: "%"): state = .payload(start: readIndex, isNotification: true)
    case UInt8(ascii: "+"): return .acknowledgement
    case UInt8(ascii: "-"): return .rejection
    default: discardedByteCount += 1
    }
    return nil
  }

  private mutating func scanPayload(start: Int, isNotification: Bool) -> Frame? {
    while readIndex < buffer.count {
      let byte = buffer[readIndex]
      if byte == UInt8(ascii: "#") {
        state = .checksum(start: start, end: readIndex, isNotification: isNotification)
        return nil
      }
      if byte == UInt8(ascii: "$") {
        discardedByteCount += readIndex - start + 1
        state = .between
        // The stub's acknowledgement stands before its answer.
        let isAcknowledged = readIndex > start && buffer[readIndex - 1] == UInt8(ascii: "+")
        compact(keepingFrom: readIndex)
        return isAcknowledged ? .acknowledgement : nil
      }
      readIndex &+= 1
      if readIndex - start > payloadLimit {
        state = .between
        compact(keepingFrom: readIndex)
        return .damaged
      }
    }
    return nil
  }

  private mutating func finish(start: Int, end: Int, isNotification: Bool) -> Frame {
    state = .between
    guard let high = Hex.value(of: buffer[end + 1]), let low = Hex.value(of: buffer[end + 2]) else {
      // The start of another packet may be among the two: look at them again.
      readIndex = end + 1
      return .damaged
    }
    readIndex = end + 3
    defer { compact(keepingFrom: readIndex) }
    guard PacketChecksum.sum(buffer, from: start, to: end) == high << 4 | low,
      let payload = RunLength.expand(buffer, from: start, to: end, limit: payloadLimit)
    else { return .damaged }
    return isNotification ? .notification(payload) : .packet(payload)
  }

  /// Drops what was read, once it is everything or much.
  private mutating func compact(keepingFrom index: Int) {
    if index == buffer.count {
      buffer.removeAll(keepingCapacity: true)
    } else if index >= 1 << 16 {
      buffer.removeFirst(index)
    } else {
      return
    }
    readIndex = 0
  }
}
