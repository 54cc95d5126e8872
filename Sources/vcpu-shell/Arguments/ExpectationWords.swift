internal import ArmVCpu
internal import VCpuDebug

/// Reads what comes after `expect`.
struct ExpectationWords {
  private(set) var rest: String

  init(_ text: String) { rest = text.trimmed }

  /// Takes ` within N exits` or ` within T` off the end; nil where there is none.
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

  /// Takes a word that stands alone, and what comes after it.
  mutating func takeLast(_ word: String) -> String? {
    var found: Range<String.Index>?
    // What a pattern has between its slashes is no word.
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

  /// What comes after a word, if that is the first one; nil if it is not.
  func dropping(_ word: String) -> String? {
    guard rest.hasPrefix(word) else { return nil }
    let after = rest.dropFirst(word.count)
    return after.isEmpty || after.first?.isWhitespace == true ? after.trimmed : nil
  }

  /// Where a pattern ends that follows `console`; nil where there is none.
  private static func patternEnd(in text: String) -> String.Index? {
    guard let console = text.firstRange(of: "console ") else { return nil }
    let after = text[console.upperBound...].drop(while: \.isWhitespace)
    guard after.first == "/" else { return nil }
    var isEscaped = false
    for index in after.indices.dropFirst() {
      if isEscaped {
        isEscaped = false
      } else if after[index] == "\\" {
        isEscaped = true
      } else if after[index] == "/" {
        return after.index(after: index)
      }
    }
    return nil
  }

  /// Takes the first `until`, and what comes after it.
  mutating func takeUntil() -> String? {
    guard let range = rest.firstRange(of: " until ") else { return nil }
    let text = rest[range.upperBound...].trimmed
    rest = rest[..<range.lowerBound].trimmed
    return text
  }

  /// The classes of exits and the condition that the rest is.
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
