/// Text of others, such as the names of symbols, files and threads, what a stub, an emulator or a guest says, with
/// everything in it made visible that a terminal obeys and does not show.
///
/// A name could move the cursor, change what is shown already, answer in the place of the person's keys, or begin a
/// line that looks like one of the shell's. So these are written as escapes:
/// - C0 but for the tab, and DEL: `\e`, `\r`, `\n`, `\x01`
/// - C1, which some terminals take for escape sequences of one character: `\u{9b}`
/// - what has no shape of its own (Unicode's general category Cf), of which the controls of direction show a line in
///   another order than it has, and the separators of lines and paragraphs: `\u{202e}`
/// - what is no character and never will be: `\u{ffff}`
/// - bytes that are not UTF-8: `\x9b`
///
/// A backslash remains as it is: a name that has one has a right to it, and nothing is read back.
enum VisibleText {
  /// The text in one line.
  static func text(_ text: String) -> String {
    if text.utf8.allSatisfy(isPlain) { return text }
    var result = ""
    for scalar in text.unicodeScalars { append(scalar, to: &result) }
    return result
  }

  /// The text with the line breaks that it has.
  static func lines(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { self.text(String($0)) }.joined(separator: "\n")
  }

  /// The text of bytes, which are UTF-8 where they are well formed.
  static func text(_ bytes: some Collection<UInt8>) -> String {
    if bytes.allSatisfy(isPlain) { return String(decoding: bytes, as: UTF8.self) }
    var result = ""
    var rest = Array(bytes)[...]
    while let first = rest.first {
      let character = rest.prefix(first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4)
      if let scalars = String(validating: character, as: UTF8.self) {
        for scalar in scalars.unicodeScalars { append(scalar, to: &result) }
        rest = rest.dropFirst(character.count)
      } else {
        result += "\\x" + hexadecimal(first)
        rest = rest.dropFirst()
      }
    }
    return result
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    0x20..<0x7f ~= byte || byte == UInt8(ascii: "\t")
  }

  private static func append(_ scalar: Unicode.Scalar, to text: inout String) {
    switch scalar {
    case "\t": text.unicodeScalars.append(scalar)
    case "\n": text += "\\n"
    case "\r": text += "\\r"
    case "\u{1b}": text += "\\e"
    case "\0"..<" ", "\u{7f}": text += "\\x" + hexadecimal(UInt8(scalar.value))
    default:
      if scalar.isASCII || !isInvisible(scalar) {
        text.unicodeScalars.append(scalar)
      } else {
        text += "\\u{" + String(scalar.value, radix: 16) + "}"
      }
    }
  }

  /// Whether a character has no shape of its own.
  static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: true
    default: scalar.properties.isNoncharacterCodePoint
    }
  }

  private static func hexadecimal(_ byte: UInt8) -> String {
    (byte < 0x10 ? "0" : "") + String(byte, radix: 16)
  }
}
