/// What has a text. It is made of the answer alone: nothing is asked of a target for it.
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
