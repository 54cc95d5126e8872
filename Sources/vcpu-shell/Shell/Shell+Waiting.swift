internal import GDBRemote
internal import VCpuDebug

/// What ended a wait of the shell.
enum Wake {
  /// Something happened to the target.
  case target
  /// A line can be read from the terminal.
  case terminal
  /// The guest has printed something.
  case console
  /// A signal arrived.
  case signal(Signals.Signal)
  /// The time is over.
  case deadline
  /// The reader of standard output has gone, and the shell will end.
  case readerGone
}

extension Shell {
  /// Throws if the person wants a long command to end. Called between the lines that it prints, and between those of a
  /// script.
  func checkInterrupt() throws {
    if isDone || takesInterrupt() || isEndWanted(isWait: false) { throw Interrupted() }
    try timeout?.check()
  }

  /// Takes the signals that have arrived; returns whether one of them ends the current operation.
  private func takesInterrupt() -> Bool {
    var isInterrupted = false
    while let signal = signals.next() {
      if signal.endsShell { isDone = true }
      if signal.endsWaits { isInterrupted = true }
      if signal == .windowChange { onResize() }
      if signal == .stop { onStop() }
    }
    return isInterrupted
  }

  /// Waits for the target, the guest's console, signals, the end of standard output's reader, and the terminal if a
  /// line is being read.
  ///
  /// - Parameter endsAtConsole: whether console output ends the wait; it is shown in any case.
  func wait(
    for session: HypervisorSession?, terminal: Int32? = nil, endsAtConsole: Bool = false,
    until deadline: ContinuousClock.Instant? = nil
  ) throws -> Wake {
    var poller = Poller()
    poller.register(signals.descriptor)
    if let session, session.ending == nil, session.target.state != .disconnected {
      poller.register(session.fileDescriptor)
    }
    if let emulator, !console.isClosed {
      let hasUnsent = consoleInput.hasUnsent
      poller.register(
        emulator.consoleDescriptor,
        for: hasUnsent ? Poller.Events([.readable, .writable]) : .readable)
    }
    if let emulator, !emulator.hasEndedMessages { poller.register(emulator.messagesDescriptor) }
    if let terminal { poller.register(terminal) }
    if let reader = output.readerDescriptor { poller.register(reader, for: .hangUp) }
    while true {
      // Even if their descriptor isn't ready: code that printed meanwhile may have read them already.
      if let signal = nextSignal() { return .signal(signal) }
      let nextDraw = output.screen?.drawChanges()
      let ready = try poller.wait(until: [deadline, nextDraw].compactMap { $0 }.min())
      if ready.isEmpty {
        if let nextDraw, nextDraw <= deadline ?? nextDraw { continue }
        return .deadline
      }
      if let reader = output.readerDescriptor,
        ready.contains(where: { $0.descriptor == reader && $0.isHungUp })
      {
        output.readerHasGone()
        return .readerGone
      }
      if let emulator,
        let state = ready.first(where: { $0.descriptor == emulator.consoleDescriptor })
      {
        drainConsole()
        if state.isWritable { consoleInput.send(to: emulator.consoleDescriptor) }
        if !consoleInput.hasUnsent { poller.register(emulator.consoleDescriptor) }
        if console.isClosed { poller.unregister(emulator.consoleDescriptor) }
        if endsAtConsole { return .console }
      }
      if let emulator, ready.contains(where: { $0.descriptor == emulator.messagesDescriptor }) {
        emulator.drainMessages()
        if emulator.hasEndedMessages { poller.unregister(emulator.messagesDescriptor) }
      }
      if let signal = nextSignal() { return .signal(signal) }
      if let session, ready.contains(where: { $0.descriptor == session.fileDescriptor }) {
        return .target
      }
      if let terminal, ready.contains(where: { $0.descriptor == terminal }) { return .terminal }
    }
  }

  /// The next signal that has arrived; for Ctrl-Z the process has stopped, and goes on.
  private func nextSignal() -> Signals.Signal? {
    guard let signal = signals.next() else { return nil }
    if signal == .stop { onStop() }
    return signal
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

  /// The target's next event, if any. Throws if the emulator has ended and its stub hasn't reported that.
  func poll(_ session: HypervisorSession) throws -> SessionEvent? {
    // Checked first: the stub reports before the end, so its report can be read once the emulator is gone.
    let hasEnded = emulator?.exitStatus != nil
    if let event = try session.poll() { return event }
    guard hasEnded, session.ending == nil, session.target.state != .disconnected else { return nil }
    session.disconnect()
    throw RemoteError(.connectionClosed, "the emulator has ended")
  }

  /// Why the target was lost, as far as the emulator's status and output show.
  func lost(_ error: RemoteError) -> any Error {
    drainConsole()
    if error.code == .cancelled {
      // The wait has ended, so this no longer applies.
      _ = takesInterrupt()
      return Interrupted(reason: error.description)
    }
    guard error.code == .connectionClosed else { return error }
    // The connection ends a moment before the process's status is available.
    guard emulator != nil, let status = waitForEmulatorEnd() else {
      return TargetLost(description: "the target is lost: \(error.description)")
    }
    let reason = status > 128 ? "signal \(status - 128)" : "status \(status)"
    let words = emulator?.takeMessages() ?? ""
    return TargetLost(
      description: "the target is lost: the emulator ended with \(reason)"
        + (words.isEmpty ? "" : ": " + words))
  }

  /// The error of a command that can be interrupted: an interruption says what became of what was done so far.
  func explaining(interruption error: any Error, _ outcome: String) -> any Error {
    let told = (error as? RemoteError).map { $0.code == .cancelled ? lost($0) : $0 } ?? error
    guard let interrupted = told as? Interrupted else { return told }
    return Interrupted(isShown: interrupted.isShown, reason: outcome)
  }

  /// The exit status of the emulator, which is about to end; nil if it does not end, or if the person interrupts the
  /// wait.
  func waitForEmulatorEnd() -> Int32? {
    let deadline = ContinuousClock.now + .seconds(2)
    var poller = Poller()
    poller.register(signals.descriptor)
    while ContinuousClock.now < deadline {
      if let status = emulator?.exitStatus { return status }
      if takesInterrupt() { break }
      // The end of a child sends a signal.
      _ = try? poller.wait(until: deadline)
    }
    return emulator?.exitStatus
  }
}

/// A command was interrupted: by Ctrl-C, a signal, or the end of its output's reader.
struct Interrupted: Error, Equatable, CustomStringConvertible {
  /// Whether the report of the stop has already told the person.
  var isShown = false
  /// What was waited for; nil if that is clear.
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

/// The target has not stopped, and the shell has given up waiting for its stop.
struct StillRunning: Error, Equatable, CustomStringConvertible {
  var description: String {
    "the target still runs: its stop will be shown here; 'continue' waits for it, 'quit' leaves the shell"
  }
}

/// A run of the target was abandoned before its stop was seen: it may still run.
struct StopNotSeen: Error, Equatable, CustomStringConvertible {
  let code: ErrorCode
  let description: String

  /// It was asked to stop, and did not in time.
  static let late = StopNotSeen(
    code: .notStopped,
    description: "the target did not stop within 5 seconds of being asked to")
  /// The shell was asked to end.
  static let shellEnds = StopNotSeen(
    code: .interrupted, description: "the shell was asked to end while the target ran")
}

/// There is nothing to stop: the target has stopped already, or has ended.
struct NotRunning: Error, Equatable, CustomStringConvertible {
  let description: String
}
