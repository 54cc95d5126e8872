/// What is known of an implementation of the protocol beyond what it says itself.
///
/// A stub announces some of what it can do (`qSupported`, `vCont?`). What it does not announce, or
/// announces and does differently, is here, as data: see `StubTraits.known`. What a stub announces
/// goes before what is known of it.
public struct StubTraits: Equatable, Sendable {
  /// Whether several requests may be written at once; they are answered in order.
  public var pipelines = false

  /// Whether packets of the stub have to be acknowledged as long as no-ack mode is not agreed.
  public var needsAcknowledgements = true

  /// Whether `QStartNoAckMode` is tried though the stub does not announce it.
  public var triesNoAckMode = true

  /// How many characters of the announced PacketSize cannot be used.
  public var packetSizeReserve = 1

  /// What is assumed of a stub that does not say how long a packet may be.
  public var defaultPacketSize = 400

  /// Groups of registers (the `group` of the description) whose writes are answered with OK and not
  /// carried out.
  public var pretendedRegisterGroups: Set<String> = []

  /// Whether the registers of Arm CPUs are little-endian, whatever the CPU runs.
  public var hasLittleEndianArmRegisters = false

  /// Whether `G` may be sent where there is `P` too. QEMU writes stale memory over registers that a short one lacks.
  public var takesGeneralRegisters = true

  /// Whether the target is a machine, or a chip, rather than a program on one.
  public var isMachine = false

  /// Whether a step executes the instruction at an address with a breakpoint. Where it does not, the
  /// breakpoint has to be away for the step.
  public var stepsOffBreakpoints = false

  /// Whether a stop is one of every thread. Where it is not, the others run on, and what is read of
  /// them is of no particular moment.
  public var stopsEveryThread = true

  /// Whether a target that is stopped stays so when the connection ends without a word.
  public var staysStopped = true

  /// The command of the stub's own that lists all CPUs, a line with `CPU #` for each, where the stub itself
  /// may list only some.
  public var cpuListCommand: String?

  /// Whether breakpoints of a client stay when its connection ends.
  public var keepsBreakpoints = false

  /// Whether `c` resumes every thread, from `cADDR` the current one at an address.
  public var continuesAtAddress = false

  /// Whether the stub turns to the thread that came to a breakpoint, a watchpoint or the end of a
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

  /// Creates the traits of a stub of which nothing is known: what every stub must bear.
  public init() {}

  /// Whose numbers stand for signals.
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
    /// LLDB: the data alone, which may look like an error. `x0,0` is answered with OK.
    case bare
  }
}
