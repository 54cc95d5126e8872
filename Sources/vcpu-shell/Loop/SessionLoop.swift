internal import VCpuDebug

/// The main loop. It takes lines from a prompt, a script or a client, runs their commands, reports the outcomes, and
/// decides what happens while the target runs.
final class SessionLoop {
  let shell: Shell
  /// The lines that have yet to run, the innermost script last.
  var inputs: [ScriptInput] = []
  /// The lines of the statement that is being typed.
  var typedLines: [String] = []
  /// Whether the handlers of the console are run.
  var isHandling = false
  /// The nesting depth of scripts, blocks and user-defined commands.
  var depth = 0
  /// The prompt; nil if no person types.
  var editor: LineEditor? {
    didSet { shell.isTyped = editor != nil }
  }
  /// The full-screen view; nil before it is shown for the first time.
  var screen: FullScreen?
  /// The number of the `continue` that a breakpoint's commands have reached, 0 before they do; nil while no such
  /// commands run.
  var programContinuation: Int?
  /// The client that sends requests in JSON; nil without `--interpreter json`.
  var client: JSONClient? {
    didSet {
      shell.endsWait = { [weak client] silence in client?.endsWait(silentFor: silence) ?? false }
    }
  }
  /// The current run; nil if there is none.
  var activeRun: ActiveRun?

  init(_ shell: Shell) {
    self.shell = shell
    shell.onResize = { [unowned self] in
      editor?.resize()
      screen?.resize()
    }
    shell.onStop = { [unowned self] in stopProcess() }
  }

  /// Runs one line, reports an error, and returns whether there was none.
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

  /// A mistake in a line is reported before its block is read: a person need not type the block, and a script ends
  /// there. If the command is allowed to fail, the lines after it still belong to it.
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

  /// Assembles the lines of the current input into statements.
  var statements: StatementReader {
    StatementReader(
      next: { [unowned self] in try nextInputLine(prompt: "> ") },
      check: { [unowned self] in try checkEarly($0) }
    ) { [shell] in shell.definitions.blockKind(of: $0) }
  }

  /// Runs a command with its arguments only: they cannot say where its answer goes, or how it is shown. Its block is
  /// the next lines.
  ///
  /// - Parameter line: the command as it would be typed, which the answer's event contains.
  func interpret(
    _ command: any ShellCommand.Type, _ arguments: String, of line: String
  ) throws {
    let reader = StatementReader(next: statements.next, check: { _ in }) { [statements] next in
      next.text == line.trimmed ? command.block : statements.kind(next)
    }
    let block = try reader.statement(from: ScriptLine(line)).block
    _ = try prepare(command, arguments, block, of: line)()
  }

  /// Runs a command, once its arguments are read.
  private func prepare(
    _ command: any ShellCommand.Type, _ text: String, _ block: Block?, of line: String
  ) throws -> () throws -> Flow {
    let arguments = try Arguments(text, of: command, block: block ?? Block())
    try refuse(command, arguments)
    return { [self] in
      // It may wait for a slow target, or run another program.
      if command != ContinueCommand.self { shell.renderer.flush() }
      let outcome = try shell.whileReading { try command.run(arguments, in: shell) }
      return try carryOut(outcome, of: line)
    }
  }

  /// - Throws: if the session is a snapshot, and the command would change something.
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

  /// Runs a line whose block is `block`.
  func interpret(_ text: String, _ block: Block?) throws -> Flow {
    let text = shell.definitions.resolving(text)
    if let call = try shell.definitions.call(in: text) {
      return try run(call.body, with: call.arguments)
    }
    let (command, rest) = try CommandTable.standard.command(in: text)
    if block == nil, command.block != .none {
      throw ShellError("'\(command.name)' takes further lines: write its whole name")
    }
    let (own, sink) = command.mayHaveOperators ? (rest, nil) : try Redirection.split(rest)
    let options = try OutputOptions(own, of: command)
    // Before a file is opened, which would be left empty.
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
    shell.tellModuleNotes()
    switch outcome {
    case .done: break
    case .answer(let answer, let detail):
      shell.tell(.answer(answer, detail, of: line, isPartial: false))
      // An interrupted wait for the output's reader is reported like any interrupted command.
      if shell.output.takeLoss() { try shell.checkInterrupt() }
    case .partial(let answer, let error):
      shell.tell(.answer(answer, .full, of: line, isPartial: true))
      throw error
    case .run(let run):
      if let note = run.note { shell.tell(.answer(note, .full, of: line, isPartial: true)) }
      try carryOut(run)
    case .assertion(let assertion): try shell.take(assertion)
    case .shell(let command): try runShell(command)
    case .screen(let change): try self.change(change)
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
    case .onThreads(let application): return try run(application, of: line)
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

  /// Runs a command in the system shell.
  private func runShell(_ command: String) throws {
    guard shell.output.allowsCommands else {
      throw ShellError(
        "cannot run '\(command)': its output would be mixed with the lines of JSON")
    }
    let status = try shell.output.status(of: command, input: [], wantsTerminal: true)
    shell.variables["_shell_exitcode"] = Value(UInt64(UInt32(bitPattern: status)))
  }

  /// Runs a line that a command has produced.
  func interpretAgain(_ text: String) throws -> Flow {
    // Its columns are not those of the original line.
    let line = ScriptLine(text, place: shell.place, indentation: nil)
    guard !line.isBlank else { return .next }
    // The next lines of the input are not its block.
    let reader = StatementReader(next: { nil }, check: { _ in }, kind: statements.kind)
    return try deeper { try run(try reader.statement(from: line)) }
  }

  // MARK: Scripts

  /// Runs the commands of a file until one fails; returns whether none did.
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

  /// Runs lines up to the end, `quit`, or the first error.
  ///
  /// - Parameter owner: what the commands belong to, for errors.
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
