internal import Glibc

/// The terminal while another program has its keys: job control, as in a shell that waits for a command.
final class ChildTerminal {
  private let descriptor: Int32
  private let child: pid_t
  private let modes: termios
  /// Whether the child waits until this process has the terminal again.
  private var isStopped = false

  /// Nil if this process isn't in the terminal's foreground.
  ///
  /// - Parameters:
  ///   - descriptor: the terminal.
  ///   - child: the process group that gets it.
  init?(_ descriptor: Int32, of child: pid_t) {
    var modes = termios()
    guard tcgetpgrp(descriptor) == getpgrp(), unsafe tcgetattr(descriptor, &modes) == 0 else {
      return nil
    }
    self.descriptor = descriptor
    self.child = child
    self.modes = modes
  }

  /// Gives the terminal to the child. A child that tried to read before has been stopped for that, and is continued.
  func give() {
    Self.withoutStops { _ = tcsetpgrp(descriptor, child) }
    kill(-child, SIGCONT)
  }

  /// Takes the terminal back, and restores its modes.
  func takeBack() {
    Self.withoutStops {
      _ = tcsetpgrp(descriptor, getpgrp())
      var modes = modes
      _ = unsafe tcsetattr(descriptor, TCSANOW, &modes)
    }
  }

  /// The child was stopped by a signal.
  func stop(by signal: Int32) {
    // It used the terminal a moment before it got it.
    if signal == SIGTTIN || signal == SIGTTOU { return give() }
    takeBack()
    isStopped = true
    // Returns when this process is continued, or immediately if no process could continue it.
    raise(SIGTSTP)
    goOn()
  }

  /// Lets a child that was stopped go on once this process is in the foreground.
  func goOn() {
    guard isStopped, tcgetpgrp(descriptor) == getpgrp() else { return }
    isStopped = false
    give()
  }

  /// A background process that sets the terminal is stopped by a signal, unless it ignores or blocks that.
  private static func withoutStops(_ body: () -> Void) {
    var stops = sigset_t()
    var before = sigset_t()
    unsafe sigemptyset(&stops)
    unsafe sigaddset(&stops, SIGTTOU)
    _ = unsafe sigprocmask(SIG_BLOCK, &stops, &before)
    body()
    _ = unsafe sigprocmask(SIG_SETMASK, &before, nil)
  }
}
