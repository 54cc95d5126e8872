internal import VCpuDebug

/// A program that sends requests on standard input, one JSON object per line: `--interpreter json`. A line that isn't a
/// request gives an error, and doesn't affect the next one. The end of the input ends the session, as `quit` does.
final class JSONClient {
  private let loop: SessionLoop
  private let renderer: JSONRenderer
  private var queue: RequestQueue
  /// Whether the client has interrupted the command line's steps. From then on the client decides, and a failed request
  /// isn't a failure of the session.
  private(set) var hasTakenOver = false

  init(_ loop: SessionLoop, _ renderer: JSONRenderer, lines: InputLines = InputLines()) {
    self.loop = loop
    self.renderer = renderer
    queue = RequestQueue(lines)
  }

  private var shell: Shell { loop.shell }

  /// The descriptor to poll for requests.
  var descriptor: Int32 { queue.descriptor }

  /// Takes requests that can be handled while the steps of the command line run, and carries out the others after them,
  /// until the input ends.
  ///
  /// - Parameter steps: runs the steps, and returns whether none failed. Interrupted ones don't count as failed.
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

  /// Takes the requests that have come while the target runs: they may stop the target, or end the shell.
  func takeRequests(duringRunOf session: HypervisorSession) {
    // Even if the target sends events all the time, requests are not delayed.
    queue.read()
    while !shell.isDone, let entry = nextEntry() { take(entry, duringRunOf: session) }
  }

  /// How long a target must be silent before the end of the session, requested by the client, ends the wait for its
  /// answer. A client that writes all its requests and then closes the input still expects their answers.
  private static let patience = Duration.seconds(1)

  /// The same for an `interrupt` while a stop of the target is examined: the client may have sent it before it knew of
  /// the stop, and would then lose the stop that it waits for.
  private static let stopPatience = Duration.milliseconds(500)

  /// Whether the client wants the current operation, other than a run of the target, to end: by an `interrupt`, or by
  /// `quit` or the end of its input if the target does not answer. Requests stay in the queue.
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

  /// The next request; nil if none has come yet, and at the end of the input, when the shell ends.
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
    // It may also come during a command of the command line, which `endsWait` handles.
    let wasTyped = shell.isTyped
    shell.isTyped = true
    defer { shell.isTyped = wasTyped || hasTakenOver }
    switch entry.line {
    case .malformed(let problem, nil): shell.tell(.error(Self.malformed(problem)))
    case .malformed(let problem, let id?):
      answering(id) { throw Refusal(Self.malformed(problem)) }
    case .request(let request) where entry.hasEndedWait && session == nil:
      // It has already had its effect.
      answering(request.id) {}
    case .request(let request):
      answering(request.id, hasLines: !request.followingLines.isEmpty) {
        try carryOut(request, duringRunOf: session)
      }
    }
  }

  /// - Parameter hasLines: whether the request's further lines are the loop's input while it is carried out.
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
