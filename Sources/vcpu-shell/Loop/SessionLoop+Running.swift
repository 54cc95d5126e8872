internal import GDBRemote
internal import VCpuDebug

/// A run of the target, until the stop that ends it.
struct ActiveRun {
  /// How many more stops at breakpoints are ignored.
  var remaining: Int
  let forwardsKeys: Bool
  /// Whether the target was asked to stop.
  var wasInterrupted: Bool
  /// When the next Ctrl-C counts as a second one: programs such as timeout(1) and sudo(8) repeat the signal that the
  /// terminal has already sent.
  var nextInterrupt = ContinuousClock.now
  /// When it should have stopped; nil until it is asked to.
  var deadline: ContinuousClock.Instant?
  /// Why the loop itself has asked it to stop.
  var wish: StopWish?
  /// The script's expectation of it.
  var expectation: ActiveExpectation?
  /// What is shown meanwhile.
  let refresh: Refresh?
  /// When it is shown next.
  var nextRefresh: ContinuousClock.Instant?

  /// Whether it can go on after a stop that handlers asked for: a step can't.
  var isContinuing: Bool { forwardsKeys || expectation != nil }

  init(_ run: Run, wasInterrupted: Bool) {
    remaining = run.passesOver
    forwardsKeys = run.forwardsKeys
    refresh = run.refresh
    nextRefresh = run.refresh.map { .now + $0.interval }
    self.wasInterrupted = wasInterrupted
    if wasInterrupted { deadline = .now + Self.interruptTimeout }
  }

  /// How long a target may take to stop after it was asked to, before the delay is reported.
  static let interruptTimeout = Duration.seconds(5)
  /// A second SIGINT within this time counts as the same Ctrl-C.
  static let interruptPause = Duration.milliseconds(300)
}

/// What happens while the target runs.
extension SessionLoop {
  /// Resumes the target, and waits until the run has ended.
  func carryOut(_ run: Run) throws {
    defer { run.finish() }
    guard try begin(run) else { return }
    defer {
      activeRun = nil
      shell.renderer.flush()
    }
    while let event = try waitForStop(), try !takeStop(event) {}
  }

  /// Resumes the target; returns whether it runs now. In a breakpoint's commands a `continue` is only remembered.
  func begin(_ run: Run) throws -> Bool {
    if programContinuation != nil, let continuation = run.continuation {
      programContinuation = continuation
      return false
    }
    let session = try shell.requireSession()
    shell.launched?.hasRun = true
    try run.start(session)
    activeRun = ActiveRun(run, wasInterrupted: session.isInterrupting)
    shell.tell(.running)
    return true
  }

  /// Shows what stopped the target, and runs the commands of the breakpoints that did. The target goes on only if all
  /// of them want it to; if one wants it to stay stopped, or for Ctrl-C, it stays.
  ///
  /// - Returns: whether the run has ended.
  func takeStop(_ event: SessionEvent) throws -> Bool {
    guard let run = activeRun else { return true }
    let session = try shell.requireSession()
    let wish = run.wish
    activeRun?.wish = nil
    if wish != nil { activeRun?.deadline = nil }
    try runConsoleHandlers()
    // The commands may have started the machine again.
    if shell.isDone || shell.session !== session { return try endRun(of: session) }
    if run.wasInterrupted {
      shell.note(event)
      try showInterruption(at: event)
      return true
    }
    if let timeout = shell.timeout, timeout.deadline <= .now || wish == .timeout {
      shell.note(event)
      try shell.show(event)
      throw TimedOut(seconds: timeout.seconds)
    }
    if run.expectation != nil {
      shell.note(event, isExpected: isExpected(event))
      return try takeExpectedStop(event, wish)
    }
    // It was stopped only for what is shown meanwhile.
    if wish == .refresh, event == .interrupted, let refresh = run.refresh, try refresh.show() {
      activeRun?.nextRefresh = .now + refresh.interval
      try session.resume()
      return false
    }
    // It was stopped only for the handlers.
    if wish == .handlers, event == .interrupted {
      try session.resume()
      return false
    }
    if run.remaining > 0, !event.breakpoints.isEmpty,
      !event.breakpoints.contains(where: \.isTemporary)
    {
      activeRun?.remaining -= 1
      try session.resume()
      return false
    }
    shell.note(event)
    let programs = event.breakpoints.map(BreakpointProgram.init)
    let isSilent = !programs.isEmpty && programs.allSatisfy(\.isSilent)
    try shell.show(event, isSilent: isSilent)
    if case .conditionFailed(let number, let reason, _) = event {
      throw ShellError("the condition of breakpoint \(number) cannot be evaluated: \(reason)")
    }
    // Commands that step don't run the commands of a breakpoint that they step onto: they go on themselves.
    guard !programs.isEmpty, programContinuation == nil else { return true }
    return try runPrograms(programs, at: event, run)
  }

  /// Ends a run whose target is gone, or has been replaced.
  func endRun(of session: HypervisorSession) throws -> Bool {
    if activeRun?.expectation != nil, !shell.isDone, shell.session !== session {
      throw Unmet(reason: "the machine was started again")
    }
    return true
  }

