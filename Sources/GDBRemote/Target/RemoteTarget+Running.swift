extension RemoteTarget {
  /// Sets the target going, and returns as soon as that is written.
  ///
  /// `requests` are carried out before, in the same write if the stub takes that; the resume is the
  /// last packet of the write, as whatever follows it would stop the machine. The target runs also
  /// when a request fails.
  ///
  /// A step gets away from a breakpoint, which need not be removed for it; `continue` stops there
  /// again, unless it is given the address behind. A watchpoint holds a step as well: see
  /// `stepPastWatchpoint(timeout:)`.
  @discardableResult
  public func resume(
    _ action: ResumeAction, after requests: [Request] = []
  ) throws(RemoteError) -> [Response] {
    try requireStopped()
    guard physicalMemoryDepth == 0 else {
      throw RemoteError(
        .physicalMemoryActive, "the target cannot run while memory means physical memory")
    }
    var prefix: [Command] = []
    let command = try resumption(action, &prefix)
    stopBeforeRun = stop
    return try carryOut(requests, thenResume: command, prefix: prefix)
  }

  private func resumption(
    _ action: ResumeAction, _ prefix: inout [Command]
  ) throws(RemoteError) -> Command {
    switch action {
    case .continue(at: nil):
      // QEMU resumes every CPU at a `c`.
      if profile.kind == .qemu { return .continue(at: nil) }
      if profile.resumeActions.canContinue { return .continueAll }
      prefix.append(.selectResumedThread(.all))
      return .continue(at: nil)
    case .continue(let address?):
      return try continuation(at: address, &prefix)
    case .step(let thread):
      guard let thread = thread ?? selectedThread else { return .stepCurrent }
      if profile.resumeActions.canStep { return .step(thread) }
      prefix.append(.selectResumedThread(thread))
      return .stepCurrent
    case .reverseContinue:
      // QEMU aborts when it is asked to go back without a recording.
      guard profile.canReverseContinue else { throw cannotReverse }
      return .reverseContinue
    case .reverseStep:
      guard profile.canReverseStep else { throw cannotReverse }
      return .reverseStep
    }
  }

  private func continuation(
    at address: UInt64, _ prefix: inout [Command]
  ) throws(RemoteError) -> Command {
    if profile.kind == .qemu {
      // The address becomes that of the CPU which `Hc` chose, at first the one that stopped.
      if let wanted = wantedThread, let stopped = stop?.thread, !wanted.isSame(as: stopped) {
        prefix.append(.selectResumedThread(wanted))
      }
      return .continue(at: address)
    }
    guard let pc = registers["pc"], let bytes = pc.bytes(of: address) else {
      return .continue(at: address)
    }
    try writeRegister(pc, bytes)
    return try resumption(.continue(), &prefix)
  }

  private var cannotReverse: RemoteError {
    RemoteError(.unsupported, "the stub cannot go backwards: it does not replay a recording")
  }

  /// Asks a running target to stop. However often it is called, one byte is sent for each run; the
  /// stop comes through `poll()` or `waitForStop(timeout:)`, and may be another one that was faster.
  public func interrupt() throws(RemoteError) {
    guard state == .running else { return }
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
    return try take(connection.nextAction(connection.deadline, waiting: false))
  }

  /// Waits until the target stops. Throws `.timeout` if it still runs then; it may be waited for
  /// again.
  public func waitForStop(timeout: Duration) throws(RemoteError) -> StopReply {
    switch state {
    case .running: break
    case .stopped: throw RemoteError(.targetNotRunning, "the target is not running")
    case .ended, .disconnected: try requireStopped()
    }
    if let reply = try take(connection.nextAction(connection.now + timeout)) { return reply }
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

  /// Steps over the access that a watchpoint stopped.
  ///
  /// An Arm CPU stops before the access, and a step does not override a watchpoint as it overrides
  /// a breakpoint: the watchpoints at the address are taken away for one instruction. If that does
  /// not end in time, they stay away.
  public func stepPastWatchpoint(timeout: Duration) throws(RemoteError) -> StopReply {
    guard let hit = stop?.event?.watchpoint else {
      throw RemoteError(.noSuchBreakpoint, "the target did not stop at a watchpoint")
    }
    let watchpoints = breakpointCounts.keys.filter { location in
      location.kind.isWatchpoint && hit.address >= location.address
        && hit.address - location.address < UInt64(max(location.byteCount, 1))
    }
    for location in watchpoints { try remove(location) }
    let counts = breakpointCounts
    for location in watchpoints { breakpointCounts[location] = nil }
    try resume(.step())
    let reply = try waitForStop(timeout: timeout)
    guard !reply.isEnd else { return reply }
    for location in watchpoints {
      try insert(location)
      breakpointCounts[location] = counts[location]
    }
    return reply
  }
}
