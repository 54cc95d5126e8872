/// Hexadecimal digits, which most packets consist of.
package enum Hex {
  /// The value of one digit, upper or lower case.
  package static func value(of digit: UInt8) -> UInt8? {
    switch digit {
    case 0x30...0x39: digit &- 0x30
    case 0x61...0x66: digit &- 0x61 &+ 10
    case 0x41...0x46: digit &- 0x41 &+ 10
    default: nil
    }
  }

  /// The lower-case digit of `nibble`, which is below 16.
  package static func digit(_ nibble: UInt8) -> UInt8 {
    nibble < 10 ? 0x30 &+ nibble : 0x57 &+ nibble
  }

  /// Appends two digits.
  package static func append(byte: UInt8, to output: inout [UInt8]) {
    output.append(digit(byte >> 4))
    output.append(digit(byte & 15))
  }

  /// Appends `value` without leading zeros.
  package static func append(_ value: UInt64, to output: inout [UInt8]) {
    var shift = value == 0 ? 0 : (63 - value.leadingZeroBitCount) & ~3
    while shift >= 0 {
      output.append(digit(UInt8(truncatingIfNeeded: value >> UInt64(shift)) & 15))
      shift -= 4
    }
  }

  /// Appends two digits for each of `bytes`.
  package static func append(_ bytes: [UInt8], to output: inout [UInt8]) {
    output.append(addingCapacity: 2 * bytes.count) { encode(bytes.span, into: &$0) }
  }

  /// Appends two digits for each of `bytes`, which may be in a different order than in memory.
  package static func append(_ bytes: some Sequence<UInt8>, to output: inout [UInt8]) {
    for byte in bytes { append(byte: byte, to: &output) }
  }

  /// The bytes that `digits[start...]` spells, or nil if there is an odd digit or anything else.
  package static func bytes(_ digits: [UInt8], from start: Int = 0) -> [UInt8]? {
    guard start >= 0, start <= digits.count else { return nil }
    return bytes(digits.span.extracting(start..<digits.count))
  }

  /// The bytes that `digits` spells, or nil if there is an odd digit or anything else.
  package static func bytes(_ digits: ArraySlice<UInt8>) -> [UInt8]? { bytes(digits.span) }

  private static func bytes(_ digits: Span<UInt8>) -> [UInt8]? {
    guard digits.count.isMultiple(of: 2) else { return nil }
    var isValid = true
    let bytes = [UInt8](capacity: digits.count / 2) { isValid = decode(digits, into: &$0) }
    return isValid ? bytes : nil
  }

  /// Appends the bytes that `digits` spells to `output`. False means that there is an odd digit or
  /// anything else, and that nothing was appended.
  package static func append(bytesOf digits: [UInt8], to output: inout [UInt8]) -> Bool {
    guard digits.count.isMultiple(of: 2) else { return false }
    let count = output.count
    var isValid = true
    output.append(addingCapacity: digits.count / 2) { isValid = decode(digits.span, into: &$0) }
    if !isValid { output.removeLast(output.count - count) }
    return isValid
  }

  /// The number that `digits` spells, most significant digit first.
  package static func number(_ digits: some Sequence<UInt8>) -> UInt64? {
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
