/// The wall-clock deadline of the current work.
struct Timeout {
  let deadline: ContinuousClock.Instant
  /// The duration as it was given, in seconds.
  let seconds: Double

  init(seconds: Double) {
    self.seconds = seconds
    deadline = .now + .seconds(seconds)
  }

  /// - Throws: `TimedOut` once the deadline has passed.
  func check() throws(TimedOut) {
    if deadline <= .now { throw TimedOut(seconds: seconds) }
  }
}

/// Something took too long.
struct TimedOut: Error, Equatable, CustomStringConvertible {
  let seconds: Double

  var description: String { "timed out after \(Seconds.text(seconds))" }
}
