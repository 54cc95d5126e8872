public import ArmVCpu
internal import GDBRemote

/// A place or an event at which the session stops: a breakpoint at an address, or a catchpoint for guest
/// exits.
public struct Breakpoint: Equatable, Sendable {
  /// What it waits for.
  public enum Kind: Equatable, Sendable {
    /// Exits of any of the classes.
    case exit([ExitClass])
    /// Entries into a guest.
    case entry
    /// Faults that EL2 takes itself.
    case fault
    /// Instructions at virtual addresses of a space: executed at EL2, in the guest, or anywhere.
    case code(CodeLocation)
    /// Accesses to memory.
    case watch(Watchpoint)

    /// Whether it waits for an event rather than at an address.
    public var isCatchpoint: Bool {
      switch self {
      case .exit, .entry, .fault: true
      case .code, .watch: false
      }
    }

    /// What has to be found in the hypervisor for it. The changes at an entry can be shown only if the exit was seen.
    var interest: ExitInterest {
      switch self {
      case .exit(let classes):
        classes.reduce(.exits) { $0.union(ExitInterest($1)) }
      case .entry: [.everyExit, .entries]
      case .fault: .faults
      case .watch(let watchpoint): watchpoint.means == .stub ? [] : .exits
      case .code: []
      }
    }
  }

  /// Its number, from 1, never reused; negative for one of the debugger's own.
  public let number: Int
  /// Whether it was set by the debugger, not by the user.
  public var isInternal: Bool { number < 0 }
  /// What it waits for.
  public internal(set) var kind: Kind
  /// Whether it is deleted at its first stop.
  public let isTemporary: Bool
  /// Whether to use the CPU's hardware breakpoints, rather than a changed instruction.
  public internal(set) var isHardware = false
  /// Whether it is enabled.
  public var isEnabled = true
  /// If given, it stops only if this holds.
  public var condition: Condition?
  /// How many hits to ignore before the next stop.
  public var ignoreCount = 0
  /// How often it was hit, including ignored hits.
  public internal(set) var hitCount = 0
  /// The only thread that it stops; nil for each. Only the debugger's own have one.
  var thread: ThreadID?
  /// What watched memory had last, where the target stops after an access.
  var lastValue: [UInt8]?
  /// Commands to run at each stop.
  public var commands: [BreakpointCommand] = []

  /// An expression and its text.
  public struct Condition: Equatable, Sendable, CustomStringConvertible {
    /// The text as typed.
    public let text: String
    /// The parsed expression.
    public let expression: Expression
    /// What of it runs in the target; nil if it wasn't compiled yet. It follows from the expression.
    var program: CompiledCondition?

    /// Its text.
    public var description: String { text }

    /// Whether they are the same expression.
    public static func == (left: Self, right: Self) -> Bool {
      left.text == right.text && left.expression == right.expression
    }
  }

  /// Whether the target's filter decides alone whether an exit is a hit.
  var runsInTarget: Bool {
    guard let condition else { return true }
    return condition.program.map { $0.hostReason == nil } ?? false
  }
}

extension ExitInterest {
  /// What has to be found for exits of a class, in addition to synchronous ones.
  fileprivate init(_ exitClass: ExitClass) {
    switch exitClass {
    case .any: self = .everyExit
    case .irq: self = .irqs
    case .fiq: self = .fiqs
    case .serror: self = .serrors
    default: self = []
    }
  }
}
