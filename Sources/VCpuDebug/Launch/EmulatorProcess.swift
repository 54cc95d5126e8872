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

  /// Our end of what the emulator prints about itself, not blocking. It has to be drained: an emulator that
  /// cannot print stands still.
  public let messagesDescriptor: Int32
  /// Whether the other end of it is closed.
  public private(set) var hasEndedMessages = false
  private var messages: [UInt8] = []
  private static let keptMessageByteCount = 4096
  private var waitStatus: Int32?

  private static let stubNumber: Int32 = 3
  private static let consoleNumber: Int32 = 4
  private static let firstPieceNumber: Int32 = 5

  /// Starts the machine, stopped before its first instruction.
  ///
  /// - Parameter signalMask: the signals that the child blocks.
  public init(_ configuration: LaunchConfiguration, signalMask: sigset_t) throws {
    try configuration.validate()
    let emulator = try Self.find(configuration.emulator)
    let load = try GuestLoad(configuration, emulator: emulator, signalMask: signalMask)
    var files: [Int32] = []
    defer { for file in files { close(file) } }
    for piece in load.pieces { files.append(try ChildLauncher.temporaryFile(piece.bytes)) }
    let (stub, itsStub) = try ChildLauncher.socketPair()
    let (console, itsConsole) = try ChildLauncher.socketPair()
    let (messages, itsMessages) = try ChildLauncher.pipePair()
    defer { for descriptor in [itsStub, itsConsole, itsMessages] { close(descriptor) } }

    let numbers = files.indices.map { Self.firstPieceNumber + Int32($0) }
    let arguments = configuration.arguments(
      load, files: numbers.map { "/dev/fd/\($0)" }, stub: Self.stubNumber,
      console: Self.consoleNumber)
    do {
      processID = try ChildLauncher.spawn(
        [emulator] + arguments, signalMask,
        descriptors: [
          (itsStub, Self.stubNumber), (itsConsole, Self.consoleNumber),
          (itsMessages, STDERR_FILENO),
        ] + Array(zip(files, numbers)))
    } catch {
      for descriptor in [stub, console, messages] { close(descriptor) }
      throw error
    }
    stubDescriptor = stub
    consoleDescriptor = console
    messagesDescriptor = messages
    for descriptor in [console, messages] {
      _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
    }
  }

  deinit {
    terminate()
    close(consoleDescriptor)
    close(messagesDescriptor)
  }

  /// Ends the emulator, if it has not ended, and waits for it.
  public func terminate() {
    guard exitStatus == nil else { return }
    kill(processID, SIGKILL)
    wait(options: 0)
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
  public func takeConsoleOutput() -> [UInt8]? { Self.readAvailable(consoleDescriptor) }

  private static func readAvailable(_ descriptor: Int32) -> [UInt8]? {
    var all: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = unsafe read(descriptor, &buffer, buffer.count)
      if count > 0 {
        all += buffer[..<count]
      } else if count == 0 {
        return all.isEmpty ? nil : all
      } else if errno != EINTR {
        return errno == EAGAIN || !all.isEmpty ? all : nil
      }
    }
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
