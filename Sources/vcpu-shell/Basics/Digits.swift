/// Appends numbers and literals to bytes.
enum Digits {
  static func append(_ text: StaticString, to bytes: inout [UInt8]) {
    unsafe bytes.append(
      contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  static func appendBlanks(_ count: Int, to bytes: inout [UInt8]) {
    var rest = count
    while rest > 0 {
      let piece = min(rest, blanks.utf8CodeUnitCount)
      unsafe bytes.append(
        contentsOf: UnsafeBufferPointer(start: blanks.utf8Start, count: piece))
      rest -= piece
    }
  }

  private static let blanks: StaticString = "                                        "

  /// How many digits a number has without leading zeros.
  static func hexadecimalCount(_ number: UInt64) -> Int {
    max(1, (67 - number.leadingZeroBitCount) / 4)
  }

  /// A number in lower case, without `0x`, with `count` digits or as many as it needs.
  static func appendHexadecimal(_ number: UInt64, digits count: Int? = nil, to bytes: inout [UInt8])
  {
    var shift = UInt64(4 * ((count ?? hexadecimalCount(number)) - 1))
    while true {
      let digit = UInt8(truncatingIfNeeded: number >> shift) & 15
      bytes.append(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
      if shift == 0 { return }
      shift -= 4
    }
  }

  /// A number with all its digits, without `0b`.
  static func appendBinary(_ number: UInt64, bitWidth: Int, to bytes: inout [UInt8]) {
    for bit in stride(from: bitWidth - 1, through: 0, by: -1) {
      bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number >> UInt64(bit)) & 1)
    }
  }

  /// A number from 0 to 99, without leading zeros.
  static func appendDecimal(_ number: Int, to bytes: inout [UInt8]) {
    if number >= 10 { bytes.append(UInt8(ascii: "0") + UInt8(number / 10)) }
    bytes.append(UInt8(ascii: "0") + UInt8(number % 10))
  }
}
