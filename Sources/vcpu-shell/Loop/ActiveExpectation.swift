internal import VCpuDebug

/// An expectation while the target runs.
struct ActiveExpectation {
  let expectation: Expectation
  /// The number of the catchpoint for the expected exit; nil if no exit is expected.
  let goalNumber: Int?
  /// The number of the catchpoint for the exit that must not happen.
  let forbiddenNumber: Int?
  /// The number of the catchpoint that counts exits; nil if they are not counted.
  let countingNumber: Int?
  let startClock: GuestClock?
  /// How many exits have been seen.
  var exitCount = 0
  /// How long the target has run.
  var runTime = Duration.zero
  /// When the target started running; nil while it is stopped.
  var runStart: ContinuousClock.Instant?
  /// The line of the console that was expected, once it has come.
  var line: String?

  /// The target runs from now on.
  mutating func noteRun() { runStart = .now }

  /// The target has stopped.
  mutating func noteStop() {
    if let runStart { runTime += .now - runStart }
    runStart = nil
  }

  /// When the time is over, while the target runs; nil if the time isn't limited.
  var deadline: ContinuousClock.Instant? {
    guard case .seconds(let seconds)? = expectation.limit, let runStart else { return nil }
    return runStart + .seconds(seconds) - runTime
  }
}

/// Why the loop has asked the target to stop.
enum StopWish {
  /// The line that was expected has come.
  case expectedLine
  /// A line has come that has a handler.
  case handlers
  /// An expectation's time is over.
  case limit
  /// The script's time is over.
  case timeout
  /// What is shown meanwhile is shown again.
  case refresh
  /// It was shown for the last time.
  case lastRefresh
}
