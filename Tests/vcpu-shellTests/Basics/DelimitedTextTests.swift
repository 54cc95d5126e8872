import Testing

@testable import vcpu_shell

/// Where a text between two delimiters ends.
@Suite struct DelimitedTextTests {
  @Test(
    arguments: [
      (#""a" b"#, "a", " b"), (#""""#, "", ""), (#""a"b"c""#, "a", #"b"c""#),
      (#""a\"b" c"#, #"a\"b"#, " c"), (#""a\\" b"#, #"a\\"#, " b"), (#""\\\"""#, #"\\\""#, ""),
      ("\"a\nb\"", "a\nb", ""),
      // An accent after a delimiter combines with it into one character.
      ("\"a\"\u{301}b", "a", "\u{301}b"), ("\"\u{301}a\"", "\u{301}a", ""),
      ("\"\\\u{301}\" b", "\\\u{301}", " b"),
    ])
  func inQuotes(text: String, inner: String, rest: String) throws {
    let found = try #require(DelimitedText(atStartOf: text, delimiter: "\""))
    #expect(Array(found.inner.unicodeScalars) == Array(inner.unicodeScalars))
    #expect(Array(found.rest.unicodeScalars) == Array(rest.unicodeScalars))
  }

  @Test(arguments: ["", "a", "a\"b\"", "\"", "\"a", #""a\""#, #""\\\""#, " \"a\"", "/a/"])
  func withoutAnEnd(text: String) {
    #expect(DelimitedText(atStartOf: text, delimiter: "\"") == nil)
  }

  @Test func anyDelimiter() throws {
    let found = try #require(DelimitedText(atStartOf: #"/a"\/b/ within 2 s"#, delimiter: "/"))
    #expect(found.inner == #"a"\/b"#)
    #expect(found.rest == " within 2 s")
  }

  /// The rest is a substring of the text itself: it shares its indices.
  @Test func partsOfAText() throws {
    let text = "console /a/ b"[...].dropFirst("console ".count)
    let found = try #require(DelimitedText(atStartOf: text, delimiter: "/"))
    #expect(text[..<found.rest.startIndex] == "/a/")
  }

  /// Each command that uses it.
  @Test func itsReaders() throws {
    #expect(try FormatText.quoted(#""a\"b" rest"#) == ("a\"b", " rest"))
    #expect(throws: ShellError.self) { try FormatText.quoted(#""a\""#) }
    #expect(try FormatText(parsing: #""%d,%s", 1, "a,\",b""#).arguments == ["1", #""a,\",b""#])
    #expect(try ConsolePattern.take(from: #"/a\/b/ within 2 s"#).rest == "within 2 s")
    #expect(try ConsolePattern(parsing: #"/a\/b/"#).end(in: "xa/bc") != nil)
    #expect(throws: ShellError.self) { try ConsolePattern(parsing: "//") }
    // The pattern contains the word that a limit begins with.
    var words = ExpectationWords(#"console /a \/ within 5 s/ within 2 s"#)
    #expect(try words.takeLimit() == .seconds(2))
    #expect(words.rest == #"console /a \/ within 5 s/"#)
    #expect(try words.takeLimit() == nil)
  }
}
