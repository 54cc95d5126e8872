/// A register's value, or an address. In JSON it is a string, `"0x2a"`, because 64 bits do not fit in a JSON number:
/// many readers keep only 53 of them.
struct Hex: Hashable, Sendable {
  let value: UInt64

  init(_ value: UInt64) { self.value = value }
}

extension Hex: ExpressibleByIntegerLiteral {
  init(integerLiteral value: UInt64) { self.init(value) }
}

extension Hex: CustomStringConvertible {
  /// `0x2a`: lower case, without leading zeros.
  var description: String { "0x" + String(value, radix: 16) }
}

extension Hex {
  /// What a number's text looks like, as a JSON Schema regular expression.
  static let pattern = "^0x(0|[1-9a-f][0-9a-f]{0,15})$"

  /// The number that `text` spells in the form of `description`; nil for any other text.
  init?(_ text: String) {
    let digits = text.utf8.dropFirst(2)
    guard text.utf8.starts(with: "0x".utf8), (1...16).contains(digits.count),
      digits.first != UInt8(ascii: "0") || digits.count == 1
    else { return nil }
    var value: UInt64 = 0
    for digit in digits {
      switch digit {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt64(digit & 15)
      case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value << 4 | UInt64(digit & 15 + 9)
      default: return nil
      }
    }
    self.init(value)
  }
}

extension Hex: Codable {
  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let number = Hex(text) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "\"\(text)\" isn't a number such as \"0x2a\"")
    }
    self = number
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
