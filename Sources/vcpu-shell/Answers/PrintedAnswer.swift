/// What `printf` prints.
struct PrintedAnswer: Answer {
  static let kind = "printed"
  /// The text as it is. A newline is in it where one was asked for.
  let text: String
}
