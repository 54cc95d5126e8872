/// Characters and strings as GDB writes them.
struct StringText {
  /// So many equal characters in a row and more are written once, with their number.
  var repeatLimit = 10
  /// So many characters are written; a row of equal ones counts as `repeatLimit`.
  var characterLimit = 200

  /// A string in quotes.
  ///
  /// - Parameter dropsTerminator: whether a zero at the end is C's mark of the end and isn't written.
  func text(_ bytes: [UInt8], dropsTerminator: Bool, isCut: Bool = false) -> String {
    var bytes = bytes[...]
    if dropsTerminator, !isCut, bytes.last == 0 { bytes = bytes.dropLast() }
    if bytes.isEmpty { return "\"\"" + (isCut ? "..." : "") }
    var segments: [String] = []
    var open: [UInt8] = []
    var printed = 0
    var index = bytes.startIndex
    while index < bytes.endIndex, printed < characterLimit {
      let byte = bytes[index]
      var end = index + 1
      while end < bytes.endIndex, bytes[end] == byte { end += 1 }
      if end - index > repeatLimit {
        if !open.isEmpty { segments.append(quoted(open)) }
        open = []
        segments.append("'\(Self.escaped(byte, quote: "'"))' <repeats \(end - index) times>")
        index = end
        printed += repeatLimit
      } else {
        let used = min(end, index + characterLimit - printed)
        open += bytes[index..<used]
        printed += used - index
        index = used
      }
    }
    if !open.isEmpty { segments.append(quoted(open)) }
    return segments.joined(separator: ", ") + (isCut || index < bytes.endIndex ? "..." : "")
  }

  private func quoted(_ bytes: [UInt8]) -> String {
    // UTF-8 stays readable.
    if bytes.contains(where: { $0 >= 0x80 }), let text = String(validating: bytes, as: UTF8.self),
      !text.unicodeScalars.contains(where: {
        $0.properties.generalCategory == .control && $0.value >= 0x80
      })
    {
      return "\""
        + text.unicodeScalars.map { scalar in
          scalar.isASCII ? Self.escaped(UInt8(scalar.value), quote: "\"") : String(scalar)
        }.joined() + "\""
    }
    return "\"" + bytes.map { Self.escaped($0, quote: "\"") }.joined() + "\""
  }

  /// A character as it is written inside of quotes.
  static func escaped(_ byte: UInt8, quote: Character) -> String {
    switch byte {
    case 7: return "\\a"
    case 8: return "\\b"
    case 9: return "\\t"
    case 10: return "\\n"
    case 11: return "\\v"
    case 12: return "\\f"
    case 13: return "\\r"
    case 27: return "\\033"
    case 0x5c: return "\\\\"
    case 0x20..<0x7f:
      let character = Character(UnicodeScalar(byte))
      return character == quote ? "\\" + String(character) : String(character)
    default:
      let digits = String(byte, radix: 8)
      return "\\" + String(repeating: "0", count: 3 - digits.count) + digits
    }
  }
}
