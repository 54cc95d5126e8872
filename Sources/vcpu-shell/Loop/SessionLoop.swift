internal import VCpuDebug

/// The one loop. It takes lines, of a prompt, a script or a client, runs their commands, tells their outcomes, and decides
/// what happens while the target runs.
final class SessionLoop {
  let shell: Shell
  /// The lines that are still to run, the innermost script last.
  var inputs: [ScriptInput] = []
  /// The lines of the statement that is typed.
  var typedLines: [String] = []
  /// Whether the handlers of the console are run.
  var isHandling = false
  /// How many scripts, blocks and commands of scripts are run inside of each other.
  var depth = 0
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

  /// Runs one line, and the lines after it that belong to it. Blank lines and those that begin with `#` do nothing.
  func interpret(_ line: String) throws {
    try interpret(ScriptLine(line))
  }

  private func interpret(_ line: ScriptLine) throws {
    guard !line.isBlank else { return }
    try runAlone(try statements.statement(from: line))
  }

  /// A mistake in a line is told before the lines that belong to it are read: a person need not write them, and a script
  /// ends there. Where the command may fail, what comes after it are still its lines.
  func checkEarly(_ line: ScriptLine) throws {
    let (text, mayFail) = line.withoutDash
    guard !mayFail, !shell.definitions.calls(text) else { return }
    let (command, rest) = try CommandTable.standard.command(in: shell.definitions.resolving(text))
    if command.block != .none {
      let own = try shell.arguments?.replacing(in: rest) ?? rest
      let arguments = try Arguments(try OutputOptions(own, of: command).rest, of: command)
      try refuse(command, arguments)
      try command.check(arguments, in: shell)
    }
  }

  /// Puts the lines of what is being read together.
  var statements: StatementReader {
    StatementReader(
      next: { [unowned self] in try nextInputLine(prompt: "> ") },
      check: { [unowned self] in try checkEarly($0) }
    ) { [shell] line in
      let text = shell.definitions.resolving(line.withoutDash.text)
      // By its whole name alone: `f` is no `for`, and may be a command that is about to be defined.
      guard !shell.definitions.calls(text),
        let (command, _) = try? CommandTable.standard.command(in: text),
        ([command.name] + command.aliases).contains(where: {
          text.hasPrefix($0) && text.dropFirst($0.count).first?.isWhitespace != false
        })
      else { return .none }
      return command.block
    }
  }

  /// Runs a command with its arguments alone: nothing in them says where its answer goes, or how it is shown. The lines
  /// that belong to it are the next ones.
  ///
  /// - Parameter line: the command as it would be typed, which its answer is told to be of.
  func interpret(
    _ command: any ShellCommand.Type, _ arguments: String, of line: String
  ) throws {
    let reader = StatementReader(next: statements.next, check: { _ in }) { [statements] next in
      next.text == line.trimmed ? command.block : statements.kind(next)
    }
    let block = try reader.statement(from: ScriptLine(line)).block
    _ = try prepare(command, arguments, block, of: line)()
  }

  /// What carries a command out, once its arguments are read.
  private func prepare(
    _ command: any ShellCommand.Type, _ text: String, _ block: Block?, of line: String
  ) throws -> () throws -> Flow {
    let arguments = try Arguments(text, of: command, block: block ?? Block())
    try refuse(command, arguments)
    return { [self] in
      // It may ask a target that is slow, or run another program.
      if command != ContinueCommand.self { shell.renderer.flush() }
      return try carryOut(try command.run(arguments, in: shell), of: line)
    }
  }

  /// - Throws: where a snapshot is opened, and the command wants to change something of it.
  private func refuse(_ command: any ShellCommand.Type, _ arguments: Arguments) throws {
    guard let session = shell.session, !session.isLive else { return }
    if try command.actsOnTarget(arguments, in: shell) { throw DebugError.snapshot }
  }

  /// Runs `body`, whose command may take those of `lines`.
  func taking(_ lines: ScriptInput, _ body: () throws -> Void) rethrows {
    inputs.append(lines)
    defer { inputs.removeLast() }
    try body()
  }

