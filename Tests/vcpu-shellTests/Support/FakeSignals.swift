import Glibc

@testable import vcpu_shell

/// A test's own signals: a pipe like the one that the process's handlers write to.
final class FakeSignals {
  let signals: Signals
  private let end: Int32

  init() throws {
    // As in the program: the loss of a reader is an error of a write.
    signal(SIGPIPE, SIG_IGN)
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw SystemCallError.last("pipe") }
    // A test may run on a thread that blocks signals, which children of the program don't inherit.
    var mask = sigset_t()
    var none = sigset_t()
    pthread_sigmask(SIG_SETMASK, &none, &mask)
    signals = Signals(reading: ends[0])
    pthread_sigmask(SIG_SETMASK, &mask, nil)
    end = ends[1]
  }

  deinit { close(end) }

  /// Simulates the arrival of a signal.
  func raise(_ signal: Signals.Signal) {
    var byte = signal.rawValue
    _ = write(end, &byte, 1)
  }
}
