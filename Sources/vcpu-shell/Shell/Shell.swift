internal import GDBRemote
internal import Glibc
internal import VCpuDebug

/// The shell's state: one session, its renderer, and what commands remember. The loop runs the commands.
final class Shell {
  let output: Output
  /// Renders events as text or JSON.
  let renderer: any EventRenderer
  let signals: Signals
  let console: ConsoleSink
  let packetLog: PacketLog?
  let disassembler: Disassembler

  /// The user's variables and the value history, which outlast each session.
  let variables: Variables
  /// The session; nil before one is opened and after `detach`.
  var session: HypervisorSession? {
    willSet { if session != nil, newValue == nil { tests.putExitsInWords(words) } }
    didSet {
      if session == nil, let oldValue { keptBreakpoints = oldValue.breakpoints }
      session?.modules.onReading = { [unowned self] in try noteReading($0, $1, $2) }
    }
  }
  /// How far an index is that a command waits for; nil if none is waited for.
  var reading: Progress?
  /// Where debug information that was split off is looked for, besides the files' own folders.
  var debugFolders = SymbolFileReader().debugFolders
  /// The breakpoints of the last session that has ended, for the next machine.
  private(set) var keptBreakpoints = BreakpointTable()
  /// The emulator, if the shell has started it.
  var emulator: EmulatorProcess?
  /// The machine that the shell has launched, to launch it again.
  var launched: LaunchedMachine?
  /// The status of the first failure so far.
  private(set) var status = ExitStatus.ok
  /// Whether the shell should end.
  var isDone = false
  /// Whether the reader of standard output has gone: then the shell ends without a message.
  private(set) var isReaderGone = false
  /// When the ending shell stops waiting for the target.
  private var closingDeadline: ContinuousClock.Instant?
  /// The numbers of the breakpoints and catchpoints that stopped the target last.
  var lastStop: [Int] = []
  /// The number of the thread that was shown last.
  var shownThread: Int?
  /// The registers that were shown.
  var seenRegisters = SeenRegisters()
  /// What is shown at each stop beyond its reason.
  var context: Set<ContextAnswer.Section> = []
  /// What is shown at each stop.
  var displays = Displays()
  /// Where `x` goes on, and in which format.
  var examination = Examination()
  /// Whether a person or a client gives the commands one by one: then a failed command does not fail the session.
  var isTyped = false
  /// Whether the client wants the current operation to end, without a signal. The argument is how long the target has
  /// been silent; nil if no answer of the target is awaited.
  var endsWait: (_ silence: Duration?) -> Bool = { _ in false }
  /// When the target was first found silent; nil after something has come from it.
  private var silentSince: ContinuousClock.Instant?
  /// When to check again for events that don't come as a signal.
  private var nextLook = ContinuousClock.now
  /// Called when the terminal's size has changed.
  var onResize: () -> Void = {}
  /// Called for Ctrl-Z in the full-screen view.
  var onStop: () -> Void = {}
  /// The user-defined commands.
  var definitions = Definitions()
  /// The arguments of the script or user-defined command that is running; nil if none is.
  var arguments: ScriptArguments?
  /// The place of the running statement, as `file:line`; nil if it was typed.
  var place: String?
  /// The deadline of the current work; nil if there is none.
  var timeout: Timeout? { didSet { output.timeout = timeout } }
  /// What the guest has printed, for `expect console` and handlers.
  let consoleWatch = ConsoleWatch()
  /// The handlers for the guest's lines, and for the end.
  var handlers = Handlers()
  /// The recording of typed lines; nil if there is none.
  var commandLog: OutputFile?
  /// The status that `quit` was given.
  private var wantedStatus: Int32?
  /// Whether some output was lost; a script's own status doesn't override that.
  private var hasLostOutput = false
  /// Input for the guest's console of the launched machine.
  let consoleInput = ConsoleInput()
  /// What is reported before the next output, if there is some.
  var heading: ShellEvent?
  /// The terminal, for the guest while it runs; nil without one.
  var guestTerminal: GuestTerminal?
  /// The scripts' tests, and the data that their failure reports need.
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
        // As text on standard error, even if events go to the stream that failed.
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
    tellModuleNotes()
  }

  /// Opens a session with a recording instead of a stub.
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

  /// Prepares a session for the shell: Ctrl-C, or the client, ends any wait for the target's answer.
  var opening: SessionOpening {
    let log: (LogDirection, [UInt8]) -> Void = { [unowned self] direction, bytes in
      if direction == .received { silentSince = nil }
      packetLog?.record(direction, bytes)
    }
    return SessionOpening(variables: variables, log: log) { [unowned self] in isWaitOver }
  }

  /// How often to check for events that don't come as a signal.
  static let lookInterval = Duration.milliseconds(50)

  /// Whether a wait for the target should end.
  var isWaitOver: Bool {
    if signals.endWaits { return true }
    if let closingDeadline { return closingDeadline < .now }
    if isReaderGone { return true }
    return isEndWanted()
  }

  /// Whether the client wants the current operation to end. It makes no more than one or two system calls some twenty
  /// times a second, however often it is called.
  ///
  /// - Parameter isWait: whether the shell waits for the target's answer.
  func isEndWanted(isWait: Bool = true) -> Bool {
    let now = ContinuousClock.now
    guard now >= nextLook else { return false }
    nextLook = now + Self.lookInterval * 0.8
    output.screen?.drawChanges()
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

  /// Cleans up: removes the prompt, ends the emulator, and lets a machine that was attached to run on without the
  /// shell's breakpoints.
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

  /// Ends the connection, and the emulator if the shell started it.
  func endMachine() {
    session?.disconnect()
    if let emulator {
      emulator.terminate()
      console.finish(emulator.takeConsoleOutput() ?? [])
    }
    console.flush()
  }

  /// Reports an event.
  func tell(_ event: ShellEvent) {
    if let heading, event.isOutput {
      self.heading = nil
      tell(heading)
    }
    tests.note(event)
    renderer.render(event)
  }

  /// Runs `body` on an expression's text, which is then part of an error in the expression.
  func evaluating<R>(_ text: String, _ body: (String) throws -> R) throws -> R {
    do {
      return try body(text)
    } catch let error as ExpressionError {
      throw ExpressionFailure(error: error, text: text)
    }
  }

  // MARK: What goes wrong

  /// Reports an error, and remembers the status.
  func report(_ error: any Error) {
    let error = explained(error)
    let report = Self.errorReport(of: error, wayOn: wayOn(from: error))
    if !isShown(error) { tell(.error(report)) }
    raise(for: report)
  }

  /// The report of an error.
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

  /// Remembers a failure and its status.
  private func raise(for report: ErrorReport) {
    // A failure at a prompt, or for a client, does not fail the session.
    if isTyped, [.commandFailed, .guestEnded, .assertionFailed].contains(report.status) { return }
    tests.note(failure: report)
    raise(report.status)
  }

  /// An error with the reason why the target was lost, whichever command found out.
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

  /// What a person can do without a target.
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

  /// Makes the shell end with a status.
  func end(with status: Int32) { wantedStatus = status }

  /// Some output cannot be written.
  func noteLostOutput() {
    hasLostOutput = true
    raise(.commandFailed)
  }

  /// The program's exit status: that of `quit`, unless some output was lost on which its reader relies.
  var exitCode: Int32 { (hasLostOutput ? nil : wantedStatus) ?? status.rawValue }

  /// Remembers a status; the first one that is not `ok` stays.
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

/// The target is gone, and its stub hasn't reported that it ended.
struct TargetLost: Error, CustomStringConvertible {
  let description: String
}
