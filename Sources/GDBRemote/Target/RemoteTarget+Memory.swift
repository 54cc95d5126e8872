extension RemoteTarget {
  /// Reads memory, in as many packets as the stub's limit requires.
  ///
  /// Throws `.memoryUnreadable` if any of it cannot be read. A read from a device is a real access,
  /// and may have side effects.
  public func readMemory(at address: UInt64, byteCount: Int) throws(RemoteError) -> [UInt8] {
    guard byteCount > Self.stretchByteCount, byteCount <= Self.memoryLimit else {
      return try batch([.memory(at: address, byteCount: byteCount)])[0].bytes()
    }
    // Reads in steps, so that digits don't pile up and nothing is requested after an error.
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

  /// Reads memory up to the first byte that cannot be read. The result may be empty.
  ///
  /// A stub may refuse a whole request if some of it can't be read, as QEMU does: then the end is
  /// searched for, page by page at first.
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

  /// Writes memory, in as many packets as the stub's limit requires.
  ///
  /// A few bytes of each page are read back, once while the target is stopped. Throws `.writeIgnored`
  /// if they aren't what was written: QEMU answers OK to a write to a device at a virtual address, but
  /// does nothing; only `physicalMemory(_:)` reaches devices. Set `verifiesWrites` to false if reading
  /// has side effects.
  public func writeMemory(at address: UInt64, _ bytes: [UInt8]) throws(RemoteError) {
    try batch([.writeMemory(at: address, bytes)])[0].check()
  }

  /// Writes memory that a machine needs before its first instruction, as a loader does.
  ///
  /// This also works on a machine that replays a recording, where nothing can be changed later: its memory
  /// was loaded in the same way when it was recorded. Throws as `writeMemory(at:_:)` does.
  public func loadMemory(at address: UInt64, _ bytes: [UInt8]) throws(RemoteError) {
    isLoading = true
    defer { isLoading = false }
    try writeMemory(at: address, bytes)
  }

  /// Makes the addresses of all memory requests in `body` physical.
  ///
  /// The mode belongs to the machine and would outlive the connection, so it is restored however
  /// `body` ends; the target can't be resumed inside `body`. QEMU reads zeros from unmapped
  /// physical addresses, and ignores writes to read-only memory without an error.
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
    // A caller that gave up waiting doesn't wait for this, either: the mode is switched before the
    // next request.
    if case .failure(let error as RemoteError) = result, error.code == .cancelled {
      isPhysicalModeUncertain = true
      throw error
    }
    do {
      try setPhysicalMemoryMode(false)
    } catch {
      // The first error is the one that matters; the mode is switched before the next request.
      _ = try result.get()
      throw error
    }
    return try result.get()
  }

  /// Carries out requests for physical memory: reads in one write, with the switch of the mode and back, if the stub
  /// supports that.
  ///
  /// It throws as `physicalMemory(_:)` and `batch(_:)` do. Inside of `physicalMemory(_:)` it is a batch.
  public func physicalBatch(_ requests: [Request]) throws(RemoteError) -> [Response] {
    try requireStopped()
    guard physicalMemoryDepth == 0 else { return try batch(requests) }
    // A write must not be sent before the mode is known to be physical.
    guard profile.hasPhysicalMemoryMode, profile.pipelines, !requests.contains(where: \.isWrite)
    else { return try inPhysicalMode(requests) }
    if isPhysicalModeUncertain { try setPhysicalMemoryMode(false) }
    var packets = PacketList()
    packets.append(.physicalMemoryMode(true))
    let plans = try planReads(requests, &packets)
    packets.append(.physicalMemoryMode(false))
    writeTruth.forgetMemory()
    isPhysicalModeUncertain = true
    let replyByteCounts = packets.replyByteCounts
    let replies = try ask(packets.commands) { replyByteCounts[$0] }
    // If it isn't back, it is switched before the next request.
    if let last = replies.last, StandardReply(last) == .ok { isPhysicalModeUncertain = false }
    try StandardReply.requireOK(replies.first ?? [], of: "the switch of the memory mode")
    return responses(to: plans, replies)
  }

  private func inPhysicalMode(_ requests: [Request]) throws(RemoteError) -> [Response] {
    do {
      return try physicalMemory { try batch(requests) }
    } catch let error as RemoteError {
      throw error
    } catch {
      preconditionFailure("a batch throws only a RemoteError, not \(error)")
    }
  }

  func setPhysicalMemoryMode(_ isOn: Bool) throws(RemoteError) {
    writeTruth.forgetMemory()
    isPhysicalModeUncertain = true
    let reply = try ask([.physicalMemoryMode(isOn)]).first ?? []
    try StandardReply.requireOK(reply, of: "the switch of the memory mode")
    isPhysicalModeUncertain = false
  }

  /// LLDB's form of `x` isn't used for reads that are short enough for an error to look like data.
  private static let smallestBareRead = 64

  func readCommand(_ address: UInt64, _ byteCount: Int) -> Command {
    switch profile.binaryReads {
    case .bare where byteCount >= Self.smallestBareRead, .prefixed:
      .readBinaryMemory(at: address, byteCount: byteCount)
    case .none, .bare: .readMemory(at: address, byteCount: byteCount)
    }
  }

  /// Joins the answers to `chunks`. A stub may return less than was asked for, and is then asked
  /// for the rest.
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
      // However small the parts are, they share one deadline.
      bytes += try connection.within(times: 1) { () throws(RemoteError) in
        try remainder(address &+ UInt64(bytes.count), rest)
      }
    }
    return bytes
  }

  /// Reads what an answer lacked, in as many parts as the stub splits it into.
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
