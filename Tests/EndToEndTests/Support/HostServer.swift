import Foundation
import Glibc

/// A GDB protocol server with a program or a machine, at an address to attach to. It ends with the test, or after two
/// minutes.
final class HostServer {
  let process: pid_t
  /// As `attach` takes it.
  let endpoint: String

  /// gdbserver with the test program, running in the given mode.
  static func gdbserver(
    _ mode: String, program: String? = nil
  ) throws -> HostServer {
    let (reading, writing) = try pipe()
    defer { close(reading) }
    let process = try start(
      ["gdbserver", "localhost:0", try program ?? TestProgram.path.get(), mode], writing,
      as: STDERR_FILENO)
    // It prints "Listening on port 12345" when a client may connect.
    let text = try read(reading, upTo: { $0.firstRange(of: /Listening on port [0-9]+\n/) != nil })
    guard let match = text.firstMatch(of: /Listening on port ([0-9]+)\n/) else {
      throw HarnessError("gdbserver says '\(text)'")
    }
    return HostServer(process, "localhost:\(match.1)")
  }

  /// LLDB's server with the test program.
  static func lldbServer(_ mode: String) throws -> HostServer {
    let (reading, writing) = try pipe()
    defer { close(reading) }
    guard let path = lldbServerPath else { throw HarnessError("no lldb-server") }
    let process = try start(
      [path, "gdbserver", "--pipe", "10", "localhost:0", "--", try TestProgram.path.get(), mode],
      writing, as: 10)
    // It writes the number with a NUL after it.
    let text = try read(reading, upTo: { $0.contains("\0") })
    return HostServer(process, "localhost:" + text.filter(\.isNumber))
  }

  /// QEMU's user-mode emulator, such as `qemu-aarch64`, with an ELF of its architecture.
  static func userEmulator(_ program: String, _ elf: String, at path: String) throws -> HostServer {
    let process = try start(
      [program, "-g", path, elf], try duplicate(STDIN_FILENO), as: STDIN_FILENO)
    let server = HostServer(process, "unix:" + path)
    // It takes one client, so the test must not connect to find out whether it listens.
    try wait(20, "\(program) does not listen") { isListening(at: path) }
    return server
  }

  /// A program in valgrind, and its relay to a debugger.
  static func valgrind(_ mode: String, prefix: String, port: UInt16) throws -> [HostServer] {
    let process = try start(
      [
        "valgrind", "-q", "--vgdb=yes", "--vgdb-error=0", "--vgdb-prefix=" + prefix,
        try TestProgram.path.get(), mode,
      ], try duplicate(STDIN_FILENO), as: STDIN_FILENO)
    let program = HostServer(process, "")
    let folder = (prefix as NSString).deletingLastPathComponent
    let name = (prefix as NSString).lastPathComponent + "-from-vgdb-to-"
    try wait(20, "valgrind does not wait for a debugger") {
      (try? FileManager.default.contentsOfDirectory(atPath: folder))?
        .contains { $0.hasPrefix(name) } == true
    }
    let (reading, writing) = try pipe()
    defer { close(reading) }
    let relay = try start(
      ["vgdb", "--vgdb-prefix=" + prefix, "--port=\(port)"], writing, as: STDERR_FILENO)
    let server = HostServer(relay, "localhost:\(port)")
    _ = try read(reading, upTo: { $0.contains("listening on port") })
    return [server, program]
  }

  private static func duplicate(_ descriptor: Int32) throws -> Int32 {
    let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 3)
    guard copy >= 0 else { throw HarnessError.system("fcntl") }
    return copy
  }

  /// Whether a Unix socket listens at a path: `__SO_ACCEPTCON` in Linux's list of sockets.
  private static func isListening(at path: String) -> Bool {
    // The names of other programs' sockets may contain any bytes.
    let list = String(
      decoding: FileManager.default.contents(atPath: "/proc/net/unix") ?? Data(), as: UTF8.self)
    return list.split(separator: "\n").contains { line in
      line.hasSuffix(" " + path) && line.split(separator: " ").dropFirst(3).first == "00010000"
    }
  }

  private static func wait(_ seconds: Int, _ problem: String, until isSo: () -> Bool) throws {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while !isSo() {
      guard ContinuousClock.now < deadline else { throw HarnessError(problem) }
      _ = poll(nil, 0, 10)
    }
  }

  /// A machine of QEMU, stopped before its first instruction.
  static func qemu(_ program: String, _ options: [String], at path: String) throws -> HostServer {
    let listener = try Listener(path: path)
    let process = try start(
      [program] + options + [
        "-m", "64M", "-display", "none", "-serial", "null", "-monitor", "none", "-nic", "none",
        "-S", "-chardev", "socket,id=stub,fd=10,server=on,wait=off", "-gdb", "chardev:stub",
      ], listener.descriptor, as: 10, closes: false)
    return HostServer(process, listener.endpoint)
  }

  /// lldb-server is beside swift.
  static let lldbServerPath: String? = Programs.path(of: "swift").flatMap { swift in
    let path = URL(fileURLWithPath: swift).resolvingSymlinksInPath().deletingLastPathComponent()
      .appendingPathComponent("lldb-server").path
    return FileManager.default.isExecutableFile(atPath: path) ? path : nil
  }

  private init(_ process: pid_t, _ endpoint: String) {
    self.process = process
    self.endpoint = endpoint
  }

  deinit { kill() }

  /// Kills the server and its program, in the process group that `timeout` leads.
  func kill() {
    Glibc.kill(-process, SIGKILL)
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
  }

  private static func start(
    _ arguments: [String], _ descriptor: Int32, as number: Int32, closes: Bool = true
  ) throws -> pid_t {
    defer { if closes { close(descriptor) } }
    return try ChildProcess.start(
      ["timeout", "--kill-after=1", "120"] + arguments,
      environment: ProcessInfo.processInfo.environment, descriptors: [(descriptor, number)])
  }

  private static func pipe() throws -> (reading: Int32, writing: Int32) {
    var ends: [Int32] = [-1, -1]
    guard Glibc.pipe(&ends) == 0 else { throw HarnessError.system("pipe") }
    // No other child may inherit it. (Swift's Glibc doesn't export pipe2.)
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (ends[0], ends[1])
  }

  /// The bytes that arrive until they suffice, within 20 seconds.
  private static func read(_ descriptor: Int32, upTo isEnough: (String) -> Bool) throws -> String {
    var bytes: [UInt8] = []
    let deadline = ContinuousClock.now + .seconds(20)
    while ContinuousClock.now < deadline {
      let text = String(decoding: bytes, as: UTF8.self)
      if isEnough(text) { return text }
      var state = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      guard poll(&state, 1, 1000) > 0 else { continue }
      var buffer = [UInt8](repeating: 0, count: 512)
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      guard count > 0 else { break }
      bytes += buffer[..<count]
    }
    throw HarnessError("the server says '\(String(decoding: bytes, as: UTF8.self))'")
  }
}

/// The program of the protocol's tests, built once.
enum TestProgram {
  static let path = Result { try build("program", ["-no-pie", "-fno-pie"]) }
  /// The same, which the system puts anywhere.
  static let movable = Result { try build("movable", ["-pie", "-fPIE"]) }

  private static func build(_ name: String, _ options: [String]) throws -> String {
    let path = try folder.get().path + "/" + name
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments =
      [
        "clang", "-g", "-O0", "-pthread", "-o", path,
        Built.file("Tests/GDBRemoteTests/Live/Fixtures/program.c"),
      ] + options
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw HarnessError("clang failed") }
    return path
  }

  nonisolated(unsafe) private static let folder = Result { try TemporaryFolder() }
}
