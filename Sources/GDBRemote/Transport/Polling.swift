internal import Glibc

/// `poll()` with a deadline.
enum Polling {
  /// Waits for one of `events`, an error or a hang-up. False means that the deadline passed.
  static func wait(
    for fileDescriptor: Int32, events: Int16, deadline: ContinuousClock.Instant
  ) throws(RemoteError) -> Bool {
    var entry = pollfd(fd: fileDescriptor, events: events, revents: 0)
    while true {
      let left = deadline - ContinuousClock.now
      let result = unsafe poll(&entry, 1, milliseconds(left))
      if result > 0 { return true }
      if result == 0, left <= .zero { return false }
      if result < 0, errno != EINTR {
        throw RemoteError(.connectionClosed, "cannot wait for the stub: \(SystemError.text(errno))")
      }
    }
  }

  /// `duration` in milliseconds, rounded up so that a wait doesn't spin at its end.
  static func milliseconds(_ duration: Duration) -> Int32 {
    guard duration > .zero else { return 0 }
    guard duration < .seconds(86400) else { return 86_400_000 }
    let (seconds, attoseconds) = duration.components
    return Int32(seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
  }
}

/// The texts of system errors.
enum SystemError {
  static func text(_ number: Int32) -> String {
    // The text is static or belongs to this thread, and is copied immediately.
    guard let text = unsafe strerror(number) else { return "error \(number)" }
    return unsafe String(cString: text)
  }
}
