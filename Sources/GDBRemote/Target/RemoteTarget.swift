/// A stub's target: its registers, memory, breakpoints and execution.
///
/// Use it from one thread. Every call returns by its deadline, or throws the error. While the
/// target runs, only `poll()`, `waitForStop(timeout:)`, `interrupt()`, `detach()`, `kill()` and
/// `disconnect()` can be called; the others throw `.targetRunning` and send nothing, as any byte
/// would stop the machine.
///
/// A breakpoint is compared only with the virtual program counter, so one in a hypervisor also
/// fires in a guest that runs at the same address. Read `cpsr` at a stop to tell them apart.
public final class RemoteTarget {
  /// The state of a target.
  public enum State: Equatable, Sendable {
    /// It stopped, and can be inspected.
    case stopped(StopReply)
    /// It is running.
    case running
    /// It exited or was killed.
    case ended(StopReply)
    /// The connection has ended.
    case disconnected
  }

  /// The descriptor for `poll()`, valid as long as there is a connection.
  public let fileDescriptor: Int32

  /// The stub's implementation and abilities.
  public let profile: StubProfile

  /// The target's description of itself. It is read again when a program is started or attached to.
  public internal(set) var description: TargetDescription

  /// Why the target was stopped when this client connected.
  public let initialStop: StopReply

  /// Whether the target was running, and was stopped by the connection.
  public let wasRunningAtConnection: Bool

  /// The target's byte order. A description doesn't give it: it is taken from the architecture, and
  /// is little-endian if that has both.
  public var byteOrder: RegisterDescription.ByteOrder = .little

  let connection: RemoteConnection
  var storedState: State
  /// The stop from which the target was last resumed.
  var stopBeforeRun: StopReply?
  /// The thread that requests refer to, or nil for the stub's choice.
  var wantedThread: ThreadID?
  /// The thread that the stub has selected, if it is known.
  var stubThread: ThreadID?
  var insertions: [BreakpointLocation: Insertion] = [:]
  var physicalMemoryDepth = 0
  /// Whether memory is being written that the machine needs before its first instruction.
  var isLoading = false
  /// Whether an answer to a switch of the memory mode was lost.
  var isPhysicalModeUncertain = false
  /// Breakpoints that the stub may or may not have, as an answer was lost.
  var uncertainBreakpoints: Set<BreakpointLocation> = []
  /// Whether the packets for a single register were tried.
  var hasTriedSingleRegister = false
  /// Whether the stub has no packet for the general registers, or its packet lacks the program
  /// counter.
  var lacksGeneralRegisters = false
  /// The length of the answer to that packet; nil until one came.
  var generalByteCount: Int?
  /// Whether the stub has no packet to read one register.
  var lacksSingleRegisters = false
  /// Whether the stub has no packet to write one register, or none to check the result.
  var lacksSingleRegisterWrites = false
  /// Whether the stub supports `X`; nil until it was tried.
  var takesBinaryWrites: Bool?
  var writeTruth = WriteTruth()
  /// Whether a stub's OK to a write is checked by reading some of it back: see `batch(_:)`.
  public var verifiesWrites = true
  /// How the target was last resumed.
  var lastResume: ResumeAction?
  var wasInterrupted = false
  /// Whether threads stop one by one: see `setNonStop(_:)`.
  public internal(set) var isNonStop = false

  /// Connects to the stub at the other end of `transport`, and closes the transport in the end.
  ///
  /// - Parameters:
  ///   - transport: the connection.
  ///   - timeout: how long an answer may take; a call that reads a list or a document in many parts
  ///     may take ten times that.
  ///   - log: called with the bytes of each write and each read.
  ///   - isCancelled: called about twenty times a second while an answer is awaited. If it returns true, the call
  ///     throws `.cancelled`; the target can still be used, and a late answer is dropped.
  public init(
    transport: any Transport, timeout: Duration = .seconds(5),
    log: ((LogDirection, [UInt8]) -> Void)? = nil,
    isCancelled: (() -> Bool)? = nil
  ) throws(RemoteError) {
    let connection = RemoteConnection(
      transport: transport, timeout: timeout, log: log, isCancelled: isCancelled)
    self.connection = connection
    let handshake: Handshake
    do throws(RemoteError) {
      handshake = try connection.within(times: Self.longCall) { () throws(RemoteError) in
        try Handshake(connection)
      }
    } catch {
      connection.close(error)
      throw error
    }
    fileDescriptor = transport.fileDescriptor
    profile = handshake.profile
    description = handshake.description.withStandardRegisters
    initialStop = handshake.stop
    wasRunningAtConnection = handshake.foundRunning
    storedState = handshake.stop.isEnd ? .ended(handshake.stop) : .stopped(handshake.stop)
    wantedThread = handshake.stop.thread
    byteOrder = .usual(for: handshake.description.architecture)
  }

