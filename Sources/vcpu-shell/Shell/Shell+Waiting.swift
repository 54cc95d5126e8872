internal import GDBRemote
internal import VCpuDebug

/// What woke the shell up while it waited.
enum Wake {
  /// Something happened to the target.
  case target
  /// A line can be read from the terminal.
  case terminal
  /// A signal arrived.
  case signal(Signals.Signal)
  /// The time is over.
  case deadline
}

extension Shell {
  /// How long a target may take to stop after it was asked to, before that is told.
  private static let interruptTimeout = Duration.seconds(5)
  /// What comes sooner after a Ctrl-C is the same.
  private static let interruptPause = Duration.milliseconds(300)

  /// Sets the session going with `start`, waits until it stops, shows what stopped it, and runs the
  /// commands of the breakpoints that did. Where every one of them wants to go on, it goes on; one that
  /// wants to stay wins, and so does Ctrl-C.
  ///
  /// - Parameters:
  ///   - count: so many stops at breakpoints are passed over first.
  ///   - forwardsKeys: whether what is typed meanwhile goes to the guest's console.
  func run(
    passingOver count: Int = 0, forwardsKeys: Bool = false,
    _ start: (HypervisorSession) throws -> Void
  ) throws {
    var session = try requireSession()
    let isInProgram = programContinuation != nil
    launched?.hasRun = true
    try start(session)
    var remaining = count
    while true {
      let (event, wasInterrupted) = try waitForStop(session, forwardsKeys: forwardsKeys)
      if remaining > 0, !wasInterrupted, !event.breakpoints.isEmpty,
        !event.breakpoints.contains(where: \.isTemporary)
      {
        remaining -= 1
        try session.resume()
        continue
      }
      note(event)
      if wasInterrupted { return try showInterruption(at: event) }
      let programs = event.breakpoints.map { BreakpointProgram($0.commands) }
      if programs.isEmpty || !programs.allSatisfy(\.isSilent) { try show(event) }
      if case .conditionFailed(let number, let reason, _) = event {
        throw ShellError("the condition of breakpoint \(number) cannot be evaluated: \(reason)")
      }
      // Commands that step do not run those of what they step onto: they go on themselves.
      guard !programs.isEmpty, !isInProgram else { return }
      var counts: [Int] = []
      do {
        for program in programs { counts.append(try continuation(of: program)) }
      } catch  where Interrupted.caused(error) && !isDone {
        return try showInterruption(at: event)
      }
      // One that wants to stay wins.
      guard let fewest = counts.min(), fewest > 0, !isDone, session.ending == nil else { return }
      // They may have started the machine again.
      session = try requireSession()
      remaining = fewest - 1
      try session.resume()
    }
  }

  /// Says where Ctrl-C has left the target, be it during its run or during the commands of its stop.
  private func showInterruption(at event: SessionEvent) throws {
    if event != .interrupted { output.line("interrupted") }
    try show(event)
    // It is about the script too.
    if !inputs.isEmpty { throw Interrupted(isShown: true) }
  }

  /// Runs the commands of a breakpoint; the number of their `continue`, 0 if they want to stay. As in GDB,
  /// what stands behind a `continue` is not run.
  private func continuation(of program: BreakpointProgram) throws -> Int {
    guard !program.lines.isEmpty else { return 0 }
    programContinuation = 0
    defer { programContinuation = nil }
    try run(ScriptInput(name: "commands", lines: program.lines))
    return programContinuation ?? 0
  }

