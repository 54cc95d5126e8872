public import GDBRemote

/// A target that can be run and changed: one behind a stub.
public protocol LiveTarget: DebugTarget {
  /// The descriptor to `poll(2)` for stops, or -1.
  var fileDescriptor: Int32 { get }

  // MARK: What its stub doesn't report

  /// Assumes the standard registers of an architecture, if the stub doesn't describe them.
  func assumeArchitecture(_ name: String) throws(RemoteError)
  /// The byte order of registers in the stub's packets.
  var byteOrder: RegisterDescription.ByteOrder { get set }
  /// That order, if it is independent of the CPU's state; nil if it follows the CPU.
  var fixedRegisterOrder: RegisterDescription.ByteOrder? { get }
  /// The byte order of a program's values according to its system; nil if that isn't available.
  func byteOrderOfProgram() throws(RemoteError) -> RegisterDescription.ByteOrder?

  /// Where a program begins in memory, according to its system; nil if that isn't available.
  func entryOfProgram() throws(RemoteError) -> UInt64?

  // MARK: Execution

  /// Whether a step from an address with a breakpoint executes the instruction. If it doesn't, the
  /// breakpoint must be removed for the step.
  var stepOverridesBreakpoints: Bool { get }
  /// Whether it replays a recording: then nothing in it can be changed, including its program
  /// counters.
  var isReplaying: Bool { get }
  /// Whether it is being recorded for a replay: then no instruction can be skipped. The target is asked.
  func isRecording() throws(RemoteError) -> Bool
  /// Whether it stays stopped when the connection ends without a detach.
  var staysStopped: Bool { get }
  /// Resumes the target after `requests`.
  @discardableResult
  func resume(_ action: ResumeAction, after requests: [Request]) throws(RemoteError) -> [Response]
  /// The stop that has arrived, without waiting; nil while it runs.
  func poll() throws(RemoteError) -> StopReply?
  /// Waits until a running target stops.
  func waitForStop(timeout: Duration) throws(RemoteError) -> StopReply
  /// Asks a running target to stop.
  func interrupt() throws(RemoteError)
  /// Whether interrupts come while a CPU single-steps.
  ///
  /// - Throws: `.unsupported` if that can't be chosen.
  func takesInterruptsInSteps() throws(RemoteError) -> Bool
  /// Sets it.
  func setTakesInterruptsInSteps(_ takes: Bool) throws(RemoteError)

  // MARK: Changes

  /// Whether the target has one of our breakpoints at an address.
  func hasBreakpoint(at address: UInt64) -> Bool
  /// Inserts a breakpoint or a watchpoint.
  func insertBreakpoint(_ kind: BreakpointKind, at address: UInt64, length: Int) throws(RemoteError)
  /// Removes a breakpoint or a watchpoint.
  func removeBreakpoint(_ kind: BreakpointKind, at address: UInt64, length: Int) throws(RemoteError)
  /// Writes a register and makes sure that the target has the value.
  func writeRegister(_ register: RegisterDescription, _ bytes: [UInt8]) throws(RemoteError)
  /// Carries out requests for physical memory, in one round trip if the target can.
  func physicalBatch(_ requests: [Request]) throws(RemoteError) -> [Response]
  /// Makes memory requests in `body` use physical addresses. Calls may be nested.
  func physicalMemory<R>(_ body: () throws -> R) throws -> R

  // MARK: The rest

  /// The target's output through the connection since the last call.
  func takeConsoleOutput() -> [UInt8]
  /// Carries out one of the target's own commands.
  func monitor(_ command: String) throws(RemoteError) -> String
  /// Resumes the target and disconnects.
  func detach() throws(RemoteError)
  /// Ends the target.
  func kill() throws(RemoteError)
  /// Disconnects from the target, which stays as it is.
  func disconnect()
}

extension LiveTarget {
  /// By default it has none.
  public func hasBreakpoint(at address: UInt64) -> Bool { false }
  /// Only emulators record.
  public func isRecording() throws(RemoteError) -> Bool { false }
  /// Through the CPU and its stub.
  public func reach(for access: TargetAccess) -> any TargetReach { LiveReach(access, self) }
}

extension RemoteTarget: LiveTarget {
  /// What the target description says, and what is known about the stub; an unknown stub is assumed to have a program.
  /// LLDB's server sends the system's signals, and only QEMU's user-mode emulator doesn't stop every thread.
  public var identity: TargetIdentity {
    TargetIdentity(
      architectureName: description.architecture, isMachine: profile.traits.isMachine,
      hasNativeSignals: profile.traits.signals == .native,
      stopsEveryThread: profile.traits.stopsEveryThread, typeDescriptions: description.types)
  }
  /// Considers breakpoints that were inserted through this connection.
  public func hasBreakpoint(at address: UInt64) -> Bool {
    insertedBreakpoints.contains { !$0.kind.isWatchpoint && $0.address == address }
  }
  /// In QEMU's Arm machines it is the emulator's, even if the code is big-endian.
  public var fixedRegisterOrder: RegisterDescription.ByteOrder? {
    guard profile.traits.hasLittleEndianArmRegisters, let name = description.architecture,
      name.hasPrefix("aarch64") || name.hasPrefix("arm")
    else { return nil }
    return .little
  }
  /// QEMU's step does (quirk 17). Others are assumed to hit the breakpoint again, like gdbserver.
  public var stepOverridesBreakpoints: Bool { profile.traits.stepsOffBreakpoints }
  /// A QEMU that can go backwards replays.
  public var isReplaying: Bool { profile.isReplaying }
  /// All stubs except QEMU's user-mode emulator.
  public var staysStopped: Bool { profile.traits.staysStopped }
}