  /// Carries out a line whose lines are `block`.
  func interpret(_ text: String, _ block: Block?) throws -> Flow {
    let text = shell.definitions.resolving(text)
    if let call = try shell.definitions.call(in: text) {
      return try run(call.body, with: call.arguments)
    }
    let (command, rest) = try CommandTable.standard.command(in: text)
    if block == nil, command.block != .none {
      throw ShellError("'\(command.name)' takes lines: write its whole name")
    }
    let (own, sink) = command.mayHaveOperators ? (rest, nil) : try Redirection.split(rest)
    let options = try OutputOptions(own, of: command)
    // Before a file is opened, which would be empty then.
    let body = try prepare(command, options.rest, block, of: text)
    var flow = Flow.next
    let run = { [self] in
      if options.isJSON {
        try shell.renderer.inJSON { flow = try body() }
      } else {
        flow = try body()
      }
    }
    if let sink { try shell.output.withSink(sink, run) } else { try run() }
    return flow
  }

  private func carryOut(_ outcome: Outcome, of line: String) throws -> Flow {
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
    case .assertion(let assertion): try shell.take(assertion)
    case .shell(let command): try runShell(command)
    case .expectation(let expectation): try meet(expectation, of: line)
    case .script(let path, let arguments): try source(path, arguments)
    case .line(let line, nil): return try interpretAgain(line)
    case .line(let line, let sink?):
      var flow = Flow.next
      try shell.output.withSink(sink) {
        defer { shell.renderer.finishLine() }
        flow = try interpretAgain(line)
      }
      return flow
    case .confirmation(let question, let next):
      if try question.isEmpty || confirms(question) { return try carryOut(try next(), of: line) }
    case .statements(let statements): return try run(statements)
    case .repeated(let condition, let statements): try run(statements, while: condition)
    case .leavesRound(let endsLoop): return endsLoop ? .leaveLoop : .nextRound
    case .attempt(let statements, let catching):
      return try run(statements, catching: catching)
    case .test(let name, let statements): return try runTest(name, statements, at: shell.place)
    case .quit(let status):
      if let status { shell.end(with: status) }
      shell.isDone = true
    }
    return .next
  }

  /// Runs a command of the system's shell.
  private func runShell(_ command: String) throws {
    guard shell.output.allowsCommands else {
      throw ShellError(
        "cannot run '\(command)': what it prints would stand between the lines of JSON")
    }
    let status = try shell.output.status(of: command, input: [])
    shell.variables["_shell_exitcode"] = Value(UInt64(UInt32(bitPattern: status)))
  }

  /// Runs a line that a command has made.
  private func interpretAgain(_ text: String) throws -> Flow {
    let line = ScriptLine(text, place: shell.place)
    guard !line.isBlank else { return .next }
    // The lines that come next are not its own.
    let reader = StatementReader(next: { nil }, check: { _ in }, kind: statements.kind)
    return try deeper { try run(try reader.statement(from: line)) }
  }

  // MARK: Scripts

  /// Runs the commands of a file until one fails; whether none did.
  @discardableResult
  func run(script path: String) -> Bool {
    do {
      try source(path, ScriptArguments([]))
      return true
    } catch {
      shell.report(error)
      return false
    }
  }

  /// Runs the commands of a file.
  ///
  /// - Throws: the first error, with the place in the file.
  private func source(_ path: String, _ arguments: ScriptArguments) throws {
    let lines = try InputLines(path: path)
    let input = ScriptInput(name: path) { [unowned self] in try nextLine(of: lines) }
    try withArguments(arguments) { try run(input) }
  }

  /// Runs lines until the end, `quit`, or the first error.
  ///
  /// - Parameter owner: whose commands they are, for errors.
  func run(_ input: ScriptInput, of owner: String? = nil) throws {
    try deeper {
      inputs.append(input)
      defer { inputs.removeLast() }
      while !isOver {
        do {
          try shell.checkInterrupt()
          guard let statement = try statements.statement() else { return }
          try runAlone(statement)
        } catch let error as ScriptError {
          guard error.owner == nil, let owner else { throw error }
          throw ScriptError(
            underlying: error.underlying, place: error.place, column: error.column, owner: owner)
        } catch {
          throw ScriptError(underlying: error, place: input.place, owner: owner)
        }
      }
    }
  }
}
