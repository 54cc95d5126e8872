/// Something that happens in a session, as a line of JSON: `--format jsonl`, `--interpreter json`. The keys of
/// `EventHeader` come before its own. Its properties follow the rules for an `Answer`'s.
protocol Event: Codable, Equatable, Sendable {
  /// The event's name, in camel case.
  static var name: String { get }
}

/// All events, which the schema describes.
enum EventKinds {
  static let all: [any Event.Type] = [
    BeginEvent.self, RunningEvent.self, StopEvent.self, AnswerEvent.self, ConsoleEvent.self,
    TestBeginEvent.self, AssertionEvent.self, TestEvent.self,
    NoteEvent.self, WarningEvent.self, ErrorEvent.self, DoneEvent.self, EndEvent.self,
  ]
}

/// The keys that each event begins with.
struct EventHeader: Codable, Equatable, Sendable {
  /// The version of the schema. Versions with the same number before the dot only add keys, answers and events.
  let schema: String
  /// The number of the event, from 1.
  let sequence: Int
  /// Seconds since the start of the program.
  let time: Double
  /// The event's name.
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
  /// The session's target; omitted if no session could be opened.
  let target: Target?

  /// The target of a session.
  struct Target: Codable, Equatable, Sendable {
    /// The architecture's name, such as `aarch64`.
    let architecture: String
    /// Whether it is a machine rather than a program.
    let isMachine: Bool
    /// Whether it has EL2, so that a hypervisor may run in it.
    let hasHypervisor: Bool
  }
}

/// The target runs. A `stop` follows when it stops; after that the commands of its breakpoints may let it run again,
/// which another `running` reports.
struct RunningEvent: Event {
  static let name = "running"

  /// The request that made it run; omitted if none did.
  let request: Int?
}

/// The target has stopped.
struct StopEvent: Event {
  static let name = "stop"

  /// Whether the breakpoint's commands begin with `silent`, so that the stop isn't shown to a person.
  let isSilent: Bool
  /// Why it stopped, and where.
  let stop: StopAnswer
}

/// A command's answer.
struct AnswerEvent: Event {
  static let name = "answer"

  /// The request that it answers; omitted if there was none, as for a script's commands.
  let request: Int?
  /// The command as it was given.
  let command: String
  /// Whether another event of the same command follows: an `error` that ended it, or `running`.
  let isPartial: Bool
  /// The answer, by its kind.
  let answer: AnyAnswer
}

/// A line that the guest has printed on its console.
struct ConsoleEvent: Event {
  static let name = "console"

  /// The line, without its newline. Bytes that are not UTF-8 are replaced by U+FFFD.
  let text: String
  /// Whether the line is incomplete: it had not ended when the target stopped, or it is very long.
  let isPartial: Bool
}

/// Additional information.
struct NoteEvent: Event {
  static let name = "note"

  /// One or more lines.
  let text: String
}

/// A warning: a possible problem that is not a failure.
struct WarningEvent: Event {
  static let name = "warning"

  /// One or more lines.
  let text: String
}

/// A command, a request or the session failed.
struct ErrorEvent: Event {
  static let name = "error"

  /// The request that failed; omitted if there was none, or if it could not be read.
  let request: Int?
  /// What happened, and what to do about it.
  let text: String
  /// The exit status of its class: 1 a command failed, 2 wrong usage, 3 an assertion failed, 4 the target was lost,
  /// 5 the guest ended.
  let status: Int
  /// Which error it is.
  let code: ErrorCode
  /// Where it is in a script, as `file:line`; omitted if it isn't in a script.
  let place: String?
  /// The expression that is wrong; omitted if none is.
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

  /// The program's exit status. If a signal ends the program, it doesn't show here.
  let status: Int
}
