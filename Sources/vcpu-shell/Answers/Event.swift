/// Something that happens in a session, as a line of JSON tells it: `--format jsonl`, `--interpreter json`. The keys of
/// `EventHeader` come before its own. Rules for its properties are those for an `Answer`'s.
protocol Event: Codable, Equatable, Sendable {
  /// Which event it is, in camel case.
  static var name: String { get }
}

/// All events there are, which is what the schema describes.
enum EventKinds {
  static let all: [any Event.Type] = [
    BeginEvent.self, RunningEvent.self, StopEvent.self, AnswerEvent.self, ConsoleEvent.self,
    TestBeginEvent.self, AssertionEvent.self, TestEvent.self,
    NoteEvent.self, WarningEvent.self, ErrorEvent.self, DoneEvent.self, EndEvent.self,
  ]
}

/// What each event begins with.
struct EventHeader: Codable, Equatable, Sendable {
  /// The version of the schema. A version with the same number before the dot has added keys, answers and events alone.
  let schema: String
  /// The number of the event, from 1.
  let sequence: Int
  /// Seconds since the start of the program.
  let time: Double
  /// Which event it is.
  let event: String

  static let currentSchema = "1.0"
}

/// The first event.
struct BeginEvent: Event {
  static let name = "begin"

  /// `vcpu-shell`.
  let program: String
  /// The program's version.
  let version: String
  /// What the session is with; left out where none could be opened.
  let target: Target?

  /// What a session is with.
  struct Target: Codable, Equatable, Sendable {
    /// The architecture's name, such as `aarch64`.
    let architecture: String
    /// Whether it is a machine, and not a program.
    let isMachine: Bool
    /// Whether it has EL2, so that a hypervisor may run in it.
    let hasHypervisor: Bool
  }
}

/// The target runs. A `stop` follows when it does not any more; after that one the commands of its breakpoints may have it run
/// again, which is told by another `running`.
struct RunningEvent: Event {
  static let name = "running"

  /// The request that made it run; left out where none did.
  let request: Int?
}

/// The target has stopped.
struct StopEvent: Event {
  static let name = "stop"

  /// Whether the commands of the breakpoint begin with `silent`, so that a person does not see it.
  let isSilent: Bool
  /// What it stopped for, and where.
  let stop: StopAnswer
}

/// What a command has to tell.
struct AnswerEvent: Event {
  static let name = "answer"

  /// The request that it answers; left out where it was none, as for the commands of a script.
  let request: Int?
  /// The command as it was given.
  let command: String
  /// Whether the same command has more to tell: an `error` that ended it, or `running`.
  let isPartial: Bool
  /// The answer, by its kind.
  let answer: AnyAnswer
}

/// A line that the guest has printed on its console.
struct ConsoleEvent: Event {
  static let name = "console"

  /// The line, without its newline. What is not UTF-8 is U+FFFD.
  let text: String
  /// Whether the line goes on: it was not at its end when the target stopped, or it is very long.
  let isPartial: Bool
}

/// Something that is good to know.
struct NoteEvent: Event {
  static let name = "note"

  /// One line or more.
  let text: String
}

/// Something that should be known, and that fails nothing.
struct WarningEvent: Event {
  static let name = "warning"

  /// One line or more.
  let text: String
}

/// A command, a request or the session failed.
struct ErrorEvent: Event {
  static let name = "error"

  /// The request that failed; left out where it was none, or one that could not be read.
  let request: Int?
  /// What happened, and what to do about it.
  let text: String
  /// The exit status of its class: 1 a command failed, 2 wrong usage, 3 an assertion failed, 4 the target was lost,
  /// 5 the guest ended.
  let status: Int
  /// Which error it is.
  let code: ErrorCode
  /// Where it is in a script, as `file:line`; left out where it is in none.
  let place: String?
  /// The expression that is wrong; left out where none is.
  let expression: String?
  /// The column of the mistake in the expression, from 1.
  let column: Int?
}

/// A request was carried out, and has no answer. Each request has one event that ends it: `answer` that isn't partial,
/// `running`, `error` or `done`.
struct DoneEvent: Event {
  static let name = "done"

  /// The request.
  let request: Int
}

/// The last event.
struct EndEvent: Event {
  static let name = "end"

  /// The exit status of the program; a signal that ended it is not among them.
  let status: Int
}
