internal import VCpuDebug

/// The one loop. It takes lines, of a prompt, a script or a client, runs their commands, tells their outcomes, and decides
/// what happens while the target runs.
final class SessionLoop {
  let shell: Shell
  /// The lines that are still to run, the innermost script last.
  var inputs: [ScriptInput] = []
  /// The prompt; nil where no person types.
  var editor: LineEditor? {
    didSet { shell.isTyped = editor != nil }
  }
  /// The number of the `continue` that the commands of a breakpoint have met, 0 before they do; nil while
  /// none are run.
  var programContinuation: Int?
  /// Who asks for commands in JSON; nil where nobody does.
  var client: JSONClient? {
    didSet {
      shell.endsWait = { [weak client] silence in client?.endsWait(silentFor: silence) ?? false }
    }
  }
  /// The run that is going on; nil while none is.
  var activeRun: ActiveRun?

  init(_ shell: Shell) {
    self.shell = shell
    shell.onResize = { [unowned self] in editor?.resize() }
  }

  private static let maximumScriptDepth = 64

  /// Runs one line, tells what goes wrong, and returns whether nothing did.
  @discardableResult
  func execute(_ line: String) -> Bool {
    do {
      try interpret(line)
      return true
    } catch {
      shell.report(error)
      return false
    }
  }

  /// Runs one line. Blank lines and those that begin with `#` do nothing.
  func interpret(_ line: String) throws {
    let trimmed = line.trimmed
    guard !trimmed.isEmpty, !trimmed.hasPrefix("#") else { return }
    let (command, text) = try CommandTable.standard.command(in: trimmed)
    let (own, sink) = command.mayHaveOperators ? (text, nil) : try Redirection.split(text)
    let options = try OutputOptions(own, of: command)
    // Before a file is opened, which would be empty then.
    let body = try prepare(command, options.rest, of: trimmed)
    let run = { [self] in try options.isJSON ? shell.renderer.inJSON(body) : body() }
    if let sink { try shell.output.withSink(sink, run) } else { try run() }
  }

  /// Runs a command with its arguments alone: nothing in them says where its answer goes, or how it is shown.
  ///
  /// - Parameter line: the command as it would be typed, which its answer is told to be of.
  func interpret(
    _ command: any ShellCommand.Type, _ arguments: String, of line: String
  ) throws {
    try prepare(command, arguments, of: line)()
  }

  /// What carries a command out, once its arguments are read.
  private func prepare(
    _ command: any ShellCommand.Type, _ text: String, of line: String
  ) throws -> () throws -> Void {
    let arguments = try Arguments(text, of: command)
    if command.actsOnTarget, let session = shell.session, !session.isLive {
      throw DebugError.snapshot
    }
    return { [self] in try carryOut(try command.run(arguments, in: shell), of: line) }
  }

  /// Runs `body`, whose command may take those of `lines`.
  func taking(_ lines: ScriptInput, _ body: () throws -> Void) rethrows {
    inputs.append(lines)
    defer { inputs.removeLast() }
    try body()
  }

  private func carryOut(_ outcome: Outcome, of line: String) throws {
    switch outcome {
    case .done: break
    case .answer(let answer, let detail):
      shell.tell(.answer(answer, detail, of: line, isPartial: false))
      // Who did not want to wait for the reader of it is told like anybody who ends a command.
      if shell.output.takeLoss() { try shell.checkInterrupt() }
    case .partial(let answer, let error):
      shell.tell(.answer(answer, .full, of: line, isPartial: true))
      throw error
    case .run(let run):
      if let note = run.note { shell.tell(.answer(note, .full, of: line, isPartial: true)) }
      try carryOut(run)
    case .script(let path): try source(path)
    case .redirected(let line, let sink): try shell.output.withSink(sink) { try interpret(line) }
    case .lines(let prompt, let missingEnd, let body):
      let lines = try readLines(prompt: prompt, missingEnd: missingEnd)
      try carryOut(try body(lines), of: line)
    case .confirmation(let question, let next):
      if try question.isEmpty || confirms(question) { try carryOut(try next(), of: line) }
    case .quit: shell.isDone = true
    }
  }

  /// The lines up to `end`.
  private func readLines(prompt: String, missingEnd: String) throws -> [String] {
    var lines: [String] = []
    while let line = try nextInputLine(prompt: prompt) {
      let trimmed = line.trimmed
      if trimmed == "end" { return lines }
      if !trimmed.isEmpty, !trimmed.hasPrefix("#") { lines.append(trimmed) }
    }
    throw ShellError(missingEnd)
  }

  // MARK: Scripts

  /// Runs the commands of a file until one fails; whether none did.
  @discardableResult
  func run(script path: String) -> Bool {
    do {
      try source(path)
      return true
    } catch {
      shell.report(error)
      return false
    }
  }

  /// Runs the commands of a file.
  ///
  /// - Throws: the first error, with the place in the file.
  private func source(_ path: String) throws {
    let lines = try InputLines(path: path)
    try run(ScriptInput(name: path) { [unowned self] in try nextLine(of: lines) })
  }

  /// Runs lines until the end, `quit`, or the first error.
  func run(_ input: ScriptInput) throws {
    guard inputs.count < Self.maximumScriptDepth else {
      throw ShellError("scripts call each other more than \(Self.maximumScriptDepth) deep")
    }
    inputs.append(input)
    defer { inputs.removeLast() }
    while !shell.isDone, (programContinuation ?? 0) == 0 {
      do {
        try shell.checkInterrupt()
        guard let line = try input.nextLine() else { return }
        try interpret(line)
      } catch let error as ScriptError {
        throw error
      } catch {
        throw ScriptError(underlying: error, place: "\(input.name):\(input.lineNumber)")
      }
    }
  }
}
