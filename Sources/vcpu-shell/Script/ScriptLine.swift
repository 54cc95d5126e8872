/// A line of a script, and where it stands.
struct ScriptLine: Equatable, Sendable {
  /// The line, without blanks around it.
  let text: String
  /// How many characters come before it; nil where it is not as it was written, so that its columns mean nothing.
  let indentation: Int?
  /// Where it stands, as `file:line`; nil where it was typed, and for a command of the command line.
  let place: String?

  init(_ text: String, place: String? = nil) {
    self.init(text, place: place, indentation: text.prefix { $0.isWhitespace }.count)
  }

  /// A line that was taken out of what it was written in.
  init(_ text: String, place: String?, indentation: Int?) {
    self.text = text.trimmed
    self.indentation = indentation
    self.place = place
  }

  /// The same line, at a place.
  func placed(at place: String?) -> ScriptLine {
    ScriptLine(text, place: place, indentation: indentation)
  }

  /// Whether it says nothing: it is blank, or a comment.
  var isBlank: Bool { text.isEmpty || text.hasPrefix("#") }

  /// The line without the `-` that allows its command to fail, and whether that is there.
  var withoutDash: (text: String, mayFail: Bool) {
    guard text.first == "-", let next = text.dropFirst().first, next.isLetter else {
      return (text, false)
    }
    return (String(text.dropFirst()), true)
  }

  /// Its first word.
  var firstWord: Substring { text.prefix { !$0.isWhitespace } }
}
