/// A regular expression to match lines of the guest's console with.
struct ConsolePattern {
  /// As it was written, without the slashes.
  let text: String
  private let expression: Regex<AnyRegexOutput>

  /// - Parameter text: `/REGEX/`, in which `\/` is a slash.
  /// - Throws: `ShellError` if it isn't a valid one.
  init(parsing text: String) throws(ShellError) {
    guard let (inner, rest) = Self.split(text), rest.isEmpty else {
      throw ShellError("expected a regular expression between slashes, such as /login:/")
    }
    try self.init(inner)
  }

  /// Takes a pattern from the beginning of a text.
  ///
  /// - Returns: the pattern, and the rest after it.
  static func take(from text: String) throws(ShellError) -> (ConsolePattern, rest: String) {
    guard let (inner, rest) = split(text) else {
      throw ShellError("expected a regular expression between slashes, such as /login:/")
    }
    return (try ConsolePattern(inner), rest)
  }

  private init(_ inner: String) throws(ShellError) {
    text = inner
    do {
      expression = try Regex(inner.replacing("\\/", with: "/"))
    } catch {
      throw ShellError("/\(inner)/ is not a regular expression: \(error)")
    }
  }

  private static func split(_ text: String) -> (inner: String, rest: String)? {
    guard let pattern = DelimitedText(atStartOf: text, delimiter: "/"), !pattern.inner.isEmpty
    else { return nil }
    return (String(pattern.inner), pattern.rest.trimmed)
  }

  /// Where a line matches; nil if it doesn't.
  func end(in line: Substring) -> Substring.Index? {
    (try? expression.firstMatch(in: line))?.range.upperBound
  }
}
