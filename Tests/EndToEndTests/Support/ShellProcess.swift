import Foundation
import Glibc
import Testing

/// The shell as a process, with streams or at its own terminal. Every wait has a deadline, and no process that it
/// started is left when the test is over.
final class ShellProcess {
  enum Place {
    /// Standard input, output and error are three streams, none of them a terminal.
    case streams
    /// A pseudo-terminal is all three, and controls the shell.
    case terminal
  }

  enum Key: String {
    case enter = "\r"
    case tab = "\t"
    case interrupt = "\u{3}"
    case endOfFile = "\u{4}"
    case up = "\u{1b}[A"
  }

  let process: pid_t
  /// The home folder, for its history.
  let home: TemporaryFolder
  /// Its output so far, including standard error at a terminal.
  private(set) var output = ""
  /// Its standard error.
  private(set) var errors = ""
  /// Its exit status, 128 and more for a signal; nil while it runs.
  private(set) var status: Int32?

  /// What its terminal shows.
  private(set) var screen = TerminalScreen(rows: 40, columns: 120)

  private let marker: String
  private var input: Int32
  private var sources: [(descriptor: Int32, isError: Bool, pending: [UInt8])]
  /// How much of the output `expect` has passed.
  private var position = 0

  /// - Parameters:
  ///   - wrapper: a program and its arguments that runs the shell.
  ///   - program: a program to run in the shell's place, such as one that starts it.
  init(
    _ arguments: [String], at place: Place = .streams, home: TemporaryFolder? = nil,
    environment: [String: String] = [:], wrapper: [String] = [], program: String = Built.shell
  ) throws {
    // A shell that has ended must not end the tests.
    signal(SIGPIPE, SIG_IGN)
    let home = try home ?? TemporaryFolder()
    self.home = home
    let mark = UUID().uuidString
    marker = "VCPU_SHELL_TEST=\(mark)"
    var variables = ProcessInfo.processInfo.environment
    for name in ["VCPU_SHELL_IMAGES", "VCPU_SHELL_LINUX", "INPUTRC", "COLUMNS", "LINES"] {
      variables[name] = nil
    }
    variables["TERM"] = "xterm"
    // Texts are compared.
    variables["NO_COLOR"] = "1"
    variables["PAGER"] = "cat"
    variables["LESS"] = nil
    variables["HOME"] = home.path
    variables["XDG_STATE_HOME"] = home.path
    variables.merge(environment) { $1 }
    variables["VCPU_SHELL_TEST"] = mark
    let words = wrapper + [program] + arguments
    switch place {
    case .streams:
      let (itsInput, input) = try Self.stream()
      let (output, itsOutput) = try Self.stream()
      let (errors, itsErrors) = try Self.stream()
      defer { for descriptor in [itsInput, itsOutput, itsErrors] { close(descriptor) } }
      self.input = input
      sources = [(output, false, []), (errors, true, [])]
      process = try ChildProcess.start(
        words, environment: variables, descriptors: [(itsInput, 0), (itsOutput, 1), (itsErrors, 2)])
    case .terminal:
      let (terminal, name) = try Self.terminal()
      input = terminal
      sources = [(terminal, false, [])]
      Self.setSize(of: terminal, rows: 40, columns: 120)
      process = try ChildProcess.start(words, environment: variables, terminal: name)
    }
    for source in sources {
      _ = fcntl(source.descriptor, F_SETFL, fcntl(source.descriptor, F_GETFL) | O_NONBLOCK)
    }
  }

  deinit {
    if status == nil {
      Glibc.kill(process, SIGKILL)
      var status: Int32 = 0
      waitpid(process, &status, 0)
    }
    for process in leftovers { Glibc.kill(process, SIGKILL) }
    for descriptor in Set(sources.map(\.descriptor) + [input]) where descriptor >= 0 {
      close(descriptor)
    }
  }

