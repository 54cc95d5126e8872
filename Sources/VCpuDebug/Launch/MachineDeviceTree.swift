internal import Foundation
internal import Glibc

/// The device tree of the machine, which the emulator makes: it is run once for it, with the arguments of the
/// machine.
enum MachineDeviceTree {
  private static let timeout = Duration.seconds(20)

  /// The bytes of the tree.
  static func bytes(
    _ configuration: LaunchConfiguration, _ emulator: String, _ signalMask: sigset_t
  ) throws(LaunchError) -> [UInt8] {
    let folder = try ChildLauncher.temporaryFolder()
    let path = folder + "/machine.dtb"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let (messages, itsMessages) = try ChildLauncher.pipePair()
    defer { close(messages) }
    let process: pid_t
    do {
      defer { close(itsMessages) }
      process = try ChildLauncher.spawn(
        [emulator] + configuration.machineArguments + ["-serial", "none"]
          + configuration.extraArguments + ["-machine", "dumpdtb=\(path)"],
        signalMask, descriptors: [(itsMessages, STDERR_FILENO)])
    }
    let output = drain(messages)
    // It has ended, or it is too late: what it has not written by now it will not.
    kill(process, SIGKILL)
    var status: Int32 = 0
    while unsafe waitpid(process, &status, 0) < 0, errno == EINTR {}
    guard let bytes = try? Data(contentsOf: URL(fileURLWithPath: path)), !bytes.isEmpty else {
      throw .noDeviceTree(output: output)
    }
    return Array(bytes)
  }

  /// What comes out of a pipe until its other end is closed or the time is over.
  private static func drain(_ descriptor: Int32) -> String {
    let deadline = ContinuousClock.now + timeout
    var output: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let left = (deadline - .now) / .milliseconds(1)
      var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      let ready = unsafe poll(&entry, 1, Int32(max(0, left)))
      if ready < 0, errno == EINTR { continue }
      guard ready > 0 else { break }
      let count = unsafe read(descriptor, &buffer, buffer.count)
      guard count > 0 else { break }
      output = Array((output + buffer[..<count]).suffix(4096))
    }
    return String(decoding: output, as: UTF8.self)
      .trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