  /// Waits for the next stop that is to be told. The guest's console is shown in the meantime, and
  /// Ctrl-C asks the target to stop; once more, and the wait is given up.
  private func waitForStop(
    _ session: HypervisorSession, forwardsKeys: Bool
  ) throws -> (event: SessionEvent, wasInterrupted: Bool) {
    let terminal = forwardsKeys && emulator != nil && console.isShown ? guestTerminal : nil
    terminal?.take()
    console.isImmediate = terminal != nil
    defer {
      console.isImmediate = false
      terminal?.giveBack()
    }
    var wasInterrupted = session.isInterrupting
    // When another Ctrl-C is one more: programs such as timeout(1) and sudo(8) pass on what the terminal has sent
    // already.
    var nextInterrupt = ContinuousClock.now
    var deadline: ContinuousClock.Instant?
    if wasInterrupted { deadline = .now + Self.interruptTimeout }
    while true {
      do {
        drainConsole()
        if isDone { throw Interrupted() }
        if let event = try poll(session) {
          drainConsole()
          output.console(session.target.takeConsoleOutput())
          console.flush()
          if event == .hypervisorFault([]) { raise(.guestEnded) }
          return (event, wasInterrupted)
        }
      } catch let error as RemoteError {
        throw lost(error)
      }
      switch try wait(for: session, terminal: terminal?.wantedDescriptor, until: deadline) {
      case .target, .signal(.childExited), .signal(.quit): break
      case .terminal:
        if let emulator { terminal?.forward(to: emulator.consoleDescriptor) }
      case .signal(.continued): terminal?.retake()
      case .signal(.interrupt):
        guard nextInterrupt <= .now else { break }
        nextInterrupt = .now + Self.interruptPause
        // The terminal has just echoed ^C.
        if editor != nil, terminal == nil { output.line("") }
        guard !wasInterrupted else { throw StillRunning() }
        wasInterrupted = true
        try session.interrupt()
        deadline = .now + Self.interruptTimeout
      case .signal(.terminate), .signal(.hangUp):
        isDone = true
        throw TargetLost(description: "the shell was asked to end while the target ran")
      case .signal(.windowChange): editor?.resize()
      case .deadline:
        deadline = nil
        guard editor != nil else {
          throw TargetLost(
            description: "the target did not stop within 5 seconds of being asked to")
        }
        output.line("the target has not stopped yet; Ctrl-C again gives up waiting for it")
      }
    }
  }

  /// Throws if the person wants a long command to end: between the lines that it prints, and between those
  /// of a script.
  func checkInterrupt() throws {
    if isDone || takesInterrupt() { throw Interrupted() }
  }

  /// Takes the signals that have arrived; whether one of them wants what is going on to end.
  private func takesInterrupt() -> Bool {
    var isInterrupted = false
    while let signal = signals.next() {
      if signal.endsShell { isDone = true }
      if signal.endsWaits { isInterrupted = true }
      if signal == .windowChange { editor?.resize() }
    }
    return isInterrupted
  }

  /// Waits for the target, the guest's console, signals, and the terminal if a line is being read.
  func wait(
    for session: HypervisorSession?, terminal: Int32? = nil,
    until deadline: ContinuousClock.Instant? = nil
  ) throws -> Wake {
    var poller = Poller()
    poller.register(signals.descriptor)
    if let session, session.ending == nil, session.target.state != .disconnected {
      poller.register(session.target.fileDescriptor)
    }
    if let emulator, !console.isClosed {
      let hasUnsent = guestTerminal?.hasUnsent == true
      poller.register(
        emulator.consoleDescriptor,
        for: hasUnsent ? Poller.Events([.readable, .writable]) : .readable)
    }
    if let emulator, !emulator.hasEndedMessages { poller.register(emulator.messagesDescriptor) }
    if let terminal { poller.register(terminal) }
    while true {
      // Not only when their descriptor is ready: whatever printed here may have looked at them already.
      if let signal = signals.next() { return .signal(signal) }
      let ready = try poller.wait(until: deadline)
      if ready.isEmpty { return .deadline }
      if let emulator,
        let state = ready.first(where: { $0.descriptor == emulator.consoleDescriptor })
      {
        drainConsole()
        if state.isWritable { guestTerminal?.send(to: emulator.consoleDescriptor) }
        if guestTerminal?.hasUnsent != true { poller.register(emulator.consoleDescriptor) }
        if console.isClosed { poller.unregister(emulator.consoleDescriptor) }
      }
      if let emulator, ready.contains(where: { $0.descriptor == emulator.messagesDescriptor }) {
        emulator.drainMessages()
        if emulator.hasEndedMessages { poller.unregister(emulator.messagesDescriptor) }
      }
      if let signal = signals.next() { return .signal(signal) }
      if let session, ready.contains(where: { $0.descriptor == session.target.fileDescriptor }) {
        return .target
      }
      if let terminal, ready.contains(where: { $0.descriptor == terminal }) { return .terminal }
    }
  }

