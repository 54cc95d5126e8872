/// How a target is set going.
public enum ResumeAction: Equatable, Sendable {
  /// Every thread runs, the stopped one from `at` if that is given.
  case `continue`(at: UInt64? = nil)
  /// One instruction of one thread, of the selected one by default. The others stay where they are.
  case step(ThreadID? = nil)
  /// Backwards to the last breakpoint. Only for a stub that replays a recording.
  case reverseContinue
  /// Backwards by one instruction. Only for a stub that replays a recording.
  case reverseStep
}

// The packets `c`, `s`, `bc`, `bs` and `vCont`.
//
// Source: GDB manual, Packets and Reverse Execution.

extension Command {
  /// Asks which actions `vCont` has.
  static let resumeActions = Command("vCont?")

  /// Continues all threads with the packet that every stub has. The address is that of the current
  /// thread, chosen with `Hc`.
  static func `continue`(at address: UInt64?) -> Command {
    let command = Command("c", expecting: .stop)
    return address.map { command.appending(hex: $0) } ?? command
  }

  static let continueAll = Command("vCont;c", expecting: .stop)

  /// Steps one thread; the threads that are not listed do not run.
  static func step(_ thread: ThreadID) -> Command {
    Command("vCont;s:\(thread)", expecting: .stop)
  }

  /// Steps the thread that `Hc` chose.
  static let stepCurrent = Command("s", expecting: .stop)

  static let reverseContinue = Command("bc", expecting: .stop)
  static let reverseStep = Command("bs", expecting: .stop)
}

/// The actions of `vCont` that a stub has.
struct ResumeActions: Equatable, Sendable {
  private(set) var letters: Set<UInt8> = []

  init() {}

  /// Reads `vCont;c;C;s;S`. Anything else has no action.
  init(parsing payload: [UInt8]) {
    let fields = payload.split(separator: UInt8(ascii: ";"))
    guard let first = fields.first, first.elementsEqual("vCont".utf8) else { return }
    for field in fields.dropFirst() where field.count == 1 {
      letters.insert(field[field.startIndex])
    }
  }

  var canContinue: Bool { letters.contains(UInt8(ascii: "c")) }
  var canStep: Bool { letters.contains(UInt8(ascii: "s")) }
}
