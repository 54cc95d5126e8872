/// What a script has expected, and what came of it.
struct ExpectationAnswer: Answer {
  static let kind = "expectation"
  /// What was expected, as it was given.
  let text: String
  /// The line of the guest's console that was expected; left out where none was.
  let line: String?
  /// How many exits the debugger has seen until then; left out where it did not look at all of them.
  let exits: Int?
  /// Whether its time was limited.
  let isTimed: Bool
  /// How long it took, in seconds.
  let seconds: Double
  /// Whose time that is.
  let clock: Clock

  /// A clock.
  enum Clock: String, Codable, CaseIterable, Sendable {
    /// The machine's counter, which stands still while the machine does.
    case guest
    /// The time during which the target ran.
    case wall
  }
}
