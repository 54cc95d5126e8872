/// The rest of a command's arguments while its parameters are read.
struct ArgumentScanner {
  /// The command's name, for errors.
  let command: String
  /// What is left, without blanks around it.
  private(set) var rest: String

  init(_ text: String, of command: String) {
    self.command = command
    rest = text.trimmed
  }

  /// The next word, without taking it.
  var nextWord: String? {
    let word = rest.prefix { !$0.isWhitespace }
    return word.isEmpty ? nil : String(word)
  }

  /// Takes the next word.
  mutating func takeWord() -> String? {
    guard let word = nextWord else { return nil }
    rest = rest.dropFirst(word.count).trimmed
    return word
  }

  /// Takes the path of a file: the next word, or a text in quotes, which may have blanks.
  mutating func takePath() -> String? {
    guard let quoted = DelimitedText(atStartOf: rest, delimiter: "\""),
      quoted.rest.first?.isWhitespace != false
    else { return takeWord() }
    rest = quoted.rest.trimmed
    return EscapedText.text(of: String(quoted.inner))
  }

  /// Takes the next word if it is one of `words` or an unambiguous beginning of one; nil for another word.
  mutating func take(oneOf words: [String]) -> String? {
    guard let word = nextWord?.lowercased() else { return nil }
    let fitting = words.contains(word) ? [word] : words.filter { $0.hasPrefix(word) }
    guard fitting.count == 1 else { return nil }
    _ = takeWord()
    return fitting[0]
  }

  /// Takes everything that is left; nil if nothing is.
  mutating func takeAll() -> String? {
    defer { rest = "" }
    return rest.isEmpty ? nil : rest
  }

  /// Takes a word wherever it stands alone; returns whether it was there.
  mutating func take(anywhere words: [String]) -> Bool {
    let parts = rest.split(omittingEmptySubsequences: false, whereSeparator: \.isWhitespace)
    guard let index = parts.firstIndex(where: { words.contains(String($0)) }) else { return false }
    var left = parts
    left.remove(at: index)
    rest = left.joined(separator: " ").trimmed
    return true
  }

  /// Takes the last word if it is one of `words`, regardless of case.
  mutating func takeLast(of words: [String]) -> String? {
    guard let last = rest.split(whereSeparator: \.isWhitespace).last else { return nil }
    let word = last.lowercased()
    guard words.contains(word) else { return nil }
    rest = rest.dropLast(last.count).trimmed
    return word
  }

  /// Drops words off the end.
  mutating func dropLastWords(_ count: Int) {
    for _ in 0..<count {
      rest = rest.dropLast(rest.reversed().prefix { !$0.isWhitespace }.count).trimmed
    }
  }

  /// Takes `if` and the expression after it, "" if that is missing; nil without an `if`.
  mutating func takeCondition() -> String? {
    var index = rest.startIndex
    while let range = rest[index...].firstRange(of: "if") {
      let isStart = range.lowerBound == rest.startIndex
      let isAfterBlank = isStart || rest[rest.index(before: range.lowerBound)].isWhitespace
      let isBeforeBlank =
        range.upperBound == rest.endIndex || rest[range.upperBound].isWhitespace
        || rest[range.upperBound] == "("
      if isAfterBlank, isBeforeBlank {
        let condition = rest[range.upperBound...].trimmed
        rest = rest[..<range.lowerBound].trimmed
        return condition
      }
      index = range.upperBound
    }
    return nil
  }
}
