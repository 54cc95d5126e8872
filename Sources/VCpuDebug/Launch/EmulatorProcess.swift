internal import ArmVCpu
internal import Foundation
public import Glibc

/// The emulator as a child process, with a socket to its stub and one to the guest's console.
///
/// It does not outlive this process: however that ends, the kernel kills the child.
public final class EmulatorProcess {
  /// Its process identifier; it stays after the end.
  public let processID: pid_t
  /// Our end of the stub's socket. Whoever takes it closes it.
  public let stubDescriptor: Int32
  /// Our end of the console's socket, not blocking. Closed with this object.
  public let consoleDescriptor: Int32

  /// Where the guest starts; nil for Linux, whose files have virtual addresses.
  let guestEntry: IntermediatePhysicalAddress?
  /// How the guest's device tree is made of the machine's.
  let tree: GuestTree?

  /// Our end of what the emulator prints about itself, not blocking. It has to be drained: an emulator that
  /// cannot print stands still.
  public let messagesDescriptor: Int32
  /// Whether the other end of it is closed.
  public private(set) var hasEndedMessages = false
  private var messages: [UInt8] = []
  private static let keptMessageByteCount = 4096
  private var consoleOutput: [UInt8] = []
  private var hasEndedConsole = false
  private var waitStatus: Int32?

  private static let readLimit = 1 << 20
  private static let stubNumber: Int32 = 3
  private static let consoleNumber: Int32 = 4
  private static let firstPieceNumber: Int32 = 5

  /// Starts the machine, stopped before its first instruction.
  ///
  /// - Parameter signalMask: the signals that the child blocks.
  public init(_ configuration: LaunchConfiguration, signalMask: sigset_t) throws {
    try configuration.validate()
    let emulator = try Self.find(configuration.emulator)
    let load = try GuestLoad(configuration)
    tree = load.tree
    guestEntry = KernelImage.isKernel(at: configuration.guest) ? nil : load.entry
    var itsDescriptors: [Int32] = []
    var ourDescriptors: [Int32] = []
    defer { for descriptor in itsDescriptors { close(descriptor) } }
    do {
      for piece in load.pieces {
        itsDescriptors.append(try ChildLauncher.temporaryFile(piece.bytes))
      }
      for isPipe in [false, false, true] {
        let (ours, its) = try isPipe ? ChildLauncher.pipePair() : ChildLauncher.socketPair()
        ourDescriptors.append(ours)
        itsDescriptors.append(its)
      }
      let files = load.pieces.indices.map { Self.firstPieceNumber + Int32($0) }
      let arguments = configuration.arguments(
        load, files: files.map { "/dev/fd/\($0)" }, stub: Self.stubNumber,
        console: Self.consoleNumber)
      let numbers = files + [Self.stubNumber, Self.consoleNumber, STDERR_FILENO]
      processID = try ChildLauncher.spawn(
        [emulator] + arguments, signalMask,
        descriptors: zip(itsDescriptors, numbers).map { (from: $0, to: $1) })
    } catch {
      for descriptor in ourDescriptors { close(descriptor) }
      throw error
    }
    stubDescriptor = ourDescriptors[0]
    consoleDescriptor = ourDescriptors[1]
    messagesDescriptor = ourDescriptors[2]
    for descriptor in [consoleDescriptor, messagesDescriptor] {
      _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
    }
  }

  deinit {
    terminate()
    close(consoleDescriptor)
    close(messagesDescriptor)
  }

  /// Ends the emulator, if it has not ended, and waits for it; within a second, whatever it does.
  ///
  /// It is asked first, by SIGTERM, which QEMU obeys in milliseconds, at a breakpoint and before its first
  /// instruction too: a recording is complete and a drive in order only after a clean end. One that is ending
  /// already, as when the guest has powered off, goes on with that.
  public func terminate() {
    guard exitStatus == nil else { return }
    // To its group: a script may stand between. One that somebody has stopped hears of it once it runs again.
    for signal in [SIGTERM, SIGCONT] { kill(-processID, signal) }
    if hasEnded(within: Self.patience) { return }
    kill(-processID, SIGKILL)
    wait(options: 0)
  }

  /// How long a clean end may take.
  private static let patience = Duration.milliseconds(800)

  /// Waits for its end. What it prints meanwhile is taken: it would wait for that too.
  private func hasEnded(within time: Duration) -> Bool {
    let deadline = ContinuousClock.now + time
    while exitStatus == nil {
      guard ContinuousClock.now < deadline else { return false }
      // Its end is seen at the latest after a few milliseconds: no descriptor tells of it for sure.
      var polls = [consoleDescriptor, messagesDescriptor].map {
        pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
      }
      if hasEndedConsole { polls[0].fd = -1 }
      if hasEndedMessages { polls[1].fd = -1 }
      _ = unsafe poll(&polls, nfds_t(polls.count), 5)
      drainMessages()
      drainConsole()
    }
    return true
  }

  /// Its exit status, 128 and more for a signal; nil while it runs.
  public var exitStatus: Int32? {
    if waitStatus == nil { wait(options: WNOHANG) }
    return waitStatus.map { status in
      let signal = status & 0x7f
      return signal == 0 ? status >> 8 & 0xff : 128 + signal
    }
  }

  private func wait(options: Int32) {
    var status: Int32 = 0
    while true {
      let result = unsafe waitpid(processID, &status, options)
      if result == processID { waitStatus = status }
      if result < 0, errno == EINTR { continue }
      return
    }
  }

  /// Takes what the emulator has printed about itself; the last of it is kept.
  public func drainMessages() {
    guard !hasEndedMessages else { return }
    guard let bytes = Self.readAvailable(messagesDescriptor) else {
      hasEndedMessages = true
      return
    }
    messages = Array((messages + bytes).suffix(Self.keptMessageByteCount))
  }

  /// The last that the emulator has printed about itself.
  public func takeMessages() -> String {
    drainMessages()
    defer { messages = [] }
    return String(decoding: messages, as: UTF8.self)
      .trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// What the guest's console has printed since the last call; nil once the other end is closed.
  public func takeConsoleOutput() -> [UInt8]? {
    drainConsole()
    defer { consoleOutput = [] }
    return consoleOutput.isEmpty && hasEndedConsole ? nil : consoleOutput
  }

  private func drainConsole() {
    guard !hasEndedConsole else { return }
    guard let bytes = Self.readAvailable(consoleDescriptor) else {
      hasEndedConsole = true
      return
    }
    consoleOutput += bytes
  }

  /// What is there to read, up to a limit: whoever writes without end does not hold this process up. Nil at the
  /// end.
  private static func readAvailable(_ descriptor: Int32) -> [UInt8]? {
    var all: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while all.count < readLimit {
      let count = unsafe read(descriptor, &buffer, buffer.count)
      if count > 0 {
        all += buffer[..<count]
      } else if count == 0 {
        return all.isEmpty ? nil : all
      } else if errno != EINTR {
        return errno == EAGAIN || !all.isEmpty ? all : nil
      }
    }
    return all
  }

  /// A name without a slash is looked up in PATH.
  private static func find(_ name: String) throws(LaunchError) -> String {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    let candidates =
      name.contains("/") ? [name] : path.split(separator: ":").map { "\($0)/\(name)" }
    guard let found = candidates.first(where: { FileManager.default.isExecutableFile(atPath: $0) })
    else { throw .noEmulator(name) }
    return found
  }
}
