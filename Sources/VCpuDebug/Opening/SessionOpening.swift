public import GDBRemote

/// Opens debug sessions: with a running stub, with a recording instead of one, and with a machine that is launched for
/// it (`LaunchedMachine`).
///
/// It holds what a connection needs from the session's owner: when to give up waiting, and who logs the packets.
public struct SessionOpening {
  /// A target's symbol files.
  public struct Files {
    /// The paths of the hypervisor's ELF files, or of the program's.
    public var symbols: [String]
    /// The paths of the guest's ELF files.
    public var guestSymbols: [String]

    /// How they are read.
    public var reader: SymbolFileReader

    /// The paths of the files.
    public init(
      symbols: [String] = [], guestSymbols: [String] = [], reader: SymbolFileReader = .init()
    ) {
      self.symbols = symbols
      self.guestSymbols = guestSymbols
      self.reader = reader
    }

    /// Reads the files before the target is accessed: whether they are for its architecture is checked later.
    func read() throws(SymbolFileError) -> [Module] {
      try read(symbols, in: .hypervisor) + read(guestSymbols, in: .guest)
    }

    private func read(
      _ paths: [String], in space: AddressSpace
    ) throws(SymbolFileError) -> [Module] {
      var modules: [Module] = []
      for path in paths { modules.append(Module(try reader.file(path), in: space)) }
      return modules
    }
  }

  private let log: ((LogDirection, [UInt8]) -> Void)?
  private let isCancelled: () -> Bool
  /// The variables of the opened sessions.
  let variables: Variables

  /// - Parameters:
  ///   - variables: those of the session's owner, which outlast it.
  ///   - log: called with the bytes of each write and of each read; nil if they aren't logged.
  ///   - isCancelled: called about twenty times a second while an answer is awaited, as long as the session lasts. If
  ///     it returns true, the wait ends with `RemoteError.Code.cancelled`.
  public init(
    variables: Variables = Variables(), log: ((LogDirection, [UInt8]) -> Void)? = nil,
    isCancelled: @escaping () -> Bool = { false }
  ) {
    self.variables = variables
    self.log = log
    self.isCancelled = isCancelled
  }

  /// How long an answer may take.
  private static let answerTimeout = Duration.seconds(5)
  /// How long a stub may take to accept the connection.
  private static let connectionTimeout = Duration.seconds(5)

  /// The target at the other end of a transport.
  func connect(
    _ transport: any Transport, timeout: Duration = answerTimeout
  ) throws(RemoteError) -> RemoteTarget {
    try RemoteTarget(
      transport: transport, timeout: timeout, log: log, isCancelled: isCancelled)
  }

  /// Opens a session with a running stub. Its target is stopped, and breakpoints that earlier clients left are
  /// removed.
  ///
  /// - Throws: `SymbolFileError`, and what the target throws. Then a target that was stopped for the session
  ///   is resumed.
  public func attach(to endpoint: Endpoint, _ files: Files) throws -> HypervisorSession {
    let modules = try files.read()
    let target = try connect(try transport(to: endpoint))
    if case .ended = target.state {
      target.disconnect()
      throw RemoteError(
        .targetEnded,
        "the stub at \(endpoint) has no program: start one with it, as in gdbserver HOST:PORT PROGRAM"
      )
    }
    do {
      try target.removeForeignBreakpoints()
      for module in modules { module.isPlaced = false }
      let session = try HypervisorSession(
        target: target, modules: modules, variables: variables)
      if (try? session.requireState()) != nil { try session.placeModules() }
      return session
    } catch {
      // It was running before, and there will be no session.
      try? target.detach()
      throw error
    }
  }

  private func transport(to endpoint: Endpoint) throws(RemoteError) -> SocketTransport {
    do {
      return try SocketTransport(connectingTo: endpoint, timeout: Self.connectionTimeout)
    } catch {
      // If the host has no address, the hint about a stub would be wrong.
      guard error.code != .unknownHost else { throw error }
      throw RemoteError(
        error.code,
        error.description + "; is a stub, such as QEMU with -gdb or gdbserver, listening there?")
    }
  }

  /// Opens a session with a recording instead of a stub.
  ///
  /// A recording has no breakpoints of other clients, so none are removed.
  ///
  /// - Throws: `SymbolFileError`, and `RecordingError` for a file that isn't a recording.
  public func replay(_ path: String, _ files: Files) throws -> HypervisorSession {
    let modules = try files.read()
    let transport = ReplayTransport(try Recording(contentsOf: path), order: .free, name: path)
    return try HypervisorSession(
      target: try connect(transport), modules: modules, variables: variables)
  }
}
