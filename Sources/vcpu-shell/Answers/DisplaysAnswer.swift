/// Expressions that are shown at each stop.
struct DisplaysAnswer: Answer {
  static let kind = "displays"
  /// In the order of their numbers.
  let displays: [Display]
  /// Whether they were evaluated, and not only listed.
  let hasValues: Bool

  /// An expression that is shown at each stop.
  struct Display: Codable, Equatable, Sendable {
    /// Its number, by which `undisplay` names it.
    let number: Int
    /// The expression, after its format if it has one.
    let expression: String
    /// Its value; omitted if it has none now.
    let text: String?
    /// The parts of a structure or an array of the program; omitted for a value without parts.
    let parts: [ValuePart]?
  }
}
