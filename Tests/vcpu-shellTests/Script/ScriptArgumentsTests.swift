import Testing

@testable import vcpu_shell

/// The words passed to a script.
@Suite struct ScriptArgumentsTests {
  @Test(
    arguments: [
      ("", []), ("  a\tb ", ["a", "b"]), ("'a b' c", ["a b", "c"]), ("a'b c'd", ["ab cd"]),
      (#""it's" '"'"#, ["it's", "\""]), ("''", [""]),
      // An accent combines with the quote or the blank before it into one character.
      ("'\u{301}a b'", ["\u{301}a b"]), ("'a'\u{301} b", ["a\u{301}", "b"]),
      ("a \u{301}b", ["a", "\u{301}b"]),
    ])
  func words(text: String, expected: [String]) throws {
    let words = try ScriptArguments(parsing: text).words
    #expect(words.map { Array($0.unicodeScalars) } == expected.map { Array($0.unicodeScalars) })
  }

  @Test(arguments: ["'", "a 'b", "\"a'"])
  func openQuotes(text: String) {
    #expect(throws: ShellError.self) { try ScriptArguments(parsing: text) }
  }
}
