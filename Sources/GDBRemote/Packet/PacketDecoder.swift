/// Finds packets in a stream of bytes, whatever pieces the stream arrives in.
///
/// ```swift
/// var decoder = PacketDecoder()
/// var payload: [UInt8] = []
/// decoder.append(bytes)
/// while let kind = decoder.next(into: &payload) { … }
/// ```
///
/// It accepts any bytes. Bytes between packets are skipped and counted, and so is a damaged
/// notification, as it can't be requested again. A `$` inside a packet starts a new one, as the
/// character is always escaped in a payload: this is how the decoder recovers from a truncated
/// packet.
///
/// It keeps the bytes that were not read yet, and at most the same number of those that were.
///
/// Source: GDB manual, Overview and Notification Packets.
public struct PacketDecoder: Sendable {
  /// The longest payload that is accepted, in bytes before and after the expansion.
  public let payloadLimit: Int

  /// How many bytes didn't belong to a packet.
  public private(set) var discardedByteCount = 0

  private var buffer: [UInt8] = []
  /// The first byte that is still needed: of a packet, the one after the `$`.
  private var start = 0
  /// The first byte that was not examined yet.
  private var readIndex = 0
  private var state = State.between

  private enum State {
    /// → payload
    case between
    /// In a packet or notification. → between, payload (another one), overlong
    case payload(isNotification: Bool)
    /// In the rest of a packet that is too long. Its bytes may look like acknowledgements. →
    /// between, payload
    case overlong
  }

  /// Creates a decoder that has seen no bytes.
  ///
  /// - Parameter payloadLimit: the longest payload that is accepted, in bytes. A longer packet is
  ///   reported as damaged.
  public init(payloadLimit: Int = 1 << 20) {
    precondition(payloadLimit >= 0)
    self.payloadLimit = payloadLimit
  }

  /// How many bytes are buffered.
  public var bufferedByteCount: Int { buffer.count }

  // MARK: Bytes in

  /// Takes the bytes that a transport read.
  public mutating func append(_ bytes: [UInt8]) { append(bytes.span) }

  /// Takes the bytes that a transport read.
  public mutating func append(_ bytes: ArraySlice<UInt8>) { append(bytes.span) }

  /// Takes the bytes that a transport read.
  public mutating func append(_ bytes: Span<UInt8>) {
    // No more bytes are moved than were read since the last move, so each moves about once.
    if start > 0, start >= buffer.count - start {
      buffer.removeSubrange(..<start)
      readIndex -= start
      start = 0
    }
    buffer.append(bytes)
  }

  // MARK: Frames out

  /// The next frame, or nil if more bytes are needed.
  public mutating func next() -> Frame? {
    var payload: [UInt8] = []
    guard let kind = next(into: &payload) else { return nil }
    return Frame(kind, payload: payload)
  }

  /// The kind of the next frame, or nil if more bytes are needed.
  ///
  /// The payload of a packet or notification replaces what `payload` holds; otherwise it is empty
  /// afterwards. No memory is allocated if its capacity suffices.
  public mutating func next(into payload: inout [UInt8]) -> FrameKind? {
    payload.removeAll(keepingCapacity: true)
    while readIndex < buffer.count {
      switch state {
      case .between:
        if let kind = readBetween() { return kind }
      case .payload(let isNotification):
        switch findEnd(isNotification: isNotification) {
        case .nothing: continue
        case .frame(let kind): return kind
        case .delimiter(let end):
          guard buffer.count - end >= 3 else {
            // The `#` is found again once the checksum has arrived.
            readIndex = end
            return nil
          }
          if let kind = finish(end: end, isNotification: isNotification, &payload) { return kind }
        }
      case .overlong: skipOverlong()
      }
    }
    if start == buffer.count { forget() }
    return nil
  }

  private mutating func readBetween() -> FrameKind? {
    let byte = buffer[readIndex]
    readIndex += 1
    start = readIndex
    switch byte {
    case UInt8(ascii: "$"): state = .payload(isNotification: false)
    case UInt8(ascii: "%"): state = .payload(isNotification: true)
    case UInt8(ascii: "+"): return .acknowledgement
    case UInt8(ascii: "-"): return .rejection
    default: discardedByteCount &+= 1
    }
    return nil
  }

  private enum PayloadEnd {
    /// The `#` has arrived.
    case delimiter(at: Int)
    /// The packet ended in another way, and this is its frame.
    case frame(FrameKind)
    /// There is no frame: more bytes are needed, or it wasn't a packet.
    case nothing
  }

  private mutating func findEnd(isNotification: Bool) -> PayloadEnd {
    let isLong = buffer.count - start > payloadLimit
    let limit = isLong ? start + payloadLimit + 1 : buffer.count
    let index = PacketDecoder.firstDelimiter(in: buffer.span, from: readIndex, to: limit)
    let first = start
    readIndex = index
    if index < limit {
      if buffer[index] == UInt8(ascii: "#") { return .delimiter(at: index) }
      discardedByteCount &+= index - first + 1
      start = index
      state = .between
      // The stub's acknowledgement precedes its answer.
      let isAcknowledged = index > first && buffer[index - 1] == UInt8(ascii: "+")
      return isAcknowledged ? .frame(.acknowledgement) : .nothing
    }
    guard isLong else { return .nothing }
    start = index
    state = .overlong
    guard isNotification else { return .frame(.damaged) }
    discardedByteCount &+= index - first + 1
    return .nothing
  }

  private mutating func skipOverlong() {
    let index = PacketDecoder.firstDelimiter(in: buffer.span, from: readIndex, to: buffer.count)
    discardedByteCount &+= index - readIndex
    // The end of the packet is handled as bytes between packets, where a `#` and digits mean
    // nothing.
    if index < buffer.count { state = .between }
    readIndex = index
    start = index
  }

  private static func firstDelimiter(in bytes: Span<UInt8>, from start: Int, to end: Int) -> Int {
    ByteWord.firstIndex(in: bytes, from: start, to: end) {
      $0.marks(of: UInt8(ascii: "#")) | $0.marks(of: UInt8(ascii: "$"))
    }
  }

  /// Reads the checksum after the `#` at `end`, and then the payload.
  private mutating func finish(
    end: Int, isNotification: Bool, _ payload: inout [UInt8]
  ) -> FrameKind? {
    let first = start
    state = .between
    if let high = Hex.value(of: buffer[end + 1]), let low = Hex.value(of: buffer[end + 2]) {
      readIndex = end + 3
      start = readIndex
      let bytes = buffer.span.extracting(first..<end)
      if PacketChecksum.sum(bytes) == high << 4 | low,
        RunLength.append(expanding: bytes, to: &payload, limit: payloadLimit)
      {
        return isNotification ? .notification : .packet
      }
      payload.removeAll(keepingCapacity: true)
    } else {
      // One of the two may start another packet: examine them again.
      readIndex = end + 1
      start = readIndex
    }
    guard isNotification else { return .damaged }
    discardedByteCount &+= readIndex - first + 1
    return nil
  }

  /// Drops the bytes that were read, and also the memory if it can hold more than the longest
  /// packet.
  private mutating func forget() {
    buffer.removeAll(keepingCapacity: buffer.capacity / 4 <= max(payloadLimit, 1 << 16))
    readIndex = 0
    start = 0
  }
}
