internal import ArmVCpu
internal import GDBRemote

/// Carries out what `RunControl` decides: resumes the target, examines its stops, and checks the breakpoints.
final class Runner {
  let access: TargetAccess
  let exits: Exits
  let breakpoints: SessionBreakpoints
  let inserted: InsertedBreakpoints
  private let interrupts: PendingInterrupts
  let protection: SessionProtection
  private let awaited: AwaitedModules
  var control = RunControl()
  /// The thread that stopped last.
  private(set) var stoppedThread: ThreadID?
  /// The threads that were reported at a breakpoint, and have not been resumed since.
  var standingThreads: Set<ThreadID> = []
  /// The signal that a thread stopped for, before it got it.
  private var heldSignal: (signal: UInt8, thread: ThreadID?)?
  /// The addresses that exits pass whose instruction has an effect, so it is never skipped.
  private var steppedAddresses: Set<UInt64> = []
  /// Whether the state after the step off a breakpoint must be read.
  private var mustLookAfterStep = true
  private var idleSteps = IdleSteps()
  /// Whether a stop may have come with the answer to a request that was sent with the resume.
  private var mayHaveStopped = false

  /// The CPU before the user's step that is in progress.
  private var stepStart: (state: CPUState, space: AddressSpace)?
  /// The access to watched memory that is being stepped over.
  var watchedAccess: WatchedAccess?

  private var target: any DebugTarget { access.target }

  init(
    _ access: TargetAccess, _ exits: Exits, _ breakpoints: SessionBreakpoints,
    _ protection: SessionProtection, _ interrupts: PendingInterrupts, _ awaited: AwaitedModules,
    _ filter: TargetFilter
  ) {
    self.awaited = awaited
    self.access = access
    self.exits = exits
    self.breakpoints = breakpoints
    self.interrupts = interrupts
    self.protection = protection
    inserted = InsertedBreakpoints(access, exits, protection, awaited, filter)
  }

  // MARK: Requests of the user

  /// Resumes the target until something happens that the session waits for. A program gets the signal that it
  /// stopped for.
  func resume() throws {
    _ = try access.live()
    try access.settle()
    try turnToStoppedThread()
    try requireNotHalted()
    try retryProtectedAccess()
    exits.beginRun(looksInside: breakpoints.table.looksIntoHypervisor)
    try begin { $0.resume() }
  }

  /// Executes one instruction of the selected CPU, `count` times. The other CPUs don't run.
  ///
  /// - Parameter range: where a program's stub may go on stepping by itself, if it can (`r` of `vCont`).
  func step(count: Int, within range: Range<UInt64>? = nil) throws {
    _ = try access.live()
    steppedRange = target.isMachine ? nil : range
    try requireNotHalted()
    try retryProtectedAccess()
    try noteLeaving()
    try begin { $0.step(count: count) }
  }

  /// Where the stub may go on stepping by itself.
  private var steppedRange: Range<UInt64>?

  /// The address where the debugger entered a guest; a breakpoint there was not reported.
  private var untold: (address: UInt64, thread: ThreadID)?

  /// Records that a guest was entered without a run: a breakpoint there is reported when the target
  /// is resumed.
  func noteEntry(at pc: UInt64) { untold = (pc, access.thread) }

  /// Records that only the selected CPU is about to leave its current address.
  func noteLeaving() throws {
    // Its exit has not been reported yet.
    if let thread = target.selectedThread, thread != stoppedThread { try exits.countCaught() }
    standingThreads.remove(access.thread)
  }

  /// Resumes the target with a signal instead of the one that it stopped for, or without one for 0.
  func resume(withSignal signal: UInt8) throws {
    try access.requireStopped()
    heldSignal = signal == 0 ? nil : (signal, stoppedThread)
    try resume()
  }

  /// Throws unless the selected CPU can go on at an address.
  ///
  /// - Throws: `DebugError.cannotJump` if the CPU doesn't execute addresses of that space, and in a recording.
  func requireJump(to address: UInt64, in space: AddressSpace) throws {
    _ = try access.live()
    let seen = breakpoints.memory.space(at: try access.requireState())
    guard try !access.isRecordedOrReplayed else {
      throw DebugError.cannotJump("the machine records or replays what it does")
    }
    guard try breakpoints.memory.isSeen(space, from: seen) else {
      throw DebugError.cannotJump(
        "the CPU executes \(seen.label) addresses now, and this is \(space.label)0x"
          + String(address, radix: 16))
    }
  }

  /// Resumes the target with the selected CPU at another address. It has the PC that it had if that fails.
  func jump(to address: UInt64, in space: AddressSpace) throws {
    try requireJump(to: address, in: space)
    let state = try access.requireState()
    try noteLeaving()
    let thread = target.selectedThread
    let held = heldSignal
    do {
      try access.writeRegister("pc", address, named: "pc")
      noteEntry(at: address)
      try resume(withSignal: 0)
    } catch {
      (untold, heldSignal) = (nil, held)
      if case .stopped = target.state {
        if let thread, thread != target.selectedThread { try? target.select(thread) }
        try? access.writeRegister("pc", state.pc, named: "pc")
      }
      throw error
    }
  }

