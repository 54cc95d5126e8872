/// A text between two delimiters, such as `"…"` and `/…/`, at the beginning of another one. A `\` keeps the character
/// after it from being the end.
struct DelimitedText {
  /// What is between the delimiters, as it was written: with each `\`.
  let inner: Substring
  /// What comes after the delimiter at the end.
  let rest: Substring

  /// The text at the beginning of `text`; nil where that does not begin with the delimiter, or has no second one.
  ///
  /// Unicode scalars are compared, not characters: a delimiter is one whatever accent comes after it.
  ///
  /// - Parameter delimiter: a character of ASCII other than `\`.
  init?(atStartOf text: some StringProtocol, delimiter: Unicode.Scalar) {
    let text = Substring(text)
    let scalars = text.unicodeScalars
    guard scalars.first == delimiter else { return nil }
    let start = scalars.index(after: scalars.startIndex)
    var isEscaped = false
    for index in scalars[start...].indices {
      if isEscaped {
        isEscaped = false
      } else if scalars[index] == "\\" {
        isEscaped = true
      } else if scalars[index] == delimiter {
        inner = text[start..<index]
        rest = text[scalars.index(after: index)...]
        return
      }
    }
    return nil
  }
}
