internal import Foundation
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
    guard let data = FileManager.default.contents(atPath: path) else {
      throw ShellError("cannot read the script \(path): check its path and permissions")
    }
    let text = String(decoding: data, as: UTF8.self)
    // A line of a file from Windows ends in "\r\n", which is one character.
    let lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
      .map(String.init)
    try run(ScriptInput(name: path, lines: lines))
  }

  /// Runs lines until the end, `quit`, or the first error.
  func run(_ input: ScriptInput) throws {
    guard inputs.count < Self.maximumScriptDepth else {
      throw ShellError("scripts call each other more than \(Self.maximumScriptDepth) deep")
    }
    inputs.append(input)
    defer { inputs.removeLast() }
    while !isDone, (programContinuation ?? 0) == 0, let line = input.nextLine() {
      do {
        try checkInterrupt()
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
