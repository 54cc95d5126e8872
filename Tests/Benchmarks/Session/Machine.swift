import Foundation
import GDBRemote

/// A QEMU with one CPU at EL2 and a program that comes to the same address again and again.
final class Machine {
  /// Where the program stops; the address behind it is where it goes on. It has a page of its own.
  static let stop: UInt64 = 0x4020_1000
  static let resume: UInt64 = 0x4020_1004
  /// What is read at each stop.
  static let frame: UInt64 = 0x4021_0000
  static let frameByteCount = 272

  let socket: String
  private let process = Process()

  private static let code: [(address: UInt64, word: UInt32)] = [
    (0x4020_0000, 0x1400_0400),  // b 0x40201000
    (0x4020_1000, 0xd503_201f),  // nop
    (0x4020_1004, 0x1400_03ff),  // b 0x40202000
    (0x4020_2000, 0x9100_0400),  // add x0, x0, #1
    (0x4020_2004, 0x17ff_fbff),  // b 0x40201000
  ]

  /// Starts it, and waits until its stub answers.
  init(in folder: URL) throws {
    socket = folder.appending(path: "stub-\(UInt32.random(in: 0...(.max)))").path
    process.executableURL = URL(filePath: "/usr/bin/env")
    // `timeout` ends QEMU even if this program dies.
    process.arguments =
      [
        "timeout", "--kill-after=5", "120", "qemu-system-aarch64", "-M", "virt,virtualization=on",
        "-cpu", "cortex-a57", "-m", "256M", "-nic", "none", "-display", "none", "-serial", "null",
        "-monitor", "none", "-S", "-chardev", "socket,id=stub,path=\(socket),server=on,wait=off",
        "-gdb", "chardev:stub",
      ]
      + Self.code.flatMap {
        ["-device", "loader,addr=\($0.address),data=\($0.word),data-len=4"]
      } + ["-device", "loader,addr=0x40200000,cpu-num=0"]
    process.standardInput = FileHandle.nullDevice
    // It tells who ended it.
    process.standardError = FileHandle.nullDevice
    try process.run()
    let deadline = Date.now + 30
    while !answers() {
      guard process.isRunning, Date.now < deadline else { throw Failure("QEMU does not start") }
      usleep(2000)
    }
  }

  /// Whether the stub answers: its socket is there before it listens, and it listens before the machine
  /// is made.
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

struct Failure: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

/// What a program prints. Throws if it fails.
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
