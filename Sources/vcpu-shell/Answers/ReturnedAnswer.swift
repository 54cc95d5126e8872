/// The value that a function has returned.
struct ReturnedAnswer: Answer {
  static let kind = "returned"
  /// The value, which is in the history.
  let value: ValueAnswer
}
