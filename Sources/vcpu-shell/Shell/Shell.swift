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

  /// The variables of the person and the history of values, which outlast each session.
  let variables: Variables
  /// The session; nil before one is opened and after `detach`.
  var session: HypervisorSession? {
    willSet { if session != nil, newValue == nil { tests.putExitsInWords(words) } }
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
  /// Whether a person, or a client, gives the commands one by one: what fails then does not fail
  /// the session.
  var isTyped = false
  /// Whether who gives the commands wants what is going on to end, without a signal; asked with how long the target has
  /// been silent, nil where nothing is awaited of it.
  var endsWait: (_ silence: Duration?) -> Bool = { _ in false }
  /// Since when nothing has come from the target, as far as anybody has looked; nil since something has.
  private var silentSince: ContinuousClock.Instant?
  /// When to look again at what does not come as a signal.
  private var nextLook = ContinuousClock.now
  /// Told when the terminal has another size.
  var onResize: () -> Void = {}
  /// The commands of scripts.
  var definitions = Definitions()
  /// What the script or command of a script that is run was given; nil where none is.
  var arguments: ScriptArguments?
  /// Where the statement stands that is run, as `file:line`; nil where it was typed.
  var place: String?
  /// When what is done is to be over; nil where it may take as long as it likes.
  var timeout: Timeout? { didSet { output.timeout = timeout } }
  /// What the guest has printed, for who waits for a line of it.
  let consoleWatch = ConsoleWatch()
  /// What is to be done about the guest's lines, and at the end.
  var handlers = Handlers()
  /// What gets the lines that are typed; nil where nothing does.
  var commandLog: OutputFile?
  /// The status that `quit` was given.
  private var wantedStatus: Int32?
  /// Whether something that the shell told is lost, which no status of a script's makes good.
  private var hasLostOutput = false
  /// What is typed at the console of the launched machine's guest.
  let consoleInput = ConsoleInput()
  /// The terminal, for the guest while it runs; nil without one.
  var guestTerminal: GuestTerminal?
  /// The tests of the scripts, and what their failures need.
  let tests = TestRecorder()

  init(
    output: Output, renderer: any EventRenderer, signals: Signals, console: ConsoleSink,
    packetLog: PacketLog? = nil, variables: Variables = Variables()
  ) throws {
    self.variables = variables
    self.output = output
    self.renderer = renderer
    self.signals = signals
    self.console = console
    self.packetLog = packetLog
    disassembler = try Disassembler()
    console.onReceive = { [tests, consoleWatch] in
      tests.note(console: $0)
      consoleWatch.receive($0)
    }
    console.show = { renderer.render(.console($0)) }
    console.showAsItIs = { output.liveConsole($0) }
    console.onFailure = { [unowned self] in report($0) }
    packetLog?.onFailure = { [unowned self] in report($0) }
    output.onFailure = { [unowned self] code in
      isDone = true
      let error = OutputError(code: code)
      tests.note(failure: errorReport(of: error))
      noteLostOutput()
      if code == EPIPE {
        isReaderGone = true
      } else {
        // In words on standard error, also where events go to the stream that failed.
        renderer.outputFailed(error)
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
    let (session, warnings) = try SessionOpening.open(path, files, variables: variables)
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
    return SessionOpening(variables: variables, log: log) { [unowned self] in isWaitOver }
  }

  /// How often to look at what does not come as a signal.
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
  /// - Throws: `DebugError.detached` after it has ended.
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
  func tell(_ event: ShellEvent) {
    tests.note(event)
    renderer.render(event)
  }

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
    let report = Self.errorReport(of: error, wayOn: wayOn(from: error))
    if !isShown(error) { tell(.error(report)) }
    raise(for: report)
  }

  /// What is to be told of an error.
  func errorReport(of error: any Error) -> ErrorReport {
    let error = explained(error)
    return Self.errorReport(of: error, wayOn: wayOn(from: error))
  }

  private static func errorReport(of error: any Error, wayOn: String) -> ErrorReport {
    let script = error as? ScriptError
    let cause = script?.underlying ?? error
    let failure = cause as? ExpressionFailure
    let owner = script?.owner.map { "in \($0): " } ?? ""
    var report = ErrorReport(
      owner + (failure?.error.description ?? "\(cause)") + wayOn,
      status: status(of: error), code: ErrorCode(of: error), place: script?.fullPlace)
    report.expression = failure.map { ($0.text, $0.error.column) }
    report.values = (cause as? AssertionFailure)?.assertion.parts ?? []
    return report
  }

  /// Remembers what has failed, and its status.
  private func raise(for report: ErrorReport) {
    // What fails at a prompt, or for a client, does not fail the session.
    if isTyped, [.commandFailed, .guestEnded, .assertionFailed].contains(report.status) { return }
    tests.note(failure: report)
    raise(report.status)
  }

  /// An error with what the loss of the target is due to, at whatever command it showed.
  private func explained(_ error: any Error) -> any Error {
    switch error {
    case let error as RemoteError where session != nil || error.code == .cancelled: lost(error)
    case DebugError.ended where session?.ending == nil && session?.target.state == .disconnected:
      lost(RemoteError(.connectionClosed, "there is no target to inspect" + wayOn(from: error)))
    case let error as ScriptError:
      ScriptError(
        underlying: explained(error.underlying), place: error.place, column: error.column,
        owner: error.owner)
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
    default: hint(for: error)
    }
  }

  private func isShown(_ error: any Error) -> Bool {
    switch error {
    case let error as Interrupted: error.isShown || isReaderGone
    case let error as ScriptError: isShown(error.underlying)
    default: false
    }
  }

  /// Has the shell end with a status.
  func end(with status: Int32) { wantedStatus = status }

  /// Something that the shell told cannot be written.
  func noteLostOutput() {
    hasLostOutput = true
    raise(.commandFailed)
  }

  /// The status of the program: that of `quit`, unless somebody who relies on it lacks some of what was told.
  var exitCode: Int32 { (hasLostOutput ? nil : wantedStatus) ?? status.rawValue }

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
    case is TargetLost, is StopNotSeen, is TimedOut: return .targetLost
    case let error as ScriptError: return status(of: error.underlying)
    case DebugError.ended: return .guestEnded
    case is AssertionFailure: return .assertionFailed
    default: return .commandFailed
    }
  }
}

/// The target is gone, without the word of its stub that it ended.
struct TargetLost: Error, CustomStringConvertible {
  let description: String
}
