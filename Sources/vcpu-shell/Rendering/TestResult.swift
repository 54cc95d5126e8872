/// The result of a script's test.
struct TestResult {
  /// Its number, from 1.
  let number: Int
  let name: String
  /// Where it is in a script, as `file:line`; nil if it isn't in a script.
  let place: String?
  /// How long it took.
  let duration: Duration
  /// The failure that ended it; nil if nothing failed.
  var failure: ErrorReport?
  /// Why it is skipped; nil if it isn't.
  var skipReason: String?
  /// How many assertions were made in it, failed ones included.
  var assertionCount = 0
  /// The last lines that the guest printed before the failure; empty if nothing failed.
  var console: [String] = []
  /// The last exits before the failure, one line each; empty if nothing failed.
  var exits: [String] = []
  /// The lines that the guest printed during the test.
  var output: [String] = []

  var outcome: TestEvent.Outcome {
    if failure != nil { .failed } else if skipReason != nil { .skipped } else { .passed }
  }
}

extension TestEvent {
  init(_ result: TestResult) {
    number = result.number
    name = result.name
    place = result.place
    outcome = result.outcome
    duration = result.duration.secondsToMicroseconds
    assertionCount = result.assertionCount
    reason = result.skipReason
    failure = result.failure.map(Failure.init)
    console = result.console
    exits = result.exits
  }
}

extension TestEvent.Failure {
  init(_ error: ErrorReport) {
    text = error.text
    status = Int(error.status.rawValue)
    code = error.code
    place = error.place
    values = error.values
  }
}
