/// Why the target no longer runs.
///
/// Source: GDB manual, Stop Reply Packets.
public enum StopReply: Equatable, Sendable {
  /// `S` or `T`: the target stopped and can be inspected.
  case signal(StopEvent)
  /// `W`: the process exited, or the machine emulator ended.
  case exited(status: UInt64, process: Int?)
  /// `X`: the process was killed by a signal.
  case terminated(signal: UInt64, process: Int?)
  /// `w`: one thread exited.
  case threadExited(status: UInt64, thread: ThreadID?)
  /// `N`: no resumed thread is left.
  case noThreadsResumed

  /// The thread that the reply is about.
  public var thread: ThreadID? {
    switch self {
    case .signal(let event): event.thread
    case .threadExited(_, let thread): thread
    case .exited, .terminated, .noThreadsResumed: nil
    }
  }

  /// What is known about a stop, or nil if the target ended.
  public var event: StopEvent? {
    if case .signal(let event) = self { event } else { nil }
  }

  /// Whether nothing is left to inspect.
  public var isEnd: Bool {
    switch self {
    case .exited, .terminated: true
    case .signal, .threadExited, .noThreadsResumed: false
    }
  }
}

/// What a stub reports about a stop.
///
/// A stub reports little: QEMU 7.2 answers a breakpoint and a step with the same `T05`, and the
/// client has to infer the reason from the program counter and from what it asked for.
public struct StopEvent: Equatable, Sendable {
  /// The signal: 2 for an interrupt, 5 for a breakpoint, a step or a watchpoint. The number is GDB's,
  /// or the system's: see `StubTraits.signals`.
  public var signal: UInt8
  /// The thread that stopped.
  public var thread: ThreadID?
  /// The reason, if the stub gives one.
  public var reason: Reason?
  /// The core on which the event happened.
  public var core: Int?
  /// Registers that the stub volunteered: number and raw bytes in the target's byte order.
  public var registers: [Register]
  /// Pairs that this client doesn't know.
  public var otherFields: [Field]

  /// Creates the description of a stop.
  public init(
    signal: UInt8, thread: ThreadID? = nil, reason: Reason? = nil, core: Int? = nil,
    registers: [Register] = [], otherFields: [Field] = []
  ) {
    self.signal = signal
    self.thread = thread
    self.reason = reason
    self.core = core
    self.registers = registers
    self.otherFields = otherFields
  }

  /// Why a target stopped.
  public enum Reason: Equatable, Sendable {
    /// A watchpoint of that kind, and the data address that the stub reported.
    case watchpoint(WatchKind, address: UInt64)
    /// `swbreak`
    case softwareBreakpoint
    /// `hwbreak`
    case hardwareBreakpoint
    /// `replaylog`: the recording has no more to execute in this direction.
    case replayLog(String)
    /// `library`: the list of loaded libraries changed.
    case library
    /// `fork`, `vfork`, `vforkdone`, `clone`, `exec`, `create`, `syscall_entry`, `syscall_return`.
    case event(name: String, value: String)
  }

  /// What a watchpoint watches.
  public enum WatchKind: Hashable, Sendable {
    /// Writes: `watch`, Z2.
    case write
    /// Reads: `rwatch`, Z3.
    case read
    /// Both: `awatch`, Z4.
    case access
  }

  /// A register that a stop reply carries.
  public struct Register: Equatable, Sendable {
    /// The number in the target description.
    public var number: Int
    /// The raw bytes, in the target's byte order.
    public var bytes: [UInt8]

    /// Creates the value of a register.
    public init(number: Int, bytes: [UInt8]) {
      self.number = number
      self.bytes = bytes
    }
  }

  /// A pair that this client does not interpret.
  public struct Field: Equatable, Sendable {
    /// The part before the colon.
    public var name: String
    /// The part after the colon.
    public var value: String

    /// Creates a pair.
    public init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  /// The watchpoint that was hit, or nil if it was something else.
  public var watchpoint: (kind: WatchKind, address: UInt64)? {
    if case .watchpoint(let kind, let address)? = reason { (kind, address) } else { nil }
  }
}

extension Command {
  /// Asks why the target is stopped.
  ///
  /// Send it once per connection, before inserting any breakpoint: QEMU removes all breakpoints of
  /// the CPU when it answers.
  static let stopReason = Command("?", expecting: .status)
}
