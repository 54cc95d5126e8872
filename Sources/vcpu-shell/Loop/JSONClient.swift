internal import VCpuDebug

/// A program that asks for commands on standard input, a JSON object a line: `--interpreter json`. A line that is no
/// request is an error of its own, and the next one is taken as if nothing had been. The end of the input is the end of
/// the session, as `quit` is.
final class JSONClient {
  private let loop: SessionLoop
  private let renderer: JSONRenderer
  private let lines: InputLines

  init(_ loop: SessionLoop, _ renderer: JSONRenderer, lines: InputLines = InputLines()) {
    self.loop = loop
    self.renderer = renderer
    self.lines = lines
  }

  private var shell: Shell { loop.shell }

  /// What to poll for requests.
  var descriptor: Int32 { lines.descriptor }

  /// Takes what has come, if anything has. A target that always has something to tell keeps no request waiting.
  private func read() {
    var poller = Poller()
    poller.register(descriptor)
    if let ready = try? poller.wait(until: .now), !ready.isEmpty { lines.read() }
  }

  /// Carries out requests until the end of them.
  func serve() throws {
    loop.client = self
    defer { loop.client = nil }
    while !shell.isDone {
      read()
      while !shell.isDone, let line = nextLine() { take(line, duringRunOf: nil) }
      if shell.isDone { return }
      switch try shell.wait(for: shell.session, terminal: descriptor) {
      case .signal(.terminate), .signal(.hangUp): shell.isDone = true
      case .signal(.childExited), .target: loop.noteUnaskedEvent()
      case .terminal, .signal, .deadline: break
      }
    }
  }

  /// Takes the requests that have come while the target runs: it may be asked to stop, and the shell to end.
  func takeRequests(duringRunOf session: HypervisorSession) {
    read()
    while !shell.isDone, let line = nextLine() { take(line, duringRunOf: session) }
  }

  /// The next line; nil where none has come yet, and at the end, where the shell is to end.
  private func nextLine() -> RequestLine? {
    do {
      while true {
        switch try lines.nextPiece() {
        case .line(let bytes): if let line = RequestLine(bytes) { return line }
        case .tooLong:
          let limit = "a line of more than \(InputLines.lineLimit >> 20) MiB is no request"
          return .malformed(limit, id: nil)
        case .unfinished: return nil
        case .end:
          shell.isDone = true
          return nil
        }
      }
    } catch {
      shell.report(error)
      shell.isDone = true
      return nil
    }
  }

  private func take(_ line: RequestLine, duringRunOf session: HypervisorSession?) {
    switch line {
    case .malformed(let problem, nil): shell.tell(.error(Self.malformed(problem)))
    case .malformed(let problem, let id?):
      answering(id) { throw Refusal(Self.malformed(problem)) }
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
    let depth = loop.inputs.count + (hasLines ? 1 : 0)
    renderer.answering(request, isAbout: { [unowned loop] in loop.inputs.count <= depth }) {
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
    let table = CommandTable.standard
    let command =
      try request.name.map(table.command(named:)) ?? table.command(in: request.line.trimmed).0
    let lines = request.followingLines
    guard lines.isEmpty || command.takesLines else {
      throw Refusal(Self.malformed("'\(command.name)' takes no lines"))
    }
    if let session {
      guard command.worksWhileRunning else {
        let text = "the target runs: 'interrupt' stops it"
        throw Refusal(ErrorReport(text, status: .commandFailed, code: .targetRunning))
      }
      if command == InterruptCommand.self { return try loop.interrupt(session) }
    }
    let body = { [loop] in
      guard request.name != nil else { return try loop.interpret(request.line) }
      let arguments = (request.arguments ?? []).joined(separator: " ")
      try loop.interpret(command, arguments, of: request.line)
    }
    guard !lines.isEmpty else { return try body() }
    try loop.taking(ScriptInput(name: "request", lines: lines), body)
  }
}

/// A request that was not carried out.
private struct Refusal: Error {
  let report: ErrorReport
  init(_ report: ErrorReport) { self.report = report }
}