  /// Asks a running target to stop.
  func interrupt() throws {
    guard isRunning else { return }
    control.interrupt()
    try access.live().interrupt()
  }

  /// Whether the target runs.
  var isRunning: Bool { target.state == .running }
  /// Whether a running target has been asked to stop.
  var isInterrupting: Bool { isRunning && control.isInterrupting }

  /// A CPU that halted after a fatal exception waits forever, with interrupts masked; in QEMU, a step over
  /// its WFI never ends.
  private func requireNotHalted() throws {
    let state = try access.requireState()
    if exits.isHalted(state) { throw DebugError.halted }
  }

  /// Selects the thread that stopped, which is the one that may have to leave a breakpoint.
  private func turnToStoppedThread() throws {
    try access.requireStopped()
    guard let stoppedThread, stoppedThread != target.selectedThread else { return }
    try target.select(stoppedThread)
    try exits.examine()
  }

  private func begin(_ event: (inout RunControl) -> [RunControl.Action]) throws {
    idleSteps = IdleSteps()
    watchedAccess = nil
    try breakpoints.compileConditions()
    do {
      _ = try carryOut(event(&control), at: nil)
    } catch {
      if !isRunning { control.cancel() }
      throw error
    }
  }

  // MARK: What happens

  /// What has happened since the target was resumed; nil while it is running, also after stops that
  /// aren't waited for.
  ///
  /// - Throws: `RemoteError` when the target is lost.
  func poll() throws -> SessionEvent? {
    repeat {
      mayHaveStopped = false
      guard let reply = try access.live().poll() else { return nil }
      if let event = try take(reply) { return event }
    } while mayHaveStopped
    return nil
  }

  private func take(_ reply: StopReply) throws -> SessionEvent? {
    exits.beginStop()
    do {
      switch reply {
      case .exited, .terminated: return end(reply)
      case .threadExited, .noThreadsResumed:
        control.cancel()
        try exits.examine()
        return .signal(0)
      case .signal(let event): return try handle(event)
      }
    } catch let error as RemoteError where error.code == .targetEnded {
      // One CPU stopped while another one ended the machine.
      guard case .ended(let reply) = target.state, let event = end(reply) else { throw error }
      return event
    }
  }

  private func end(_ reply: StopReply) -> SessionEvent? {
    let event: SessionEvent
    switch reply {
    case .exited(let status, _): event = .ended(status: status)
    case .terminated(let signal, _): event = .killed(signal: UInt8(truncatingIfNeeded: signal))
    case .threadExited, .noThreadsResumed, .signal: return nil
    }
    control.cancel()
    access.forget()
    access.ending = event
    return event
  }

  private func handle(_ event: StopEvent) throws -> SessionEvent? {
    noteStoppedThread(event.thread)
    // The PC after that step need not be read: this saves one round trip at each exit that is left by a step.
    if control.isSteppedOff(signal: event.signal), event.watchpoint == nil, !mustLookAfterStep {
      idleSteps.isAsked = true
      defer { idleSteps.isAsked = false }
      return try carryOut(control.steppedOff(), at: nil)
    }
    if let place = idleSteps.takePlace(of: stoppedThread), control.wait == .stop, event.signal == 5
    {
      access.forget()
      if try access.requireState().pc == place {
        return try carryOut(control.standsStill(), at: nil)
      }
    }
    let state: CPUState
    do {
      state = try exits.examine()
      try interrupts.noteStop(at: state)
      try awaited.look(at: state)
    } catch let error as DebugError {
      control.cancel()
      return .unreadable("\(error)")
    }
    if let actions = try watch(event, state) { return try carryOut(actions, at: nil) }
    if let stop = try passProtectedAccess() {
      return try carryOut(control.carriedOutAccess(stop), at: stop)
    }
    if inserted.contains(state.pc) { standingThreads.insert(access.thread) }
    let stop = RunControl.Stop(
      signal: event.signal, isQuiet: hold(event), isAtBreakpoint: inserted.contains(state.pc))
    return try carryOut(control.stopped(stop), at: stop)
  }

  /// Records the thread of a stop.
  func noteStoppedThread(_ thread: ThreadID?) { stoppedThread = thread ?? target.selectedThread }

  /// Keeps a program's signal for the next resume. Returns whether the signal is passed on without being
  /// reported.
  private func hold(_ event: StopEvent) -> Bool {
    let signal = Signal(event.signal, isNative: target.hasNativeSignals)
    guard !target.isMachine, !signal.isDebuggers else { return false }
    heldSignal = (event.signal, stoppedThread)
    return signal.isQuiet
  }

