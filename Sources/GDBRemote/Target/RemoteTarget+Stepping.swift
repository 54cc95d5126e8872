extension RemoteTarget {
  /// Steps over the access that hit a watchpoint.
  ///
  /// An Arm CPU stops before the access, and unlike a breakpoint, a watchpoint also stops a step:
  /// the watchpoints at the address are removed for one instruction. If the step doesn't end in
  /// time, they stay removed.
  public func stepPastWatchpoint(timeout: Duration) throws(RemoteError) -> StopReply {
    guard let hit = stop?.event?.watchpoint else {
      throw RemoteError(.noSuchBreakpoint, "the target did not stop at a watchpoint")
    }
    return try step(without: watchpoints(at: hit.address), timeout: timeout)
  }

  /// Steps the thread that stopped off the breakpoint at its program counter.
  ///
  /// If a step doesn't execute the instruction at a breakpoint, the breakpoint is removed for the
  /// step.
  public func stepPastBreakpoint(timeout: Duration) throws(RemoteError) -> StopReply {
    var locations: [BreakpointLocation] = []
    if !profile.traits.stepsOffBreakpoints, let pc = registers.programCounter {
      let address = integer(try readRegister(pc))
      locations = insertions.keys.filter { !$0.kind.isWatchpoint && $0.address == address }
    }
    return try step(without: locations, timeout: timeout)
  }

  /// Executes one instruction while `locations` are removed. They are inserted again, whatever went
  /// wrong, unless the target is running or has ended then.
  private func step(
    without locations: [BreakpointLocation], timeout: Duration
  ) throws(RemoteError) -> StopReply {
    var removed: [(location: BreakpointLocation, insertion: Insertion)] = []
    let reply: StopReply
    do throws(RemoteError) {
      for location in locations {
        guard let insertion = insertions[location] else { continue }
        try remove(location)
        insertions[location] = nil
        removed.append((location, insertion))
      }
      try resume(.step())
      reply = try waitForStop(timeout: timeout)
    } catch {
      if case .stopped = state { try? insertAgain(removed) }
      throw error
    }
    if !reply.isEnd { try insertAgain(removed) }
    return reply
  }

  private func insertAgain(
    _ removed: [(location: BreakpointLocation, insertion: Insertion)]
  ) throws(RemoteError) {
    var firstError: RemoteError?
    for (location, insertion) in removed {
      do throws(RemoteError) {
        try insert(location, insertion.effective)
        insertions[location] = insertion
      } catch {
        firstError = firstError ?? error
      }
    }
    if let firstError { throw firstError }
  }

  /// Steps a thread as long as its program counter is in `range`, and returns the stop outside of
  /// it, or an earlier one for another reason: a breakpoint, a signal, the end of the target.
  ///
  /// The stub does the steps if it can (`r` of `vCont`). Throws `.timeout` if the thread is still
  /// in the range then, after interrupting it.
  public func step(
    in range: Range<UInt64>, timeout: Duration
  ) throws(RemoteError) -> StopReply {
    guard let pc = registers.programCounter else {
      throw RemoteError(.noSuchRegister, "the target has no program counter")
    }
    let deadline = connection.transport.now + timeout
    while true {
      try resume(.threads([ThreadAction(.stepRange(range), selectedThread)]))
      let reply: StopReply
      do throws(RemoteError) {
        reply = try waitForStop(timeout: deadline - connection.transport.now)
      } catch {
        guard error.code == .timeout, state == .running else { throw error }
        try interrupt()
        _ = try waitForStop(timeout: connection.timeout)
        throw error
      }
      guard case .signal(let event) = reply, event.signal == 5, event.reason == nil,
        let address = integer(try readRegister(pc)), range.contains(address),
        !insertions.keys.contains(where: { !$0.kind.isWatchpoint && $0.address == address })
      else { return reply }
      guard connection.transport.now < deadline else {
        throw RemoteError(.timeout, "the target is still in the range")
      }
    }
  }
}
