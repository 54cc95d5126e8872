internal import GDBRemote
internal import Glibc
internal import VCpuDebug

/// What the shell has: one session, what it is shown by, and what commands remember. Who runs the commands is the loop.
final class Shell {
  let output: Output
  /// Makes text, or JSON, of what happens.
  let renderer: any EventRenderer
  let signals: Signals
  let console: ConsoleSink
  let packetLog: PacketLog?
  let disassembler: Disassembler

  /// The session; nil before one is opened and after `detach`.
  var session: HypervisorSession? {
    didSet { if session == nil, let oldValue { keptBreakpoints = oldValue.breakpoints } }
  }
  /// The breakpoints of the last session that was let go, for the next machine.
  private(set) var keptBreakpoints = BreakpointTable()
  /// The emulator, if the shell started it.
  var emulator: EmulatorProcess?
  /// The machine that the shell launched, to launch it again.
  var launched: LaunchedMachine?
  /// The worst that has happened so far.
  private(set) var status = ExitStatus.ok
  /// Whether the shell is to end.
  var isDone = false
  /// Whether the reader of standard output has gone: then the end needs no words.
  private(set) var isReaderGone = false
  /// When the shell, which is ending, stops waiting for the target.
  private var closingDeadline: ContinuousClock.Instant?
  /// The numbers of the breakpoints and catchpoints that stopped the target last.
  var lastStop: [Int] = []
  /// The number of the thread that was shown last.
  var shownThread: Int?
  /// The registers that were shown.
  var seenRegisters = SeenRegisters()
  /// Where `x` goes on, and how.
  var examination = Examination()
  /// Whether a person, or a client, gives the commands one by one: what they ask for in vain is no failure of the
  /// session.
  var isTyped = false
  /// Whether who gives the commands wants what is going on to end, without a signal; asked with how long the target has
  /// been silent, nil where nothing is awaited of it.
  var endsWait: (_ silence: Duration?) -> Bool = { _ in false }
  /// Since when nothing has come from the target, as far as anybody has looked; nil since something has.
  private var silentSince: ContinuousClock.Instant?
  /// When to look again at what is no signal.
  private var nextLook = ContinuousClock.now
  /// Told when the terminal has another size.
  var onResize: () -> Void = {}
  /// The terminal, for the guest while it runs; nil without one.
  var guestTerminal: GuestTerminal?

  init(
    output: Output, renderer: any EventRenderer, signals: Signals, console: ConsoleSink,
    packetLog: PacketLog? = nil
  ) throws {
    self.output = output
    self.renderer = renderer
    self.signals = signals
    self.console = console
    self.packetLog = packetLog
    disassembler = try Disassembler()
    console.show = { renderer.render(.console($0)) }
    console.showAsItIs = { output.liveConsole($0) }
    console.onFailure = { [unowned self] in report($0) }
    packetLog?.onFailure = { [unowned self] in report($0) }
    output.onFailure = { [unowned self] code in
      isDone = true
      raise(.commandFailed)
      if code == EPIPE {
        isReaderGone = true
      } else {
        // In words on standard error, also where events go to the stream that takes no more.
        renderer.outputFailed(OutputError(code: code))
      }
    }
  }

  // MARK: The session

  /// Connects to a stub and opens a session with it.
  func attach(_ endpoint: Endpoint, _ files: SessionOpening.Files) throws {
    session = try opening.attach(to: endpoint, files)
    shownThread = session?.threads.selectedNumber
    for assumption in session?.assumptions ?? [] { tell(.note(assumption)) }
  }

  /// Opens a session with a recording in the place of a stub.
  func replay(_ path: String, _ files: SessionOpening.Files) throws {
    session = try opening.replay(path, files)
  }

  /// Opens a session with a snapshot.
  func open(_ path: String, _ files: SessionOpening.Files) throws {
    let (session, warnings) = try SessionOpening.open(path, files)
    for warning in warnings { tell(.warning(warning)) }
    self.session = session
    shownThread = session.threads.selectedNumber
  }

  /// What a session needs of the shell: whatever its target is asked, Ctrl-C ends the wait for its answer, and so does
  /// who gives the commands.
  var opening: SessionOpening {
    let log: (LogDirection, [UInt8]) -> Void = { [unowned self] direction, bytes in
      if direction == .received { silentSince = nil }
      packetLog?.record(direction, bytes)
    }
    return SessionOpening(log: log) { [unowned self] in isWaitOver }
  }

  /// How often to look at what is no signal.
  static let lookInterval = Duration.milliseconds(50)

  /// Whether a wait for the target is to end.
  var isWaitOver: Bool {
    if signals.endWaits { return true }
    if let closingDeadline { return closingDeadline < .now }
    if isReaderGone { return true }
    return isEndWanted()
  }

