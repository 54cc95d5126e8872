import Foundation
import Glibc
import Testing

@testable import GDBRemote

/// A QEMU that is stopped before the first instruction: at the other end of a socket pair, or of a socket that
/// already listens when QEMU starts, so that nobody has to wait for it.
final class QEMUProcess {
  static let path = path(of: .arm64)

  /// Which machine.
  struct Machine: Sendable, CustomTestStringConvertible {
    var program: String
    var options: [String]
    var testDescription: String

    /// A `virt` board.
    static func arm64(
      cpu: String = "cortex-a57", hasEL2: Bool = true, cpuCount: Int = 1
    ) -> Machine {
      Machine(
        program: "qemu-system-aarch64",
        options: [
          "-M", "virt,virtualization=\(hasEL2 ? "on" : "off")", "-cpu", cpu, "-smp", "\(cpuCount)",
        ], testDescription: "\(cpu), \(hasEL2 ? "EL2" : "no EL2"), \(cpuCount) CPU(s)")
    }

    static let arm64 = arm64()
    static let x86 = Machine(
      program: "qemu-system-x86_64", options: ["-M", "pc", "-smp", "2"], testDescription: "x86-64")
    static let riscv = Machine(
      program: "qemu-system-riscv64", options: ["-M", "virt", "-bios", "none"],
      testDescription: "RISC-V")
  }

  static func path(of machine: Machine) -> String? { ServerProcess.path(of: machine.program) }

  let server: ServerProcess
  /// The other end of the pair, if it is one.
  let transport: SocketTransport?

  convenience init(cpuCount: Int = 1) throws { try self.init(.arm64(cpuCount: cpuCount)) }

  init(_ machine: Machine) throws {
    let (server, transport) = try ServerProcess.connected(
      Self.arguments(machine, options: ""), by: .descriptor(10), name: "QEMU")
    self.server = server
    self.transport = transport
  }

  /// QEMU takes one client after the other at `path`.
  init(listeningAt path: String) throws {
    let listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    defer { Glibc.close(listener) }
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
    server = try ServerProcess(
      Self.arguments(.arm64, options: ",server=on,wait=off"), descriptors: [(listener, 10)])
    transport = nil
  }

  private static func arguments(_ machine: Machine, options: String) -> [String] {
    [machine.program] + machine.options + [
      "-m", "64M", "-display", "none", "-serial", "null", "-monitor", "none", "-nic", "none", "-S",
      "-chardev", "socket,id=stub,fd=10\(options)", "-gdb", "chardev:stub",
    ]
  }

  deinit { end() }

  /// Ends QEMU if it still runs.
  func end() {
    transport?.close()
    server.end()
  }
}
