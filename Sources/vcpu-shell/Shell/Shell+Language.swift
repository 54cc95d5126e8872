internal import Glibc
internal import VCpuDebug

/// Support for the commands of the script language.
extension Shell {
  /// The value of an expression; without a session it can only use variables and numbers.
  func value(of text: String) throws -> Value {
    try evaluating(text) { text in
      if let session { return try session.value(of: text) }
      return try variables.value(of: text)
    }
  }

  /// Whether a condition holds.
  func holds(_ text: String) throws -> Bool { try value(of: text).isTrue }

  /// Whether the condition of a line in a block holds.
  func holds(_ text: String, at line: ScriptLine) throws -> Bool {
    do {
      return try holds(try arguments?.replacing(in: text) ?? text)
    } catch {
      throw ScriptError(underlying: error, place: line.place)
    }
  }

  /// - Parameter name: the name with its `$`.
  /// - Throws: `ShellError` if it cannot be a variable.
  func checkVariable(_ name: String) throws {
    let path = name.dropFirst().split(separator: ".").map(String.init)
    guard path.count == 1, path[0].first.map({ $0.isLetter || $0 == "_" }) == true,
      path[0].allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" })
    else { throw ShellError("'\(name)' is not the name of a variable") }
    if try session?.expressions.hasRegister(path) == true {
      throw ShellError("\(name) is a register: a variable needs another name")
    }
  }

  func setVariable(_ name: String, to value: Value) throws {
    variables[String(name.dropFirst())] = value
  }

  /// The result of an assertion, with the values of its parts.
  func assertion(_ text: String, _ why: String?) throws -> AssertionEvent {
    try evaluating(text) { text in
      let expression: Expression
      let value: Value
      let parts: [(text: String, value: Value)]
      if let session {
        expression = try session.expressions.parse(text)
        value = try session.expressions.value(of: expression)
        parts = value.isTrue ? [] : expression.explanation(with: session.expressions)
      } else {
        expression = try Expression(parsing: text)
        value = try expression.evaluated(with: variables)
        parts = value.isTrue ? [] : expression.explanation(with: variables)
      }
      return AssertionEvent(
        text: text, isTrue: value.isTrue, why: why,
        parts: try parts.map {
          AssertionEvent.Part(text: $0.text, value: try self.text(of: $0.value))
        }, place: place)
    }
  }

  /// A value as `print` shows it.
  private func text(of value: Value) throws -> String {
    guard let session else { return "\(value.bits)" }
    return try ValueAnswer(value, as: nil, number: 0, in: session).text
  }

  /// A breakpoint's commands, from the lines of a block. When they run at a stop, the script that set them may have
  /// ended, so its arguments are substituted now.
  func commands(of block: Block) throws -> [BreakpointCommand] {
    try block.lines.map { line in
      let text = try arguments?.replacing(in: line.text) ?? line.text
      return BreakpointCommand(
        text, place: line.place, indentation: text == line.text ? line.indentation : nil)
    }
  }

  /// The statements of a block, to be run later.
  func handler(_ block: Block) -> Handlers.Body {
    Handlers.Body(statements: block.statements, arguments: arguments)
  }

  /// Types bytes at the guest's console.
  func type(_ bytes: [UInt8]) throws {
    guard let emulator else {
      throw ShellError("the guest's console is available only for a launched machine")
    }
    consoleInput.append(bytes)
    consoleInput.send(to: emulator.consoleDescriptor)
  }

  /// Begins or ends the recording of typed commands as a script.
  func recordCommands(to path: String?) throws {
    try commandLog?.finish()
    commandLog = nil
    guard let path else { return }
    let file = try OutputFile(path: path, subject: "to \(path)", appends: true, signals: signals)
    file.onFailure = { [unowned self] in report($0) }
    commandLog = file
  }
}
