internal import ArgumentParser

/// The options that all ways into a session share.
struct SessionOptions: ParsableArguments {
  @Option(
    name: .customShort("x"),
    help: ArgumentHelp("Run the commands of a file first.", valueName: "file"))
  var scripts: [String] = []

  @Option(
    name: .customLong("ex", withSingleDash: true),
    help: ArgumentHelp(
      "Run a command first. Files and commands run in their order.", valueName: "command"))
  var commands: [String] = []

  @Flag(help: "End after the files and commands; the first one that fails ends it too.")
  var batch = false

  @Flag(help: "Keep no history of typed lines.")
  var noHistory = false

  @Option(
    help: ArgumentHelp("Write the packets to and from the stub to a file.", valueName: "file"))
  var rspLog: String?

  @Option(
    help: ArgumentHelp(
      "Colours: auto has them at a terminal, unless NO_COLOR is set.", valueName: "when"))
  var color = ColorChoice.auto

  @Flag(name: [.customShort("q"), .customLong("quiet")], help: "Print no greeting.")
  var quiet = false

  /// How what happens is told.
  enum Format: String, ExpressibleByArgument, CaseIterable { case text, jsonl }

  @Option(
    help:
      "text, or jsonl: an object of JSON a line for each event; 'vcpu-shell schema' describes it. (default: text)"
  )
  var format: Format?

  @Flag(help: "Tell the results of tests by TAP 14, and all else in its comments.")
  var tap = false

  @Option(
    help: ArgumentHelp(
      "Write the results of tests to a file at the end, as JUnit's XML.", valueName: "file"))
  var junit: String?

  /// Who gives the commands after those of the command line.
  enum Interpreter: String, ExpressibleByArgument, CaseIterable { case json }

  @Option(
    help: ArgumentHelp(
      "Take requests on standard input, an object of JSON a line, and tell what happens as --format jsonl does.",
      valueName: "json"))
  var interpreter: Interpreter?

  /// - Throws: `ValidationError` for options that ask for two things at once.
  func validate() throws {
    if tap, interpreter == .json || format == .jsonl {
      let other = interpreter == .json ? "--interpreter json" : "--format jsonl"
      throw ValidationError("--tap and \(other) both want standard output: leave one of them out")
    }
    guard interpreter == .json else { return }
    if batch {
      throw ValidationError(
        "--batch ends before the requests that --interpreter json takes: leave one of them out")
    }
    if format == .text {
      throw ValidationError(
        "--interpreter json tells what happens in JSON: leave --format text out")
    }
  }

  /// What to do first.
  enum Step: Equatable {
    case script(String)
    case command(String)
  }

  /// Options of the commands whose value may look like one of ours.
  private static let optionsWithAnyValue: Set = ["--qemu-arg", "--append"]

  /// Files and commands in the order of the command line, which the parser does not keep: it is read
  /// off the raw arguments.
  func steps(of arguments: [String]) -> [Step] {
    var scripts = scripts[...]
    var commands = commands[...]
    var steps: [Step] = []
    var isValue = false
    for argument in arguments {
      if isValue {
        isValue = false
      } else if Self.optionsWithAnyValue.contains(argument) {
        isValue = true
      } else if argument == "-x" || argument.hasPrefix("-x=") {
        isValue = argument == "-x"
        if let script = scripts.popFirst() { steps.append(.script(script)) }
      } else if argument == "-ex" || argument.hasPrefix("-ex=") {
        isValue = argument == "-ex"
        if let command = commands.popFirst() { steps.append(.command(command)) }
      }
    }
    return steps + scripts.map(Step.script) + commands.map(Step.command)
  }
}
