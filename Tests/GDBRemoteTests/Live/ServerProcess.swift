import Foundation
import Glibc

@testable import GDBRemote

/// A server that ends with the test or after a minute, with the other end of a socket pair as its connection.
final class ServerProcess {
  /// How a server takes its connection.
  enum Connection {
    /// As this descriptor, which its arguments name.
    case descriptor(Int32)
    /// As its standard input and output.
    case standardInputAndOutput
  }

  let process: pid_t
  private var hasEnded = false

  /// Where PATH, or the folder of the toolchain, has a program.
  static func path(of program: String) -> String? {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    let folders = path.split(separator: ":").map(String.init)
    // lldb-server is beside swift, which PATH may know by a link.
    let toolchain = folders.lazy.map { $0 + "/swift" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
      .map { URL(fileURLWithPath: $0).resolvingSymlinksInPath().deletingLastPathComponent().path }
    return (folders + [toolchain].compactMap { $0 }).map { "\($0)/\(program)" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  /// Starts `arguments`.
  ///
  /// - Parameters:
  ///   - descriptors: ours, and the numbers that they have in the server.
  ///   - isQuiet: whether its standard error is dropped.
  init(
    _ arguments: [String], descriptors: [(from: Int32, to: Int32)], isQuiet: Bool = true
  ) throws {
    // `timeout` ends the server even if the test dies.
    let arguments = ["timeout", "--kill-after=5", "60"] + arguments
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (from, to) in descriptors { posix_spawn_file_actions_adddup2(&actions, from, to) }
    if isQuiet {
      posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
      if !descriptors.contains(where: { $0.to == STDOUT_FILENO }) {
        posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO)
      }
    }
    // A test runs on a thread that blocks most signals, which the child must not inherit.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    var pointers = arguments.map { strdup($0) }
    pointers.append(nil)
    defer { pointers.forEach { free($0) } }
    var process: pid_t = 0
    let status = posix_spawnp(&process, "timeout", &actions, &attributes, pointers, environ)
    self.process = process
    guard status == 0 else {
      hasEnded = true
      throw RemoteError(.connectionFailed, "cannot start \(arguments[3])")
    }
  }

  /// Starts `arguments` at one end of a socket pair, and returns the other.
  static func connected(
    _ arguments: [String], by connection: Connection, name: String
  ) throws -> (ServerProcess, SocketTransport) {
    var ends: [Int32] = [-1, -1]
    guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0
    else { throw RemoteError(.connectionFailed, "no socket pair") }
    defer { Glibc.close(ends[1]) }
    let transport = SocketTransport(adopting: ends[0], peerDescription: name)
    let descriptors =
      switch connection {
      case .descriptor(let number): [(from: ends[1], to: number)]
      case .standardInputAndOutput:
        [(from: ends[1], to: STDIN_FILENO), (from: ends[1], to: STDOUT_FILENO)]
      }
    return (try ServerProcess(arguments, descriptors: descriptors), transport)
  }

  deinit { end() }

  /// Ends the server if it still runs, and takes its status.
  func end() {
    guard !hasEnded else { return }
    hasEnded = true
    _ = Glibc.kill(process, SIGTERM)
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
  }
}
