@testable import GDBRemote

/// The rules of framing, byte by byte and slowly: the reference for the decoder.
struct PlainDecoder {
  let payloadLimit: Int
  private(set) var frames: [Frame] = []
  private(set) var discardedByteCount = 0

  private var state = State.between
  private var isNotification = false
  /// What the packet under way has between `$` and `#`.
  private var raw: [UInt8] = []
  private var checksum: [UInt8] = []

  private enum State { case between, payload, checksum, overlong }

  init(payloadLimit: Int) { self.payloadLimit = payloadLimit }

  mutating func take(_ byte: UInt8) {
    let character = Character(UnicodeScalar(byte))
    switch (state, character) {
    case (.between, "$"), (.overlong, "$"): begin(isNotification: false)
    case (.between, "%"): begin(isNotification: true)
    case (.between, "+"): frames.append(.acknowledgement)
    case (.between, "-"): frames.append(.rejection)
    case (.between, _): discardedByteCount += 1
    case (.overlong, _):
      discardedByteCount += 1
      if character == "#" { state = .between }
    case (.payload, "#"): state = .checksum
    case (.payload, "$"):
      discardedByteCount += raw.count + 1
      if raw.last == UInt8(ascii: "+") { frames.append(.acknowledgement) }
      begin(isNotification: false)
    case (.payload, _):
      raw.append(byte)
      if raw.count > payloadLimit {
        if isNotification { discardedByteCount += raw.count + 1 } else { frames.append(.damaged) }
        state = .overlong
      }
    case (.checksum, _):
      checksum.append(byte)
      if checksum.count == 2 { finish() }
    }
  }

  private mutating func begin(isNotification: Bool) {
    state = .payload
    raw = []
    checksum = []
    self.isNotification = isNotification
  }

  private mutating func finish() {
    state = .between
    guard let high = Hex.value(of: checksum[0]), let low = Hex.value(of: checksum[1]) else {
      damage(byteCount: raw.count + 2)
      for byte in checksum { take(byte) }
      return
    }
    let sum = raw.reduce(0) { ($0 + Int($1)) % 256 }
    guard sum == Int(high) * 16 + Int(low), let expanded = expansion(of: raw[...]) else {
      damage(byteCount: raw.count + 4)
      return
    }
    frames.append(isNotification ? .notification(expanded) : .packet(expanded))
  }

  /// A damaged packet is a frame; a damaged notification is dropped.
  private mutating func damage(byteCount: Int) {
    if isNotification { discardedByteCount += byteCount } else { frames.append(.damaged) }
  }

  private func expansion(of payload: ArraySlice<UInt8>) -> [UInt8]? {
    var output: [UInt8] = []
    var rest = payload
    while let byte = rest.popFirst() {
      switch Character(UnicodeScalar(byte)) {
      case "}":
        guard let escaped = rest.popFirst() else { return nil }
        output.append(escaped ^ 0x20)
      case "*":
        guard let count = rest.popFirst(), (32...126).contains(count), let last = output.last
        else { return nil }
        for _ in 0..<Int(count) - 29 { output.append(last) }
      default: output.append(byte)
      }
    }
    return output.count <= payloadLimit ? output : nil
  }
}
