/// A line of a script, and its place.
struct ScriptLine: Equatable, Sendable {
  /// The line, without blanks around it.
  let text: String
  /// How many characters come before it; nil if the text has changed since it was written, so that columns mean
  /// nothing.
  let indentation: Int?
  /// Its place, as `file:line`; nil if it was typed, or comes from the command line.
  let place: String?

  init(_ text: String, place: String? = nil) {
    self.init(text, place: place, indentation: text.prefix { $0.isWhitespace }.count)
  }

  /// A line that was cut out of the text that it was written in.
  init(_ text: String, place: String?, indentation: Int?) {
    self.text = text.trimmed
    self.indentation = indentation
    self.place = place
  }

  /// The same line, at a place.
  func placed(at place: String?) -> ScriptLine {
    ScriptLine(text, place: place, indentation: indentation)
  }

  /// Whether it does nothing: it is blank, or a comment.
  var isBlank: Bool { text.isEmpty || text.hasPrefix("#") }

  /// The line without the `-` that allows its command to fail, and whether it had one.
  var withoutDash: (text: String, mayFail: Bool) {
    guard text.first == "-", let next = text.dropFirst().first, next.isLetter else {
      return (text, false)
    }
    return (String(text.dropFirst()), true)
  }

  /// Its first word.
  var firstWord: Substring { text.prefix { !$0.isWhitespace } }
}