  /// Two ends that other tests' children don't inherit; pipes can't be created that way in Swift.
  private static func stream() throws -> (Int32, Int32) {
    var ends: [Int32] = [-1, -1]
    let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, type, 0, &ends) == 0 else { throw HarnessError.system("socketpair") }
    return (ends[0], ends[1])
  }

  /// Our end of a new pseudo-terminal, and the path of the other one. This does what posix_openpt(3), unlockpt(3) and
  /// ptsname(3) do, which Swift's Glibc doesn't export.
  private static func terminal() throws -> (Int32, String) {
    let terminal = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    var lock: Int32 = 0
    var number: UInt32 = 0
    let setLock: UInt = 0x4004_5431  // TIOCSPTLCK
    let getNumber: UInt = 0x8004_5430  // TIOCGPTN
    guard terminal >= 0, ioctl(terminal, setLock, &lock) == 0,
      ioctl(terminal, getNumber, &number) == 0
    else { throw HarnessError.system("opening a pseudo-terminal") }
    return (terminal, "/dev/pts/\(number)")
  }

  private static func setSize(of terminal: Int32, rows: UInt16, columns: UInt16) {
    var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
    _ = ioctl(terminal, UInt(TIOCSWINSZ), &size)
  }

  // MARK: Input

  func type(_ text: String) throws {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(input, $0.baseAddress, $0.count) }
      guard count > 0 || errno == EAGAIN || errno == EINTR else {
        throw failure("the shell accepts no input: \(String(cString: strerror(errno)))")
      }
      if count > 0 { rest = rest.dropFirst(count) }
    }
  }

  /// Types a line.
  func enter(_ line: String) throws { try type(line + (sources.count == 1 ? "\r" : "\n")) }

  func press(_ keys: Key...) throws { for key in keys { try type(key.rawValue) } }

  /// Presses Ctrl-D until the shell ends: where a machine would be lost the shell asks, and Ctrl-D means yes.
  func leave() throws {
    let start = position
    try press(.endOfFile)
    if try !appears("quit\r\n", or: "(y or n) ", after: start) { try press(.endOfFile) }
  }

  /// Whether the first of two texts comes before the second, after a position in the output.
  private func appears(_ first: String, or second: String, after start: Int) throws -> Bool {
    let deadline = ContinuousClock.now + .seconds(20)
    while true {
      let text = output.utf8.dropFirst(start)
      if text.firstRange(of: Array(second.utf8)) != nil { return false }
      if text.firstRange(of: Array(first.utf8)) != nil { return true }
      guard try read(until: deadline) else { return true }
    }
  }

  /// Ends its standard input, a stream.
  func closeInput() {
    guard sources.first?.descriptor != input, input >= 0 else { return }
    close(input)
    input = -1
  }

  /// Removes its terminal.
  func closeTerminal() {
    sources = []
    close(input)
    input = -1
  }

  func resize(rows: UInt16, columns: UInt16) {
    Self.setSize(of: input, rows: rows, columns: columns)
    screen.resize(rows: Int(rows), columns: Int(columns))
  }

  /// The modes of its terminal.
  func terminalModes() throws -> [UInt32] {
    var modes = termios()
    guard tcgetattr(input, &modes) == 0 else { throw HarnessError.system("tcgetattr") }
    return [modes.c_iflag, modes.c_oflag, modes.c_cflag, modes.c_lflag]
      + withUnsafeBytes(of: modes.c_cc) { $0.map(UInt32.init) }
  }

  /// Reads until its terminal shows a text.
  func expectScreen(
    _ what: String, within time: Duration = .seconds(20), _ isShown: (TerminalScreen) -> Bool
  ) throws {
    let deadline = ContinuousClock.now + time
    while !isShown(screen) {
      guard try read(until: deadline) else {
        throw HarnessError("the screen does not show \(what):\n\(screen.text)---")
      }
    }
  }

  /// Reads until its terminal shows a text.
  func expectScreen(_ text: String, within time: Duration = .seconds(20)) throws {
    try expectScreen("'\(text)'", within: time) { $0.text.contains(text) }
  }

  /// Whether its terminal is the guest's: Ctrl-Z then has no special meaning.
  var hasGivenTerminalAway: Bool {
    var modes = termios()
    guard tcgetattr(input, &modes) == 0 else { return false }
    return withUnsafeBytes(of: modes.c_cc) { $0[Int(VSUSP)] == 0 }
  }

  func send(_ signal: Int32) { Glibc.kill(process, signal) }

  // MARK: Output

  /// Reads until a text appears after the previously expected one, and returns the output before it.
  @discardableResult
  func expect(_ text: String, within time: Duration = .seconds(20)) throws -> String {
    let deadline = ContinuousClock.now + time
    while true {
      let rest = output.utf8.dropFirst(position)
      if let range = rest.firstRange(of: Array(text.utf8)) {
        let before = String(decoding: rest[..<range.lowerBound], as: UTF8.self)
        position += before.utf8.count + text.utf8.count
        return before
      }
      guard try read(until: deadline) else {
        throw failure("'\(text)' did not appear within \(time)")
      }
    }
  }

  /// Reads a part of what has arrived; false at the deadline or when all ends are closed.
  private func read(until deadline: ContinuousClock.Instant) throws -> Bool {
    guard !sources.isEmpty else { return false }
    var polls = sources.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
    let left = deadline - ContinuousClock.now
    let milliseconds =
      left.components.seconds * 1000 + left.components.attoseconds / 1_000_000_000_000_000
    guard milliseconds > 0, poll(&polls, nfds_t(polls.count), Int32(milliseconds)) > 0 else {
      return false
    }
    for index in sources.indices.reversed() where polls[index].revents != 0 { take(index) }
    return true
  }

  private func take(_ index: Int) {
    var buffer = [UInt8](repeating: 0, count: 65536)
    let count = Glibc.read(sources[index].descriptor, &buffer, buffer.count)
    if count < 0, errno == EAGAIN || errno == EINTR { return }
    guard count > 0 else {
      if sources[index].descriptor != input { close(sources[index].descriptor) }
      sources.remove(at: index)
      return
    }
    // A character may arrive in two parts.
    var bytes = sources[index].pending + buffer[..<count]
    var tail: [UInt8] = []
    if let start = bytes.lastIndex(where: { $0 & 0xc0 != 0x80 }), bytes[start] >= 0xc0,
      bytes.count - start < (bytes[start] >= 0xf0 ? 4 : bytes[start] >= 0xe0 ? 3 : 2)
    {
      tail = Array(bytes[start...])
      bytes.removeSubrange(start...)
    }
    sources[index].pending = tail
    let text = String(decoding: bytes, as: UTF8.self)
    if sources[index].isError {
      errors += text
    } else {
      output += text
      if sources[index].descriptor == input { screen.receive(text) }
    }
  }

  // MARK: Its end

  /// Waits until it has ended, and checks that it left no process.
  @discardableResult
  func end(within time: Duration = .seconds(60)) throws -> Int32 {
    let deadline = ContinuousClock.now + time
    while try read(until: deadline) {}
    _ = eventually(within: max(.zero, deadline - .now) + .milliseconds(10)) {
      status = ChildProcess.status(of: process)
      return status != nil
    }
    guard let status else { throw failure("the shell has not ended within \(time)") }
    let isAlone = eventually(within: .seconds(5)) { leftovers.isEmpty }
    if !isAlone {
      let names = leftovers.map { "\($0) (\(ChildProcess.name(of: $0)))" }
      throw failure("the shell has left processes: \(names.joined(separator: ", "))")
    }
    if (output + errors).contains("Fatal error") || [132, 133, 134, 139].contains(status) {
      throw failure("the shell crashed with status \(status)")
    }
    return status
  }

  /// The emulator that it started.
  var emulator: pid_t? {
    leftovers.first { ChildProcess.name(of: $0).hasPrefix("qemu-system") }
  }

  /// The emulator, once it runs.
  func requireEmulator() throws -> pid_t {
    var found: pid_t?
    _ = eventually {
      found = emulator
      return found != nil
    }
    guard let found else { throw failure("the shell started no emulator") }
    return found
  }

  private var leftovers: [pid_t] {
    ChildProcess.processes(with: marker).filter { $0 != process }
  }

  func failure(_ text: String) -> HarnessError {
    HarnessError("\(text)\n--- output\n\(output)\n--- errors\n\(errors)\n---")
  }
}
