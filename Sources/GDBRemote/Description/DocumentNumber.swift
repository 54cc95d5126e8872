/// Numbers in the documents of a stub.
enum DocumentNumber {
  /// The number that GDB reads in `text`: hexadecimal after `0x`, octal after `0`, decimal
  /// otherwise. Nil for anything else, and for numbers of more than 64 bits.
  ///
  /// Source: GDB's `xml_parse_unsigned_integer`, which is C's `strtoul` with base 0.
  static func unsigned(_ text: String?) -> UInt64? {
    guard let text else { return nil }
    let trimmed = text.drop(while: \.isWhitespace)
    if trimmed.hasPrefix("0x") || trimmed.hasPrefix("0X") {
      return digits(trimmed.dropFirst(2), radix: 16)
    }
    if trimmed.hasPrefix("0") { return digits(trimmed, radix: 8) }
    return digits(trimmed, radix: 10)
  }

  /// The number that `text` spells, if it is at most `limit`.
  static func integer(_ text: String?, limit: Int) -> Int? {
    guard let number = unsigned(text), number <= UInt64(limit) else { return nil }
    return Int(number)
  }

  /// Rejects signs, which `UInt64.init(_:radix:)` accepts, even after a prefix.
  private static func digits(_ text: Substring, radix: Int) -> UInt64? {
    guard text.utf8.first.map({ $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "-") }) == true
    else { return nil }
    return UInt64(text, radix: radix)
  }
}
