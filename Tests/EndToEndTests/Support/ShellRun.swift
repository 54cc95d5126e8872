import Foundation
import Testing

/// A run of the shell from beginning to end.
struct ShellRun {
  let output: String
  let errors: String
  let status: Int32

  /// - Parameter input: its standard input; empty by default.
  init(
    _ arguments: [String], input: String = "", environment: [String: String] = [:],
    wrapper: [String] = [], program: String = Built.shell, within time: Duration = .seconds(60)
  ) throws {
    let shell = try ShellProcess(
      arguments, environment: environment, wrapper: wrapper, program: program)
    if !input.isEmpty { try shell.type(input) }
    shell.closeInput()
    status = try shell.end(within: time)
    output = shell.output
    errors = shell.errors
  }

  /// `launch GUEST`, commands, `--batch`.
  static func launch(
    guest: String = "tour", options: [String] = [], environment: [String: String] = [:],
    _ commands: String...
  ) throws -> ShellRun {
    try ShellRun(
      ["launch", guest] + options + commands.flatMap { ["-ex", $0] } + ["--batch"],
      environment: environment)
  }

  /// The command for `shell` that sends the shell a signal once a file exists; it waits 20 seconds for the file.
  static func signal(_ name: String, once path: String) -> String {
    "(timeout 20 sh -c 'until [ -e \(path) ]; do sleep 0.01; done' && kill -\(name) $PPID) &"
  }

  /// The lines of the output.
  var lines: [String] {
    output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  /// The lines that begin with a text.
  func lines(beginning start: String) -> [String] { lines.filter { $0.hasPrefix(start) } }

  var description: String { "status \(status)\n--- output\n\(output)\n--- errors\n\(errors)\n---" }
}

/// Expects a run without errors.
func expectSuccess(_ run: ShellRun, sourceLocation: SourceLocation = #_sourceLocation) {
  #expect(
    run.status == 0 && run.errors.isEmpty, Comment(rawValue: run.description),
    sourceLocation: sourceLocation)
}

/// Expects texts in the output, one after the other.
func expect(
  _ run: ShellRun, prints texts: String..., sourceLocation: SourceLocation = #_sourceLocation
) {
  var rest = run.output[...]
  for text in texts {
    guard let range = rest.range(of: text) else {
      Issue.record(
        Comment(rawValue: "'\(text)' is not printed there: \(run.description)"),
        sourceLocation: sourceLocation)
      return
    }
    rest = rest[range.upperBound...]
  }
}

/// Expects one error with the given text, on one line apart from an expression and its marker, and a status.
func expectOneError(
  _ run: ShellRun, _ words: String..., status: Int32 = 1, hasMark: Bool = false,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  let lines = run.errors.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
  let comment = Comment(rawValue: run.description)
  #expect(run.status == status, comment, sourceLocation: sourceLocation)
  #expect(lines.count == (hasMark ? 3 : 1), comment, sourceLocation: sourceLocation)
  #expect(run.errors.hasPrefix("error: "), comment, sourceLocation: sourceLocation)
  if hasMark {
    #expect(
      lines.last?.allSatisfy { $0 == " " || $0 == "^" } == true, comment,
      sourceLocation: sourceLocation)
  }
  for word in words {
    #expect(run.errors.contains(word), comment, sourceLocation: sourceLocation)
  }
}

extension ShellRun {
  /// The tour with a script.
  static func tour(script text: String) throws -> ShellRun {
    let folder = try TemporaryFolder()
    return try ShellRun(
      ["launch", "tour", "--batch", "-x", try folder.file("script.vcpu", text)],
      within: .seconds(60))
  }

  /// Runs a script with Linux, which makes its one access to an emulated device from a program.
  static func linux(script text: String, cpu: String) throws -> ShellRun {
    let folder = try TemporaryFolder()
    return try ShellRun(
      [
        "launch", "linux", "--append", "vcpu.poweroff quiet", "--cpu", cpu, "--batch", "-x",
        try folder.file("script.vcpu", text),
      ], environment: ["VCPU_SHELL_IMAGES": Built.images(.release)], within: .seconds(120))
  }
}
