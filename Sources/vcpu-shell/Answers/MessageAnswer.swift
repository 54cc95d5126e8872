/// Something that a command says in words alone.
struct MessageAnswer: Answer {
  static let kind = "message"
  let text: String
}

/// The words of another program: the stub's answer to `monitor`.
struct MonitorAnswer: Answer {
  static let kind = "monitor"
  /// The lines, as they came.
  let lines: [String]
}
