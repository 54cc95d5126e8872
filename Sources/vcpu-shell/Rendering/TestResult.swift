/// What a test of a script has come to.
struct TestResult {
  /// Its number, from 1.
  let number: Int
  let name: String
  /// Where it is in a script, as `file:line`; nil where it is in none.
  let place: String?
  /// How long it took.
  let duration: Duration
  /// What ended it; nil where nothing has failed.
  var failure: ErrorReport?
  /// Why it is left out; nil where it isn't.
  var skipReason: String?
  /// How many assertions were made in it, failed ones included.
  var assertionCount = 0
  /// What the guest printed last before the failure, a line each; empty where nothing has failed.
  var console: [String] = []
  /// The last exits before the failure, a line each; empty where nothing has failed.
  var exits: [String] = []
  /// What the guest printed during the test, a line each.
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
