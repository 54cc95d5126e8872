/// Something that can be rendered as text. The text is made only from the answer, without asking the target.
protocol TextRendered {
  /// The lines of the text.
  func lines(_ detail: Detail) -> [Line]
}

/// How much of an answer is shown.
enum Detail: Sendable {
  case full
  /// One line.
  case brief
}

/// An answer that a person can read.
typealias RenderedAnswer = Answer & TextRendered
