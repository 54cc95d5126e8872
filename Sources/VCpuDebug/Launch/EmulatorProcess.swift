internal import ArmVCpu
internal import CArmVCpu
internal import Foundation
public import Glibc

/// The emulator as a child process, with a socket to its stub and one to the guest's console.
///
/// It doesn't outlive this process: however this process ends, the kernel kills the child.
public final class EmulatorProcess {
  /// Its process identifier, also after it has ended.
  public let processID: pid_t
  /// Our end of the stub's socket. The user of the descriptor closes it.
  public let stubDescriptor: Int32
  /// Our end of the console's socket, not blocking. Closed with this object.
  public let consoleDescriptor: Int32

  /// The machine's RAM, if this process shares it. Whether the emulator uses it is known once it has started:
  /// `LaunchedMachine.session(with:by:waitForEnd:)`.
  let sharedMemory: SharedMemory?
  /// The path under which the emulator finds it; nil if it isn't shared.
  private let memoryPath: String?

  /// Where the guest starts; nil for Linux, whose files have virtual addresses.
  let guestEntry: IntermediatePhysicalAddress?
  /// How the guest's device tree is made from the machine's.
  let tree: GuestTree?

  /// Our end of what the emulator prints about itself, not blocking. It must be drained: an emulator that
  /// can't print blocks.
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
      var numbers = files + [Self.stubNumber, Self.consoleNumber, STDERR_FILENO]
      if let (descriptor, memory) = Self.memory(of: configuration) {
        itsDescriptors.append(descriptor)
        numbers.append(Self.firstPieceNumber + Int32(files.count))
        sharedMemory = memory
        memoryPath = numbers.last.map { "/proc/self/fd/\($0)" }
      } else {
        sharedMemory = nil
        memoryPath = nil
      }
      let arguments = configuration.arguments(
        load, files: files.map { "/dev/fd/\($0)" }, memory: memoryPath, stub: Self.stubNumber,
        console: Self.consoleNumber)
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

  /// A new file for the machine's RAM, and our mapping of it; nil if it isn't shared. A machine without one only answers
  /// more slowly, so nothing fails here.
  private static func memory(
    of configuration: LaunchConfiguration
  ) -> (descriptor: Int32, memory: SharedMemory)? {
    guard configuration.sharesMemory else { return nil }
    let byteCount = configuration.machineByteCount
    guard let descriptor = try? SharedMemory.createFile(byteCount: byteCount) else { return nil }
    let base = PhysicalAddress(UInt64(AVCPU_RAM_BASE))
    guard
      let memory = try? SharedMemory(mapping: descriptor, byteCount: byteCount, at: base)
    else {
      close(descriptor)
      return nil
    }
    return (descriptor, memory)
  }

  /// Whether the emulator has ended because it couldn't use the file that is to be its RAM: its last messages name it.
  public func hasRefusedMemory(in messages: String) -> Bool {
    memoryPath.map { messages.contains($0) } ?? false
  }

  deinit {
    terminate()
    close(consoleDescriptor)
    close(messagesDescriptor)
  }

  /// Ends the emulator, if it hasn't ended, and waits for it, for at most about a second.
  ///
  /// It is first asked with SIGTERM, which QEMU obeys within milliseconds, even at a breakpoint or before its
  /// first instruction: a recording is complete, and a drive consistent, only after a clean exit. An emulator
  /// that is already exiting, for example because the guest has powered off, continues to do so.
  public func terminate() {
    guard exitStatus == nil else { return }
    // To its group, as a wrapper script may be in between. A stopped process gets the signal once it
    // continues.
    for signal in [SIGTERM, SIGCONT] { kill(-processID, signal) }
    if hasEnded(within: Self.patience) { return }
    kill(-processID, SIGKILL)
    wait(options: 0)
  }

  /// How long a clean exit may take.
  private static let patience = Duration.milliseconds(800)

  /// Waits for its end. Its output is read meanwhile, as it would block otherwise.
  private func hasEnded(within time: Duration) -> Bool {
    let deadline = ContinuousClock.now + time
    while exitStatus == nil {
      guard ContinuousClock.now < deadline else { return false }
      // Its end is noticed within a few milliseconds: no descriptor reliably signals it.
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

  /// Reads the emulator's messages; the last part is kept.
  public func drainMessages() {
    guard !hasEndedMessages else { return }
    guard let bytes = Self.readAvailable(messagesDescriptor) else {
      hasEndedMessages = true
      return
    }
    messages = Array((messages + bytes).suffix(Self.keptMessageByteCount))
  }

  /// The last of the emulator's messages.
  public func takeMessages() -> String {
    drainMessages()
    defer { messages = [] }
    return String(decoding: messages, as: UTF8.self)
      .trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// The output of the guest's console since the last call; nil once the other end is closed.
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

  /// Reads what is available, up to a limit, so that an endless writer doesn't block this process. Nil at the
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

  /// Finds a program. A name without a slash is looked up in PATH.
  private static func find(_ name: String) throws(LaunchError) -> String {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    let candidates =
      name.contains("/") ? [name] : path.split(separator: ":").map { "\($0)/\(name)" }
    guard let found = candidates.first(where: { FileManager.default.isExecutableFile(atPath: $0) })
    else { throw .noEmulator(name) }
    return found
  }
}
