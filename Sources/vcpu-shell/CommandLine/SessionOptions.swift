internal import ArgumentParser

/// The options that all ways to open a session share.
struct SessionOptions: ParsableArguments {
  @Option(
    name: .customShort("x"),
    help: ArgumentHelp("Run the commands of a file first.", valueName: "file"))
  var scripts: [String] = []

  @Option(
    name: .customLong("ex", withSingleDash: true),
    help: ArgumentHelp(
      "Run a command first. Files and commands run in the given order.", valueName: "command"))
  var commands: [String] = []

  @Flag(help: "Exit after the files and commands, or at the first one that fails.")
  var batch = false

  @Flag(help: "Don't keep a history of typed lines.")
  var noHistory = false

  @Option(
    help: ArgumentHelp("Record the packets to and from the stub in a file.", valueName: "file"))
  var rspLog: String?

  @Option(
    help: ArgumentHelp(
      "When to use colours: auto uses them at a terminal, unless NO_COLOR is set.",
      valueName: "when"))
  var color = ColorChoice.auto

  @Flag(name: [.customShort("q"), .customLong("quiet")], help: "Don't print the greeting.")
  var quiet = false

  /// The format of the output.
  enum Format: String, ExpressibleByArgument, CaseIterable { case text, jsonl }

  @Option(
    help:
      "text, or jsonl: a line with a JSON object for each event; 'vcpu-shell schema' describes it. (default: text)"
  )
  var format: Format?

  @Flag(help: "Print the results of tests as TAP 14, and all other output as its comments.")
  var tap = false

  @Option(
    help: ArgumentHelp(
      "Write the results of tests to a file at the end, as JUnit XML.", valueName: "file"))
  var junit: String?

  /// Where commands come from after those of the command line.
  enum Interpreter: String, ExpressibleByArgument, CaseIterable { case json }

  @Option(
    help: ArgumentHelp(
      "Read requests from standard input, one JSON object per line, and print events as --format jsonl does.",
      valueName: "json"))
  var interpreter: Interpreter?

  /// - Throws: `ValidationError` for options that contradict each other.
  func validate() throws {
    if tap, interpreter == .json || format == .jsonl {
      let other = interpreter == .json ? "--interpreter json" : "--format jsonl"
      throw ValidationError("--tap and \(other) both need standard output: leave one out")
    }
    guard interpreter == .json else { return }
    if batch {
      throw ValidationError(
        "--batch ends before --interpreter json reads requests: leave one out")
    }
    if format == .text {
      throw ValidationError(
        "--interpreter json prints events as JSON: leave --format text out")
    }
  }

  /// What to do first.
  enum Step: Equatable {
    case script(String)
    case command(String)
  }

  /// Options of the commands whose value may look like one of these options.
  private static let optionsWithAnyValue: Set = ["--qemu-arg", "--append"]

  /// Files and commands in the order of the command line. The parser doesn't keep the order, so it is read from the raw
  /// arguments.
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
