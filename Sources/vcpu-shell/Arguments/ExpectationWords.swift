internal import ArmVCpu
internal import VCpuDebug

/// Reads the arguments of `expect`.
struct ExpectationWords {
  private(set) var rest: String

  init(_ text: String) { rest = text.trimmed }

  /// Takes ` within N exits` or ` within T` off the end; nil if there is none.
  mutating func takeLimit() throws(ShellError) -> Expectation.Limit? {
    guard let text = takeLast("within") else { return nil }
    return try Self.limit(text)
  }

  /// `5 exits`, `2 s`.
  static func limit(_ text: String) throws(ShellError) -> Expectation.Limit {
    let words = text.split(whereSeparator: \.isWhitespace)
    guard words.count == 2, words[1] == "exits" || words[1] == "exit" else {
      return .seconds(try Seconds.parsing(text))
    }
    guard let count = Int(words[0]), count > 0, count <= 1_000_000_000 else {
      throw ShellError("'\(text)' is not a number of exits")
    }
    return .exits(count)
  }

  /// Takes a word that stands alone, and everything after it.
  mutating func takeLast(_ word: String) -> String? {
    var found: Range<String.Index>?
    // Text between a pattern's slashes isn't searched for words.
    var start = Self.patternEnd(in: rest) ?? rest.startIndex
    while let range = rest[start...].firstRange(of: word) {
      let isAfterBlank =
        range.lowerBound == rest.startIndex
        || rest[rest.index(before: range.lowerBound)].isWhitespace
      let isBeforeBlank = range.upperBound < rest.endIndex && rest[range.upperBound].isWhitespace
      if isAfterBlank, isBeforeBlank { found = range }
      start = range.upperBound
    }
    guard let found else { return nil }
    let text = rest[found.upperBound...].trimmed
    rest = rest[..<found.lowerBound].trimmed
    return text
  }

  /// The text after a word, if that is the first one; nil if it isn't.
  func dropping(_ word: String) -> String? {
    guard rest.hasPrefix(word) else { return nil }
    let after = rest.dropFirst(word.count)
    return after.isEmpty || after.first?.isWhitespace == true ? after.trimmed : nil
  }

  /// The end of a pattern that follows `console`; nil if there is none.
  private static func patternEnd(in text: String) -> String.Index? {
    guard let console = text.firstRange(of: "console ") else { return nil }
    let after = text[console.upperBound...].drop(while: \.isWhitespace)
    return DelimitedText(atStartOf: after, delimiter: "/")?.rest.startIndex
  }

  /// Takes the first `until`, and everything after it.
  mutating func takeUntil() -> String? {
    guard let range = rest.firstRange(of: " until ") else { return nil }
    let text = rest[range.upperBound...].trimmed
    rest = rest[..<range.lowerBound].trimmed
    return text
  }

  /// The rest as classes of exits and a condition.
  func exitGoal() throws(ShellError) -> Expectation.ExitGoal {
    var scanner = ArgumentScanner(rest, of: "expect exit")
    let condition = scanner.takeCondition()
    guard condition != "" else {
      throw ShellError("'if' needs an expression, such as $x0 == 1")
    }
    var classes: [ExitClass] = []
    while let word = scanner.takeWord() { classes.append(try Self.exitClass(word)) }
    return Expectation.ExitGoal(classes: classes.isEmpty ? [.any] : classes, condition: condition)
  }

  private static func exitClass(_ word: String) throws(ShellError) -> ExitClass {
    do {
      return try ExitClass(parsing: word)
    } catch {
      throw ShellError("\(error)" + ExitClass.hint(near: word))
    }
  }
}
