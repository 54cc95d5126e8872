internal import VCpuDebug

/// The tests of the scripts of a session: the one that is going on, what those before it have come to, and what a failure
/// is told with.
///
/// The last lines of the console and the last exits are kept beyond the test in which they happened: the reason of a
/// failure may be before the test that finds it. An exit is kept as it was, and put in words only where they are wanted.
final class TestRecorder {
  /// Those that have ended, in their order.
  private(set) var results: [TestResult] = []
  /// What has failed outside of tests, in its order.
  private(set) var otherFailures: [ErrorReport] = []
  /// The one that is going on; nil outside of tests.
  private(set) var current: Current?

  /// Whether anything has failed, in a test or not.
  var hasFailures: Bool {
    !otherFailures.isEmpty || results.contains { $0.outcome == .failed }
  }

  private var console = LastLines(limit: consoleLimit)
  private var exits: [SeenExit] = []

  /// The test that is going on.
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

  /// How many lines of the console a failure has.
  static let consoleLimit = 20
  /// How many exits a failure has.
  static let exitLimit = 10
  /// How many lines of the console a test has.
  static let outputLimit = 1000

  // MARK: Tests

  /// Takes up a test that begins.
  func begin(_ name: String, at place: String?, now: ContinuousClock.Instant = .now) -> Current {
    let test = Current(number: results.count + 1, name: name, place: place, start: now)
    current = test
    return test
  }

  /// Ends the test that is going on; its result, nil where none is.
  ///
  /// - Parameters:
  ///   - failure: what has failed; nil if nothing has.
  ///   - words: makes a line of an exit.
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

  /// The result of a test that is left out.
  func skip(_ name: String, at place: String?, because reason: String) -> TestResult {
    var result = TestResult(
      number: results.count + 1, name: name, place: place, duration: .zero)
    result.skipReason = reason
    results.append(result)
    return result
  }

  /// Remembers what has failed outside of tests.
  func note(failure: ErrorReport) { otherFailures.append(failure) }

  // MARK: What happens

  /// Takes what happens, for the test that is going on.
  func note(_ event: ShellEvent) {
    switch event {
    case .assertion: current?.assertionCount += 1
    case .targetConsole(let bytes): note(console: bytes)
    default: break
    }
  }

  /// Takes what the guest has printed.
  func note(console bytes: [UInt8]) {
    console.append(bytes)
    current?.output.append(bytes)
  }

  /// Takes an exit at which the target has stopped.
  func note(_ exit: Exit) {
    if exits.count == Self.exitLimit { exits.removeFirst() }
    exits.append(.exit(exit))
  }

  /// Puts the exits in words, while there is a session that has the symbols for them.
  func putExitsInWords(_ words: (Exit) -> String) {
    exits = exits.map { if case .exit(let exit) = $0 { .words(words(exit)) } else { $0 } }
  }

  /// Forgets what another machine has done.
  func forgetMachine() {
    exits = []
    console = LastLines(limit: Self.consoleLimit)
  }
}
