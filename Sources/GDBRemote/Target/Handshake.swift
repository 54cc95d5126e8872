/// What is said at the beginning of a connection, and what came of it.
struct Handshake {
  private(set) var profile = StubProfile()
  private(set) var description = TargetDescription()
  private(set) var stop: StopReply
  private(set) var foundRunning = false

  /// The most bytes of a target description.
  static let descriptionLimit = 1 << 22

  /// Learns who the stub is. Nothing is written before the first request: a machine that runs would
  /// be stopped by a bare acknowledgement.
  init(_ connection: RemoteConnection) throws(RemoteError) {
    stop = .noThreadsResumed
    try askFeatures(connection)
    try recogniseStub(connection)
    // QEMU removes breakpoints when it answers this: never again in the connection. gdbserver 13 needs a
    // current thread before it can describe the target, or ends with a failed assertion; this gives it one.
    let reply = try connection.exchange(Command.stopReason)
    guard let stop = StopReply(parsing: reply) else { throw .unexpected(reply, of: "\"?\"") }
    self.stop = stop
    // QEMU answers `p` and `P` only after it gave its description in this connection.
    if profile.features.has("qXfer:features:read") {
      let limit = profile.payloadLimit
      description = try TargetDescription { (name) throws(RemoteError) in
        try Handshake.document(name, connection, limit)
      }
    }
    foundRunning = connection.unaskedStop != nil
    connection.unaskedStop = nil
  }

  private mutating func askFeatures(_ connection: RemoteConnection) throws(RemoteError) {
    let reply: [UInt8]
    do throws(RemoteError) {
      reply = try connection.exchange(Command.supportedFeatures)
    } catch {
      guard error.code == .timeout || error.code == .protocolViolation else { throw error }
      throw RemoteError(
        .noAnswer,
        "no answer from \(connection.transport.peerDescription): another client may be connected, "
          + "or it is not a GDB stub")
    }
    guard StandardReply(reply) == .other else { return }
    profile.features = SupportedFeatures(parsing: reply)
    connection.synchronisationReply = reply
  }

  private mutating func recogniseStub(_ connection: RemoteConnection) throws(RemoteError) {
    if let qemu = QEMUFeatures(parsing: try connection.exchange(Command.qemuSupported)) {
      profile.kind = .qemu
      profile.pipelines = true
      profile.acknowledges = false
      profile.hasPhysicalMemoryMode = qemu.hasPhysicalMemoryMode
    } else if profile.features.has("QStartNoAckMode") {
      let reply = try connection.exchange(Command.startNoAckMode)
      if StandardReply(reply) == .ok { profile.acknowledges = false }
    }
    connection.setAcknowledges(profile.acknowledges)
    connection.setPipelines(profile.pipelines)

    var commands = [Command.resumeActions]
    // The mode outlives a client that could not restore it.
    if profile.hasPhysicalMemoryMode { commands.append(.physicalMemoryMode(false)) }
    let replies = try connection.exchange(commands)
    profile.resumeActions = ResumeActions(parsing: replies[0])
  }

  private static func document(
    _ name: String, _ connection: RemoteConnection, _ limit: Int
  ) throws(RemoteError) -> [UInt8] {
    // The name comes from the stub, and becomes part of a request.
    guard name.utf8.count <= limit / 2 else { return [] }
    var document: [UInt8] = []
    while document.count < descriptionLimit {
      let reply = try connection.exchange(
        .readFeatures(name, offset: document.count, byteCount: min(limit - 4, 0xffb)))
      switch TransferChunk(parsing: reply) {
      case .more(let bytes) where !bytes.isEmpty: document += bytes
      case .last(let bytes): return document + bytes
      case .more, nil:
        // A document that the stub does not have leaves the others as they are.
        return document
      }
    }
    return []
  }
}
