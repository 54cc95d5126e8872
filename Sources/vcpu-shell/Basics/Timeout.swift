/// When what is done is to be over, on the wall's clock.
struct Timeout {
  let deadline: ContinuousClock.Instant
  /// As it was given, in seconds.
  let seconds: Double

  init(seconds: Double) {
    self.seconds = seconds
    deadline = .now + .seconds(seconds)
  }

  /// - Throws: `TimedOut` once it is over.
  func check() throws(TimedOut) {
    if deadline <= .now { throw TimedOut(seconds: seconds) }
  }
}

/// What was done took too long.
struct TimedOut: Error, Equatable, CustomStringConvertible {
  let seconds: Double

  var description: String { "timed out after \(Seconds.text(seconds))" }
}
