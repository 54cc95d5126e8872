public import GDBRemote

/// What a debug session needs of its target: registers and memory in batches, breakpoints, and running.
/// A live stub is one; so can a recording or a snapshot be.
///
/// The requests are those of the remote protocol, because their shape is the right one for any target:
/// several in one round trip, each with an answer of its own.
public protocol DebugTarget: AnyObject {
  /// What to `poll(2)` for stops, or -1.
  var fileDescriptor: Int32 { get }
  /// The registers of a CPU.
  var registers: RegisterMap { get }
  /// The architecture, as the target calls it.
  var architectureName: String? { get }
  /// Takes the target to have the standard registers of an architecture, where its stub describes none.
  func assumeArchitecture(_ name: String) throws(RemoteError)
  /// The order of the bytes of a register in the stub's packets.
  var byteOrder: RegisterDescription.ByteOrder { get set }
  /// That order, where it is the same whatever the CPU runs; nil where it follows the CPU.
  var fixedRegisterOrder: RegisterDescription.ByteOrder? { get }
  /// The order of the bytes of a program's values, as its system tells it; nil where nobody tells.
  func byteOrderOfProgram() throws(RemoteError) -> RegisterDescription.ByteOrder?
  /// The types of registers, by name.
  var typeDescriptions: [String: TypeDescription] { get }
  /// Whether signals have the numbers of the target's system, and not GDB's.
  var hasNativeSignals: Bool { get }
  /// Whether it is a machine rather than a program on one.
  var isMachine: Bool { get }
  /// Whether a step from an address with a breakpoint executes the instruction. Where it does not, the
  /// breakpoint has to be away for the step.
  var stepOverridesBreakpoints: Bool { get }
  /// Whether it replays a recording: then nothing of it can be changed, its program counters neither.
  var isReplaying: Bool { get }
  /// Whether what it does is recorded, to be replayed: then no instruction can be left out. The target is asked.
  func isRecording() throws(RemoteError) -> Bool
  /// Has `body` write registers that it gives their values back before it returns, in a recording that is replayed too.
  func borrowingRegisters<R>(_ body: () throws(RemoteError) -> R) throws(RemoteError) -> R
  /// Whether a stop is one of every thread.
  var stopsEveryThread: Bool { get }
  /// Whether it stays stopped when the connection ends without a word.
  var staysStopped: Bool { get }
  /// Whether it is stopped, running, ended or lost.
  var state: RemoteTarget.State { get }
  /// Carries out requests in order, in one round trip where the target can.
  func batch(_ requests: [Request]) throws(RemoteError) -> [Response]
  /// The general registers, in whichever way the target gives them.
  func readGeneralRegisters() throws(RemoteError) -> GeneralRegisters
  /// Sets the target going after `requests`.
  @discardableResult
  func resume(_ action: ResumeAction, after requests: [Request]) throws(RemoteError) -> [Response]
  /// The stop that has arrived, without waiting; nil while it runs.
  func poll() throws(RemoteError) -> StopReply?
  /// Waits until a running target stops.
  func waitForStop(timeout: Duration) throws(RemoteError) -> StopReply
  /// Asks a running target to stop.
  func interrupt() throws(RemoteError)
  /// Whether the target has a breakpoint of ours at an address.
  func hasBreakpoint(at address: UInt64) -> Bool
  /// Inserts a breakpoint or a watchpoint.
  func insertBreakpoint(_ kind: BreakpointKind, at address: UInt64, length: Int) throws(RemoteError)
  /// Removes a breakpoint or a watchpoint.
  func removeBreakpoint(_ kind: BreakpointKind, at address: UInt64, length: Int) throws(RemoteError)
  /// Writes a register and makes sure that the target has the value.
  func writeRegister(_ register: RegisterDescription, _ bytes: [UInt8]) throws(RemoteError)
  /// Has memory requests in `body` mean physical addresses.
  func physicalMemory<R>(_ body: () throws -> R) throws -> R
  /// The thread that registers and memory are of. The stub is asked where its stop did not say; nil where
  /// it does not tell.
  func currentThread() throws(RemoteError) -> ThreadID?
  /// How many CPUs the machine has besides the `count` threads that the stub lists.
  func hiddenCPUCount(besides count: Int) throws(RemoteError) -> Int
  /// The threads: the CPUs of a machine.
  func threads() throws(RemoteError) -> [ThreadID]
  /// What the target says of a thread.
  func threadDescription(_ thread: ThreadID) throws(RemoteError) -> String
  /// The thread that registers and memory are of.
  var selectedThread: ThreadID? { get }
  /// Has registers and memory be those of a thread.
  func select(_ thread: ThreadID) throws(RemoteError)
  /// What the target has printed through the connection since the last call.
  func takeConsoleOutput() -> [UInt8]
  /// A command of the target's own.
  func monitor(_ command: String) throws(RemoteError) -> String
  /// Lets the target run and forgets it.
  func detach() throws(RemoteError)
  /// Ends the target.
  func kill() throws(RemoteError)
  /// Forgets the target as it is.
  func disconnect()
}

extension DebugTarget {
  /// One that is not told of has none.
  public func hasBreakpoint(at address: UInt64) -> Bool { false }
  /// Only emulators record.
  public func isRecording() throws(RemoteError) -> Bool { false }
  /// Where nothing is replayed all can be written.
  public func borrowingRegisters<R>(
    _ body: () throws(RemoteError) -> R
  ) throws(RemoteError) -> R { try body() }
}

extension RemoteTarget: DebugTarget {
  /// Those that were inserted through this connection.
  public func hasBreakpoint(at address: UInt64) -> Bool {
    insertedBreakpoints.contains { !$0.kind.isWatchpoint && $0.address == address }
  }
  /// What the target description says.
  public var architectureName: String? { description.architecture }
  /// QEMU's for Arm machines is that of the emulator, also where the code is big-endian.
  public var fixedRegisterOrder: RegisterDescription.ByteOrder? {
    guard profile.traits.hasLittleEndianArmRegisters, let name = description.architecture,
      name.hasPrefix("aarch64") || name.hasPrefix("arm")
    else { return nil }
    return .little
  }
  /// What the target description defines.
  public var typeDescriptions: [String: TypeDescription] { description.types }
  /// LLDB's server sends those of the system.
  public var hasNativeSignals: Bool { profile.traits.signals == .native }
  /// What is known of the stub; one of which nothing is known is taken to have a program.
  public var isMachine: Bool { profile.traits.isMachine }
  /// QEMU's does (quirk 17). Others are taken to execute what is there, like gdbserver.
  public var stepOverridesBreakpoints: Bool { profile.traits.stepsOffBreakpoints }
  /// QEMU's that can go backwards.
  public var isReplaying: Bool { profile.isReplaying }
  /// All but QEMU's emulator of programs.
  public var stopsEveryThread: Bool { profile.traits.stopsEveryThread }
  /// All but QEMU's emulator of programs.
  public var staysStopped: Bool { profile.traits.staysStopped }
}
