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
  /// The types of registers, by name.
  var typeDescriptions: [String: TypeDescription] { get }
  /// Whether signals have the numbers of the target's system, and not GDB's.
  var hasNativeSignals: Bool { get }
  /// Whether it is a machine rather than a program on one.
  var isMachine: Bool { get }
  /// Whether a step from an address with a breakpoint executes the instruction. Where it does not, the
  /// breakpoint has to be away for the step.
  var stepOverridesBreakpoints: Bool { get }
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
  /// Asks a running target to stop.
  func interrupt() throws(RemoteError)
  /// Inserts a breakpoint or a watchpoint.
  func insertBreakpoint(_ kind: BreakpointKind, at address: UInt64, length: Int) throws(RemoteError)
  /// Removes a breakpoint or a watchpoint.
  func removeBreakpoint(_ kind: BreakpointKind, at address: UInt64, length: Int) throws(RemoteError)
  /// Writes a register and makes sure that the target has the value.
  func writeRegister(_ register: RegisterDescription, _ bytes: [UInt8]) throws(RemoteError)
  /// Has memory requests in `body` mean physical addresses.
  func physicalMemory<R>(_ body: () throws -> R) throws -> R
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

extension RemoteTarget: DebugTarget {
  /// What the target description says.
  public var architectureName: String? { description.architecture }
  /// What the target description defines.
  public var typeDescriptions: [String: TypeDescription] { description.types }
  /// LLDB's server sends those of the system.
  public var hasNativeSignals: Bool { profile.traits.signals == .native }
  /// QEMU's stub is that of a machine, OpenOCD's of a chip.
  public var isMachine: Bool { profile.kind.isQEMU || profile.kind == .openOCD }
  /// QEMU's does (quirk 17). Others are taken to execute what is there, like gdbserver.
  public var stepOverridesBreakpoints: Bool { profile.kind.isQEMU }
}
