/// What `printf` prints.
struct PrintedAnswer: Answer {
  static let kind = "printed"
  /// The text as it is, with a newline only where the format has one.
  let text: String
}
