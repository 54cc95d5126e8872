public import GDBRemote

/// Opens debug sessions: with a stub that runs already, with a recording in the place of one, and with a machine that is
/// started for it (`LaunchedMachine`).
///
/// What a connection needs of whoever opens the session is in here: when to give up a wait, and who keeps the packets.
public struct SessionOpening {
  /// The files with the names of a target's addresses.
  public struct Files {
    /// The path of the hypervisor's ELF, or of the program's; nil for none.
    public var symbols: String?
    /// The path of the guest's ELF; nil for none.
    public var guestSymbols: String?

    /// The paths of the files.
    public init(symbols: String? = nil, guestSymbols: String? = nil) {
      self.symbols = symbols
      self.guestSymbols = guestSymbols
    }

    /// The files, read before anything is asked of a target: whether they are for its architecture is found out later.
    func read() throws(SymbolFileError) -> (symbols: SymbolFile?, guestSymbols: SymbolFile?) {
      (try Self.read(symbols), try Self.read(guestSymbols))
    }

    private static func read(_ path: String?) throws(SymbolFileError) -> SymbolFile? {
      guard let path else { return nil }
      return try SymbolFile(path: path, for: nil)
    }
  }

  private let log: ((LogDirection, [UInt8]) -> Void)?
  private let isCancelled: () -> Bool
  /// The variables of the sessions that are opened.
  let variables: Variables

  /// - Parameters:
  ///   - variables: those of who opens the session, which outlast it.
  ///   - log: is given the bytes of each write and of each read; nil where they aren't kept.
  ///   - isCancelled: is asked some twenty times a second while an answer is awaited, for as long as the session lasts.
  ///     Where it says yes, the wait ends with `RemoteError.Code.cancelled`.
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
  /// How long a stub may take to be there.
  private static let connectionTimeout = Duration.seconds(5)

  /// The target at the other end of a transport.
  func connect(
    _ transport: any Transport, timeout: Duration = answerTimeout
  ) throws(RemoteError) -> RemoteTarget {
    try RemoteTarget(
      transport: transport, timeout: timeout, log: log, isCancelled: isCancelled)
  }

  /// A session with a stub that runs already. Its target is stopped, and the breakpoints that somebody left in it are
  /// taken out.
  ///
  /// - Throws: `SymbolFileError`, and what the target throws. A target that was stopped for it runs on then.
  public func attach(to endpoint: Endpoint, _ files: Files) throws -> HypervisorSession {
    let (symbols, guestSymbols) = try files.read()
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
      return try HypervisorSession(
        target: target, symbols: symbols, guestSymbols: guestSymbols, variables: variables)
    } catch {
      // It ran before, and no session will look at it.
      try? target.detach()
      throw error
    }
  }

  private func transport(to endpoint: Endpoint) throws(RemoteError) -> SocketTransport {
    do {
      return try SocketTransport(connectingTo: endpoint, timeout: Self.connectionTimeout)
    } catch {
      // A host without an address has no stub.
      guard error.code != .unknownHost else { throw error }
      throw RemoteError(
        error.code,
        error.description + "; is a stub listening there, such as QEMU with -gdb or gdbserver?")
    }
  }

  /// A session with a recording in the place of a stub.
  ///
  /// A recording has no breakpoints of others, so none are looked for.
  ///
  /// - Throws: `SymbolFileError`, and `RecordingError` for a file that isn't a recording.
  public func replay(_ path: String, _ files: Files) throws -> HypervisorSession {
    let (symbols, guestSymbols) = try files.read()
    let transport = ReplayTransport(try Recording(contentsOf: path), order: .free, name: path)
    return try HypervisorSession(
      target: try connect(transport), symbols: symbols, guestSymbols: guestSymbols,
      variables: variables)
  }
}