  /// Shows what the guest has printed so far.
  func drainConsole() {
    guard let emulator, !console.isClosed else { return }
    if let bytes = emulator.takeConsoleOutput() {
      console.receive(bytes)
    } else {
      console.isClosed = true
    }
  }

  /// What the target has to tell; nil if nothing. Throws if the emulator has ended without its stub's word for it.
  func poll(_ session: HypervisorSession) throws -> SessionEvent? {
    // Asked first: the stub's word comes before the end, so that it can be read once the emulator is gone.
    let hasEnded = emulator?.exitStatus != nil
    if let event = try session.poll() { return event }
    guard hasEnded, session.ending == nil, session.target.state != .disconnected else { return nil }
    session.target.disconnect()
    throw RemoteError(.connectionClosed, "the emulator has ended")
  }

  /// What the loss of the target is due to, as far as the emulator tells.
  func lost(_ error: RemoteError) -> any Error {
    drainConsole()
    if error.code == .cancelled {
      // The wait is over, and with it what this was about.
      _ = takesInterrupt()
      return Interrupted(reason: error.description)
    }
    guard error.code == .connectionClosed else { return error }
    // The connection ends a moment before the process can be asked for its status.
    guard emulator != nil, let status = waitForEmulatorEnd() else {
      return TargetLost(description: "the target is lost: \(error.description)")
    }
    let reason = status > 128 ? "signal \(status - 128)" : "status \(status)"
    let words = emulator?.takeMessages() ?? ""
    return TargetLost(
      description: "the target is lost: the emulator ended with \(reason)"
        + (words.isEmpty ? "" : ": " + words))
  }

  /// The exit status of the emulator, which is about to end; nil if it does not, and when the person does not
  /// want to wait for it.
  func waitForEmulatorEnd() -> Int32? {
    let deadline = ContinuousClock.now + .seconds(2)
    var poller = Poller()
    poller.register(signals.descriptor)
    while ContinuousClock.now < deadline {
      if let status = emulator?.exitStatus { return status }
      if takesInterrupt() { break }
      // The end of a child is a signal.
      _ = try? poller.wait(until: deadline)
    }
    return emulator?.exitStatus
  }
}

extension SessionEvent {
  /// The breakpoints and catchpoints that stopped the target.
  var breakpoints: [Breakpoint] {
    switch self {
    case .exit(let hits), .entry(let hits), .breakpoint(let hits), .hypervisorFault(let hits),
      .conditionFailed(_, _, let hits):
      hits
    default: []
    }
  }
}

/// A command was ended by the person: Ctrl-C, a signal, or the end of who reads.
struct Interrupted: Error, Equatable, CustomStringConvertible {
  /// Whether the person has been told by the report of the stop.
  var isShown = false
  /// What was waited for; nil where that is clear.
  var reason: String?

  var description: String { "interrupted" + (reason.map { ": " + $0 } ?? "") }

  /// Whether `error` is one, in a script or not.
  static func caused(_ error: any Error) -> Bool {
    switch error {
    case is Interrupted: true
    case let error as ScriptError: caused(error.underlying)
    default: false
    }
  }
}

/// The target has not stopped, and its stop is not waited for any longer.
struct StillRunning: Error, Equatable, CustomStringConvertible {
  var description: String {
    "the target still runs: its stop will be shown here; 'continue' waits for it, 'quit' leaves the shell"
  }
}
