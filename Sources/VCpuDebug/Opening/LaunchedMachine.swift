public import Glibc
internal import GDBRemote

/// A machine that is launched for a session, and can be restarted.
public struct LaunchedMachine {
  /// The machine's configuration.
  public private(set) var configuration: LaunchConfiguration
  /// Whether it has executed anything.
  public var hasRun = false
  /// The attributes of its files when they were read.
  private let stamps: [FileStamp?]
  private let symbols: SymbolFile
  private let reader: SymbolFileReader

  /// Reads what can be read before anything is started: if that fails, a previous machine still exists.
  ///
  /// - Throws: `SymbolFileError` for the hypervisor's file.
  public init(
    _ configuration: LaunchConfiguration, reader: SymbolFileReader = SymbolFileReader()
  ) throws {
    self.configuration = configuration
    self.reader = reader
    symbols = try reader.file(configuration.hypervisor)
    try symbols.require(.aarch64)
    stamps = Self.paths(configuration).map(FileStamp.init(path:))
  }

  /// Whether one of its files has changed: most likely a rebuilt guest.
  public var hasChangedFiles: Bool {
    Self.paths(configuration).map(FileStamp.init(path:)) != stamps
  }

  private static func paths(_ configuration: LaunchConfiguration) -> [String] {
    [configuration.hypervisor, configuration.guest]
      + configuration.guestSymbols
      + [configuration.initrd, configuration.deviceTree].compactMap { $0 }
  }

  /// Starts it without shared RAM from now on.
  public mutating func giveUpSharedMemory() { configuration.wantsSharedMemory = false }

  /// Starts its emulator. The machine is stopped before its first instruction; it ends with the object that is
  /// returned.
  ///
  /// - Parameter signalMask: the signals that the child blocks.
  /// - Throws: `LaunchError`.
  public func start(signalMask: sigset_t) throws -> EmulatorProcess {
    try EmulatorProcess(configuration, signalMask: signalMask)
  }

  /// A session with a machine that `start(signalMask:)` has started. The device tree is written to its
  /// memory.
  ///
  /// - Parameters:
  ///   - opening: what the connection needs from the session's owner.
  ///   - waitForEnd: waits a moment for the emulator to exit, and returns its status, or nil if it goes on.
  /// - Throws: `LaunchError`, with the emulator's own message if it didn't start; `SymbolFileError`, and what the
  ///   target throws.
  public func session(
    with emulator: EmulatorProcess, by opening: SessionOpening, waitForEnd: () -> Int32?
  ) throws -> HypervisorSession {
    // The transport closes the socket, whatever goes wrong from here on.
    let transport = SocketTransport(adopting: emulator.stubDescriptor, peerDescription: "QEMU")
    let guests = try emulator.guestModules(configuration, by: reader)
    let target: RemoteTarget
    do {
      target = try opening.connect(transport, timeout: Self.firstAnswerTimeout)
    } catch {
      // The emulator's own message says more than that the connection is closed.
      guard error.code != .cancelled, let status = waitForEnd() else { throw error }
      throw LaunchError.emulatorFailed(status: status, output: emulator.takeMessages())
    }
    try emulator.installDeviceTree(through: target)
    let session = try HypervisorSession(
      target: target, modules: [Module(symbols, in: .hypervisor)] + guests,
      variables: opening.variables)
    session.access.sharedMemory = emulator.sharedMemory.flatMap { Self.isUsed($0) ? $0 : nil }
    return session
  }

  /// Whether the machine has written to memory that it is to share. A wrapper script may have started it in another
  /// way. QEMU has put the machine's device tree at the start of the RAM.
  private static func isUsed(_ memory: SharedMemory) -> Bool {
    memory.loadUInt32(at: memory.base)?.byteSwapped == DeviceTree.magic
  }

  /// How long an answer may take: a machine's memory may have to be allocated first.
  private static let firstAnswerTimeout = Duration.seconds(30)
}
