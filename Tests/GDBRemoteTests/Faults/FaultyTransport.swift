@testable import GDBRemote

/// A stub in memory at the other end of a wire on which one thing goes wrong. Time passes only while waiting.
final class FaultyTransport: Transport {
  enum Direction: String { case received, sent }

  /// What goes wrong, and with which thing on the wire, counted from 0 in each direction.
  struct Plan {
    var direction: Direction
    var index: Int
    var fault: WireFault
  }

  /// The connection ends after a number of bytes in one direction.
  struct Cut {
    var direction: Direction
    var byteCount: Int
  }

  let fileDescriptor: Int32 = -1
  let peerDescription = "the stub"
  private(set) var now = ContinuousClock.now

  let stub: FakeStub
  var plan: Plan?
  var cut: Cut?
  /// Everything that was sent, in each direction, before faults.
  private(set) var received: [WireItem] = []
  private(set) var sent: [WireItem] = []
  /// How many bytes went each way.
  private(set) var receivedByteCount = 0
  private(set) var sentByteCount = 0
  private(set) var isClosed = false
  /// Whether the plan has happened.
  private(set) var isFaulty = false

  private var pending: [[UInt8]] = []
  private var held: (bytes: [UInt8], packets: Int, isBefore: Bool, direction: Direction)?
  private var repeated: [UInt8] = []
  private var endless: [UInt8] = []
  private var isCut = false
  /// Incoming data is read piece by piece.
  private var isSplit = false

  /// How much one read of an endless stream brings, and how long it takes.
  static let endlessByteCount = 128
  static let endlessDelay = Duration.milliseconds(100)
  /// How long a successful read takes, so that no loop of them is endless.
  static let readDelay = Duration.microseconds(20)

  init(_ stub: FakeStub) { self.stub = stub }

  // MARK: Transport

  func readAvailable(into buffer: inout [UInt8]) throws(RemoteError) -> ReadOutcome {
    if isClosed { return .closed }
    now += Self.readDelay
    try pull()
    if !pending.isEmpty {
      var bytes = isSplit ? pending.removeFirst() : Array(pending.joined())
      if !isSplit { pending = [] }
      if let cut, cut.direction == .received {
        let left = cut.byteCount - receivedByteCount
        if bytes.count >= left {
          bytes = Array(bytes.prefix(left))
          isCut = true
          pending = []
          endless = []
        }
      }
      receivedByteCount += bytes.count
      if bytes.isEmpty { return .closed }
      buffer += bytes
      return .bytes(bytes.count)
    }
    if isCut { return .closed }
    if !endless.isEmpty {
      now += Self.endlessDelay
      let count = max(1, Self.endlessByteCount / endless.count)
      for _ in 0..<count { buffer += endless }
      return .bytes(count * endless.count)
    }
    return stub.hasCrashed ? .closed : .nothing
  }

  func waitUntilReadable(deadline: ContinuousClock.Instant) throws(RemoteError) -> Bool {
    try pull()
    if !pending.isEmpty || !endless.isEmpty || isCut || isClosed || stub.hasCrashed { return true }
    now = max(now, deadline)
    return false
  }

  func write(_ bytes: [UInt8], deadline: ContinuousClock.Instant) throws(RemoteError) {
    if isClosed || isCut { throw RemoteError(.connectionClosed, "gone") }
    var output: [UInt8] = []
    for item in WireItem.cut(bytes) {
      let index = sent.count
      sent.append(item)
      for piece in travel(item, index, .sent) { output += piece }
    }
    if let cut, cut.direction == .sent, sentByteCount + output.count >= cut.byteCount {
      output = Array(output.prefix(cut.byteCount - sentByteCount))
      isCut = true
    }
    sentByteCount += output.count
    if !output.isEmpty { try stub.write(output, deadline: deadline) }
    try pull()
    if isCut { pending = [] }
  }

  func close() { isClosed = true }

  // MARK: The wire

  /// Takes what the stub has sent.
  private func pull() throws(RemoteError) {
    var bytes: [UInt8] = []
    guard case .bytes = try stub.readAvailable(into: &bytes) else { return }
    for item in WireItem.cut(bytes) {
      let index = received.count
      received.append(item)
      pending += travel(item, index, .received)
    }
  }

  /// What arrives when `item` is sent.
  private func travel(_ item: WireItem, _ index: Int, _ direction: Direction) -> [[UInt8]] {
    if isCut || !endless.isEmpty && direction == .received { return [] }
    guard let plan, plan.direction == direction, plan.index == index else {
      return withHeld(item.bytes, item.kind, direction)
    }
    isFaulty = true
    switch plan.fault {
    case .drop: return []
    case .delay(let packets, let isBefore):
      held = (item.bytes, packets, isBefore, direction)
      return []
    case .corrupt(let position):
      var bytes = item.bytes
      bytes[position.index(in: bytes)] ^= 1
      return [bytes]
    case .split:
      isSplit = direction == .received
      return item.bytes.map { [$0] }
    case .double: return [item.bytes + item.bytes]
    case .again:
      repeated = item.bytes
      return [item.bytes]
    case .replace(let bytes): return [bytes]
    case .shorten: return [PacketEncoder.frame(item.payload.dropLast(2))]
    case .lengthen: return [PacketEncoder.frame(item.payload + Array("00".utf8))]
    case .precede(let bytes): return [bytes + item.bytes]
    case .flood(let bytes):
      endless = bytes
      return []
    case .endlessPacket:
      endless = [UInt8(ascii: "0")]
      return [[UInt8(ascii: "$")]]
    case .close:
      isCut = true
      return []
    }
  }

  private func withHeld(
    _ bytes: [UInt8], _ kind: WireItem.Kind, _ direction: Direction
  ) -> [[UInt8]] {
    if !repeated.isEmpty, direction == .received {
      defer { repeated = [] }
      return [repeated, bytes]
    }
    guard kind == .packet, let late = held, late.direction == direction else { return [bytes] }
    held?.packets -= 1
    guard late.packets == 1 else { return [bytes] }
    held = nil
    return late.isBefore ? [late.bytes, bytes] : [bytes, late.bytes]
  }
}

extension WireFault.Position {
  fileprivate func index(in bytes: [UInt8]) -> Int {
    switch self {
    case .start: 0
    case .firstOfPayload: min(1, bytes.count - 1)
    case .lastOfPayload: max(0, bytes.count - 4)
    case .hash: max(0, bytes.count - 3)
    case .firstDigit: max(0, bytes.count - 2)
    case .secondDigit: bytes.count - 1
    }
  }
}

extension PacketEncoder {
  fileprivate static func frame(_ payload: ArraySlice<UInt8>) -> [UInt8] { frame(Array(payload)) }
}
