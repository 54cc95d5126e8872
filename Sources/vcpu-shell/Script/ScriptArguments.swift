/// The arguments of a script or a user-defined command: the words after its name, `$arg0`, `$arg1` …, and their number,
/// `$argc`. As in GDB, each name is replaced by the argument's text.
struct ScriptArguments: Equatable, Sendable {
  let words: [String]

  init(_ words: [String]) { self.words = words }

  /// The words of a text. A word in quotes, `'` or `"`, may contain blanks; the quotes are removed. They are found
  /// among Unicode scalars, so that a combining accent after a quote does not hide it.
  ///
  /// - Throws: `ShellError` if a quote isn't closed.
  init(parsing text: some StringProtocol) throws(ShellError) {
    var words: [String] = []
    var word: String.UnicodeScalarView?
    var quote: Unicode.Scalar?
    for scalar in text.unicodeScalars {
      if let open = quote {
        if scalar == open { quote = nil } else { word?.append(scalar) }
      } else if scalar == "'" || scalar == "\"" {
        quote = scalar
        word = word ?? String.UnicodeScalarView()
      } else if scalar.properties.isWhitespace {
        if let word { words.append(String(word)) }
        word = nil
      } else {
        word = (word ?? String.UnicodeScalarView()) + [scalar]
      }
    }
    if let quote { throw ShellError("the quote \(quote) is not closed") }
    if let word { words.append(String(word)) }
    self.words = words
  }

  /// A line with the arguments substituted for their names.
  ///
  /// - Throws: `ShellError` for an argument that was not given.
  func replacing(in line: String) throws(ShellError) -> String {
    guard line.contains("$arg") else { return line }
    var result = ""
    var rest = line[...]
    while let range = rest.firstRange(of: "$arg") {
      result += rest[..<range.lowerBound]
      let after = rest[range.upperBound...]
      let name = after.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
      rest = after.dropFirst(name.count)
      if name == "c" {
        result += "\(words.count)"
      } else if !name.isEmpty, name.allSatisfy({ $0.isASCII && $0.isNumber }) {
        guard let index = Int(name), index < words.count else {
          throw ShellError("$arg\(name) was not given: $argc is \(words.count)")
        }
        result += words[index]
      } else {
        result += "$arg" + name
      }
    }
    return result + rest
  }
}
