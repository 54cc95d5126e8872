// The packets `m`, `M`, `x` and `X`.
//
// Sources: GDB manual, Packets; LLDB's "Extensions to the GDB Remote Protocol" for its variant of
// `x`.

extension Command {
  /// Reads memory.
  static func readMemory(at address: UInt64, byteCount: Int) -> Command {
    Command("m").appending(hex: address).appending(",").appending(hex: UInt64(byteCount))
  }

  /// Writes memory.
  static func writeMemory(at address: UInt64, _ bytes: [UInt8]) -> Command {
    Command("M").appending(hex: address).appending(",").appending(hex: UInt64(bytes.count))
      .appending(":").appending(hex: bytes)
  }

  /// Reads memory as bytes rather than digits.
  static func readBinaryMemory(at address: UInt64, byteCount: Int) -> Command {
    Command("x", expecting: .binary).appending(hex: address).appending(",")
      .appending(hex: UInt64(byteCount))
  }

  /// Writes memory as bytes rather than digits. Without bytes it writes nothing, but shows whether
  /// the stub knows the packet.
  static func writeBinaryMemory(at address: UInt64, _ bytes: [UInt8]) -> Command {
    Command("X").appending(hex: address).appending(",").appending(hex: UInt64(bytes.count))
      .appending(":").appending(bytes)
  }

  /// The most characters of an `M` packet that are not data: the letter, an address, a comma, a
  /// length and a colon.
  static let writeMemoryOverhead = 1 + 16 + 1 + 8 + 1
}

enum MemoryReply {
  /// The bytes that a stub read, which may be fewer than asked for but not more.
  static func bytes(
    _ payload: [UInt8], at address: UInt64, byteCount: Int
  ) throws(RemoteError) -> [UInt8] {
    // An error is "E01", three characters; memory always has an even number.
    try requireNoError(payload, at: address, byteCount: byteCount)
    guard let bytes = Hex.bytes(payload), !bytes.isEmpty, bytes.count <= byteCount else {
      throw .unexpected(payload, of: "the memory read")
    }
    return bytes
  }

  /// The bytes of an answer to `x` in GDB's form; there may be none at all.
  static func prefixedBytes(
    _ payload: [UInt8], at address: UInt64, byteCount: Int
  ) throws(RemoteError) -> [UInt8] {
    guard payload.first == UInt8(ascii: "b") else {
      try requireNoError(payload, at: address, byteCount: byteCount)
      throw .unexpected(payload, of: "the memory read")
    }
    guard payload.count - 1 <= byteCount else {
      throw .unexpected(payload, of: "the memory read")
    }
    guard payload.count > 1 else { throw unreadable(address, byteCount, "nothing") }
    return Array(payload[1...])
  }

  /// The bytes of an answer to `x` in LLDB's form. Nil means that the answer may be data or an
  /// error, which only `m` can tell apart.
  static func bareBytes(
    _ payload: [UInt8], at address: UInt64, byteCount: Int
  ) throws(RemoteError) -> [UInt8]? {
    switch StandardReply(payload) {
    case .error, .unsupported, .ok: return nil
    case .other:
      guard payload.count <= byteCount else { throw .unexpected(payload, of: "the memory read") }
      return payload
    }
  }

  static func requireWritten(
    _ payload: [UInt8], at address: UInt64, byteCount: Int
  ) throws(RemoteError) {
    switch StandardReply(payload) {
    case .ok: return
    case .unsupported:
      throw RemoteError(.unsupported, "the stub does not support writing memory")
    case .error(let number, let text):
      throw RemoteError(
        .memoryUnwritable,
        "\(byteCount) bytes of memory at 0x\(String(address, radix: 16)) cannot be written "
          + "(the stub says \(reason(number, text)))", stubText: text.isEmpty ? nil : text)
    case .other:
      throw .unexpected(payload, of: "the memory write")
    }
  }

  private static func requireNoError(
    _ payload: [UInt8], at address: UInt64, byteCount: Int
  ) throws(RemoteError) {
    switch StandardReply(payload) {
    case .unsupported:
      throw RemoteError(.unsupported, "the stub does not support reading memory")
    case .error(let number, let text):
      throw unreadable(
        address, byteCount, reason(number, text), stubText: text.isEmpty ? nil : text)
    case .ok, .other: return
    }
  }

  private static func unreadable(
    _ address: UInt64, _ byteCount: Int, _ reason: String, stubText: String? = nil
  ) -> RemoteError {
    RemoteError(
      .memoryUnreadable,
      "\(byteCount) bytes of memory at 0x\(String(address, radix: 16)) cannot be read "
        + "(the stub says \(reason))", stubText: stubText)
  }

  private static func reason(_ number: Int?, _ text: String) -> String {
    text.isEmpty ? number.map { "error \($0)" } ?? "an error" : text
  }
}
