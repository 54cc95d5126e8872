// Files of the stub's system.

extension RemoteTarget {
  /// The most bytes that are read of a file.
  static let fileByteLimit = 1 << 28

  /// Reads a file of the stub's system, such as the program of a process.
  ///
  /// Throws `.requestTooLong` for one with more than 256 MiB.
  public func readFile(_ path: String) throws(RemoteError) -> [UInt8] {
    // Selects the stub's own file system. A stub without this packet has no other.
    _ = try exchange(.setFileSystem(process: 0))
    let what = "the read of the file \(path)"
    let descriptor = try FileReply(try exchange(.openFile(path, flags: 0, mode: 0)), of: what)
      .result
    defer { _ = try? exchange(.closeFile(descriptor)) }
    return try connection.within(times: Self.longFile) { () throws(RemoteError) in
      try contents(descriptor, path, what)
    }
  }

  /// The time that a file may take, as a multiple of one exchange's.
  private static let longFile = 100

  private func contents(
    _ descriptor: UInt64, _ path: String, _ what: String
  ) throws(RemoteError) -> [UInt8] {
    var bytes: [UInt8] = []
    while bytes.count < Self.fileByteLimit {
      // The answer has to fit even if every byte must be escaped.
      let count = max(1, min((profile.payloadLimit - 20) / 2, StubProfile.largestTransfer))
      let reply = try FileReply(
        try exchange(.readFile(descriptor, byteCount: count, offset: bytes.count)), of: what)
      guard reply.result <= UInt64(count), reply.attachment.count == Int(reply.result) else {
        throw RemoteError(
          .protocolViolation, "the stub's answer for \(path) has a different length than it says")
      }
      if reply.result == 0 { return bytes }
      bytes += reply.attachment
    }
    throw RemoteError(.requestTooLong, "the file \(path) has more than \(bytes.count) bytes")
  }

  /// Writes a file of the stub's system. The file is created, or emptied first.
  public func writeFile(_ path: String, _ bytes: [UInt8]) throws(RemoteError) {
    _ = try exchange(.setFileSystem(process: 0))
    let what = "the write of the file \(path)"
    // O_WRONLY | O_CREAT | O_TRUNC of the File-I/O protocol.
    let open = Command.openFile(path, flags: 0x1 | 0x200 | 0x400, mode: 0o644)
    let descriptor = try FileReply(try exchange(open), of: what).result
    defer { _ = try? exchange(.closeFile(descriptor)) }
    let limit = max(2, profile.payloadLimit - 64)
    for part in RequestPlan.Chunk.escapedParts(0, bytes, limit: limit) {
      var start = part.range.lowerBound
      while start < part.range.upperBound {
        let rest = Array(bytes[start..<part.range.upperBound])
        let reply = try FileReply(
          try exchange(.writeFile(descriptor, offset: start, rest)), of: what)
        guard 1...UInt64(rest.count) ~= reply.result else {
          throw RemoteError(.protocolViolation, "the stub wrote nothing of \(path)")
        }
        start += Int(reply.result)
      }
    }
  }

  /// Deletes a file of the stub's system.
  public func deleteFile(_ path: String) throws(RemoteError) {
    _ = try FileReply(try exchange(.deleteFile(path)), of: "the deletion of \(path)")
  }

  /// The target of a symbolic link of the stub's system.
  public func readLink(_ path: String) throws(RemoteError) -> String {
    let reply = try FileReply(try exchange(.readLink(path)), of: "the read of the link \(path)")
    return String(decoding: reply.attachment, as: UTF8.self)
  }
}
