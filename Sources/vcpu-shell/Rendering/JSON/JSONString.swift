/// The contents of a JSON string.
enum JSONString {
  /// Appends `text`, escaped where JSON requires it (RFC 8259, section 7). Invisible characters are escaped too,
  /// although JSON allows them: controls, directional marks, line ends. So an object stays on one line for programs
  /// that also split at U+2028, and can't affect a terminal that shows it.
  static func append(_ text: String, to bytes: inout [UInt8]) {
    var text = text
    let isWritten = text.withUTF8 { utf8 in
      guard unsafe utf8.allSatisfy(standsForItself) else { return false }
      unsafe bytes.append(contentsOf: utf8)
      return true
    }
    if !isWritten { text.unicodeScalars.forEach { append($0, to: &bytes) } }
  }

  /// Whether a byte of UTF-8 is a character that stands for itself.
  private static func standsForItself(_ byte: UInt8) -> Bool {
    byte >= 0x20 && byte < 0x7f && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
  }

  private static func append(_ scalar: Unicode.Scalar, to bytes: inout [UInt8]) {
    switch scalar {
    case "\"", "\\": bytes += [UInt8(ascii: "\\"), UInt8(ascii: scalar)]
    case "\n": bytes += Array(#"\n"#.utf8)
    case "\r": bytes += Array(#"\r"#.utf8)
    case "\t": bytes += Array(#"\t"#.utf8)
    case _ where VisibleText.isInvisible(scalar):
      for unit in UTF16.encode(scalar)! {
        let digits = String(unit, radix: 16)
        bytes += Array(#"\u"#.utf8) + Array(String(repeating: "0", count: 4 - digits.count).utf8)
        bytes += Array(digits.utf8)
      }
    default: bytes.append(contentsOf: UTF8.encode(scalar)!)
    }
  }
}
