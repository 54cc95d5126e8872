// Processes that a stub runs or attaches to, such as gdbserver's.

extension RemoteTarget {
  /// Has the stub stay when its process ends, so that another can be run.
  public func enableExtendedMode() throws(RemoteError) {
    try requireConnected()
    let reply = try ask([.extendedMode])
    try StandardReply.requireOK(reply.first ?? [], of: "extended mode")
  }

  /// Runs a program of the stub's system, which stops at its first instruction.
  ///
  /// Breakpoints are those of the process, so there are none in the new one.
  @discardableResult
  public func run(
    _ program: String, arguments: [String] = []
  ) throws(RemoteError) -> StopReply {
    try requireNoProcess()
    return try begin(.run(program, arguments), "the start of \(program)")
  }

  /// Attaches to a process of the stub's system, which stops.
  @discardableResult
  public func attach(toProcess process: Int) throws(RemoteError) -> StopReply {
    try requireNoProcess()
    guard process > 0 else {
      throw RemoteError(.valueSize, "\(process) is not the number of a process")
    }
    return try begin(.attach(process: process), "the attachment to process \(process)")
  }

  /// Starts the program of extended mode again. It has no answer, so what the stub then does shows
  /// at the next request.
  public func restart() throws(RemoteError) -> StopReply {
    try requireConnected()
    try requireAllStop()
    _ = try ask([.restart])
    return try begin(.stopReason, "the restart")
  }

  /// Whether the process was there before the stub attached to it; nil if the stub does not say.
  public func isAttached() throws(RemoteError) -> Bool? {
    let reply = try exchange(.isAttached(process: profile.usesProcesses ? process : nil))
    switch reply {
    case [UInt8(ascii: "1")]: return true
    case [UInt8(ascii: "0")]: return false
    default: return nil
    }
  }

  /// One process at a time: what was inserted, and who is to be killed in the end, is of that one.
  private func requireNoProcess() throws(RemoteError) {
    try requireConnected()
    try requireAllStop()
    if case .signal? = stop {
      throw RemoteError(.unsupported, "there is a process already: kill it or let it go")
    }
  }

  private func requireAllStop() throws(RemoteError) {
    guard !isNonStop else {
      throw RemoteError(.unsupported, "a process begins in all-stop mode only")
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
      // Another program may be one of another architecture.
      let description = try Handshake.description(connection, profile).withStandardRegisters
      if !description.registers.all.isEmpty { self.description = description }
    }
    return stop
  }
}
