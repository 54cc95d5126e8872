/// The target of a stub: its registers, memory, breakpoints and running.
///
/// It belongs to one thread. Every call is over by its deadline, and says what went wrong if it did
/// not work. While the target runs only `poll()`, `waitForStop(timeout:)`, `interrupt()`,
/// `detach()`, `kill()` and `disconnect()` can be called; the others throw `.targetRunning` and
/// send nothing, as any byte would stop the machine.
///
/// A breakpoint is compared with the virtual program counter alone, so one in a hypervisor also
/// fires in a guest that runs at the same address. Read `cpsr` at a stop to tell them apart.
public final class RemoteTarget {
  /// What a target does.
  public enum State: Equatable, Sendable {
    /// It stopped, and can be looked at.
    case stopped(StopReply)
    /// It runs.
    case running
    /// It exited or was killed.
    case ended(StopReply)
    /// The connection has ended.
    case disconnected
  }

  /// What to give to `poll()`, together with other descriptors, as long as there is a connection.
  public let fileDescriptor: Int32

  /// Who the stub is and what it can do.
  public let profile: StubProfile

  /// What the target says about itself. It is read again when a program is run or attached to.
  public internal(set) var description: TargetDescription

  /// Why the target was stopped when this client came.
  public let initialStop: StopReply

  /// Whether the target was running, and was stopped by the connection.
  public let wasRunningAtConnection: Bool

  /// The order in which the target has the bytes of a value. A description does not say it: it is
  /// taken from the architecture, little-endian where that has both.
  public var byteOrder: RegisterDescription.ByteOrder = .little

  let connection: RemoteConnection
  var storedState: State
  /// The stop from which the target was last resumed.
  var stopBeforeRun: StopReply?
  /// The thread that requests are about, or nil for whichever the stub takes.
  var wantedThread: ThreadID?
  /// The thread that the stub takes requests to be about, as far as is known.
  var stubThread: ThreadID?
  var insertions: [BreakpointLocation: Insertion] = [:]
  var physicalMemoryDepth = 0
  /// How many calls write registers that they give their values back.
  var borrowDepth = 0
  /// Whether memory is being written that the machine has to have before its first instruction.
  var isLoading = false
  /// Whether an answer to a switch of the memory mode was lost.
  var isPhysicalModeUncertain = false
  /// Breakpoints of which it is not known whether the stub has them, as an answer was lost.
  var uncertainBreakpoints: Set<BreakpointLocation> = []
  /// Whether it was tried if the stub has packets for one register.
  var hasTriedSingleRegister = false
  /// Whether the stub has no packet for the general registers, or one without the program counter.
  var lacksGeneralRegisters = false
  /// How long the answer to that packet is; nil before it came.
  var generalByteCount: Int?
  /// Whether the stub has no packet to read one register.
  var lacksSingleRegisters = false
  /// Whether the stub has no packet to write one register, or none to see what came of it.
  var lacksSingleRegisterWrites = false
  /// Whether the stub takes `X`; nil before it was tried.
  var takesBinaryWrites: Bool?
  var writeTruth = WriteTruth()
  /// Whether a stub's OK to a write is checked by reading some of it back: see `batch(_:)`.
  public var verifiesWrites = true
  /// How the target was last set going.
  var lastResume: ResumeAction?
  var wasInterrupted = false
  /// Whether threads stop one by one: see `setNonStop(_:)`.
  public internal(set) var isNonStop = false

  /// Connects to the stub at the other end of `transport`, which it closes in the end.
  ///
  /// - Parameters:
  ///   - transport: the connection.
  ///   - timeout: how long an answer may take; a call that reads a list or a document in many parts
  ///     may take ten times that.
  ///   - log: is given the bytes of each write and of each read.
  ///   - isCancelled: is asked some twenty times a second while an answer is awaited. Where it says yes, the call
  ///     throws `.cancelled`; the target can be asked again, and a late answer is dropped.
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

  /// What the target does, as far as what was read so far tells.
  public var state: State {
    if case .ended = storedState { return storedState }
    if case .closed = connection.machine.state { return .disconnected }
    return storedState
  }

  /// The stop that the target is at, if it is stopped.
  public var stop: StopReply? {
    if case .stopped(let reply) = state { reply } else { nil }
  }

  /// Takes the output that the target sent while it ran.
  ///
  /// The last half MiB at most, if there was more.
  public func takeConsoleOutput() -> [UInt8] {
    connection.console.take()
  }

  /// How many times the time of one exchange a call may take that reads a list or a document.
  static let longCall = 10

  // MARK: What all requests share

  /// Throws unless the target can be asked.
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

  /// Throws unless there is a connection and nothing runs: there may be no process to ask about.
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

  /// Sends commands, whether there is a target or not.
  func ask(
    _ commands: [Command], replyByteCount: (Int) -> Int = { _ in 64 }
  ) throws(RemoteError) -> [[UInt8]] {
    for command in commands {
      // QEMU would drop it, and never answer.
      let count = PacketEncoder.escapedByteCount(of: command.payload)
      guard count <= profile.payloadLimit else {
        throw RemoteError(
          .requestTooLong,
          "a request of \(count) characters is longer than the \(profile.payloadLimit) that the "
            + "stub takes")
      }
    }
    // Also when an answer was lost: the target may run all the same.
    defer { noteRunning() }
    do throws(RemoteError) {
      let replies = try connection.exchange(commands, replyByteCount: replyByteCount)
      noteUnaskedStop()
      return replies
    } catch {
      // What of it the stub has done nobody knows.
      stubThread = nil
      // Another CPU may have ended the machine since the stop: the stub says so, and goes.
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

  /// Takes account of a stop that no resume led to.
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
    // In non-stop mode the threads that run on, and whichever was selected, are not touched by it.
    if !isNonStop || wantedThread == nil { wantedThread = reply.thread }
    // Another address space may be current, and memory another.
    writeTruth.forgetMemory()
    switch reply.event?.signal {
    case 5? where profile.traits.turnsToStoppedThread:
      stubThread = reply.thread
    default:
      stubThread = nil
    }
  }
}
