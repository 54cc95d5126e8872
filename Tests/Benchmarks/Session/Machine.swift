import Foundation
import GDBRemote

/// A QEMU with a CPU that has EL2, and its stub.
final class Machine {
  let socket: String
  private let process = Process()

  /// Starts it, and waits until its stub answers.
  ///
  /// - Parameters:
  ///   - boot: the arguments that select what to boot.
  ///   - console: where the machine prints.
  ///   - isStopped: whether it waits for a debugger before its first instruction.
  init(
    in folder: URL, boot: [String], cpuCount: Int = 1, console: String = "null",
    isStopped: Bool = true
  ) throws {
    socket = folder.appending(path: "stub-\(UInt32.random(in: 0...(.max)))").path
    process.executableURL = URL(filePath: "/usr/bin/env")
    // `timeout` ends QEMU even if this program crashes.
    process.arguments =
      [
        "timeout", "--kill-after=5", "120", "qemu-system-aarch64",
        "-M", "virt,virtualization=on,gic-version=3", "-cpu", "cortex-a57", "-smp", "\(cpuCount)",
        "-nic", "none", "-display", "none", "-serial", console, "-monitor", "none", "-no-reboot",
        "-chardev", "socket,id=stub,path=\(socket),server=on,wait=off", "-gdb", "chardev:stub",
      ] + (isStopped ? ["-S"] : []) + boot
    process.standardInput = FileHandle.nullDevice
    // QEMU prints who ended it.
    process.standardError = FileHandle.nullDevice
    try process.run()
    let deadline = Date.now + 30
    // A query would stop a running machine.
    while isStopped ? !answers() : !FileManager.default.fileExists(atPath: socket) {
      guard process.isRunning, Date.now < deadline else { throw Failure("QEMU does not start") }
      usleep(2000)
    }
  }

  /// Whether the stub answers: its socket exists before it listens, and it listens before the machine
  /// is created.
  private func answers() -> Bool {
    do {
      let transport = try SocketTransport(connectingTo: .unix(path: socket), timeout: .seconds(30))
      defer { transport.close() }
      try transport.write(Array("$qSupported#37".utf8), deadline: .now + .seconds(30))
      return try transport.waitUntilReadable(deadline: .now + .seconds(30))
    } catch {
      return false
    }
  }

  func end() {
    process.terminate()
    process.waitUntilExit()
  }
}

/// A program that reaches the same address again and again.
enum Loop {
  /// Where it stops; it continues at the next address. It is alone in its page.
  static let stop: UInt64 = 0x4020_1000
  static let resume: UInt64 = 0x4020_1004
  /// The memory that is read at each stop.
  static let frame: UInt64 = 0x4021_0000
  static let frameByteCount = 272

  private static let code: [(address: UInt64, word: UInt32)] = [
    (0x4020_0000, 0x1400_0400),  // b 0x40201000
    (0x4020_1000, 0xd503_201f),  // nop
    (0x4020_1004, 0x1400_03ff),  // b 0x40202000
    (0x4020_2000, 0x9100_0400),  // add x0, x0, #1
    (0x4020_2004, 0x17ff_fbff),  // b 0x40201000
  ]

  /// The arguments with which QEMU loads it.
  static let boot =
    ["-m", "256M"]
    + code.flatMap { ["-device", "loader,addr=\($0.address),data=\($0.word),data-len=4"] }
    + ["-device", "loader,addr=0x40200000,cpu-num=0"]
}

struct Failure: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

/// A program's output. Throws if the program fails.
func output(
  of program: String, _ arguments: [String], environment: [String: String] = [:]
) throws -> String {
  let process = Process()
  let pipe = Pipe()
  process.executableURL = URL(filePath: "/usr/bin/env")
  process.arguments = ["timeout", "120", program] + arguments
  process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
  process.standardInput = FileHandle.nullDevice
  process.standardOutput = pipe
  try process.run()
  let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
  process.waitUntilExit()
  guard process.terminationStatus == 0 else {
    throw Failure("\(program) ended with status \(process.terminationStatus)")
  }
  return String(decoding: data, as: UTF8.self)
}
