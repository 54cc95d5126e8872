extension RemoteTarget {
  /// Reads memory, in as many packets as the stub's limit asks for.
  ///
  /// Throws `.memoryUnreadable` if any of it cannot be read. A read from a device is real, and may
  /// have effects.
  public func readMemory(at address: UInt64, byteCount: Int) throws(RemoteError) -> [UInt8] {
    try batch([.memory(at: address, byteCount: byteCount)])[0].bytes()
  }

  /// Writes memory, in as many packets as the stub's limit asks for.
  ///
  /// QEMU answers OK to a write to a device at a virtual address and does nothing; only
  /// `physicalMemory(_:)` reaches devices.
  public func writeMemory(at address: UInt64, _ bytes: [UInt8]) throws(RemoteError) {
    try batch([.writeMemory(at: address, bytes)])[0].check()
  }

  /// Has the addresses of all memory requests in `body` mean physical memory.
  ///
  /// The mode belongs to the machine and would outlive the connection, so it is restored however
  /// `body` ends; the target cannot be resumed inside. QEMU reads zeros from physical addresses
  /// where nothing is, and ignores writes to read-only memory without an error.
  public func physicalMemory<R>(_ body: () throws -> R) throws -> R {
    try requireStopped()
    guard profile.hasPhysicalMemoryMode else {
      throw RemoteError(.unsupported, "the stub cannot address physical memory")
    }
    if physicalMemoryDepth == 0 { try setPhysicalMemoryMode(true) }
    physicalMemoryDepth += 1
    let result = Result { try body() }
    physicalMemoryDepth -= 1
    if physicalMemoryDepth == 0 { try setPhysicalMemoryMode(false) }
    return try result.get()
  }

  func setPhysicalMemoryMode(_ isOn: Bool) throws(RemoteError) {
    let reply = try exchange(.physicalMemoryMode(isOn))
    try StandardReply.requireOK(reply, of: "the switch of the memory mode")
  }

  /// A part of a transfer that fits into one packet.
  struct Chunk: Equatable {
    var address: UInt64
    var range: Range<Int>
  }

  /// Cuts a transfer into parts. Addresses wrap at the top, as those of the machine do.
  func chunks(_ address: UInt64, _ byteCount: Int, limit: Int) -> [Chunk] {
    stride(from: 0, to: byteCount, by: limit).map { start in
      Chunk(
        address: address &+ UInt64(start), range: start..<min(start + limit, byteCount))
    }
  }

  /// Puts the answers to `chunks` together. A stub may bring less than was asked for, and is then
  /// asked for the rest.
  func memory(
    _ chunks: [Chunk], _ replies: ArraySlice<[UInt8]>, _ byteCount: Int, canAskAgain: Bool
  ) throws(RemoteError) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(byteCount)
    for (chunk, reply) in zip(chunks, replies) {
      bytes += try MemoryReply.bytes(reply, at: chunk.address, byteCount: chunk.range.count)
      while bytes.count < chunk.range.upperBound {
        let rest = chunk.range.upperBound - bytes.count
        let address = chunk.address &+ UInt64(chunk.range.count - rest)
        guard canAskAgain else {
          throw RemoteError(
            .memoryUnreadable,
            "the last \(rest) bytes of memory at 0x\(String(address, radix: 16)) are missing")
        }
        let reply = try exchange(.readMemory(at: address, byteCount: rest))
        bytes += try MemoryReply.bytes(reply, at: address, byteCount: rest)
      }
    }
    return bytes
  }
}
