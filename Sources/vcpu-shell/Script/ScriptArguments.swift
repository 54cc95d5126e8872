/// What a script or a command of one was given: the words after its name, which `$arg0`, `$arg1` … stand for, and
/// `$argc`, their number. As in GDB their text is put in the place of the name.
struct ScriptArguments: Equatable, Sendable {
  let words: [String]

  init(_ words: [String]) { self.words = words }

  /// The words of a text. Quotes, `'` and `"`, keep blanks together and stay away.
  ///
  /// - Throws: `ShellError` where a quote isn't closed.
  init(parsing text: some StringProtocol) throws(ShellError) {
    var words: [String] = []
    var word: String?
    var quote: Character?
    for character in text {
      if let open = quote {
        if character == open { quote = nil } else { word?.append(character) }
      } else if character == "'" || character == "\"" {
        quote = character
        word = word ?? ""
      } else if character.isWhitespace {
        if let word { words.append(word) }
        word = nil
      } else {
        word = (word ?? "") + String(character)
      }
    }
    if let quote { throw ShellError("the quote \(quote) is not closed") }
    if let word { words.append(word) }
    self.words = words
  }

  /// A line with the arguments in the place of their names.
  ///
  /// - Throws: `ShellError` for one that there isn't.
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
          throw ShellError("there is no $arg\(name): there are \(words.count) arguments")
        }
        result += words[index]
      } else {
        result += "$arg" + name
      }
    }
    return result + rest
  }
}
