/// What a script expected, and the result.
struct ExpectationAnswer: Answer {
  static let kind = "expectation"
  /// What was expected, as it was given.
  let text: String
  /// The line of the guest's console that was expected; omitted if none was.
  let line: String?
  /// How many exits the debugger saw until then; omitted if it did not examine all of them.
  let exits: Int?
  /// Whether its time was limited.
  let isTimed: Bool
  /// How long it took, in seconds.
  let seconds: Double
  /// Which clock measured the time.
  let clock: Clock

  /// A clock.
  enum Clock: String, Codable, CaseIterable, Sendable {
    /// The machine's counter, which stands still while the machine does.
    case guest
    /// The time that the target ran.
    case wall
  }
}
