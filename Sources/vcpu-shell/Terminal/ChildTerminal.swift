internal import Glibc

/// The terminal while another program has its keys: job control, as of a shell that waits for a command.
final class ChildTerminal {
  private let descriptor: Int32
  private let child: pid_t
  private let modes: termios
  /// Whether the child waits until this process has the terminal again.
  private var isStopped = false

  /// Nil where the terminal is not this process's to give.
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

  /// Gives it to the child. One that asked for a key before has been stopped for that, and goes on.
  func give() {
    Self.withoutStops { _ = tcsetpgrp(descriptor, child) }
    kill(-child, SIGCONT)
  }

  /// Takes it back, as it was.
  func takeBack() {
    Self.withoutStops {
      _ = tcsetpgrp(descriptor, getpgrp())
      var modes = modes
      _ = unsafe tcsetattr(descriptor, TCSANOW, &modes)
    }
  }

  /// The child was stopped by a signal.
  func stop(by signal: Int32) {
    // It asked for the terminal a moment before it was given.
    if signal == SIGTTIN || signal == SIGTTOU { return give() }
    takeBack()
    isStopped = true
    // Returns when somebody lets this process go on; at once where nobody could.
    raise(SIGTSTP)
    goOn()
  }

  /// Lets a child that was stopped go on once this process is in the foreground.
  func goOn() {
    guard isStopped, tcgetpgrp(descriptor) == getpgrp() else { return }
    isStopped = false
    give()
  }

  /// Who sets a terminal from the background is stopped, unless it does not want to be.
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
