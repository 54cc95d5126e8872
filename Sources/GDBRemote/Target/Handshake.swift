/// The requests at the beginning of a connection, and their results.
struct Handshake {
  private(set) var profile = StubProfile()
  private(set) var description = TargetDescription()
  private(set) var stop: StopReply
  private(set) var foundRunning = false

  /// Identifies the stub. Nothing is written before the first request: a bare acknowledgement would
  /// stop a running machine.
  init(_ connection: RemoteConnection) throws(RemoteError) {
    stop = .noThreadsResumed
    try askFeatures(connection)
    try recogniseStub(connection)
    try agreeOnAcknowledgements(connection)
    try askAbilities(connection)
    // QEMU removes breakpoints when it answers this, so it is never sent again in the connection. gdbserver
    // 13 needs a current thread before it can describe the target, or it fails an assertion and exits; this
    // gives it one.
    let reply = try connection.exchange(Command.stopReason)
    if let stop = StopReply(parsing: reply) {
      self.stop = stop
    } else if StandardReply(reply) == .ok {
      // No thread is stopped: the stub was left in non-stop mode.
      stop = .noThreadsResumed
    } else if case .error = StandardReply(reply) {
      // lldb-server's answer if there is no program.
      stop = .exited(status: 0, process: nil)
    } else {
      throw .unexpected(reply, of: "\"?\"")
    }
    // QEMU answers `p` and `P` only after it has sent its description in this connection.
    if profile.features.has("qXfer:features:read") {
      description = try Handshake.description(connection, profile)
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
    connection.machine.stubAcknowledges = connection.machine.acknowledgementCount > 0
    guard StandardReply(reply) == .other else { return }
    profile.features = SupportedFeatures(parsing: reply)
    connection.synchronisationReply = reply
  }

  private mutating func recogniseStub(_ connection: RemoteConnection) throws(RemoteError) {
    let features = profile.features
    if let kind = StubSignature.kind(announcing: features) {
      profile = StubProfile(kind: kind)
    } else if let qemu = QEMUFeatures(parsing: try connection.exchange(Command.qemuSupported)) {
      let reply = try connection.exchange(Command.qemuVersion)
      let version = Handshake.firstLine(of: connection.console.take())
      profile = StubProfile(kind: qemu.kind(versionReply: reply, version: version))
      profile.version = version
      profile.hasPhysicalMemoryMode = qemu.hasPhysicalMemoryMode
    }
    profile.features = features
  }

  private mutating func agreeOnAcknowledgements(
    _ connection: RemoteConnection
  ) throws(RemoteError) {
    if profile.features.mayHave("QStartNoAckMode") || profile.traits.triesNoAckMode {
      let reply = try connection.exchange(Command.startNoAckMode)
      if StandardReply(reply) == .ok {
        profile.isInNoAckMode = true
        connection.machine.stubAcknowledges = false
      }
    }
    connection.machine.acknowledges = profile.acknowledges
    connection.machine.pipelines = profile.pipelines
  }

  private mutating func askAbilities(_ connection: RemoteConnection) throws(RemoteError) {
    var commands: [Command] = []
    if profile.kind == .unknown { commands.append(.mustReplyEmpty) }
    if profile.kind == .lldbServer { commands.append(.errorTexts) }
    // The mode persists if a client could not restore it.
    if profile.hasPhysicalMemoryMode { commands.append(.physicalMemoryMode(false)) }
    commands.append(.resumeActions)
    let replies = try connection.exchange(commands)
    if profile.kind == .unknown, StandardReply(replies[0]) != .unsupported {
      profile.answersUnknownPackets = false
    } else if let reply = replies.last {
      profile.resumeActions = ResumeActions(parsing: reply)
    }
    if profile.features.has("binary-upload") {
      profile.binaryReads = .prefixed
    } else if profile.traits.binaryReads == .bare {
      let reply = try connection.exchange(.readBinaryMemory(at: 0, byteCount: 0))
      if StandardReply(reply) == .ok { profile.binaryReads = .bare }
    }
  }

  private static func firstLine(of output: [UInt8]) -> String? {
    String(decoding: output, as: UTF8.self).split(whereSeparator: \.isNewline).first
      .map { String($0) }
  }

  /// The description of the target, without documents that the stub doesn't have.
  static func description(
    _ connection: RemoteConnection, _ profile: StubProfile
  ) throws(RemoteError) -> TargetDescription {
    try TargetDescription { (name) throws(RemoteError) in
      let transfer = ObjectTransfer(
        object: "features", annex: name, payloadLimit: profile.payloadLimit)
      do throws(RemoteError) {
        return try transfer.read { (command) throws(RemoteError) in
          try connection.exchange(command)
        }
      } catch {
        guard error.code.isStubError || error.code == .unsupported else { throw error }
        return []
      }
    }
  }
}
