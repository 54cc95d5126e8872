extension RemoteTarget {
  /// Sets the target going, and returns as soon as that is written.
  ///
  /// `requests` are carried out before, in the same write if the stub takes that; the resume is the
  /// last packet of the write, as whatever follows it would stop the machine. The target runs also
  /// when a request fails.
  ///
  /// A step gets away from a breakpoint, which need not be removed for it; `continue` stops there
  /// again, unless it is given the address after it. A watchpoint holds a step as well: see
  /// `stepPastWatchpoint(timeout:)`. Other stubs than QEMU step off a breakpoint only when it is
  /// removed: see `stepPastBreakpoint(timeout:)`.
  @discardableResult
  public func resume(
    _ action: ResumeAction, after requests: [Request] = []
  ) throws(RemoteError) -> [Response] {
    try requireStopped()
    guard physicalMemoryDepth == 0 else {
      throw RemoteError(
        .physicalMemoryActive, "the target cannot run while memory means physical memory")
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
      // It did not come to a run.
      if case .stopped = state { (stopBeforeRun, lastResume, wasInterrupted) = earlier }
      throw error
    }
  }

  /// Asks a running target to stop. However often it is called, one byte is sent for each run; the
  /// stop comes through `poll()` or `waitForStop(timeout:)`, and may be another one that was faster.
  public func interrupt() throws(RemoteError) {
    if isNonStop { return try interruptInNonStop() }
    guard state == .running else { return }
    wasInterrupted = true
    try connection.interrupt()
  }

  /// Takes what the stub has sent, without waiting. Nil means that the target still runs.
  ///
  /// On a target that does not run it finds out about the end of the connection, and about stops
  /// that nobody asked for.
  public func poll() throws(RemoteError) -> StopReply? {
    switch state {
    case .ended, .disconnected: return nil
    case .stopped, .running: break
    }
    if isNonStop { return try nextNotifiedStop(connection.deadline, waiting: false) }
    return try take(connection.nextAction(connection.deadline, waiting: false))
  }

  /// Waits until the target stops. Throws `.timeout` if it still runs then; it may be waited for
  /// again.
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
