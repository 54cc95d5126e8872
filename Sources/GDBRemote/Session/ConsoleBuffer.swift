/// Output of the target and of the stub that nobody took yet.
///
/// It has a limit, as a stub may send output without end: the oldest is dropped then.
struct ConsoleBuffer {
  static let byteLimit = 1 << 20

  private(set) var bytes: [UInt8] = []

  mutating func append(_ output: [UInt8]) {
    bytes += output
    // Half of it at once, so that dropping costs nothing for each packet.
    if bytes.count > Self.byteLimit { bytes.removeFirst(bytes.count - Self.byteLimit / 2) }
  }

  /// Takes everything.
  mutating func take() -> [UInt8] {
    defer { bytes = [] }
    return bytes
  }
}
