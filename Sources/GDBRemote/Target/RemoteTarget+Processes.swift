// Processes that a stub runs or attaches to, such as gdbserver's.

extension RemoteTarget {
  /// Keeps the stub running when its process ends, so that another can be started.
  public func enableExtendedMode() throws(RemoteError) {
    try requireConnected()
    let reply = try ask([.extendedMode])
    try StandardReply.requireOK(reply.first ?? [], of: "extended mode")
  }

  /// Starts a program on the stub's system. It stops at its first instruction.
  ///
  /// Breakpoints belong to a process, so the new one has none.
  @discardableResult
  public func run(
    _ program: String, arguments: [String] = []
  ) throws(RemoteError) -> StopReply {
    try requireNoProcess()
    return try begin(.run(program, arguments), "the start of \(program)")
  }

  /// Attaches to a process on the stub's system, and stops it.
  @discardableResult
  public func attach(toProcess process: Int) throws(RemoteError) -> StopReply {
    try requireNoProcess()
    guard process > 0 else {
      throw RemoteError(.valueSize, "\(process) is not a process number")
    }
    return try begin(.attach(process: process), "the attachment to process \(process)")
  }

  /// Starts the program of extended mode again. The packet has no answer, so the result shows only
  /// at the next request.
  public func restart() throws(RemoteError) -> StopReply {
    try requireConnected()
    try requireAllStop()
    _ = try ask([.restart])
    return try begin(.stopReason, "the restart")
  }

  /// Whether the stub attached to an existing process; nil if the stub doesn't say.
  public func isAttached() throws(RemoteError) -> Bool? {
    let reply = try exchange(.isAttached(process: profile.usesProcesses ? process : nil))
    switch reply {
    case [UInt8(ascii: "1")]: return true
    case [UInt8(ascii: "0")]: return false
    default: return nil
    }
  }

  /// Requires that there is no process: breakpoints, and a kill at the end, concern only one.
  private func requireNoProcess() throws(RemoteError) {
    try requireConnected()
    try requireAllStop()
    if case .signal? = stop {
      throw RemoteError(.unsupported, "there is already a process: kill it or detach from it")
    }
  }

  private func requireAllStop() throws(RemoteError) {
    guard !isNonStop else {
      throw RemoteError(.unsupported, "a process can be started only in all-stop mode")
    }
  }

  private func begin(_ command: Command, _ request: String) throws(RemoteError) -> StopReply {
    try requireConnected()
    let reply = try ask([command]).first ?? []
    if let error = StandardReply(reply).error(of: request) { throw error }
    guard let stop = StopReply(parsing: reply) else { throw .unexpected(reply, of: request) }
    insertions = [:]
    stubThread = nil
    lastResume = nil
    noteStop(stop)
    if !stop.isEnd, profile.features.has("qXfer:features:read") {
      // Another program may have another architecture.
      let description = try Handshake.description(connection, profile).withStandardRegisters
      if !description.registers.all.isEmpty { self.description = description }
    }
    return stop
  }
}
