internal import Foundation
public import Glibc

/// The emulator as a child process, with a socket to its stub and one to the guest's console.
///
/// It does not outlive this process: however that ends, the kernel kills the child (`setpriv
/// --pdeathsig`).
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
  private static let imageNumber: Int32 = 5

  /// Starts the machine, stopped before its first instruction.
  ///
  /// - Parameter signalMask: the signals that the child blocks.
  public init(_ configuration: LaunchConfiguration, signalMask: sigset_t) throws {
    try configuration.validate()
    let emulator = try Self.find(configuration.emulator)
    let image = try GuestImage(
      path: configuration.guest, memoryByteCount: configuration.memoryByteCount)
    let file = try Self.temporaryFile(image.bytes)
    defer { close(file) }
    let (stub, itsStub) = try Self.socketPair()
    let (console, itsConsole) = try Self.socketPair()
    let (messages, itsMessages) = try Self.pipePair()
    defer { for descriptor in [itsStub, itsConsole, itsMessages] { close(descriptor) } }

    let arguments = configuration.arguments(
      image, imageFile: "/dev/fd/\(Self.imageNumber)", stub: Self.stubNumber,
      console: Self.consoleNumber)
    do {
      processID = try Self.spawn(
        ["setpriv", "--pdeathsig", "KILL", "--", emulator] + arguments, signalMask,
        descriptors: [
          (itsStub, Self.stubNumber), (itsConsole, Self.consoleNumber),
          (file, Self.imageNumber), (itsMessages, STDERR_FILENO),
        ])
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

  // MARK: Starting it

  /// A name without a slash is looked up in PATH.
  private static func find(_ name: String) throws(LaunchError) -> String {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    let candidates =
      name.contains("/") ? [name] : path.split(separator: ":").map { "\($0)/\(name)" }
    guard let found = candidates.first(where: { FileManager.default.isExecutableFile(atPath: $0) })
    else { throw .noEmulator(name) }
    return found
  }

  /// A file without a name that holds `bytes`: it is gone with its last descriptor.
  private static func temporaryFile(_ bytes: [UInt8]) throws(LaunchError) -> Int32 {
    var template = Array("/tmp/vcpu-shell-guest-XXXXXX".utf8CString)
    let descriptor = unsafe mkstemp(&template)
    guard descriptor >= 0 else { throw failure("mkstemp") }
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    _ = unsafe unlink(template)
    var written = 0
    while written < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { buffer in
        unsafe write(
          descriptor, buffer.baseAddress.map { unsafe $0 + written }, bytes.count - written)
      }
      guard count > 0 else {
        let error = failure("writing the guest to /tmp")
        close(descriptor)
        throw error
      }
      written += count
    }
    return descriptor
  }

  private static func socketPair() throws(LaunchError) -> (Int32, Int32) {
    var pair: [Int32] = [-1, -1]
    let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    guard unsafe socketpair(AF_UNIX, type, 0, &pair) == 0 else { throw failure("socketpair") }
    return (pair[0], pair[1])
  }

  private static func pipePair() throws(LaunchError) -> (Int32, Int32) {
    var pair: [Int32] = [-1, -1]
    guard unsafe pipe(&pair) == 0 else { throw failure("pipe") }
    for descriptor in pair { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
    return (pair[0], pair[1])
  }

  /// Starts `arguments` in a process group of its own, so that Ctrl-C at the terminal is the shell's
  /// alone, with standard input and output empty and `descriptors` in place.
  private static func spawn(
    _ arguments: [String], _ signalMask: sigset_t, descriptors: [(from: Int32, to: Int32)]
  ) throws(LaunchError) -> pid_t {
    var actions = unsafe posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    unsafe posix_spawn_file_actions_init(&actions)
    unsafe posix_spawnattr_init(&attributes)
    defer {
      unsafe posix_spawn_file_actions_destroy(&actions)
      unsafe posix_spawnattr_destroy(&attributes)
    }
    unsafe posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    unsafe posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
    // By way of high numbers: a source may have the number that another one's target is.
    for (index, descriptor) in descriptors.enumerated() {
      unsafe posix_spawn_file_actions_adddup2(&actions, descriptor.from, 200 + Int32(index))
    }
    for (index, descriptor) in descriptors.enumerated() {
      unsafe posix_spawn_file_actions_adddup2(&actions, 200 + Int32(index), descriptor.to)
      unsafe posix_spawn_file_actions_addclose(&actions, 200 + Int32(index))
    }
    var mask = signalMask
    unsafe posix_spawnattr_setsigmask(&attributes, &mask)
    // What this process ignores, the child would ignore too.
    var defaults = sigset_t()
    unsafe sigfillset(&defaults)
    unsafe posix_spawnattr_setsigdefault(&attributes, &defaults)
    unsafe posix_spawnattr_setpgroup(&attributes, 0)
    unsafe posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF))

    var pointers: [UnsafeMutablePointer<CChar>?] = unsafe arguments.map { unsafe strdup($0) }
    unsafe pointers.append(nil)
    defer { unsafe pointers.forEach { unsafe free($0) } }
    var processID: pid_t = 0
    let code = unsafe posix_spawnp(
      &processID, arguments[0], &actions, &attributes, pointers, environ)
    guard code == 0 else { throw failure("starting \(arguments[0])", code: code) }
    return processID
  }

  private static func failure(_ call: String, code: Int32 = errno) -> LaunchError {
    let reason = unsafe String(cString: strerror(code))
    return .system(call: call, reason: reason)
  }
}
