internal import Foundation
internal import VCpuDebug

/// Lines of a script that are still to be read.
final class ScriptInput {
  let name: String
  private let reader: () -> String?
  /// The number of the line that was read last, from 1.
  private(set) var lineNumber = 0

  init(name: String, reader: @escaping () -> String?) {
    self.name = name
    self.reader = reader
  }

  /// The lines of a text.
  convenience init(name: String, lines: [String]) {
    var rest = lines[...]
    self.init(name: name) { rest.popFirst() }
  }

  func nextLine() -> String? {
    guard let line = reader() else { return nil }
    lineNumber += 1
    return line
  }
}

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
    let trimmed = line.trimmingCharacters(in: .whitespaces)
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

/// The commands of a breakpoint, as they are run: `silent` at the beginning is about the stop and no command
/// of its own.
struct BreakpointProgram {
  let lines: [String]
  let isSilent: Bool

  init(_ commands: [String]) {
    let lines = commands.map { $0.trimmingCharacters(in: .whitespaces) }
    isSilent = lines.first == "silent"
    self.lines = isSilent ? Array(lines.dropFirst()) : lines
  }
}

/// An error of a script, with its place.
struct ScriptError: Error, CustomStringConvertible {
  let underlying: any Error
  let place: String

  var description: String { "\(place): \(underlying)" }
}

/// A command that cannot be carried out, in words that say what to do.
struct ShellError: Error, Equatable, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }

  /// A file that a call has just failed to open for writing.
  static func cannotWrite(_ what: String, to path: String) -> ShellError {
    let reason = unsafe String(cString: strerror(errno))
    return ShellError("cannot write \(what) to \(path): \(reason)")
  }
}

/// An expression that is wrong, shown with a mark under the place.
struct ExpressionFailure: Error, CustomStringConvertible {
  let error: ExpressionError
  let text: String

  var description: String {
    let mark = String(repeating: " ", count: max(0, error.column - 1)) + "^"
    return "\(error.description)\n  \(text)\n  \(mark)"
  }
}
