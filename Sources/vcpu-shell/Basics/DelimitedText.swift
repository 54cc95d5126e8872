/// A text between two delimiters, such as `"…"` and `/…/`, at the beginning of another text. A delimiter after `\`
/// doesn't end it.
struct DelimitedText {
  /// The text between the delimiters as written, including each `\`.
  let inner: Substring
  /// The text after the closing delimiter.
  let rest: Substring

  /// Reads the text at the beginning of `text`; nil if that doesn't begin with the delimiter, or has no second one.
  ///
  /// Unicode scalars are compared, not characters: a delimiter is found even if a combining accent follows it.
  ///
  /// - Parameter delimiter: an ASCII character other than `\`.
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