  /// Connects to a stub.
  public convenience init(
    connectingTo endpoint: Endpoint, timeout: Duration = .seconds(5),
    log: ((LogDirection, [UInt8]) -> Void)? = nil
  ) throws(RemoteError) {
    let transport = try SocketTransport(connectingTo: endpoint, timeout: timeout)
    try self.init(transport: transport, timeout: timeout, log: log)
  }

  /// The registers.
  public var registers: RegisterMap { description.registers }

  /// The target's state, as far as what was read so far shows.
  public var state: State {
    if case .ended = storedState { return storedState }
    if case .closed = connection.machine.state { return .disconnected }
    return storedState
  }

  /// The last stop, if the target is stopped.
  public var stop: StopReply? {
    if case .stopped(let reply) = state { reply } else { nil }
  }

  /// Returns and clears the output that the target sent while it ran.
  ///
  /// If there was more, at least the last half MiB of it.
  public func takeConsoleOutput() -> [UInt8] {
    connection.console.take()
  }

  /// The time that a call may take to read a list or a document, as a multiple of one exchange's.
  static let longCall = 10

  // MARK: Shared by all requests

  /// Throws unless requests can be sent.
  func requireStopped() throws(RemoteError) {
    switch state {
    case .stopped: return
    case .running: throw RemoteError(.targetRunning, "the target is running")
    case .ended: throw RemoteError(.targetEnded, "the target has ended")
    case .disconnected:
      if case .closed(let error) = connection.machine.state { throw error }
      throw RemoteError(.connectionClosed, "there is no connection")
    }
  }

  /// Throws unless there is a connection and nothing is running; there may be no process.
  func requireConnected() throws(RemoteError) {
    if case .ended = state, connection.machine.state == .idle { return }
    try requireStopped()
  }

  /// Sends commands to the stopped target.
  func exchange(
    _ commands: [Command], replyByteCount: (Int) -> Int = { _ in 64 }
  ) throws(RemoteError) -> [[UInt8]] {
    try requireStopped()
    if isPhysicalModeUncertain { try setPhysicalMemoryMode(physicalMemoryDepth > 0) }
    return try ask(commands, replyByteCount: replyByteCount)
  }

  func exchange(_ command: Command) throws(RemoteError) -> [UInt8] {
    try exchange([command]).first ?? []
  }

  /// Sends commands, whether or not there is a target.
  func ask(
    _ commands: [Command], replyByteCount: (Int) -> Int = { _ in 64 }
  ) throws(RemoteError) -> [[UInt8]] {
    for command in commands {
      // QEMU would drop it without an answer.
      let count = PacketEncoder.escapedByteCount(of: command.payload)
      guard count <= profile.payloadLimit else {
        throw RemoteError(
          .requestTooLong,
          "a request of \(count) characters is longer than the \(profile.payloadLimit) that the "
            + "stub takes")
      }
    }
    // Also if an answer was lost: the target may run all the same.
    defer { noteRunning() }
    do throws(RemoteError) {
      let replies = try connection.exchange(commands, replyByteCount: replyByteCount)
      noteUnaskedStop()
      return replies
    } catch {
      // It isn't known which of the commands the stub carried out.
      stubThread = nil
      // Another CPU may have ended the machine since the stop: the stub reports that, and exits.
      guard error.code == .connectionClosed, connection.unaskedStop?.isEnd == true else {
        throw error
      }
      noteUnaskedStop()
      throw RemoteError(.targetEnded, "the target has ended")
    }
  }

  private func noteRunning() {
    if case .running = connection.machine.state { storedState = .running }
  }

  /// Handles a stop without a resume.
  @discardableResult
  func noteUnaskedStop() -> StopReply? {
    guard let reply = connection.unaskedStop else { return nil }
    connection.unaskedStop = nil
    noteStop(reply)
    return reply
  }

  func noteStop(_ reply: StopReply) {
    storedState = reply.isEnd ? .ended(reply) : .stopped(reply)
    if case .threadExited = reply { return }
    // In non-stop mode it doesn't affect the threads that keep running, or the selection.
    if !isNonStop || wantedThread == nil { wantedThread = reply.thread }
    // Another address space may be current, so memory may differ.
    writeTruth.forgetMemory()
    switch reply.event?.signal {
    case 5? where profile.traits.turnsToStoppedThread:
      stubThread = reply.thread
    default:
      stubThread = nil
    }
  }
}
