/// Splits a command's arguments, but not within quotes or brackets.
enum ArgumentParts {
  /// The parts of a text between separators, without blanks around them. Between commas a part may be empty.
  static func split(_ text: String, at separator: Separator) -> [String] {
    var parts: [Substring] = []
    var start = text.startIndex
    var depth = 0
    var rest = text[...]
    while let character = rest.first {
      if character == "\"" || character == "'",
        let scalar = character.unicodeScalars.first,
        let quoted = DelimitedText(atStartOf: rest, delimiter: scalar)
      {
        rest = quoted.rest
        continue
      }
      if "([{".contains(character) { depth += 1 }
      if ")]}".contains(character) { depth -= 1 }
      if depth <= 0, separator.matches(character) {
        parts.append(text[start..<rest.startIndex])
        start = text.index(after: rest.startIndex)
      }
      rest = rest.dropFirst()
    }
    parts.append(text[start...])
    let trimmed = parts.map(\.trimmed)
    return separator == .blank ? trimmed.filter { !$0.isEmpty } : trimmed
  }

  /// What is between two parts.
  enum Separator {
    case comma, blank

    func matches(_ character: Character) -> Bool {
      switch self {
      case .comma: character == ","
      case .blank: character.isWhitespace
      }
    }
  }
}
