internal import VCpuDebug

/// A program that asks for commands on standard input, a JSON object a line: `--interpreter json`. A line that isn't a
/// request is an error of its own, and the next one is taken as if nothing had been. The end of the input is the end of
/// the session, as `quit` is.
final class JSONClient {
  private let loop: SessionLoop
  private let renderer: JSONRenderer
  private var queue: RequestQueue
  /// Whether it has ended what the command line asked for. From then on it decides, and nothing that was asked for in
  /// vain is a failure of the session.
  private(set) var hasTakenOver = false

  init(_ loop: SessionLoop, _ renderer: JSONRenderer, lines: InputLines = InputLines()) {
    self.loop = loop
    self.renderer = renderer
    queue = RequestQueue(lines)
  }

  private var shell: Shell { loop.shell }

  /// What to poll for requests.
  var descriptor: Int32 { queue.descriptor }

  /// Takes what there is to take while the steps of the command line run, and carries out requests after them, until the
  /// end of these.
  ///
  /// - Parameter steps: runs them; whether none has failed. What the client has interrupted has not.
  func serve(after steps: () -> Bool = { true }) throws {
    loop.client = self
    defer {
      loop.client = nil
      shell.isTyped = false
    }
    guard steps() || hasTakenOver else { return }
    shell.isTyped = true
    while !shell.isDone {
      queue.read()
      while !shell.isDone, let entry = nextEntry() { take(entry, duringRunOf: nil) }
      if shell.isDone { return }
      switch try shell.wait(for: shell.session, terminal: descriptor) {
      case .signal(.terminate), .signal(.hangUp): shell.isDone = true
      case .signal(.childExited), .target: loop.noteUnaskedEvent()
      case .terminal, .console, .signal, .deadline, .readerGone: break
      }
    }
  }

  /// Takes the requests that have come while the target runs: it may be asked to stop, and the shell to end.
  func takeRequests(duringRunOf session: HypervisorSession) {
    // A target that always has something to tell keeps no request waiting.
    queue.read()
    while !shell.isDone, let entry = nextEntry() { take(entry, duringRunOf: session) }
  }

  /// How long a target has to be silent before the end of the session, which the client wants, ends the wait for its
  /// answer. Those who write all their requests at once and go away want their answers.
  private static let patience = Duration.seconds(1)

  /// The same for an `interrupt` while a stop of the target is looked at: it may have come before that was known, and
  /// would cost the client the stop that it waits for.
  private static let stopPatience = Duration.milliseconds(500)

  /// Whether the client wants what is going on to end, where that isn't a run of the target: by an `interrupt`, and by `quit` or
  /// the end of its input where the target does not answer. Requests stay where they are.
  ///
  /// - Parameter silence: for how long the target has not answered; nil between two commands.
  func endsWait(silentFor silence: Duration?) -> Bool {
    queue.lookAhead()
    let isAtStop = loop.activeRun != nil
    if !isAtStop || silence ?? Self.stopPatience >= Self.stopPatience, queue.takeInterrupts() {
      takeOver()
      return true
    }
    return queue.isEnding && silence ?? .zero >= Self.patience
  }

  private func takeOver() {
    hasTakenOver = true
    shell.isTyped = true
  }

  /// The next request; nil where none has come yet, and at the end, where the shell is to end.
  private func nextEntry() -> RequestQueue.Entry? {
    do {
      switch try queue.next() {
      case .entry(let entry): return entry
      case .unfinished: return nil
      case .end:
        shell.isDone = true
        return nil
      }
    } catch {
      shell.report(error)
      shell.isDone = true
      return nil
    }
  }

  private func take(_ entry: RequestQueue.Entry, duringRunOf session: HypervisorSession?) {
    // It may come during a command of the command line, which is another matter.
    let wasTyped = shell.isTyped
    shell.isTyped = true
    defer { shell.isTyped = wasTyped || hasTakenOver }
    switch entry.line {
    case .malformed(let problem, nil): shell.tell(.error(Self.malformed(problem)))
    case .malformed(let problem, let id?):
      answering(id) { throw Refusal(Self.malformed(problem)) }
    case .request(let request) where entry.hasEndedWait && session == nil:
      // It has done what it was to do.
      answering(request.id) {}
    case .request(let request):
      answering(request.id, hasLines: !request.followingLines.isEmpty) {
        try carryOut(request, duringRunOf: session)
      }
    }
  }

  /// - Parameter hasLines: whether further lines of the request are an input of the loop's while it is carried out.
  private func answering(
    _ request: Int, hasLines: Bool = false, _ body: () throws -> Void
  ) {
    let depth = loop.inputs.count + loop.depth + (hasLines ? 1 : 0)
    renderer.answering(
      request, isAbout: { [unowned loop] in loop.inputs.count + loop.depth <= depth }
    ) {
      do {
        try body()
        return true
      } catch let refusal as Refusal {
        shell.tell(.error(refusal.report))
      } catch {
        shell.report(error)
      }
      return false
    }
  }

  private static func malformed(_ problem: String) -> ErrorReport {
    ErrorReport(problem, status: .commandFailed, code: .malformedRequest)
  }

  private func carryOut(_ request: Request, duringRunOf session: HypervisorSession?) throws {
    let command = try request.resolved
    let lines = request.followingLines
    guard lines.isEmpty || command.block != .none else {
      throw Refusal(Self.malformed("'\(command.name)' takes no lines"))
    }
    if let session {
      guard command.worksWhileRunning else {
        let text = "the target runs: 'interrupt' stops it"
        throw Refusal(ErrorReport(text, status: .commandFailed, code: .targetRunning))
      }
      if command == InterruptCommand.self {
        takeOver()
        return try loop.interrupt(session)
      }
    }
    let body = { [loop] in
      guard request.name != nil else { return try loop.interpret(request.line) }
      let arguments = (request.arguments ?? []).joined(separator: " ")
      try loop.interpret(command, arguments, of: request.line)
    }
    guard !lines.isEmpty else { return try body() }
    try loop.taking(ScriptInput(name: "request", lines: lines, hasPlaces: false), body)
  }
}

extension Request {
  /// The command that it asks for.
  ///
  /// - Throws: `ShellError` for an unknown name.
  var resolved: any ShellCommand.Type {
    get throws(ShellError) {
      let table = CommandTable.standard
      guard let name else { return try table.command(in: line.trimmed).0 }
      return try table.command(named: name)
    }
  }
}

/// A request that was not carried out.
private struct Refusal: Error {
  let report: ErrorReport
  init(_ report: ErrorReport) { self.report = report }
}
