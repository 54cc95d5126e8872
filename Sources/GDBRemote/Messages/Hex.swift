/// Hexadecimal digits, the language of most packets.
enum Hex {
  /// The value of one digit, upper or lower case.
  static func value(of digit: UInt8) -> UInt8? {
    switch digit {
    case 0x30...0x39: digit &- 0x30
    case 0x61...0x66: digit &- 0x61 &+ 10
    case 0x41...0x46: digit &- 0x41 &+ 10
    default: nil
    }
  }

  /// The lower-case digit of `nibble`, which is below 16.
  static func digit(_ nibble: UInt8) -> UInt8 {
    nibble < 10 ? 0x30 &+ nibble : 0x57 &+ nibble
  }

  /// Appends two digits.
  static func append(byte: UInt8, to output: inout [UInt8]) {
    output.append(digit(byte >> 4))
    output.append(digit(byte & 15))
  }

  /// Appends `value` without leading zeros.
  static func append(_ value: UInt64, to output: inout [UInt8]) {
    var shift = value == 0 ? 0 : (63 - value.leadingZeroBitCount) & ~3
    while shift >= 0 {
      output.append(digit(UInt8(truncatingIfNeeded: value >> UInt64(shift)) & 15))
      shift -= 4
    }
  }

  /// Appends two digits for each of `bytes`.
  static func append(_ bytes: some Sequence<UInt8>, to output: inout [UInt8]) {
    for byte in bytes { append(byte: byte, to: &output) }
  }

  /// The bytes that `digits[start...]` spells, or nil if there is a half or something else.
  static func bytes(_ digits: [UInt8], from start: Int = 0) -> [UInt8]? {
    let count = digits.count - start
    guard count >= 0, count & 1 == 0 else { return nil }
    var bytes = [UInt8](repeating: 0, count: count / 2)
    var index = start
    for position in 0..<bytes.count {
      guard let high = value(of: digits[index]), let low = value(of: digits[index + 1]) else {
        return nil
      }
      bytes[position] = high << 4 | low
      index += 2
    }
    return bytes
  }

  /// The number that `digits` spells, most significant digit first.
  static func number(_ digits: some Sequence<UInt8>) -> UInt64? {
    var number: UInt64 = 0
    var isEmpty = true
    for digit in digits {
      guard let value = value(of: digit), number >> 60 == 0 else { return nil }
      number = number << 4 | UInt64(value)
      isEmpty = false
    }
    return isEmpty ? nil : number
  }
}
