internal import CSignals
internal import Glibc

/// The process's signals as bytes of a pipe, to be polled with everything else: the handlers only write to the pipe.
///
/// SIGTERM and SIGHUP end the process within a second, whatever it waits for: see `csignals_install`. So does SIGINT
/// before there is a session (`interruptEnds`). SIGTSTP keeps its default effect, so Ctrl-Z stops the shell as usual,
/// except for a full-screen view (`setFarewell`).
final class Signals {
  /// The signals that are handled. Several of one kind may be merged into one.
  enum Signal: UInt8, CaseIterable {
    /// SIGHUP: the terminal is gone.
    case hangUp = 1
    /// SIGINT: Ctrl-C.
    case interrupt = 2
    /// SIGQUIT: Ctrl-\. It does nothing, as in GDB.
    case quit = 3
    /// SIGTERM.
    case terminate = 15
    /// SIGCHLD: a child ended.
    case childExited = 17
    /// SIGCONT: the shell was stopped and continues.
    case continued = 18
    /// SIGTSTP: Ctrl-Z in the full-screen view, which must leave the terminal before the shell stops.
    case stop = 20
    /// SIGWINCH: the terminal's size has changed.
    case windowChange = 28

    /// Whether it asks the current wait to end.
    var endsWaits: Bool { self == .interrupt || endsShell }
    /// Whether it asks the shell to end.
    var endsShell: Bool { self == .terminate || self == .hangUp }
  }

  /// The descriptor to poll for reading.
  let descriptor: Int32

  /// The signals that children block: those that this process blocked at the start.
  let maskForChildren: sigset_t

  /// Signals that were read but not taken.
  private var arrived: [Signal] = []
  /// The signal that asked the shell to end; nil before.
  private(set) var ending: Signal?

  /// How long the process may take to end after being asked.
  private static let grace: Int32 = 800
  /// How long it may take before there is a session, when there is nothing to clean up.
  private static let interruptGrace: Int32 = 150
  /// The limit on remembered signals: more would add no information.
  private static let arrivedLimit = 1024

  /// The signals of this process. Create it once, before children are started.
  static func ofProcess() throws(SystemCallError) -> Signals {
    var ends: [Int32] = [-1, -1]
    guard unsafe pipe(&ends) == 0 else { throw .last("pipe") }
    for descriptor in ends { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
    _ = fcntl(ends[1], F_SETFL, O_NONBLOCK)
    let signals = Signals(reading: ends[0])
    csignals_set_interrupt_grace(interruptGrace)
    let numbers = Signal.allCases.filter { $0 != .stop }.map { Int32($0.rawValue) }
    let code = unsafe csignals_install(numbers, Int32(numbers.count), ends[1], grace)
    guard code == 0 else { throw SystemCallError(call: "sigaction", code: code) }
    return signals
  }

  /// Signals that someone else writes to a pipe.
  ///
  /// - Parameter descriptor: the end to read from, which is closed with this object.
  init(reading descriptor: Int32) {
    self.descriptor = descriptor
    _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
    var mask = sigset_t()
    _ = unsafe sigprocmask(SIG_BLOCK, nil, &mask)
    maskForChildren = mask
  }

  deinit { close(descriptor) }

  /// Whether SIGINT ends the process, as long as there is nothing to lose.
  var interruptEnds = true {
    didSet { csignals_set_interrupt_grace(interruptEnds ? Self.interruptGrace : 0) }
  }

  /// Sets what is written to the terminal if the process ends by a signal while a full-screen view is open; nil at the
  /// view's end. Meanwhile Ctrl-Z arrives as `stop`.
  static func setFarewell(_ text: String?) {
    // The handlers read it. It is a few bytes, and stays for them.
    unsafe csignals_set_farewell(text.map { unsafe strdup($0) })
  }

  /// The next signal that has arrived; nil when there is none.
  func next() -> Signal? {
    take()
    guard !arrived.isEmpty else { return nil }
    let signal = arrived.removeFirst()
    // The loop that took it ends its wait, which takes a little time.
    if signal == .interrupt { csignals_extend(Self.grace) }
    return signal
  }

  /// Whether a signal has arrived that asks a wait to end. It stays, for `next()`.
  var endWaits: Bool {
    take()
    return arrived.contains(where: \.endsWaits)
  }

  /// Takes all signals of a kind that have arrived, for a caller that has handled them or does so now; returns whether
  /// there were any.
  @discardableResult
  func takeAll(_ signal: Signal) -> Bool {
    take()
    let count = arrived.count
    arrived.removeAll { $0 == signal }
    return arrived.count < count
  }

  /// Whether a signal has asked the shell to end.
  var isEnding: Bool {
    take()
    return ending != nil
  }

  /// Ends the process by the signal that asked it to end, if one did, so that its parent sees that.
  func endProcess() {
    if let ending { csignals_end_by(Int32(ending.rawValue)) }
  }

  private func take() {
    var buffer = [UInt8](repeating: 0, count: 256)
    while true {
      let count = unsafe read(descriptor, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return }
      for signal in buffer[..<count].compactMap(Signal.init(rawValue:)) {
        if signal.endsShell { ending = ending ?? signal }
        if arrived.count < Self.arrivedLimit { arrived.append(signal) }
      }
    }
  }
}
