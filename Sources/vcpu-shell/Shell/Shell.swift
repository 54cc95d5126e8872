internal import GDBRemote
internal import VCpuDebug

/// The shell: one session, the commands on it, and the one loop that waits for everything.
final class Shell {
  let output: Output
  let signals: SignalDescriptor
  let console: ConsoleSink
  let packetLog: PacketLog?
  let disassembler: Disassembler

  /// The session; nil before one is opened and after `detach`.
  var session: HypervisorSession?
  /// The emulator, if the shell started it.
  var emulator: EmulatorProcess?
  /// The worst that has happened so far.
  private(set) var status = ExitStatus.ok
  /// Whether the shell is to end.
  var isDone = false
  /// The numbers of the breakpoints and catchpoints that stopped the target last.
  var lastStop: [Int] = []
  /// The number of the `continue` that the commands of a breakpoint have met, 0 before they do; nil while
  /// none are run.
  var programContinuation: Int?
  /// The number of the thread that was shown last.
  var shownThread: Int?
  /// Where `x` goes on, and how.
  var examination = Examination()
  /// The lines that are still to run, the innermost script last; `commands` and `source` read on here.
  var inputs: [ScriptInput] = []
  var editor: LineEditor?
  /// The terminal, for the guest while it runs; nil without one.
  var guestTerminal: GuestTerminal?

  init(
    output: Output, signals: consuming SignalDescriptor, console: ConsoleSink,
    packetLog: PacketLog? = nil
  ) throws {
    self.output = output
    self.signals = signals
    self.console = console
    self.packetLog = packetLog
    disassembler = try Disassembler()
    console.output = output
    console.onFailure = { [unowned self] in report($0) }
    packetLog?.onFailure = { [unowned self] in report($0) }
    output.onBrokenPipe = { [unowned self] in
      isDone = true
      raise(.commandFailed)
    }
  }

  // MARK: The session

  /// Starts a machine and opens a session with it.
  func launch(_ configuration: LaunchConfiguration) throws {
    let symbols = try SymbolFile(path: configuration.hypervisor)
    // A flat binary has no symbols, and an ELF may have none: both are guests all the same.
    let guestSymbols = try? SymbolFile(path: configuration.guest)
    let process = try EmulatorProcess(configuration, signalMask: signals.maskForChildren)
    emulator = process
    let transport = SocketTransport(adopting: process.stubDescriptor, peerDescription: "QEMU")
    let target: RemoteTarget
    do {
      target = try RemoteTarget(transport: transport, timeout: .seconds(30), log: packetLog?.record)
    } catch {
      // Its own words say more than that the connection is closed.
      guard let status = waitForEmulatorEnd() else { throw error }
      throw LaunchError.emulatorFailed(status: status, output: process.takeMessages())
    }
    session = try HypervisorSession(target: target, symbols: symbols, guestSymbols: guestSymbols)
  }

  /// Connects to a stub and opens a session with it.
  func attach(_ endpoint: Endpoint, symbols: String?, guestSymbols: String?) throws {
    let symbolFile = try symbols.map { try SymbolFile(path: $0, for: nil) }
    let guestFile = try guestSymbols.map { try SymbolFile(path: $0, for: nil) }
    let transport: SocketTransport
    do {
      transport = try SocketTransport(connectingTo: endpoint, timeout: .seconds(5))
    } catch {
      // Nobody listens at a host that has no address.
      guard error.code != .unknownHost else { throw error }
      throw RemoteError(
        error.code,
        error.description + "; is a stub listening there, such as QEMU with -gdb or gdbserver?")
    }
    let target = try RemoteTarget(transport: transport, log: packetLog?.record)
    if case .ended = target.state {
      target.disconnect()
      throw RemoteError(
        .targetEnded,
        "the stub at \(endpoint) has no program: start one with it, as in gdbserver HOST:PORT PROGRAM"
      )
    }
    do {
      try target.removeForeignBreakpoints()
      session = try HypervisorSession(
        target: target, symbols: symbolFile, guestSymbols: guestFile)
      shownThread = session?.selectedThreadNumber
      for assumption in session?.assumptions ?? [] { output.line("note: " + assumption) }
    } catch {
      // It ran before, and nobody will look at it.
      try? target.detach()
      throw error
    }
  }

  /// The session.
  ///
  /// - Throws: when there is none any more.
  func requireSession() throws -> HypervisorSession {
    guard let session else { throw DebugError.detached }
    return session
  }

  /// Leaves everything as it should be left: no prompt, no emulator, and a machine that was there before
  /// running on without our breakpoints.
  func close() {
    editor?.remove()
    if emulator == nil, let session, session.ending == nil { try? session.target.detach() }
    session?.target.disconnect()
    if let emulator {
      emulator.terminate()
      console.finish(emulator.takeConsoleOutput() ?? [])
    }
    console.flush()
  }

  /// The exit status of the emulator, which is about to end; nil if it does not.
  func waitForEmulatorEnd() -> Int32? {
    let deadline = ContinuousClock.now + .seconds(2)
    var poller = Poller()
    poller.register(signals.descriptor)
    while ContinuousClock.now < deadline {
      if let status = emulator?.exitStatus { return status }
      _ = try? poller.wait(until: deadline)
      while (try? signals.next()) != nil {}
    }
    return emulator?.exitStatus
  }

  // MARK: What goes wrong

  /// Tells what went wrong, and remembers the status.
  func report(_ error: any Error) {
    let error = explained(error)
    if !Self.isShown(error) { output.error("\(error)") }
    raise(Self.status(of: error))
  }

  /// An error with what the loss of the target is due to, at whatever command it showed.
  private func explained(_ error: any Error) -> any Error {
    switch error {
    case let error as RemoteError where session != nil: lost(error)
    case DebugError.ended where session?.ending == nil && session?.target.state == .disconnected:
      lost(RemoteError(.connectionClosed, "there is no target to look at; 'quit' leaves the shell"))
    case let error as ScriptError:
      ScriptError(underlying: explained(error.underlying), place: error.place)
    default: error
    }
  }

  private static func isShown(_ error: any Error) -> Bool {
    switch error {
    case let error as Interrupted: error.isShown
    case let error as ScriptError: isShown(error.underlying)
    default: false
    }
  }

  /// Remembers a status; the first one that is not ok stays. A command that a person mistypes is no
  /// failure of the session.
  func raise(_ status: ExitStatus) {
    let isTyped = editor != nil && status == .commandFailed
    if self.status == .ok, !isTyped { self.status = status }
  }

  private static func status(of error: any Error) -> ExitStatus {
    switch error {
    case let error as RemoteError:
      switch error.code {
      case .connectionFailed, .unknownHost, .connectionClosed, .timeout, .noAnswer, .targetEnded,
        .protocolViolation:
        return .targetLost
      default: return .commandFailed
      }
    case LaunchError.emulatorFailed: return .targetLost
    case let error as LaunchError where error.isUsage: return .usage
    case is TargetLost: return .targetLost
    case let error as ScriptError: return status(of: error.underlying)
    case DebugError.ended: return .guestEnded
    default: return .commandFailed
    }
  }
}

/// The target is gone, without the word of its stub that it ended.
struct TargetLost: Error, CustomStringConvertible {
  let description: String
}
