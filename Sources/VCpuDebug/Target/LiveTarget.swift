public import GDBRemote

/// A target that can be set going and changed: one behind a stub.
public protocol LiveTarget: DebugTarget {
  /// What to `poll(2)` for stops, or -1.
  var fileDescriptor: Int32 { get }

  // MARK: What its stub does not say

  /// Takes the target to have the standard registers of an architecture, where its stub describes none.
  func assumeArchitecture(_ name: String) throws(RemoteError)
  /// The order of the bytes of a register in the stub's packets.
  var byteOrder: RegisterDescription.ByteOrder { get set }
  /// That order, where it is the same whatever the CPU runs; nil where it follows the CPU.
  var fixedRegisterOrder: RegisterDescription.ByteOrder? { get }
  /// The order of the bytes of a program's values, as its system tells it; nil where it does not tell.
  func byteOrderOfProgram() throws(RemoteError) -> RegisterDescription.ByteOrder?

  // MARK: How it runs

  /// Whether a step from an address with a breakpoint executes the instruction. Where it does not, the
  /// breakpoint has to be away for the step.
  var stepOverridesBreakpoints: Bool { get }
  /// Whether it replays a recording: then nothing of it can be changed, its program counters neither.
  var isReplaying: Bool { get }
  /// Whether what it does is recorded, to be replayed: then no instruction can be left out. The target is asked.
  func isRecording() throws(RemoteError) -> Bool
  /// Whether it stays stopped when the connection ends without a word.
  var staysStopped: Bool { get }
  /// Sets the target going after `requests`.
  @discardableResult
  func resume(_ action: ResumeAction, after requests: [Request]) throws(RemoteError) -> [Response]
  /// The stop that has arrived, without waiting; nil while it runs.
  func poll() throws(RemoteError) -> StopReply?
  /// Waits until a running target stops.
  func waitForStop(timeout: Duration) throws(RemoteError) -> StopReply
  /// Asks a running target to stop.
  func interrupt() throws(RemoteError)

  // MARK: Changes

  /// Whether the target has a breakpoint of ours at an address.
  func hasBreakpoint(at address: UInt64) -> Bool
  /// Inserts a breakpoint or a watchpoint.
  func insertBreakpoint(_ kind: BreakpointKind, at address: UInt64, length: Int) throws(RemoteError)
  /// Removes a breakpoint or a watchpoint.
  func removeBreakpoint(_ kind: BreakpointKind, at address: UInt64, length: Int) throws(RemoteError)
  /// Writes a register and makes sure that the target has the value.
  func writeRegister(_ register: RegisterDescription, _ bytes: [UInt8]) throws(RemoteError)
  /// Has `body` write registers that it gives their values back before it returns, in a recording that is replayed too.
  func borrowingRegisters<R>(_ body: () throws(RemoteError) -> R) throws(RemoteError) -> R
  /// Has memory requests in `body` mean physical addresses. Calls may be nested.
  func physicalMemory<R>(_ body: () throws -> R) throws -> R

  // MARK: The rest

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

extension LiveTarget {
  /// One that is not told of has none.
  public func hasBreakpoint(at address: UInt64) -> Bool { false }
  /// Only emulators record.
  public func isRecording() throws(RemoteError) -> Bool { false }
  /// Where nothing is replayed all can be written.
  public func borrowingRegisters<R>(
    _ body: () throws(RemoteError) -> R
  ) throws(RemoteError) -> R { try body() }
  /// Through the CPU and its stub.
  public func reach(for access: TargetAccess) -> any TargetReach { LiveReach(access, self) }
}

extension RemoteTarget: LiveTarget {
  /// What the target description says, and what is known of the stub; one of which nothing is known is taken to have a
  /// program. LLDB's server sends the signals of the system, and QEMU's user-mode emulator alone does not stop every
  /// thread.
  public var identity: TargetIdentity {
    TargetIdentity(
      architectureName: description.architecture, isMachine: profile.traits.isMachine,
      hasNativeSignals: profile.traits.signals == .native,
      stopsEveryThread: profile.traits.stopsEveryThread, typeDescriptions: description.types)
  }
  /// Those that were inserted through this connection.
  public func hasBreakpoint(at address: UInt64) -> Bool {
    insertedBreakpoints.contains { !$0.kind.isWatchpoint && $0.address == address }
  }
  /// QEMU's for Arm machines is that of the emulator, also where the code is big-endian.
  public var fixedRegisterOrder: RegisterDescription.ByteOrder? {
    guard profile.traits.hasLittleEndianArmRegisters, let name = description.architecture,
      name.hasPrefix("aarch64") || name.hasPrefix("arm")
    else { return nil }
    return .little
  }
  /// QEMU's does (quirk 17). Others are taken to execute what is there, like gdbserver.
  public var stepOverridesBreakpoints: Bool { profile.traits.stepsOffBreakpoints }
  /// QEMU's that can go backwards.
  public var isReplaying: Bool { profile.isReplaying }
  /// All but QEMU's user-mode emulator.
  public var staysStopped: Bool { profile.traits.staysStopped }
}
