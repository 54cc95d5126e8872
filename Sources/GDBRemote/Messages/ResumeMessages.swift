/// How a target is resumed.
public enum ResumeAction: Equatable, Sendable {
  /// Every thread runs, the stopped one from `at` if it is given.
  case `continue`(at: UInt64? = nil)
  /// One thread executes one instruction: the selected one by default. The others don't run.
  case step(ThreadID? = nil)
  /// Each thread does the first action that names it or has no thread. A thread without an action
  /// doesn't run.
  case threads([ThreadAction])
  /// Backwards to the last breakpoint. Only for a stub that replays a recording.
  case reverseContinue
  /// Backwards by one instruction. Only for a stub that replays a recording.
  case reverseStep
}

/// The action of one thread, or of every thread, when the target is resumed.
public struct ThreadAction: Equatable, Sendable {
  /// The kind of action.
  public enum Kind: Equatable, Sendable {
    /// It runs: `c`.
    case `continue`
    /// It runs, and gets a signal first: `C`. The number is GDB's, or the system's: see
    /// `StubTraits.signals`.
    case continueWithSignal(UInt8)
    /// It executes one instruction: `s`.
    case step
    /// It executes one instruction, and gets a signal first: `S`. The number is as in `C`.
    case stepWithSignal(UInt8)
    /// It steps as long as it is in the range: `r`. A stub may stop it earlier; one that doesn't
    /// have the action executes one instruction.
    case stepRange(Range<UInt64>)
    /// It stops: `t`. In non-stop mode only.
    case stop
  }

  /// The kind of action.
  public var kind: Kind
  /// The thread; nil means every thread that no other action names.
  public var thread: ThreadID?

  /// Creates the action of a thread, or of all threads that no other action names.
  public init(_ kind: Kind, _ thread: ThreadID? = nil) {
    self.kind = kind
    self.thread = thread
  }
}

// The packets `c`, `s`, `C`, `S`, `bc`, `bs` and `vCont`.
//
// Source: GDB manual, Packets and Reverse Execution.

extension Command {
  /// Asks which actions of `vCont` the stub supports.
  static let resumeActions = Command("vCont?")

  /// Continues all threads with the packet that every stub has. The address is for the current
  /// thread, chosen with `Hc`.
  static func `continue`(at address: UInt64?) -> Command {
    let command = Command("c", expecting: .stop)
    return address.map { command.appending(hex: $0) } ?? command
  }

  /// Resumes threads. In non-stop mode the answer comes immediately.
  static func resume(_ actions: [ThreadAction], isNonStop: Bool = false) -> Command {
    var command = Command("vCont", expecting: isNonStop ? .reply : .stop)
    for action in actions {
      command = command.appending(";").appending(Array(action.kind.text.utf8))
      if let thread = action.thread {
        command = command.appending(":").appending(Array(thread.description.utf8))
      }
    }
    return command
  }

  /// Steps the thread that `Hc` chose.
  static let stepCurrent = Command("s", expecting: .stop)

  /// Continues or steps the thread that `Hc` chose, which gets a signal first.
  static func resumeCurrent(_ kind: ThreadAction.Kind) -> Command {
    Command(kind.text, expecting: .stop)
  }

  static let reverseContinue = Command("bc", expecting: .stop)
  static let reverseStep = Command("bs", expecting: .stop)
}

extension ThreadAction.Kind {
  /// The letter of `vCont`.
  var letter: UInt8 {
    switch self {
    case .continue: UInt8(ascii: "c")
    case .continueWithSignal: UInt8(ascii: "C")
    case .step: UInt8(ascii: "s")
    case .stepWithSignal: UInt8(ascii: "S")
    case .stepRange: UInt8(ascii: "r")
    case .stop: UInt8(ascii: "t")
    }
  }

  /// The letter with its operands. A signal has two digits in `C05`.
  var text: String {
    switch self {
    case .continue: "c"
    case .continueWithSignal(let signal): "C" + Self.digits(signal)
    case .step: "s"
    case .stepWithSignal(let signal): "S" + Self.digits(signal)
    case .stepRange(let range):
      "r\(String(range.lowerBound, radix: 16)),\(String(range.upperBound, radix: 16))"
    case .stop: "t"
    }
  }

  private static func digits(_ signal: UInt8) -> String {
    (signal < 16 ? "0" : "") + String(signal, radix: 16)
  }
}

/// The actions of `vCont` that a stub supports.
struct ResumeActions: Equatable, Sendable {
  private(set) var letters: Set<UInt8> = []

  init() {}

  /// Reads `vCont;c;C;s;S`. Anything else means no actions.
  init(parsing payload: [UInt8]) {
    let fields = payload.split(separator: UInt8(ascii: ";"))
    guard let first = fields.first, first.elementsEqual("vCont".utf8) else { return }
    for field in fields.dropFirst() where field.count == 1 {
      letters.insert(field[field.startIndex])
    }
  }

  /// Whether the stub supports an action.
  func has(_ kind: ThreadAction.Kind) -> Bool { letters.contains(kind.letter) }
}
