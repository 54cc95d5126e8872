internal import Glibc
internal import VCpuDebug

/// A system shell command with text as its standard input: a pager, or the command after `|`.
///
/// It has its own process group, and at a terminal gets the keys, including Ctrl-C and Ctrl-Z, until it has ended.
final class ChildCommand {
  private let signals: Signals?
  private let terminal: ChildTerminal?
  private let process: pid_t
  /// This process's end of its standard input; nil once everything is written, or the command reads no more.
  private var input: Int32?
  private var rest: ArraySlice<UInt8>
  /// This process's end of its standard output, if that is captured.
  private let output: Int32?
  private let take: ([UInt8]) -> Void
  /// When a command that was asked to end must have ended.
  private var killTime: ContinuousClock.Instant?
  /// Whether it was ended because it took too long.
  private(set) var isOverdue = false

  /// The statuses of `sh` for a file that isn't executable, and for one that doesn't exist.
  static let notExecutable: Int32 = 126
  static let notFound: Int32 = 127

  private static let patience = Duration.milliseconds(300)
  /// Its end sends a signal. This is for an end without one, as in a test.
  private static let slice = Duration.milliseconds(50)
  private static let pieceByteCount = 1 << 16

  /// Starts the command.
  ///
  /// - Parameters:
  ///   - command: what `sh -c` takes.
  ///   - input: its standard input. Anything it does not read is dropped.
  ///   - terminal: the terminal that it gets, if this process has it; nil for none.
  ///   - signals: the signals that are passed on to it; nil for none.
  ///   - takesErrors: whether its standard error belongs to its output, if that is received.
  ///   - output: receives its output; nil to let it print where this process does.
  init(
    _ command: String, input: [UInt8], terminal: Int32?, signals: Signals?,
    takesErrors: Bool = false, output take: (([UInt8]) -> Void)? = nil
  ) throws(LaunchError) {
    let (itsInput, ourInput) = try ChildLauncher.pipePair()
    defer { close(itsInput) }
    var ends: (ours: Int32, its: Int32)?
    defer { if let ends { close(ends.its) } }
    do {
      if take != nil { ends = try ChildLauncher.pipePair() }
      process = try ChildLauncher.spawn(
        ["sh", "-c", command], signals?.maskForChildren ?? sigset_t(),
        descriptors: [
          (itsInput, STDIN_FILENO), (ends?.its ?? STDOUT_FILENO, STDOUT_FILENO),
          ((takesErrors ? ends?.its : nil) ?? STDERR_FILENO, STDERR_FILENO),
        ])
    } catch {
      close(ourInput)
      if let ends { close(ends.ours) }
      throw error
    }
    self.signals = signals
    self.terminal = if let terminal { ChildTerminal(terminal, of: process) } else { nil }
    self.take = take ?? { _ in }
    self.input = ourInput
    output = ends?.ours
    rest = input[...]
    for descriptor in [self.input, output] {
      if let descriptor { _ = fcntl(descriptor, F_SETFL, O_NONBLOCK) }
    }
  }

  deinit {
    if let input { close(input) }
    if let output { close(output) }
  }

  /// Waits until it has ended. A Ctrl-C that it doesn't get from its terminal is passed on, and so are signals that ask
  /// the process to end, which no child may outlive.
  ///
  /// - Parameter deadline: when it and its process group are ended; nil for no limit.
  /// - Returns: its exit status; 128 plus the signal's number if a signal ended it.
  func end(by deadline: ContinuousClock.Instant? = nil) -> Int32 {
    terminal?.give()
    defer {
      terminal?.takeBack()
      // Whatever stopped both processes, the terminal is restored.
      signals?.takeAll(.continued)
    }
    while true {
      feed()
      let status = reap()
      drain()
      if let status { return status }
      passOnSignals()
      if let deadline, deadline <= .now {
        isOverdue = true
        end(by: SIGTERM)
      }
      var poller = Poller()
      if let input { poller.register(input, for: .writable) }
      if let output { poller.register(output) }
      if let signals { poller.register(signals.descriptor) }
      let slice = ContinuousClock.now + Self.slice
      _ = try? poller.wait(until: isOverdue ? slice : min(slice, deadline ?? slice))
    }
  }

  /// Writes as much input as it accepts now.
  private func feed() {
    guard let input else { return }
    while !rest.isEmpty {
      let piece = rest.prefix(Self.pieceByteCount)
      let count = unsafe piece.withUnsafeBytes { unsafe write(input, $0.baseAddress, $0.count) }
      if count > 0 {
        rest = rest.dropFirst(count)
      } else if errno == EAGAIN {
        return
      } else if errno != EINTR {
        // It has stopped reading, like `head` when it has enough.
        break
      }
    }
    close(input)
    self.input = nil
  }

  /// Reads its output.
  private func drain() {
    guard let output else { return }
    var buffer = [UInt8](repeating: 0, count: Self.pieceByteCount)
    while true {
      let count = unsafe read(output, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return }
      take(Array(buffer[..<count]))
    }
  }

  /// Its exit status, if it has ended. If it was stopped instead, this process stops too, as expected for Ctrl-Z.
  private func reap() -> Int32? {
    var status: Int32 = 0
    guard unsafe waitpid(process, &status, WNOHANG | WUNTRACED) == process else {
      terminal?.goOn()
      return nil
    }
    let signal = status & 0x7f
    switch signal {
    case 0: return status >> 8 & 0xff
    case 0x7f:
      terminal?.stop(by: status >> 8 & 0xff)
      return nil
    default: return 128 + signal
    }
  }

  private func passOnSignals() {
    guard let signals else { return }
    if signals.takeAll(.interrupt) { kill(-process, SIGINT) }
    guard signals.isEnding, let ending = signals.ending else { return }
    end(by: Int32(ending.rawValue))
  }

  /// Asks it to end, and kills it if it does not.
  private func end(by signal: Int32) {
    if let killTime {
      if killTime <= .now { kill(-process, SIGKILL) }
    } else {
      for signal in [signal, SIGCONT] { kill(-process, signal) }
      killTime = .now + Self.patience
    }
  }
}
