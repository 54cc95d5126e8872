import Foundation
import Glibc

/// A failure or timeout in the tests' own machinery, with all output up to then.
struct HarnessError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }

  static func system(_ call: String) -> HarnessError {
    HarnessError("\(call) failed: \(String(cString: strerror(errno)))")
  }
}

/// Starts programs with exactly the given descriptors.
enum ChildProcess {
  /// - Parameters:
  ///   - descriptors: ours, and the numbers that they have in the child.
  ///   - terminal: a terminal to have as standard input, output and error, and to be controlled by.
  static func start(
    _ arguments: [String], environment: [String: String],
    descriptors: [(from: Int32, to: Int32)] = [], terminal: String? = nil
  ) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    defer {
      posix_spawn_file_actions_destroy(&actions)
      posix_spawnattr_destroy(&attributes)
    }
    if let terminal {
      // The first terminal that a session's leader opens is the one that controls it.
      posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, terminal, O_RDWR, 0)
      posix_spawn_file_actions_adddup2(&actions, STDIN_FILENO, STDOUT_FILENO)
      posix_spawn_file_actions_adddup2(&actions, STDIN_FILENO, STDERR_FILENO)
    }
    for (index, descriptor) in descriptors.enumerated() {
      posix_spawn_file_actions_adddup2(&actions, descriptor.from, 400 + Int32(index))
    }
    for (index, descriptor) in descriptors.enumerated() {
      posix_spawn_file_actions_adddup2(&actions, 400 + Int32(index), descriptor.to)
      posix_spawn_file_actions_addclose(&actions, 400 + Int32(index))
    }
    var none = sigset_t()
    var all = sigset_t()
    sigemptyset(&none)
    sigfillset(&all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    let setSession = 0x80  // POSIX_SPAWN_SETSID, which Swift's Glibc does not show
    posix_spawnattr_setflags(
      &attributes,
      Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF) | Int16(setSession))

    let words = arguments.map { strdup($0) } + [nil]
    let variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { (words + variables).forEach { free($0) } }
    var process: pid_t = 0
    let code = posix_spawnp(&process, arguments[0], &actions, &attributes, words, variables)
    guard code == 0 else {
      throw HarnessError("cannot start \(arguments[0]): \(String(cString: strerror(code)))")
    }
    return process
  }

  /// The status of a child that has ended, 128 and more for a signal; nil while it runs.
  static func status(of process: pid_t) -> Int32? {
    var status: Int32 = 0
    guard waitpid(process, &status, WNOHANG) == process else { return nil }
    let signal = status & 0x7f
    return signal == 0 ? status >> 8 & 0xff : 128 + signal
  }

  /// The processes that carry a variable in their environment: those of one test, whoever their parent now is.
  static func processes(with variable: String) -> [pid_t] {
    let wanted = Data("\(variable)\0".utf8)
    let entries = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return entries.compactMap { pid_t($0) }.filter { process in
      guard
        let environment = try? Data(contentsOf: URL(fileURLWithPath: "/proc/\(process)/environ"))
      else { return false }
      return environment.range(of: wanted) != nil
    }
  }

  /// Whether a child has ended but hasn't been reaped.
  static func hasEnded(_ process: pid_t) -> Bool { state(of: process) == "Z" }

  /// Whether a process is idle for a tenth of a second: it waits for something that doesn't come.
  static func isWaiting(_ process: pid_t) -> Bool {
    let before = try? processorTime(of: process)
    let end = ContinuousClock.now + .milliseconds(100)
    let isBusy = eventually(within: .milliseconds(100)) { state(of: process) != "S" }
    return !isBusy && ContinuousClock.now >= end && before == (try? processorTime(of: process))
  }

  /// The letter for a process's state (proc(5)): `S` sleeping, `Z` zombie.
  private static func state(of process: pid_t) -> Character? {
    let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
    guard let text, let name = text.lastIndex(of: ")") else { return nil }
    return text[name...].dropFirst(2).first
  }

  /// A process's CPU time, all its threads together.
  static func processorTime(of process: pid_t) throws -> Duration {
    let text = try String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
    // After the name in its parentheses: utime and stime are the 14th and 15th of proc(5), in ticks.
    let fields = text.drop { $0 != ")" }.split(separator: " ").dropFirst()
    let ticks = fields.dropFirst(11).prefix(2).compactMap { Double($0) }
    guard ticks.count == 2 else { throw HarnessError("/proc/\(process)/stat is '\(text)'") }
    return .seconds((ticks[0] + ticks[1]) / Double(sysconf(Int32(_SC_CLK_TCK))))
  }

  /// A process's program, as the kernel records it: the first 15 characters of its file's name.
  static func name(of process: pid_t) -> String {
    let text = try? String(contentsOfFile: "/proc/\(process)/comm", encoding: .utf8)
    return (text ?? "").trimmingCharacters(in: .newlines)
  }
}

/// Waits for a condition that has no descriptor to poll.
///
/// - Returns: whether it became true in time.
func eventually(within time: Duration = .seconds(10), _ condition: () throws -> Bool) rethrows
  -> Bool
{
  let deadline = ContinuousClock.now + time
  while true {
    if try condition() { return true }
    guard ContinuousClock.now < deadline else { return false }
    usleep(5_000)
  }
}

/// A test's own folder, which is removed with this object.
final class TemporaryFolder {
  let path: String

  init() throws {
    var template = Array("/tmp/vcpu-e2e-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { throw HarnessError.system("mkdtemp") }
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// Writes a file, and returns its path.
  func file(_ name: String, _ contents: String) throws -> String {
    try file(name, Data(contents.utf8))
  }

  func file(_ name: String, _ contents: Data) throws -> String {
    let path = self.path + "/" + name
    try contents.write(to: URL(fileURLWithPath: path))
    return path
  }
}
