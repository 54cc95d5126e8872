/// Output of the target and the stub that hasn't been fetched yet.
///
/// Its size is limited, as a stub may send endless output: the oldest is dropped then.
struct ConsoleBuffer {
  static let byteLimit = 1 << 20

  private(set) var bytes: [UInt8] = []

  mutating func append(_ output: [UInt8]) {
    bytes += output
    // Drops half of it, so that most packets don't cause a removal.
    if bytes.count > Self.byteLimit { bytes.removeFirst(bytes.count - Self.byteLimit / 2) }
  }

  /// Takes everything.
  mutating func take() -> [UInt8] {
    defer { bytes = [] }
    return bytes
  }
}
