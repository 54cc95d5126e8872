/// Text from other sources, such as the names of symbols, files and threads, and the output of a stub, an emulator or a
/// guest, with everything made visible that a terminal would obey instead of show.
///
/// A name could move the cursor, change what is already shown, inject input as if it were typed, or begin a line that
/// looks like one of the shell's. So these are written as escapes:
/// - C0 except the tab, and DEL: `\e`, `\r`, `\n`, `\x01`
/// - C1, which some terminals treat as one-character escape sequences: `\u{9b}`
/// - invisible format characters (Unicode's general category Cf), such as directional controls, which reorder a line,
///   and the line and paragraph separators: `\u{202e}`
/// - noncharacters: `\u{ffff}`
/// - bytes that are not UTF-8: `\x9b`
///
/// A backslash stays as it is: a name may contain one, and the text isn't parsed again.
enum VisibleText {
  /// The text in one line.
  static func text(_ text: String) -> String {
    if text.utf8.allSatisfy(isPlain) { return text }
    var result = ""
    for scalar in text.unicodeScalars { append(scalar, to: &result) }
    return result
  }

  /// The text with its line breaks.
  static func lines(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { self.text(String($0)) }.joined(separator: "\n")
  }

  /// The text of bytes: UTF-8 where they are well formed.
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

  /// Whether a character is invisible.
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