  /// Runs the commands of the breakpoints that stopped the target; returns whether it stays stopped.
  private func runPrograms(
    _ programs: [BreakpointProgram], at event: SessionEvent, _ run: ActiveRun
  ) throws -> Bool {
    var counts: [Int] = []
    do {
      for program in programs { counts.append(try continuation(of: program)) }
    } catch  where Interrupted.caused(error) && !shell.isDone {
      try showInterruption(at: event)
      return true
    }
    // The commands may have run the target themselves, or started the machine again.
    activeRun = run
    // One breakpoint that wants to stay stopped is enough.
    guard let fewest = counts.min(), fewest > 0, !shell.isDone,
      shell.session.map({ $0.ending == nil }) ?? false
    else { return true }
    activeRun?.remaining = fewest - 1
    try shell.requireSession().resume()
    shell.tell(.running)
    return false
  }

  /// Reports where Ctrl-C has stopped the target, during its run or during the commands of its stop.
  private func showInterruption(at event: SessionEvent) throws {
    if event != .interrupted { shell.tell(.interruption) }
    try shell.show(event)
    // It ends the script too.
    if !inputs.isEmpty { throw Interrupted(isShown: true) }
  }

  /// Runs a breakpoint's commands; returns the number of their `continue`, 0 if they want to stay stopped. As in GDB,
  /// commands after a `continue` are not run.
  func continuation(of program: BreakpointProgram) throws -> Int {
    guard !program.lines.isEmpty else { return 0 }
    let outer = programContinuation
    programContinuation = 0
    defer { programContinuation = outer }
    // The script that set the breakpoint may have arguments, but the commands have none.
    let before = shell.arguments
    shell.arguments = nil
    defer { shell.arguments = before }
    try run(
      ScriptInput(name: "commands", lines: program.lines),
      of: "the commands of breakpoint \(program.number)")
    return programContinuation ?? 0
  }

  // MARK: Waiting

  /// Waits for the next stop. Meanwhile the guest's console is shown, and Ctrl-C asks the target to stop; a second
  /// Ctrl-C gives up the wait. A client's requests are taken too.
  ///
  /// - Returns: nil if the client wants the shell to end.
  func waitForStop() throws -> SessionEvent? {
    let session = try shell.requireSession()
    let isForwarding =
      activeRun?.forwardsKeys == true && shell.emulator != nil && shell.console.isShown
    let terminal = isForwarding ? shell.guestTerminal : nil
    terminal?.take()
    shell.console.isImmediate = terminal != nil
    screen?.noteRun(guestHasKeys: terminal != nil)
    defer {
      screen?.noteRun(guestHasKeys: false, isOver: true)
      shell.console.isImmediate = false
      terminal?.giveBack()
    }
    while true {
      shell.renderer.flush()
      do {
        if let event = try takeEvent(of: session) { return event }
      } catch let error as RemoteError {
        throw shell.lost(error)
      }
      client?.takeRequests(duringRunOf: session)
      if shell.isDone { return nil }
      try takeWish(session)
      let wake = try shell.wait(
        for: session, terminal: client?.descriptor ?? terminal?.wantedDescriptor,
        endsAtConsole: readsConsole, until: nextDeadline)
      switch wake {
      case .target, .console, .signal(.childExited), .signal(.quit), .signal(.stop), .readerGone:
        break
      case .terminal:
        if client == nil, let emulator = shell.emulator {
          terminal?.forward(to: emulator.consoleDescriptor)
        }
      case .signal(.continued):
        screen?.reclaim()
        terminal?.retake()
      case .signal(.interrupt):
        // The terminal has just echoed ^C.
        if editor != nil, terminal == nil, isNewInterrupt, shell.output.screen == nil {
          shell.output.show([""])
        }
        try interrupt(session)
      case .signal(.terminate), .signal(.hangUp):
        shell.isDone = true
        throw StopNotSeen.shellEnds
      case .signal(.windowChange): shell.onResize()
      case .deadline:
        if let deadline = activeRun?.deadline, deadline <= .now { try giveUp() }
      }
    }
  }

  /// The next event, after showing the console output before it; nil while the target runs on.
  func takeEvent(of session: HypervisorSession) throws -> SessionEvent? {
    shell.drainConsole()
    if shell.isDone { throw Interrupted() }
    guard let event = try shell.poll(session) else { return nil }
    shell.drainConsole()
    let printed = session.takeConsoleOutput()
    if !printed.isEmpty {
      shell.consoleWatch.receive(printed)
      shell.tell(.targetConsole(printed))
    }
    shell.console.flush()
    if event == .hypervisorFault([]), !isExpected(event) { shell.raise(.guestEnded) }
    return event
  }

  private var isNewInterrupt: Bool { activeRun.map { $0.nextInterrupt <= .now } ?? false }

  /// Asks the target to stop. If it was already asked, gives up waiting for its stop.
  func interrupt(_ session: HypervisorSession) throws {
    guard isNewInterrupt else { return }
    activeRun?.nextInterrupt = .now + ActiveRun.interruptPause
    guard activeRun?.wasInterrupted == false else { throw StillRunning() }
    activeRun?.wasInterrupted = true
    try session.interrupt()
    activeRun?.deadline = .now + ActiveRun.interruptTimeout
  }

  /// The target did not stop in time.
  private func giveUp() throws {
    activeRun?.deadline = nil
    guard editor != nil else { throw StopNotSeen.late }
    shell.output.show(["the target has not stopped yet; Ctrl-C again gives up waiting for it"])
  }
}
