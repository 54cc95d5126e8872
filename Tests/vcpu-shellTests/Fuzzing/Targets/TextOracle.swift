@testable import vcpu_shell

/// Texts in quotes, with escapes, and in words.
enum TextOracle {
  /// Any bytes can be written with escapes, and a text without escapes stands for itself.
  static func checkEscapes(_ text: String) throws {
    let bytes = EscapedText.bytes(of: text)
    try require(bytes.count <= text.utf8.count, "escapes are more than they were")
    if !text.contains("\\") { try requireEqual(bytes, Array(text.utf8), "a text without escapes") }
    let escaped = bytes.map { byte in
      let digits = String(byte, radix: 8)
      return "\\" + String(repeating: "0", count: 3 - digits.count) + digits
    }
    try requireEqual(EscapedText.bytes(of: escaped.joined()), bytes, "bytes with escapes")
  }

  /// Both parts with their delimiters make up the text, and no delimiter in the first part ends it.
  static func checkDelimited(_ text: String, _ delimiter: Unicode.Scalar) throws {
    guard let found = DelimitedText(atStartOf: text, delimiter: delimiter) else {
      let first = text.unicodeScalars.first == delimiter
      try require(!first || !hasBareDelimiter(text.unicodeScalars.dropFirst(), delimiter), "no end")
      return
    }
    var whole = String.UnicodeScalarView([delimiter])
    whole.append(contentsOf: found.inner.unicodeScalars)
    whole.append(delimiter)
    whole.append(contentsOf: found.rest.unicodeScalars)
    try require(Array(whole) == Array(text.unicodeScalars), "parts are not the text")
    try require(!hasBareDelimiter(found.inner.unicodeScalars[...], delimiter), "an end inside")
  }

  /// Whether a delimiter is there after an even number of `\`.
  private static func hasBareDelimiter(
    _ scalars: some BidirectionalCollection<Unicode.Scalar>, _ delimiter: Unicode.Scalar
  ) -> Bool {
    scalars.indices.contains { index in
      scalars[index] == delimiter
        && scalars[..<index].reversed().prefix { $0 == "\\" }.count % 2 == 0
    }
  }

  /// The words of a text, each in quotes, are the same words; and they are substituted for their names.
  static func checkArguments(_ text: String) throws {
    guard let arguments = try accepted("words", { try ScriptArguments(parsing: text) })
    else { return }
    let quoted = arguments.words.map { word in
      "'" + word.replacing("'", with: "'\"'\"'") + "'"
    }
    try requireEqual(
      try ScriptArguments(parsing: quoted.joined(separator: " ")), arguments, "words in quotes")
    let names = arguments.words.indices.map { "$arg\($0)" } + ["$argc", "$argument", "$ar"]
    try requireEqual(
      try arguments.replacing(in: names.joined(separator: " ")),
      (arguments.words + ["\(arguments.words.count)", "$argument", "$ar"]).joined(separator: " "),
      "the words in the place of their names")
    _ = try accepted("a line with arguments") { try arguments.replacing(in: text) }
  }
}
