internal import CReadline
internal import Glibc

/// Signals as a descriptor to poll (`signalfd(2)`), in place of handlers that interrupt anywhere.
///
/// The signals are blocked for the process while this exists. A child inherits that: spawn it with
/// `maskForChildren`. Threads inherit it too, so make this before any thread exists. SIGTSTP keeps
/// its effect, so Ctrl-Z stops the shell as usual.
struct SignalDescriptor: ~Copyable {
  /// The signals that arrive here.
  enum Signal: Int32, CaseIterable {
    /// SIGINT: Ctrl-C.
    case interrupt = 2
    /// SIGTERM.
    case terminate = 15
    /// SIGHUP: the terminal is gone.
    case hangUp = 1
    /// SIGWINCH: the terminal has another size.
    case windowChange = 28
    /// SIGCHLD: a child ended. Several ends may come as one signal.
    case childExited = 17
    /// SIGCONT: the shell was stopped and goes on.
    case continued = 18
  }

  /// What to poll for reading.
  let descriptor: Int32

  /// The mask for children: no signal blocked.
  let maskForChildren: sigset_t
  private let originalMask: sigset_t

  /// Blocks signals and opens the descriptor at which they arrive.
  ///
  /// - Parameter signals: none leaves the process as it is, for a shell that is one part of another
  ///   program.
  init(blocking signals: [Signal] = Signal.allCases) throws(SystemCallError) {
    var blocked = sigset_t()
    var empty = sigset_t()
    unsafe sigemptyset(&empty)
    unsafe sigemptyset(&blocked)
    for signal in signals { unsafe sigaddset(&blocked, signal.rawValue) }
    var original = sigset_t()
    guard unsafe sigprocmask(SIG_BLOCK, &blocked, &original) == 0 else {
      throw .last("sigprocmask")
    }
    let flags = Int32(SFD_NONBLOCK | SFD_CLOEXEC)
    let opened = unsafe signalfd(-1, &blocked, flags)
    guard opened >= 0 else {
      let error = SystemCallError.last("signalfd")
      _ = unsafe sigprocmask(SIG_SETMASK, &original, nil)
      throw error
    }
    descriptor = opened
    maskForChildren = empty
    originalMask = original
  }

  deinit {
    close(descriptor)
    var mask = originalMask
    _ = unsafe sigprocmask(SIG_SETMASK, &mask, nil)
  }

  /// The next signal that has arrived; nil when there is none.
  func next() throws(SystemCallError) -> Signal? {
    var information = signalfd_siginfo()
    while true {
      let count = unsafe read(descriptor, &information, MemoryLayout<signalfd_siginfo>.size)
      if count == MemoryLayout<signalfd_siginfo>.size {
        return Signal(rawValue: Int32(bitPattern: information.ssi_signo))
      }
      switch errno {
      case EINTR: continue
      case EAGAIN: return nil
      default: throw .last("read of a signalfd")
      }
    }
  }
}
