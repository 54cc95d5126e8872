internal import VCpuDebug

extension Shell {
  private static let maximumScriptDepth = 64

  /// Runs the commands of a file until one fails; whether none did.
  @discardableResult
  func run(script path: String) -> Bool {
    do {
      try source(path)
      return true
    } catch {
      report(error)
      return false
    }
  }

  /// Runs the commands of a file.
  ///
  /// - Throws: the first error, with the place in the file.
  func source(_ path: String) throws {
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
    while !isDone, (programContinuation ?? 0) == 0 {
      do {
        try checkInterrupt()
        guard let line = try input.nextLine() else { return }
        try interpret(line)
      } catch let error as ScriptError {
        throw error
      } catch {
        throw ScriptError(underlying: error, place: "\(input.name):\(input.lineNumber)")
      }
    }
  }

  /// Runs one line, tells what goes wrong, and returns whether nothing did.
  @discardableResult
  func execute(_ line: String) -> Bool {
    do {
      try interpret(line)
      return true
    } catch {
      report(error)
      return false
    }
  }

  /// Runs one line. Blank lines and those that begin with `#` do nothing.
  func interpret(_ line: String) throws {
    let trimmed = line.trimmed
    guard !trimmed.isEmpty, !trimmed.hasPrefix("#") else { return }
    let (command, arguments) = try CommandTable.standard.command(in: trimmed)
    try command.run(arguments, in: self)
  }

  /// Runs `body` on an expression's text, which an error of the expression then shows.
  func evaluating<R>(_ text: String, _ body: (String) throws -> R) throws -> R {
    do {
      return try body(text)
    } catch let error as ExpressionError {
      throw ExpressionFailure(error: error, text: text)
    }
  }
}
