extension RemoteTarget {
  /// Resumes the target, and returns as soon as the request is written.
  ///
  /// `requests` are carried out first, in the same write if the stub supports that; the resume is
  /// the last packet of the write, as anything after it would stop the machine. The target runs
  /// even if a request fails.
  ///
  /// With QEMU, a step leaves a breakpoint without removing it; `continue` stops there again,
  /// unless it is given the address after it. A watchpoint also stops a step: see
  /// `stepPastWatchpoint(timeout:)`. Other stubs step off a breakpoint only if it is removed: see
  /// `stepPastBreakpoint(timeout:)`.
  @discardableResult
  public func resume(
    _ action: ResumeAction, after requests: [Request] = []
  ) throws(RemoteError) -> [Response] {
    try requireStopped()
    guard physicalMemoryDepth == 0 else {
      throw RemoteError(
        .physicalMemoryActive, "the target cannot run while addresses are physical")
    }
    try removeUncertainBreakpoints()
    var chosen: ThreadID?
    let command = try resumption(action, &chosen)
    let earlier = (stopBeforeRun, lastResume, wasInterrupted)
    (stopBeforeRun, lastResume, wasInterrupted) = (stop, action, false)
    writeTruth.forgetMemory()
    do throws(RemoteError) {
      return try carryOut(requests, thenResume: command, of: chosen)
    } catch {
      // The target was not resumed.
      if case .stopped = state { (stopBeforeRun, lastResume, wasInterrupted) = earlier }
      throw error
    }
  }

  /// Asks a running target to stop. However often it is called, only one byte is sent per run. The
  /// stop comes through `poll()` or `waitForStop(timeout:)`, and may be a different one that came
  /// first.
  public func interrupt() throws(RemoteError) {
    if isNonStop { return try interruptInNonStop() }
    guard state == .running else { return }
    wasInterrupted = true
    try connection.interrupt()
  }

  /// Takes what the stub has sent, without waiting. Nil means that the target still runs.
  ///
  /// If the target isn't running, this detects the end of the connection, and stops that weren't
  /// asked for.
  public func poll() throws(RemoteError) -> StopReply? {
    switch state {
    case .ended, .disconnected: return nil
    case .stopped, .running: break
    }
    if isNonStop { return try nextNotifiedStop(connection.deadline, waiting: false) }
    return try take(connection.nextAction(connection.deadline, waiting: false))
  }

  /// Waits until the target stops. Throws `.timeout` if it is still running then; the call may be
  /// repeated.
  public func waitForStop(timeout: Duration) throws(RemoteError) -> StopReply {
    let deadline = connection.transport.now + timeout
    if isNonStop {
      try requireStopped()
      if let reply = try nextNotifiedStop(deadline, waiting: true) { return reply }
      throw RemoteError(.timeout, "no thread has stopped")
    }
    switch state {
    case .running: break
    case .stopped: throw RemoteError(.targetNotRunning, "the target is not running")
    case .ended, .disconnected: try requireStopped()
    }
    if let reply = try take(connection.nextAction(deadline)) { return reply }
    throw RemoteError(.timeout, "the target is still running")
  }

  private func take(
    _ action: SessionStateMachine.Action?
  ) throws(RemoteError) -> StopReply? {
    switch action {
    case .stopped(let reply)?:
      noteStop(reply)
      return reply
    case .resumeFailed(let error)?:
      storedState = .stopped(stopBeforeRun ?? initialStop)
      throw error
    default:
      return noteUnaskedStop()
    }
  }
}
