/// A number of 64 bits in a snapshot: `"0x40201000"`, because JSON readers may limit numbers to 53 bits.
struct SavedNumber: Codable, Hashable, ExpressibleByIntegerLiteral {
  let value: UInt64

  init(_ value: UInt64) { self.value = value }
  init(integerLiteral value: UInt64) { self.value = value }

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    let digits = text.utf8.dropFirst(2)
    // `UInt64.init(_:radix:)` would accept a sign.
    guard text.hasPrefix("0x"), (1...16).contains(digits.count),
      digits.allSatisfy({ SavedBytes.digit($0) != nil }), let value = UInt64(digits, radix: 16)
    else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "a number is 0x and at most 16 digits")
    }
    self.value = value
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode("0x" + String(value, radix: 16))
  }
}

extension UInt64 {
  fileprivate init?(_ digits: Substring.UTF8View, radix: Int) {
    self.init(Substring(digits), radix: radix)
  }
}

/// Bytes in a snapshot: two digits each, in the target's order.
struct SavedBytes: Codable, Hashable {
  let bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let digits = Array(try container.decode(String.self).utf8)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(digits.count / 2)
    for index in stride(from: 0, to: digits.count, by: 2) {
      guard index + 1 < digits.count, let high = Self.digit(digits[index]),
        let low = Self.digit(digits[index + 1])
      else {
        throw DecodingError.dataCorruptedError(
          in: container, debugDescription: "bytes are two hexadecimal digits each")
      }
      bytes.append(high << 4 | low)
    }
    self.bytes = bytes
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    let digits = Array("0123456789abcdef".utf8)
    let text = bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    try container.encode(String(decoding: text, as: UTF8.self))
  }

  /// The value of a hexadecimal digit.
  static func digit(_ character: UInt8) -> UInt8? {
    switch character {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): character - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): character - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
