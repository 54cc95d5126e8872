import Foundation
import Glibc

/// QEMU as a user starts it, with the hypervisor, a guest and a stub that listens.
final class Emulator {
  let process: pid_t
  let listener: Listener
  private var hasEnded = false

  var endpoint: String { listener.endpoint }

  /// - Parameters:
  ///   - guest: a flat binary.
  ///   - cpuCount: the CPUs of the machine and of the guest.
  ///   - configuration: of the hypervisor.
  ///   - options: more of QEMU's.
  init(
    guest: String, listeningAt listener: Listener, cpuCount: UInt64 = 1,
    configuration: Built.Configuration = .release, options: [String] = []
  ) throws {
    self.listener = listener
    // launch_block.h: magic, version and vCPUs, the guest's memory, its IPA, its entry and argument, no
    // interrupts, no recorder, the console.
    let launchBlock: [UInt64] = [
      0x6863_6e75_616c_6376, 4 | cpuCount << 32, 0x4100_0000, 0x400_0000, 0x4000_0000, 0x4020_0000,
      0, 0, 0, 0, 0x900_0000, 0x1000,
    ]
    let loaders = launchBlock.enumerated().flatMap { index, word in
      ["-device", "loader,addr=\(0x40ff_f000 + index * 8),data=\(word),data-len=8"]
    }
    // `timeout` ends QEMU even if the tests die; the socket listens before QEMU starts, so that no client has to wait
    // for it.
    process = try ChildProcess.start(
      [
        "timeout", "--kill-after=1", "120", "qemu-system-aarch64",
        "-M", "virt,virtualization=on,gic-version=3", "-cpu", "cortex-a57", "-m", "96M",
        "-smp", "\(cpuCount)",
        "-nic", "none", "-display", "none", "-monitor", "none", "-serial", "null", "-no-reboot",
        "-kernel", Built.image("vcpu-image", configuration),
        "-device", "loader,file=\(guest),addr=0x41200000,force-raw=on",
        "-chardev", "socket,id=stub,fd=10,server=on,wait=off", "-gdb", "chardev:stub", "-S",
      ] + loaders + options, environment: ProcessInfo.processInfo.environment,
      descriptors: [(listener.descriptor, 10)])
  }

  /// Whether it is still running.
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
