/// Something that has happened in a session, to be reported.
enum ShellEvent {
  /// The first event, with the session; nil if none could be opened.
  case begin(BeginEvent.Target?)
  /// The greeting for a person.
  case greeting(Greeting)
  /// The target runs.
  case running
  /// The target has stopped. A silent stop isn't shown to a person.
  case stop(StopAnswer, isSilent: Bool)
  /// A person has interrupted the operation; reported before the stop if the stop has another reason.
  case interruption
  /// A command's answer, with the line as it was given, and whether an error or a run of the target follows.
  case answer(any RenderedAnswer, Detail, of: String, isPartial: Bool)
  /// What the guest has printed: whole lines, or an unfinished one.
  case console([UInt8])
  /// What the target has printed through its stub.
  case targetConsole([UInt8])
  /// A test of a script begins: its number, its name, and where it is.
  case testBegins(Int, String, place: String?)
  /// A test of a script has ended, or is skipped.
  case test(TestResult)
  /// An assertion was made, whether it holds or not.
  case assertion(AssertionEvent)
  case note(String)
  case warning(String)
  case error(ErrorReport)
  /// The failures that no test's result contains; reported once, before the last event.
  case failure(ErrorReport)
  /// The last event: the program's exit status.
  case end(Int32)

  var isFirst: Bool { if case .begin = self { true } else { false } }

  /// Whether it is something that a command shows to a person.
  var isOutput: Bool {
    switch self {
    case .stop(_, let isSilent): !isSilent
    case .answer(let answer, let detail, _, _): !answer.lines(detail).isEmpty
    case .console, .targetConsole, .note, .warning, .interruption: true
    case .begin, .greeting, .running, .testBegins, .test, .assertion, .error, .failure, .end: false
    }
  }
}

/// An error as it is reported.
struct ErrorReport {
  let text: String
  /// The exit status for the error.
  let status: ExitStatus
  let code: ErrorCode
  /// Where it is in a script, as `file:line`.
  let place: String?
  /// The expression that is wrong, and the column of the mistake in it, from 1.
  var expression: (text: String, column: Int)?
  /// The values that a failed assertion depends on.
  var values: [AssertionEvent.Part] = []

  /// The text for a person: the message, and under it a mark where an expression is wrong, and an assertion's values.
  var lines: String {
    var lines = [(place.map { $0 + ": " } ?? "") + text]
    if let (expression, column) = expression {
      lines += ["  " + expression, "  " + String(repeating: " ", count: max(0, column - 1)) + "^"]
    }
    return (lines + values.map { "  \($0.text) = \($0.value)" }).joined(separator: "\n")
  }

  init(
    _ text: String, status: ExitStatus, code: ErrorCode = .commandFailed, place: String? = nil
  ) {
    self.text = text
    self.status = status
    self.code = code
    self.place = place
  }
}

/// Shows the events of a session.
protocol EventRenderer: AnyObject {
  /// Reports on standard error that standard output can't be written.
  func outputFailed(_ error: OutputError)
  /// Whether silent stops are wanted: describing one costs requests to the target.
  var wantsSilentStops: Bool { get }
  func render(_ event: ShellEvent)
  /// Writes events that were held back, as the shell is about to wait. Most renderers hold nothing back.
  func flush()
  /// Ends an unfinished line, if there is one.
  func finishLine()
  /// Runs `body`, whose answers and stops are shown as lines of JSON in any case.
  func inJSON(_ body: () throws -> Void) rethrows
}

extension EventRenderer {
  func flush() {}
}

/// Shows events as text for a person.
final class TextRenderer: EventRenderer {
  private let output: Output
  private var isInJSON = false

  let wantsSilentStops = false

  func outputFailed(_ error: OutputError) { output.error("\(error)") }

  init(_ output: Output) { self.output = output }

  func inJSON(_ body: () throws -> Void) rethrows {
    let before = isInJSON
    isInJSON = true
    defer { isInJSON = before }
    try body()
  }

  /// The part of an unfinished line that has been printed.
  private var beginning = ""

  private func print(_ text: String) {
    var lines = (beginning + text).split(separator: "\n", omittingEmptySubsequences: false)
    beginning = lines.popLast().map(String.init) ?? ""
    if !lines.isEmpty { output.answer(lines.map { Line(String($0)) }) }
  }

  func finishLine() {
    guard !beginning.isEmpty else { return }
    let line = Line(beginning)
    beginning = ""
    output.answer([line])
  }

  private func json(_ answer: any Answer) {
    output.raw(JSONLineEncoder.line(of: AnyAnswer(answer)))
  }

  func render(_ event: ShellEvent) {
    if case .answer(let answer as PrintedAnswer, _, _, _) = event, !isInJSON {
      return print(answer.text)
    }
    finishLine()
    switch event {
    case .greeting(let greeting):
      output.lines(
        [
          "\(Program.name) \(Program.version): 'help' lists the commands, Ctrl-C stops a running guest",
          Line(greeting.target),
        ] + (greeting.location?.lines(.full) ?? []))
    case .begin, .running, .testBegins, .assertion, .failure, .end: break
    case .stop(_, true): break
    case .stop(let stop, _) where isInJSON: json(stop)
    case .stop(let stop, _): output.lines(stop.lines(.full))
    case .interruption: output.line("interrupted")
    case .answer(let answer, _, _, _) where isInJSON: json(answer)
    case .answer(let answer, let detail, _, _):
      output.answer(answer.lines(detail))
      if let warned = answer as? any Warning {
        for warning in warned.warnings { output.warning(warning) }
      }
    case .console(let bytes), .targetConsole(let bytes): output.console(bytes)
    case .test(let result): output.lines(result.lines)
    case .note(let text): output.line(Line("note: " + text))
    case .warning(let text): output.warning(text)
    case .error(let error): output.error(error.lines)
    }
  }
}

/// An answer with warnings, which are shown to a person separately.
protocol Warning {
  var warnings: [String] { get }
}

extension BreakpointAnswer: Warning {}
