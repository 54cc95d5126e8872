internal import ArmVCpu
internal import GDBRemote

extension HypervisorSession {
  /// Sets the target going until something that the session waits for happens. A program gets the signal that it
  /// stopped for.
  public func resume() throws {
    try settle()
    try turnToStoppedThread()
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
    try stepFrom(try requireState(), isWanted: true)
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

  /// Whether a running target has been asked to stop.
  public var isInterrupting: Bool { isRunning && pending == .interrupt }

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
    case .terminated(let signal, _): return end(.killed(signal: UInt8(truncatingIfNeeded: signal)))
    case .threadExited, .noThreadsResumed:
      _ = try examineStop()
      return .signal(0)
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
    stoppedThread = event.thread ?? target.selectedThread
    do {
      state = try examineStop()
    } catch let error as DebugError {
      pending = .none
      return .unreadable("\(error)")
    }
    if hold(event) { return try passOver(event, at: state) }
    let reason = pending
    if case .stepOver = reason, event.signal == 5 {
      pending = .stop
      // The step may have led right to a breakpoint, which it overrides.
      guard isInserted(at: state.pc) else {
        // Where the step needed the breakpoint away, it comes back now.
        try insertBreakpoints()
        try goOn()
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
    // A step that ends with another signal was not finished.
    if case .step(let remaining) = reason, event.signal == 5 {
      if remaining > 1 {
        pending = .step(remaining: remaining - 1)
        try insertBreakpoints()
        try stepFrom(state)
        return nil
      }
      pending = .none
      return .stepped
    }
    if event.signal == 5, isInserted(at: state.pc) {
      // Nobody waits for this exit, or the breakpoint is another world's: it only shares the address.
      pending = .stop
      try leave(state)
      return nil
    }
    pending = .none
    return [0, 2].contains(event.signal) ? .interrupted : .signal(event.signal)
  }

  /// Keeps the signal of a program for the next resume; whether the program gets on with it by itself and nobody
  /// wants to know.
  private func hold(_ event: StopEvent) -> Bool {
    let signal = signal(event.signal)
    guard !target.isMachine, !signal.isDebuggers else { return false }
    heldSignal = (event.signal, stoppedThread)
    return signal.isQuiet && pending != .interrupt
  }

  /// Goes on with what a signal came in between.
  private func passOver(_ event: StopEvent, at state: CPUState) throws -> SessionEvent? {
    switch pending {
    case .step: try stepFrom(state)
    case .stepOver: try stepFrom(state)
    case .none, .stop, .interrupt:
      pending = .stop
      try leave(state)
    }
    return nil
  }

  /// What the stop at `state` is for: the breakpoints and catchpoints that want it.
  private func breakpointEvent(at state: CPUState) throws -> SessionEvent? {
    if state.isAtEL2, state.pc == haltRange?.lowerBound { return .hypervisorFault }
    let reason = exit?.reason
    let (hits, failure) = try breakpoints.hit { breakpoint in
      let matches =
        switch breakpoint.kind {
        case .exit(let classes): classes.contains { reason?.belongs(to: $0) == true }
        case .address(let address, let space, _):
          address == state.pc && space == self.space(at: state)
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
      // Neither the loss of the target nor the end of a wait is a matter of the condition.
      guard case .stopped = target.state, (error as? RemoteError)?.code != .cancelled else {
        throw error
      }
      return .unknown(reason: "\(error)")
    }
  }

  /// Goes on from a stop. A trampoline is left behind its first instruction; from another breakpoint the
  /// CPU takes a step first, which overrides it.
  private func leave(_ state: CPUState) throws {
    if let catcher, state.isAtEL2, catcher.addresses.contains(state.pc) {
      return try go(.continue(at: catcher.resumeAddress(from: state.pc)))
    }
    guard isInserted(at: state.pc) else { return try goOn() }
    if pending == .stop { pending = .stepOver }
    try stepFrom(state)
  }

  /// Executes the instruction that the CPU is at, even where there is a breakpoint.
  ///
  /// - Parameter isWanted: whether a person asked for the step. It begins with the signal that the thread stopped for;
  ///   for another step that waits.
  private func stepFrom(_ state: CPUState, isWanted: Bool = false) throws {
    if !target.stepOverridesBreakpoints, let location = inserted[state.pc] {
      try remove(location)
    }
    guard isWanted, let (signal, thread) = heldSignal,
      thread == nil || thread == target.selectedThread
    else { return try go(.step()) }
    heldSignal = nil
    try go(.threads([ThreadAction(.stepWithSignal(signal), target.selectedThread)]))
  }

  /// Lets every thread run, and the one that stopped for a signal get it.
  private func goOn() throws {
    guard let (signal, thread) = heldSignal else { return try go(.continue()) }
    heldSignal = nil
    let rest = thread == nil ? [] : [ThreadAction(.continue)]
    try go(.threads([ThreadAction(.continueWithSignal(signal), thread)] + rest))
  }

  /// Sets the target going with a signal in place of the one that it stopped for; with none for 0.
  public func resume(withSignal signal: UInt8) throws {
    try requireStopped()
    heldSignal = signal == 0 ? nil : (signal, stoppedThread)
    try resume()
  }

  /// What a signal of the target's is.
  public func signal(_ number: UInt8) -> Signal {
    Signal(number, isNative: target.hasNativeSignals)
  }

  /// Leaves the target running, as it would be without a debugger.
  public func detach() throws {
    try settle()
    try target.detach()
  }

  private func isInserted(at address: UInt64) -> Bool { inserted[address] != nil }

  /// Has the session be about the thread that stopped, which is the one that may have to leave a breakpoint.
  private func turnToStoppedThread() throws {
    try requireStopped()
    guard let stoppedThread, stoppedThread != target.selectedThread else { return }
    try target.select(stoppedThread)
    _ = try examineStop()
  }

  private func go(_ action: ResumeAction) throws {
    state = nil
    exit = nil
    try target.resume(action, after: [])
  }

  /// Makes the breakpoints of the target those that the session waits for.
  private func insertBreakpoints() throws {
    var wanted = breakpoints.locations
    if breakpoints.catchesExits, let catcher {
      for address in catcher.addresses {
        wanted[address] = BreakpointLocation(.software, at: address)
      }
    }
    if let address = haltRange?.lowerBound {
      wanted[address] = BreakpointLocation(.software, at: address)
    }
    for location in inserted.values where wanted[location.address] != location {
      try remove(location)
    }
    for location in wanted.values.sorted(by: { $0.address < $1.address })
    where inserted[location.address] == nil {
      do {
        try target.insertBreakpoint(
          location.kind, at: location.address, length: location.byteCount)
      } catch {
        guard error.code.isStubError || error.code == .unsupported else { throw error }
        throw DebugError.cannotInsert(location.address, reason: error.description)
      }
      inserted[location.address] = location
    }
  }

  private func remove(_ location: BreakpointLocation) throws {
    try target.removeBreakpoint(location.kind, at: location.address, length: location.byteCount)
    inserted[location.address] = nil
  }
}
