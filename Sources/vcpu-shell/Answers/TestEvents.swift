/// A test of a script begins. A `test` follows when it has ended, unless the program ends first.
struct TestBeginEvent: Event {
  static let name = "testBegin"

  /// The test's number, from 1.
  let number: Int
  /// The test's name, as the script has it.
  let name: String
  /// Where it is in a script, as `file:line`; omitted if it isn't in a script.
  let place: String?
}

/// A test of a script has ended, or is skipped.
struct TestEvent: Event {
  static let name = "test"

  /// The test's number, from 1.
  let number: Int
  /// The test's name, as the script has it.
  let name: String
  /// Where it is in a script, as `file:line`; omitted if it isn't in a script.
  let place: String?
  /// Its result.
  let outcome: Outcome
  /// How long it took, in seconds.
  let duration: Double
  /// How many assertions were made in it, failed ones included.
  let assertionCount: Int
  /// Why it is skipped; omitted if it isn't.
  let reason: String?
  /// What failed; omitted if nothing did.
  let failure: Failure?
  /// The last lines of the guest's console before the failure; empty if nothing failed.
  let console: [String]
  /// The last exits before the failure, one line each; empty if nothing failed.
  let exits: [String]

  /// The possible results of a test.
  enum Outcome: String, Codable, CaseIterable, Sendable { case passed, failed, skipped }

  /// Why a test failed.
  struct Failure: Codable, Equatable, Sendable {
    /// What happened.
    let text: String
    /// The exit status of its class: 1 a command failed, 3 an assertion failed, 4 the target was lost, 5 the guest
    /// ended.
    let status: Int
    /// Which error it is.
    let code: ErrorCode
    /// Where it is in a script, as `file:line`; omitted if it isn't in a script.
    let place: String?
    /// The values that the assertion compares; empty if no assertion failed.
    let values: [AssertionEvent.Part]
  }
}

/// An assertion was made: `assert`, `expect`.
struct AssertionEvent: Event {
  static let name = "assertion"

  /// The asserted expression, as it was given.
  let text: String
  /// Whether it holds.
  let isTrue: Bool
  /// The script's explanation; omitted if it has none.
  let why: String?
  /// The parts that it depends on, with their values, in order.
  let parts: [Part]
  /// Where it is in a script, as `file:line`; omitted if it isn't in a script.
  let place: String?

  /// A part of the assertion.
  struct Part: Codable, Equatable, Sendable {
    /// The part: `$x0`.
    let text: String
    /// Its value, as `print` shows it: `0x2a (42)`.
    let value: String
  }
}
