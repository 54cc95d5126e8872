import Foundation
import Glibc

/// QEMU with a hypervisor that isn't ours, and a stub. The machine's output is in a file. QEMU ends with the machine,
/// with this object, or after its deadline.
final class ForeignMachine {
  enum Model: String, CaseIterable {
    /// Armv8.0: KVM has its host at EL1.
    case cortexA57 = "cortex-a57"
    /// Armv8.2.
    case cortexA76 = "cortex-a76"
    /// Everything that QEMU has: KVM has its host at EL2.
    case max

    /// The oldest and the newest: what works on both isn't run on those between.
    static let allCases: [Self] = [.cortexA57, .max]
  }

  let process: pid_t
  let listener: Listener
  private let folder: TemporaryFolder
  private let consolePath: String
  private let diagnosticsPath: String
  private var status: Int32?

  /// Where its stub is, as `attach` takes it.
  var endpoint: String { listener.endpoint }

  /// - Parameters:
  ///   - boot: the arguments that say what to boot, and with how much memory.
  ///   - isStopped: whether it waits for a debugger before its first instruction.
  ///   - deadline: when QEMU is ended, whatever the tests do.
  init(
    boot: [String], model: Model = .cortexA57, cpuCount: Int = 1, isStopped: Bool = true,
    deadline: Duration = .seconds(120)
  ) throws {
    let folder = try TemporaryFolder()
    self.folder = folder
    consolePath = try folder.file("console", "")
    diagnosticsPath = try folder.file("diagnostics", "")
    // It listens before QEMU starts, so that no client has to wait for it.
    listener = try Listener(path: folder.path + "/stub")
    let diagnostics = open(diagnosticsPath, O_WRONLY | O_CLOEXEC)
    guard diagnostics >= 0 else { throw HarnessError.system("opening \(diagnosticsPath)") }
    defer { close(diagnostics) }
    process = try ChildProcess.start(
      [
        "timeout", "--kill-after=1", "\(deadline.components.seconds)", "qemu-system-aarch64",
        "-M", "virt,virtualization=on,gic-version=3", "-cpu", model.rawValue, "-smp", "\(cpuCount)",
        "-nic", "none", "-display", "none", "-monitor", "none", "-no-reboot",
        "-serial", "file:\(consolePath)",
        "-chardev", "socket,id=stub,fd=10,server=on,wait=off", "-gdb", "chardev:stub",
      ] + (isStopped ? ["-S"] : []) + boot,
      environment: ProcessInfo.processInfo.environment,
      descriptors: [(listener.descriptor, 10), (diagnostics, 1), (diagnostics, 2)])
  }

  deinit { kill() }

  /// The machine's output so far. The kernel's lines may end with a carriage return; it is removed here.
  var console: String { text(of: consolePath).replacingOccurrences(of: "\r", with: "") }

  /// Its whole lines.
  var lines: [String] {
    console.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
  }

  /// Whether it is still running.
  var isAlive: Bool {
    if status == nil { status = ChildProcess.status(of: process) }
    return status == nil
  }

  /// Waits until the machine has printed a text.
  func expect(_ text: String, within time: Duration = .seconds(60)) throws {
    let isThere = eventually(within: time) { console.contains(text) || !isAlive }
    guard isThere, console.contains(text) else {
      throw failure("the machine has not printed '\(text)' within \(time)")
    }
  }

  /// Waits until the machine is off. Throws unless QEMU ended by itself, successfully.
  func end(within time: Duration = .seconds(60)) throws {
    guard eventually(within: time, { !isAlive }) else {
      throw failure("the machine has not ended within \(time)")
    }
    guard status == 0 else { throw failure("QEMU ended with \(status ?? -1)") }
  }

  /// Kills QEMU, in the process group that `timeout` leads.
  func kill() {
    guard isAlive else { return }
    Glibc.kill(-process, SIGKILL)
    _ = eventually { !isAlive }
  }

  /// An error with everything that is known.
  func failure(_ text: String) -> HarnessError {
    HarnessError(
      "\(text)\n--- console\n\(console)\n--- QEMU\n\(self.text(of: diagnosticsPath))\n---")
  }

  private func text(of path: String) -> String {
    String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
  }
}