  private func carryOut(
    _ actions: [RunControl.Action], at stop: RunControl.Stop?
  ) throws -> SessionEvent? {
    for action in actions {
      switch action {
      case .insert: try inserted.update(for: breakpoints.table)
      case .leave:
        let departure = try departure(from: try access.requireState())
        return try carryOut([control.leave(by: departure)], at: stop)
      case .evaluate:
        guard let stop else { return nil }
        let event = try breakpoints.event(accesses: try takeAccesses()) ?? exceptionOfStep()
        return try carryOut(control.found(event, at: stop), at: stop)
      case .stepAccess:
        try inserted.removeWatches()
        try step(isWanted: false)
        mustLookAfterStep = true
      case .step(let isWanted): try step(isWanted: isWanted)
      case .run: if try !stepOffOther() { try run() }
      case .runFrom(let address): try go(.continue(at: address))
      case .report(let event): return event
      }
    }
    return nil
  }

  /// The exception that the user's step has ended in; nil for any other stop.
  private func exceptionOfStep() throws -> SessionEvent? {
    guard control.isStepping, let stepStart else { return nil }
    return try exits.exception(from: stepStart, to: access.requireState()).map {
      SessionEvent.exception($0)
    }
  }

  // MARK: Continuing

  /// Makes another thread that was reported at a breakpoint, and is still there, step off it, as it would be
  /// reported again otherwise. Returns whether there was one.
  private func stepOffOther() throws -> Bool {
    while let other = standingThreads.first(where: { $0 != access.thread }) {
      standingThreads.remove(other)
      try target.select(other)
      access.forget()
      guard inserted.contains(try access.requireState().pc) else { continue }
      _ = control.leave(by: .step)
      try step(isWanted: false)
      mustLookAfterStep = true
      return true
    }
    return false
  }

  /// How the CPU leaves its current address. At an address that exits pass, an instruction that was read and does
  /// nothing is skipped: this saves one packet at each exit.
  private func departure(from state: CPUState) throws -> RunControl.Departure {
    if let passed = try skipReported(at: state) { return passed }
    let isUntold = untold.map { $0 == (state.pc, access.thread) } ?? false
    guard inserted.contains(state.pc), !isUntold else { return .free }
    guard exits.isCatchAddress(state), standingThreads.subtracting([access.thread]).isEmpty,
      !steppedAddresses.contains(state.pc),
      let pstate = state.pstate, try !access.isRecordedOrReplayed
    else { return .step }
    guard let word = try exits.instruction(at: state),
      SkippableInstruction.contains(word, pstate: pstate, isSErrorPending: nil)
    else {
      steppedAddresses.insert(state.pc)
      return .step
    }
    return .skip(to: state.pc &+ 4)
  }

  /// Executes the instruction that the CPU is at, even where there is a breakpoint.
  ///
  /// - Parameter isWanted: whether the user asked for the step. Such a step delivers the signal that the thread
  ///   stopped for; other steps keep it for later.
  private func step(isWanted: Bool) throws {
    mustLookAfterStep = try mustLook(afterStepFrom: access.requireState())
    idleSteps.begin(at: try access.requireState().pc)
    if control.isStepping {
      let state = try access.requireState()
      stepStart = (state, breakpoints.memory.space(at: state))
    }
    if try !access.live().stepOverridesBreakpoints {
      try inserted.remove(at: try access.requireState().pc)
    }
    guard isWanted, let (signal, thread) = heldSignal,
      thread == nil || thread == target.selectedThread
    else {
      guard isWanted, let steppedRange, let thread = target.selectedThread else {
        return try go(.step())
      }
      return try go(.threads([ThreadAction(.stepRange(steppedRange), thread)]))
    }
    heldSignal = nil
    try go(.threads([ThreadAction(.stepWithSignal(signal), target.selectedThread)]))
  }

  /// Whether the state after a step must be read: if a breakpoint was removed for it, if a program may have got a
  /// signal, or if its instruction reveals something.
  private func mustLook(afterStepFrom state: CPUState) throws -> Bool {
    try !access.live().stepOverridesBreakpoints || !target.isMachine || !exits.isCatchAddress(state)
      || exits.isScoutAddress(state)
  }

  /// Runs every thread; the one that stopped for a signal gets it.
  private func run() throws {
    guard let (signal, thread) = heldSignal else { return try go(.continue()) }
    heldSignal = nil
    let rest = thread == nil ? [] : [ThreadAction(.continue)]
    try go(.threads([ThreadAction(.continueWithSignal(signal), thread)] + rest))
  }

  private func go(_ action: ResumeAction) throws {
    // A step without a thread may step all of them.
    let isStep = if case .step = action { target.selectedThread != nil } else { false }
    standingThreads.remove(access.thread)
    exits.noteResume(isWholeTarget: !isStep)
    access.forget()
    access.noteRun()
    untold = nil
    guard idleSteps.isAsked, !isStep else {
      _ = try access.live().resume(action, after: [])
      return
    }
    // Sent in one write with the resume, so it costs no round trip.
    let pc = try access.description(of: "pc")
    let response = try access.live().resume(action, after: [.register(pc)])[0]
    let address = access.byteOrders.registers.integer(try response.bytes())
    idleSteps.end(at: address, of: stoppedThread)
    mayHaveStopped = true
  }
}