  /// Whether what is going on is to end, by who gives the commands. No more than a system call or two, some twenty times a
  /// second, however often it is asked.
  ///
  /// - Parameter isWait: whether the target's answer is waited for.
  func isEndWanted(isWait: Bool = true) -> Bool {
    let now = ContinuousClock.now
    guard now >= nextLook else { return false }
    nextLook = now + Self.lookInterval * 0.8
    if let reader = output.readerDescriptor, Poller.isHungUp(reader) { output.readerHasGone() }
    if isReaderGone { return true }
    let start = silentSince ?? now
    silentSince = start
    return endsWait(isWait ? now - start : nil)
  }

  /// The session.
  ///
  /// - Throws: when there is none any more.
  func requireSession() throws -> HypervisorSession {
    guard let session else { throw DebugError.detached }
    return session
  }

  /// Leaves everything as it should be left: no prompt, no emulator, and a machine that was there before
  /// running on without our breakpoints.
  func close() {
    signals.takeAll(.interrupt)
    closingDeadline = .now + (signals.ending == nil ? .seconds(5) : .milliseconds(300))
    if emulator == nil, let session, session.isLive, session.ending == nil {
      do {
        try session.detach()
      } catch let error as DebugError {
        if case .notWithdrawn = error { tell(.warning("\(error)")) }
      } catch {
        if let owed = session.owedText { tell(.warning(owed)) }
      }
    }
    endMachine()
  }

  /// Ends the connection, and the emulator if it is ours.
  func endMachine() {
    session?.disconnect()
    if let emulator {
      emulator.terminate()
      console.finish(emulator.takeConsoleOutput() ?? [])
    }
    console.flush()
  }

  /// Shows something that has happened.
  func tell(_ event: ShellEvent) { renderer.render(event) }

  /// Runs `body` on an expression's text, which an error of the expression then shows.
  func evaluating<R>(_ text: String, _ body: (String) throws -> R) throws -> R {
    do {
      return try body(text)
    } catch let error as ExpressionError {
      throw ExpressionFailure(error: error, text: text)
    }
  }

  // MARK: What goes wrong

  /// Tells what went wrong, and remembers the status.
  func report(_ error: any Error) {
    let error = explained(error)
    let status = Self.status(of: error)
    if !isShown(error) {
      let script = error as? ScriptError
      let cause = script?.underlying ?? error
      let failure = cause as? ExpressionFailure
      var report = ErrorReport(
        (failure?.error.description ?? "\(cause)") + wayOn(from: error), status: status,
        code: ErrorCode(of: error), place: script?.place)
      report.expression = failure.map { ($0.text, $0.error.column) }
      tell(.error(report))
    }
    // What is asked in vain at a prompt, or by a client, is no failure of the session.
    if isTyped, status == .commandFailed || status == .guestEnded { return }
    raise(status)
  }

  /// An error with what the loss of the target is due to, at whatever command it showed.
  private func explained(_ error: any Error) -> any Error {
    switch error {
    case let error as RemoteError where session != nil || error.code == .cancelled: lost(error)
    case DebugError.ended where session?.ending == nil && session?.target.state == .disconnected:
      lost(RemoteError(.connectionClosed, "there is no target to look at" + wayOn(from: error)))
    case let error as ScriptError:
      ScriptError(underlying: explained(error.underlying), place: error.place)
    default: error
    }
  }

  /// What a person can do who has no target.
  private func wayOn(from error: any Error) -> String {
    switch error {
    case DebugError.ended, DebugError.detached:
      launched == nil
        ? "; 'quit' leaves the shell" : "; 'run' starts the machine again, 'quit' leaves the shell"
    case let error as ScriptError: wayOn(from: error.underlying)
    default: ""
    }
  }

  private func isShown(_ error: any Error) -> Bool {
    switch error {
    case let error as Interrupted: error.isShown || isReaderGone
    case let error as ScriptError: isShown(error.underlying)
    default: false
    }
  }

  /// Remembers a status; the first one that is not ok stays.
  func raise(_ status: ExitStatus) {
    if self.status == .ok { self.status = status }
  }

  private static func status(of error: any Error) -> ExitStatus {
    switch error {
    case let error as RemoteError:
      switch error.code {
      case .connectionFailed, .unknownHost, .connectionClosed, .timeout, .noAnswer, .targetEnded,
        .protocolViolation:
        return .targetLost
      default: return .commandFailed
      }
    case LaunchError.emulatorFailed: return .targetLost
    case let error as LaunchError where error.isUsage: return .usage
    case is TargetLost, is StopNotSeen: return .targetLost
    case let error as ScriptError: return status(of: error.underlying)
    case DebugError.ended: return .guestEnded
    default: return .commandFailed
    }
  }
}

/// The target is gone, without the word of its stub that it ended.
struct TargetLost: Error, CustomStringConvertible {
  let description: String
}
