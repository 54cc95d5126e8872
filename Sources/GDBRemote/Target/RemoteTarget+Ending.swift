extension RemoteTarget {
  /// Detaches from the target: removes the inserted breakpoints, resumes it, and closes the
  /// connection immediately.
  ///
  /// A running target is stopped first. After `D`, QEMU runs without a client to report to, and any
  /// byte would stop it for good.
  public func detach() throws(RemoteError) {
    defer { disconnect() }
    switch state {
    case .ended, .disconnected: return
    case .running: try stopForEnding()
    case .stopped: break
    }
    guard case .stopped = state else { return }
    var commands: [Command] = []
    if physicalMemoryDepth > 0 || isPhysicalModeUncertain {
      commands.append(.physicalMemoryMode(false))
    }
    commands += uncertainBreakpoints.union(insertions.keys).map { .removeBreakpoint($0) }
    commands.append(.detach(process: profile.usesProcesses ? process : nil))
    let replies = try exchange(commands)
    insertions = [:]
    try StandardReply.requireOK(replies.last ?? [], of: "the detachment")
  }

  /// Kills the target and closes the connection. With QEMU that ends the emulator.
  public func kill() throws(RemoteError) {
    defer { disconnect() }
    switch state {
    case .ended, .disconnected: return
    case .running: try stopForEnding()
    case .stopped: break
    }
    guard case .stopped = state else { return }
    guard profile.usesProcesses else {
      _ = try exchange([Command.kill])
      return
    }
    do throws(RemoteError) {
      try StandardReply.requireOK(try exchange(.kill(process: process)), of: "the kill")
    } catch {
      // A stub may exit before its answer is sent.
      if error.code != .connectionClosed { throw error }
    }
  }

  /// Closes the connection and sends nothing. With QEMU a stopped machine stays stopped, and its
  /// breakpoints stay too.
  public func disconnect() {
    connection.close(RemoteError(.connectionClosed, "the connection was closed by this client"))
  }

  private func stopForEnding() throws(RemoteError) {
    try interrupt()
    _ = try waitForStop(timeout: connection.timeout)
  }

  /// The target's process; QEMU has one, with the number 1.
  var process: Int {
    for thread in [stop?.thread, initialStop.thread] {
      if let process = thread?.process, process > 0 { return process }
    }
    return 1
  }
}
