/// Text with C's escapes.
enum EscapedText {
  /// The unescaped text. Anything that isn't an escape is unchanged.
  static func text(of escaped: String) -> String {
    escaped.contains("\\") ? String(decoding: bytes(of: escaped), as: UTF8.self) : escaped
  }

  /// The unescaped bytes.
  static func bytes(of escaped: String) -> [UInt8] {
    var bytes: [UInt8] = []
    var rest = Array(escaped.utf8)[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "\\"), let next = rest.first else {
        bytes.append(byte)
        continue
      }
      if let simple = simple[next] {
        bytes.append(simple)
        rest.removeFirst()
      } else if next == UInt8(ascii: "x"), let value = number(rest.dropFirst(), radix: 16, 2) {
        bytes.append(value.byte)
        rest = value.rest
      } else if let value = number(rest, radix: 8, 3) {
        bytes.append(value.byte)
        rest = value.rest
      } else {
        bytes.append(byte)
      }
    }
    return bytes
  }

  private static let simple: [UInt8: UInt8] = [
    UInt8(ascii: "a"): 7, UInt8(ascii: "b"): 8, UInt8(ascii: "t"): 9, UInt8(ascii: "n"): 10,
    UInt8(ascii: "v"): 11, UInt8(ascii: "f"): 12, UInt8(ascii: "r"): 13, UInt8(ascii: "e"): 27,
    UInt8(ascii: "\\"): 0x5c, UInt8(ascii: "\""): 0x22, UInt8(ascii: "'"): 0x27,
  ]

  private static func number(
    _ bytes: ArraySlice<UInt8>, radix: Int, _ limit: Int
  ) -> (byte: UInt8, rest: ArraySlice<UInt8>)? {
    let digits = bytes.prefix(limit).prefix {
      Character(UnicodeScalar($0)).hexDigitValue.map { $0 < radix } ?? false
    }
    guard !digits.isEmpty,
      let value = Int(String(decoding: digits, as: UTF8.self), radix: radix)
    else { return nil }
    return (UInt8(truncatingIfNeeded: value), bytes.dropFirst(digits.count))
  }
}
