import Testing

@testable import vcpu_shell

@Suite struct VisibleTextTests {
  @Test(
    arguments: [
      ("plain, with\ta tab", "plain, with\ta tab"),
      ("Grüße, 世界 😀", "Grüße, 世界 😀"),
      ("\u{1b}[31mred\u{1b}]0;title\u{7}", "\\e[31mred\\e]0;title\\x07"),
      ("a\r\nb\n", "a\\r\\nb\\n"),
      ("\0\u{7f}\u{8}", "\\x00\\x7f\\x08"),
      ("\u{9b}2J\u{85}", "\\u{9b}2J\\u{85}"),
      ("\u{202e}evil\u{2066}\u{200f}\u{61c}", "\\u{202e}evil\\u{2066}\\u{200f}\\u{61c}"),
      ("a\u{2028}b\u{2029}", "a\\u{2028}b\\u{2029}"),
      ("\u{feff}\u{ad}\u{e0041}", "\\u{feff}\\u{ad}\\u{e0041}"),
      ("C:\\n", "C:\\n"),
    ])
  func whatATerminalObeysIsShown(text: String, visible: String) {
    #expect(VisibleText.text(text) == visible)
    #expect(VisibleText.text(Array(text.utf8)) == visible)
  }

  @Test(
    arguments: [
      ([0xe2, 0x82, 0xac], "€"), ([0x41, 0x9b, 0x42], "A\\x9bB"), ([0xe2, 0x82], "\\xe2\\x82"),
      ([0xe2, 0x82, 0x41], "\\xe2\\x82A"), ([0xc0, 0x80], "\\xc0\\x80"),
      ([0xed, 0xa0, 0x80], "\\xed\\xa0\\x80"), ([0xf8, 0x80], "\\xf8\\x80"), ([0xff], "\\xff"),
      ([0xc2, 0x9b], "\\u{9b}"), ([0xf0, 0x9f, 0x98, 0x80, 0xf0], "😀\\xf0"),
    ] as [([UInt8], String)])
  func bytesThatAreNotUTF8AreShown(bytes: [UInt8], visible: String) {
    #expect(VisibleText.text(bytes) == visible)
  }

  /// Whatever the characters are, the result has none that a terminal interprets.
  @Test func noByteIsForgotten() {
    for value in UInt8.min...UInt8.max {
      let text = VisibleText.text([value])
      #expect(text.unicodeScalars.allSatisfy { $0 == "\t" || (" "..."~").contains($0) }, "\(value)")
    }
    for value: UInt32 in 0..<0x3000 {
      let scalar = Unicode.Scalar(value)!
      let category = scalar.properties.generalCategory
      let isShown = VisibleText.text(String(scalar)) == String(scalar)
      let obeyed: Set<Unicode.GeneralCategory> = [
        .control, .format, .lineSeparator, .paragraphSeparator,
      ]
      #expect(isShown == (scalar == "\t" || !obeyed.contains(category)), "\(value)")
    }
  }
}
