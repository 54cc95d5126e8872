import Foundation
import Glibc

@testable import GDBRemote

/// A QEMU that ends with the test or after a minute: at the other end of a socket pair, or behind a
/// socket that already listens when QEMU starts, so that nobody has to wait for it.
final class QEMUProcess {
  static let path = ["/usr/bin", "/usr/local/bin", "/bin"]
    .map { $0 + "/qemu-system-aarch64" }
    .first { FileManager.default.isExecutableFile(atPath: $0) }

  let process: pid_t
  /// The other end of the pair, if it is one.
  let transport: SocketTransport?
  private var hasEnded = false

  convenience init(cpuCount: Int = 1) throws {
    var ends: [Int32] = [-1, -1]
    guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0
    else { throw RemoteError(.connectionFailed, "no socket pair") }
    try self.init(
      stub: ends[1], options: "", cpuCount: cpuCount,
      transport: SocketTransport(adopting: ends[0], peerDescription: "QEMU"))
  }

  /// QEMU takes one client after the other at `path`.
  convenience init(listeningAt path: String) throws {
    let listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix(107)) }
    let status = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard status == 0, listen(listener, 4) == 0 else {
      throw RemoteError(.connectionFailed, "cannot listen at \(path)")
    }
    try self.init(stub: listener, options: ",server=on,wait=off", cpuCount: 1, transport: nil)
  }

  private init(
    stub: Int32, options: String, cpuCount: Int, transport: SocketTransport?
  ) throws {
    self.transport = transport
    defer { Glibc.close(stub) }
    guard let path = Self.path else {
      process = 0
      hasEnded = true
      throw RemoteError(.connectionFailed, "no QEMU")
    }
    // `timeout` ends QEMU even if the test dies.
    let arguments = [
      "timeout", "--kill-after=5", "60", path, "-M", "virt,virtualization=on", "-cpu", "cortex-a57",
      "-m", "64M",
      "-smp", "\(cpuCount)", "-display", "none", "-serial", "null", "-monitor", "none", "-nic",
      "none", "-S", "-chardev", "socket,id=stub,fd=10\(options)", "-gdb", "chardev:stub",
    ]
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, stub, 10)
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
      throw RemoteError(.connectionFailed, "cannot start QEMU")
    }
  }

  deinit { end() }

  /// Ends QEMU if it still runs, and takes its status.
  func end() {
    guard !hasEnded else { return }
    hasEnded = true
    transport?.close()
    _ = Glibc.kill(process, SIGTERM)
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
  }
}
