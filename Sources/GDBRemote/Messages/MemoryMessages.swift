// The packets `m` and `M`.
//
// Source: GDB manual, Packets.

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

  /// The most characters of an `M` packet that are not data: the letter, an address, a comma, a
  /// length and a colon.
  static let writeMemoryOverhead = 1 + 16 + 1 + 8 + 1
}

enum MemoryReply {
  /// The bytes that a stub read, as many as it had but not more than asked for.
  static func bytes(
    _ payload: [UInt8], at address: UInt64, byteCount: Int
  ) throws(RemoteError) -> [UInt8] {
    // Two digits of an error are "E0x", three characters; memory is always an even number.
    switch StandardReply(payload) {
    case .unsupported:
      throw RemoteError(.unsupported, "the stub does not support reading memory")
    case .error(let number, let text):
      let reason = text.isEmpty ? number.map { "error \($0)" } ?? "an error" : text
      throw RemoteError(
        .memoryUnreadable,
        "\(byteCount) bytes of memory at 0x\(String(address, radix: 16)) cannot be read "
          + "(the stub says \(reason))")
    case .ok, .other:
      guard let bytes = Hex.bytes(payload), !bytes.isEmpty, bytes.count <= byteCount else {
        throw .unexpected(payload, of: "the read of memory")
      }
      return bytes
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
      let reason = text.isEmpty ? number.map { "error \($0)" } ?? "an error" : text
      throw RemoteError(
        .memoryUnwritable,
        "\(byteCount) bytes of memory at 0x\(String(address, radix: 16)) cannot be written "
          + "(the stub says \(reason))")
    case .other:
      throw .unexpected(payload, of: "the write of memory")
    }
  }
}
