internal import VCpuDebug

/// The tests of a session's scripts: the current one, the results of earlier ones, and the data for failure reports.
///
/// The last lines of the console and the last exits are kept beyond the test in which they happened: the cause of a
/// failure may precede the test that finds it. An exit is kept as it was, and put into words only if they are needed.
final class TestRecorder {
  /// The tests that have ended, in order.
  private(set) var results: [TestResult] = []
  /// The failures outside of tests, in order.
  private(set) var otherFailures: [ErrorReport] = []
  /// The current test; nil outside of tests.
  private(set) var current: Current?

  /// Whether anything has failed, in a test or outside.
  var hasFailures: Bool {
    !otherFailures.isEmpty || results.contains { $0.outcome == .failed }
  }

  private var console = LastLines(limit: consoleLimit)
  private var exits: [SeenExit] = []

  /// A test that is running.
  struct Current {
    let number: Int
    let name: String
    let place: String?
    fileprivate let start: ContinuousClock.Instant
    fileprivate var assertionCount = 0
    fileprivate var output = LastLines(limit: outputLimit)
  }

  private enum SeenExit {
    case exit(Exit)
    case words(String)
  }

  /// How many console lines a failure report contains.
  static let consoleLimit = 20
  /// How many exits a failure report contains.
  static let exitLimit = 10
  /// How many console lines a test keeps.
  static let outputLimit = 1000

  // MARK: Tests

  /// Begins a test.
  func begin(_ name: String, at place: String?, now: ContinuousClock.Instant = .now) -> Current {
    let test = Current(number: results.count + 1, name: name, place: place, start: now)
    current = test
    return test
  }

  /// Ends the current test; returns its result, or nil if there is no test.
  ///
  /// - Parameters:
  ///   - failure: the failure; nil if nothing has failed.
  ///   - words: renders an exit as a line.
  func end(
    _ failure: ErrorReport?, now: ContinuousClock.Instant = .now, words: (Exit) -> String
  ) -> TestResult? {
    guard let test = current else { return nil }
    current = nil
    var result = TestResult(
      number: test.number, name: test.name, place: test.place,
      duration: test.start.duration(to: now))
    result.assertionCount = test.assertionCount
    let dropped = test.output.droppedCount
    result.output =
      (dropped == 0 ? [] : ["(\(dropped) lines before these are left out)"]) + test.output.lines
    if let failure {
      putExitsInWords(words)
      result.failure = failure
      result.console = console.lines
      result.exits = exits.map { if case .words(let words) = $0 { words } else { "" } }
    }
    results.append(result)
    return result
  }

  /// The result of a test that is skipped.
  func skip(_ name: String, at place: String?, because reason: String) -> TestResult {
    var result = TestResult(
      number: results.count + 1, name: name, place: place, duration: .zero)
    result.skipReason = reason
    results.append(result)
    return result
  }

  /// Remembers a failure outside of tests.
  func note(failure: ErrorReport) { otherFailures.append(failure) }

  // MARK: What happens

  /// Records an event for the current test.
  func note(_ event: ShellEvent) {
    switch event {
    case .assertion: current?.assertionCount += 1
    case .targetConsole(let bytes): note(console: bytes)
    default: break
    }
  }

  /// Records what the guest has printed.
  func note(console bytes: [UInt8]) {
    console.append(bytes)
    current?.output.append(bytes)
  }

  /// Records an exit at which the target has stopped.
  func note(_ exit: Exit) {
    if exits.count == Self.exitLimit { exits.removeFirst() }
    exits.append(.exit(exit))
  }

  /// Puts the exits into words, while there is a session with the symbols for them.
  func putExitsInWords(_ words: (Exit) -> String) {
    exits = exits.map { if case .exit(let exit) = $0 { .words(words(exit)) } else { $0 } }
  }

  /// Forgets the events of another machine.
  func forgetMachine() {
    exits = []
    console = LastLines(limit: Self.consoleLimit)
  }
}
