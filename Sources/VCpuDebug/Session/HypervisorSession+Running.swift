internal import ArmVCpu
internal import GDBRemote

extension HypervisorSession {
  /// Sets the target going until something that the session waits for happens.
  public func resume() throws {
    let state = try requireState()
    try requireNotHalted(state)
    try insertBreakpoints()
    pending = .stop
    try leave(state)
  }

  /// Executes one instruction of the CPU that stopped, `count` times. The other CPUs stay where they are.
  public func step(count: Int = 1) throws {
    try requireNotHalted(try requireState())
    try insertBreakpoints()
    pending = .step(remaining: count)
    try go(.step())
  }

  /// A CPU that halted after a fatal exception waits for ever, with interrupts masked; QEMU finishes no step
  /// over its WFI.
  private func requireNotHalted(_ state: CPUState) throws {
    if state.isAtEL2, haltRange?.contains(state.pc) == true { throw DebugError.halted }
  }

  /// Asks a running target to stop.
  public func interrupt() throws {
    guard case .running = target.state else { return }
    pending = .interrupt
    try target.interrupt()
  }

  /// Whether the target runs.
  public var isRunning: Bool { target.state == .running }

  /// What has happened since the target was set going; nil while it runs on, after stops that nobody
  /// waits for too.
  ///
  /// - Throws: `RemoteError` when the target is lost.
  public func poll() throws -> SessionEvent? {
    guard let reply = try target.poll() else { return nil }
    switch reply {
    case .exited(let status, _): return end(.ended(status: status))
    case .terminated(let signal, _): return end(.ended(status: 128 + signal))
    case .threadExited, .noThreadsResumed: return .signal(0)
    case .signal(let event): return try handle(event)
    }
  }

  private func end(_ event: SessionEvent) -> SessionEvent {
    state = nil
    exit = nil
    ending = event
    return event
  }

  private func handle(_ event: StopEvent) throws -> SessionEvent? {
    let state: CPUState
    do {
      state = try examineStop()
    } catch let error as DebugError {
      pending = .none
      return .unreadable("\(error)")
    }
    let reason = pending
    if case .stepOver = reason, event.signal == 5 {
      pending = .stop
      // The step may have led right to a breakpoint, which it overrides.
      guard inserted.contains(state.pc) else {
        try go(.continue())
        return nil
      }
    }
    if event.signal == 5, let found = try breakpointEvent(at: state) {
      pending = .none
      return found
    }
    if reason == .interrupt {
      // Whatever stopped it was faster than the request, which a stopped target ignores.
      pending = .none
      return .interrupted
    }
    if case .step(let remaining) = reason {
      if remaining > 1, event.signal == 5 {
        pending = .step(remaining: remaining - 1)
        try go(.step())
        return nil
      }
      pending = .none
      return .stepped
    }
    if event.signal == 5, inserted.contains(state.pc) {
      // Nobody waits for this exit, or the breakpoint is another world's: it only shares the address.
      pending = .stop
      try leave(state)
      return nil
    }
    pending = .none
    return event.signal == 2 ? .interrupted : .signal(event.signal)
  }

  /// What the stop at `state` is for: the breakpoints and catchpoints that want it.
  private func breakpointEvent(at state: CPUState) throws -> SessionEvent? {
    if state.isAtEL2, state.pc == haltRange?.lowerBound { return .hypervisorFault }
    let reason = exit?.reason
    let (hits, failure) = try breakpoints.hit { breakpoint in
      let matches =
        switch breakpoint.kind {
        case .exit(let classes): classes.contains { reason?.belongs(to: $0) == true }
        case .address(let address, let isGuest, _):
          address == state.pc && isGuest != state.isAtEL2
        }
      return matches ? try conditionHolds(of: breakpoint) : .no
    }
    if let failure {
      return .conditionFailed(number: failure.number, reason: failure.reason, hits)
    }
    guard !hits.isEmpty else { return nil }
    let areExits = hits.contains {
      if case .exit = $0.kind { true } else { false }
    }
    return areExits ? .exit(hits) : .breakpoint(hits)
  }

  private func conditionHolds(of breakpoint: Breakpoint) throws -> BreakpointTable.Match {
    guard let condition = breakpoint.condition else { return .yes }
    do {
      return try value(of: condition.expression).isTrue ? .yes : .no
    } catch {
      // The loss of the target is no matter of the condition.
      guard case .stopped = target.state else { throw error }
      return .unknown(reason: "\(error)")
    }
  }

  /// Goes on from a stop. A trampoline is left behind its first instruction; from another breakpoint the
  /// CPU takes a step first, which overrides it.
  private func leave(_ state: CPUState) throws {
    if let catcher, state.isAtEL2, catcher.addresses.contains(state.pc) {
      return try go(.continue(at: catcher.resumeAddress(from: state.pc)))
    }
    guard inserted.contains(state.pc) else { return try go(.continue()) }
    if pending == .stop { pending = .stepOver }
    try go(.step())
  }

  private func go(_ action: ResumeAction) throws {
    state = nil
    exit = nil
    try target.resume(action, after: [])
  }

  /// Makes the breakpoints of the target those that the session waits for.
  private func insertBreakpoints() throws {
    var wanted = breakpoints.addresses
    if breakpoints.catchesExits, let catcher { wanted.formUnion(catcher.addresses) }
    if let haltRange { wanted.insert(haltRange.lowerBound) }
    for address in inserted.subtracting(wanted) {
      try target.removeBreakpoint(.software, at: address, length: 4)
      inserted.remove(address)
    }
    for address in wanted.subtracting(inserted).sorted() {
      try target.insertBreakpoint(.software, at: address, length: 4)
      inserted.insert(address)
    }
  }
}
