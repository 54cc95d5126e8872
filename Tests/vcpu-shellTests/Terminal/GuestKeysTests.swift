import Testing

@testable import vcpu_shell

@Suite struct GuestKeysTests {
  private func translated(_ pieces: String...) -> String {
    var keys = GuestKeys()
    return String(
      decoding: pieces.flatMap { keys.translate(Array($0.utf8)) }, as: UTF8.self)
  }

  @Test func keysGoAsTheyAre() {
    #expect(translated("ls\r\t\u{4}\u{1b}[A\u{1a}ü") == "ls\r\t\u{4}\u{1b}[A\u{1a}ü")
  }

  @Test(arguments: [
    ("c", "\u{3}"), ("C", "\u{3}"), ("z", "\u{1a}"), ("@", "\u{0}"), ("]", "\u{1d}"),
    ("\\", "\u{1c}"), ("_", "\u{1f}"), ("?", "\u{7f}"),
  ])
  func theEscapeMakesControlCharacters(key: String, character: String) {
    #expect(translated("a\u{1d}\(key)b") == "a\(character)b")
  }

  @Test(arguments: ["\u{3}", "\u{1d}", "\r", "1", " ", "`", "~"])
  func theEscapeLeavesOtherKeysAlone(key: String) {
    #expect(translated("\u{1d}\(key)") == key)
  }

  @Test func theEscapeMayComeByItself() {
    #expect(translated("a\u{1d}", "c", "d") == "a\u{3}d")
  }
}
