/// What is known about an implementation of the protocol, beyond what it announces.
///
/// A stub announces some of what it can do (`qSupported`, `vCont?`). What it doesn't announce, or
/// announces but does differently, is here, as data: see `StubTraits.known`. What a stub announces
/// takes precedence over what is known about it.
public struct StubTraits: Equatable, Sendable {
  /// Whether several requests may be written at once; they are answered in order.
  public var pipelines = false

  /// Whether the stub's packets must be acknowledged unless no-ack mode was agreed.
  public var needsAcknowledgements = true

  /// Whether `QStartNoAckMode` is tried even if the stub doesn't announce it.
  public var triesNoAckMode = true

  /// How many characters of the announced PacketSize cannot be used.
  public var packetSizeReserve = 1

  /// The packet size that is assumed if the stub doesn't announce one.
  public var defaultPacketSize = 400

  /// Groups of registers (the `group` of the description) whose writes are answered with OK but not
  /// carried out.
  public var pretendedRegisterGroups: Set<String> = []

  /// Whether the registers of Arm CPUs are little-endian, whatever byte order the CPU runs in.
  public var hasLittleEndianArmRegisters = false

  /// Whether `G` may be sent to a stub that also has `P`. If a `G` is short, QEMU overwrites the missing registers
  /// with stale memory.
  public var takesGeneralRegisters = true

  /// Whether the target is a machine, or a chip, rather than a program on one.
  public var isMachine = false

  /// Whether a step executes the instruction at an address with a breakpoint. If it doesn't, the
  /// breakpoint must be removed for the step.
  public var stepsOffBreakpoints = false

  /// Whether a stop stops every thread. If it doesn't, the others keep running, and values read
  /// from them are from no particular moment.
  public var stopsEveryThread = true

  /// Whether a stopped target stays stopped when the connection ends without a detach.
  public var staysStopped = true

  /// The stub's own command that lists all CPUs, with a `CPU #` line for each, for a stub whose thread list
  /// may be incomplete.
  public var cpuListCommand: String?

  /// Whether a client's breakpoints stay when its connection ends.
  public var keepsBreakpoints = false

  /// Whether `c` resumes every thread, and `cADDR` does so with the current one at an address.
  public var continuesAtAddress = false

  /// Whether the stub selects the thread that reached a breakpoint, a watchpoint or the end of a
  /// step.
  public var turnsToStoppedThread = false

  /// Whether a request about a thread that does not exist gets no answer at all.
  public var ignoresUnknownThreads = false

  /// How signals are numbered in stop replies and in resumes.
  public var signals = SignalNumbering.gdb

  /// How `x` reads memory, unless the stub announces GDB's form (`binary-upload`).
  public var binaryReads = BinaryReads.none

  /// Whether `X` may be tried.
  public var takesBinaryWrites = true

  /// Creates the traits of an unknown stub, which are safe for every stub.
  public init() {}

  /// Where the signal numbers come from.
  public enum SignalNumbering: Equatable, Sendable {
    /// GDB's own (`include/gdb/signals.def`): SIGUSR1 is 30.
    case gdb
    /// Those of the target's system.
    case native
  }

  /// The forms of the answer to `x`.
  public enum BinaryReads: Equatable, Sendable {
    /// The packet is not used.
    case none
    /// GDB 16: `b` and the data.
    case prefixed
    /// LLDB: only the data, which may look like an error. `x0,0` is answered with OK.
    case bare
  }
}
