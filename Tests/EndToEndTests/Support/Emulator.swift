import Foundation
import Glibc

/// QEMU as a person starts it, with the hypervisor, a guest and a stub that listens.
final class Emulator {
  let process: pid_t
  let listener: Listener
  private var hasEnded = false

  var endpoint: String { listener.endpoint }

  /// - Parameter guest: a flat binary.
  init(guest: String, listeningAt listener: Listener) throws {
    self.listener = listener
    // `timeout` ends QEMU even if the tests die; the socket listens before QEMU starts, so that nobody has
    // to wait for it.
    process = try ChildProcess.start(
      [
        "timeout", "--kill-after=1", "120", "qemu-system-aarch64",
        "-M", "virt,virtualization=on,gic-version=3", "-cpu", "cortex-a57", "-m", "96M",
        "-nic", "none", "-display", "none", "-monitor", "none", "-serial", "null", "-no-reboot",
        "-kernel", Built.image("vcpu-image"),
        "-device", "loader,file=\(guest),addr=0x41200000,force-raw=on",
        "-chardev", "socket,id=stub,fd=10,server=on,wait=off", "-gdb", "chardev:stub", "-S",
      ], environment: ProcessInfo.processInfo.environment, descriptors: [(listener.descriptor, 10)])
  }

  /// Whether it still runs.
  var isAlive: Bool {
    if !hasEnded, ChildProcess.status(of: process) != nil { hasEnded = true }
    return !hasEnded
  }

  /// Kills QEMU, in the process group that `timeout` leads.
  func kill() {
    guard isAlive else { return }
    Glibc.kill(-process, SIGKILL)
    _ = eventually { !isAlive }
  }

  deinit { kill() }
}
