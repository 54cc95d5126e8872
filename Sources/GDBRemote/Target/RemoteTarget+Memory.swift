extension RemoteTarget {
  /// Reads memory, in as many packets as the stub's limit asks for.
  ///
  /// Throws `.memoryUnreadable` if any of it cannot be read. A read from a device is real, and may
  /// have effects.
  public func readMemory(at address: UInt64, byteCount: Int) throws(RemoteError) -> [UInt8] {
    guard byteCount > Self.stretchByteCount, byteCount <= Self.memoryLimit else {
      return try batch([.memory(at: address, byteCount: byteCount)])[0].bytes()
    }
    // In stretches, so that digits do not pile up and nothing is asked for after an error.
    var bytes: [UInt8] = []
    bytes.reserveCapacity(byteCount)
    while bytes.count < byteCount {
      let count = min(Self.stretchByteCount, byteCount - bytes.count)
      bytes += try batch([.memory(at: address &+ UInt64(bytes.count), byteCount: count)])[0]
        .bytes()
    }
    return bytes
  }

  private static let stretchByteCount = 1 << 20

  /// Reads memory up to the first byte that cannot be read, which may be none at all.
  ///
  /// A stub may refuse the whole of a request of which some cannot be read, as QEMU does: then the
  /// end is searched, page by page at first.
  public func readMemory(
    at address: UInt64, upTo byteCount: Int
  ) throws(RemoteError) -> [UInt8] {
    var bytes: [UInt8] = []
    // Halved when a read fails, down to one byte.
    var step = byteCount
    while bytes.count < byteCount, step > 0 {
      let start = address &+ UInt64(bytes.count)
      let page = Int(WriteTruth.pageByteCount - start % WriteTruth.pageByteCount)
      let count = min(step, byteCount - bytes.count)
      do throws(RemoteError) {
        bytes += try readMemory(at: start, byteCount: count)
      } catch {
        guard error.code == .memoryUnreadable else { throw error }
        step = count > page ? page : count / 2
      }
    }
    return bytes
  }

  /// Writes memory, in as many packets as the stub's limit asks for.
  ///
  /// A few bytes of each page are read back, once while the target is stopped. Throws `.writeIgnored`
  /// if they are not what was written: QEMU answers OK to a write to a device at a virtual address and
  /// does nothing; only `physicalMemory(_:)` reaches devices. Set `verifiesWrites` to false where
  /// reading has effects.
  public func writeMemory(at address: UInt64, _ bytes: [UInt8]) throws(RemoteError) {
    try batch([.writeMemory(at: address, bytes)])[0].check()
  }

  /// Writes memory that a machine has to have before its first instruction, as a loader does.
  ///
  /// Also that of a machine which plays a recording back, where nothing can be changed later: it had the same
  /// there when it was recorded. Throws as `writeMemory(at:_:)` does.
  public func loadMemory(at address: UInt64, _ bytes: [UInt8]) throws(RemoteError) {
    isLoading = true
    defer { isLoading = false }
    try writeMemory(at: address, bytes)
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
    guard physicalMemoryDepth == 0, state != .disconnected else { return try result.get() }
    // Who gives up a wait doesn't wait again for this: the mode is switched before the next request.
    if case .failure(let error as RemoteError) = result, error.code == .cancelled {
      isPhysicalModeUncertain = true
      throw error
    }
    do {
      try setPhysicalMemoryMode(false)
    } catch {
      // What went wrong first is what matters; the mode is switched before the next request.
      _ = try result.get()
      throw error
    }
    return try result.get()
  }

  func setPhysicalMemoryMode(_ isOn: Bool) throws(RemoteError) {
    writeTruth.forgetMemory()
    isPhysicalModeUncertain = true
    let reply = try ask([.physicalMemoryMode(isOn)]).first ?? []
    try StandardReply.requireOK(reply, of: "the switch of the memory mode")
    isPhysicalModeUncertain = false
  }

  /// LLDB's form of `x` is not used for so few bytes that an error may look like them.
  private static let smallestBareRead = 64

  func readCommand(_ address: UInt64, _ byteCount: Int) -> Command {
    switch profile.binaryReads {
    case .bare where byteCount >= Self.smallestBareRead, .prefixed:
      .readBinaryMemory(at: address, byteCount: byteCount)
    case .none, .bare: .readMemory(at: address, byteCount: byteCount)
    }
  }

  /// Puts the answers to `chunks` together. A stub may bring less than was asked for, and is then
  /// asked for the rest.
  func memory(
    _ address: UInt64, _ byteCount: Int, _ chunks: [RequestPlan.Chunk],
    _ replies: ArraySlice<[UInt8]>, canAskAgain: Bool
  ) throws(RemoteError) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(byteCount)
    for (chunk, reply) in zip(chunks, replies) {
      bytes += try part(reply, chunk.address, chunk.range.count, canAskAgain: canAskAgain)
      guard bytes.count < chunk.range.upperBound else { continue }
      let rest = chunk.range.upperBound - bytes.count
      guard canAskAgain else { throw Self.missing(rest, address &+ UInt64(bytes.count)) }
      // However small the parts are, together they have to come in time.
      bytes += try connection.within(times: 1) { () throws(RemoteError) in
        try remainder(address &+ UInt64(bytes.count), rest)
      }
    }
    return bytes
  }

  /// Reads what an answer did not have, in as many parts as the stub makes of it.
  private func remainder(_ address: UInt64, _ byteCount: Int) throws(RemoteError) -> [UInt8] {
    var bytes: [UInt8] = []
    while bytes.count < byteCount {
      let rest = byteCount - bytes.count
      let start = address &+ UInt64(bytes.count)
      bytes += try part(try exchange(readCommand(start, rest)), start, rest, canAskAgain: true)
    }
    return bytes
  }

  private func part(
    _ reply: [UInt8], _ address: UInt64, _ byteCount: Int, canAskAgain: Bool
  ) throws(RemoteError) -> [UInt8] {
    switch profile.binaryReads {
    case .prefixed:
      return try MemoryReply.prefixedBytes(reply, at: address, byteCount: byteCount)
    case .bare where byteCount >= Self.smallestBareRead:
      if let bytes = try MemoryReply.bareBytes(reply, at: address, byteCount: byteCount) {
        return bytes
      }
      guard canAskAgain else { throw Self.missing(byteCount, address) }
      let count = min(byteCount, max(1, profile.payloadLimit / 2))
      let digits = try exchange(.readMemory(at: address, byteCount: count))
      return try MemoryReply.bytes(digits, at: address, byteCount: count)
    case .none, .bare:
      return try MemoryReply.bytes(reply, at: address, byteCount: byteCount)
    }
  }

  private static func missing(_ byteCount: Int, _ address: UInt64) -> RemoteError {
    RemoteError(
      .memoryUnreadable,
      "the last \(byteCount) bytes of memory at 0x\(String(address, radix: 16)) are missing")
  }
}
