/// Writes integers by GDB's format letters.
public enum IntegerFormatter {
  /// The text of the low bits of a value.
  ///
  /// - Parameters:
  ///   - bits: the value; bits beyond the width are ignored.
  ///   - letter: the format. An address (`a`) is hexadecimal, and the caller adds its symbol.
  ///     Returns nil for formats of something other than an integer: `f`, `s`, `i`.
  ///   - bitWidth: the width of the value, clamped to 1 to 64.
  ///   - isPadded: whether `x`, `o` and `t` have leading zeros up to the width, as `x/x` writes
  ///     them and `print/x` does not.
  public static func text(
    _ bits: UInt64, as letter: FormatLetter, bitWidth: Int = 64, isPadded: Bool = false
  ) -> String? {
    let width = min(max(bitWidth, 1), 64)
    let value = bits & (UInt64.max >> UInt64(64 - width))
    switch letter {
    case .hexadecimal: return "0x" + digits(value, 16, isPadded ? (width + 3) / 4 : 1)
    case .zeroPaddedHexadecimal: return "0x" + digits(value, 16, (width + 3) / 4)
    case .address: return "0x" + digits(value, 16, 1)
    case .signedDecimal: return String(signed(value, width))
    case .unsignedDecimal: return String(value)
    case .octal:
      if isPadded { return "0" + digits(value, 8, (width + 2) / 3) }
      return value == 0 ? "0" : "0" + digits(value, 8, 1)
    case .binary: return digits(value, 2, isPadded ? width : 1)
    case .character: return character(value, width)
    case .floatingPoint, .string, .instruction: return nil
    }
  }

  private static func digits(_ value: UInt64, _ radix: Int, _ minimum: Int) -> String {
    let digits = String(value, radix: radix)
    return String(repeating: "0", count: max(0, minimum - digits.count)) + digits
  }

  private static func signed(_ value: UInt64, _ width: Int) -> Int64 {
    let unused = Int64(64 - width)
    return (Int64(bitPattern: value) << unused) >> unused
  }

  /// GDB's `97 'a'`: the low byte as a signed number, and the character or its escape.
  private static func character(_ value: UInt64, _ width: Int) -> String {
    let byte = UInt8(truncatingIfNeeded: value)
    let number = signed(UInt64(byte), min(width, 8))
    let character: String
    switch byte {
    case 7: character = "\\a"
    case 8: character = "\\b"
    case 9: character = "\\t"
    case 10: character = "\\n"
    case 11: character = "\\v"
    case 12: character = "\\f"
    case 13: character = "\\r"
    case 27: character = "\\033"
    case 0x27: character = "\\'"
    case 0x5c: character = "\\\\"
    case 0x20..<0x7f: character = String(UnicodeScalar(byte))
    default: character = "\\" + digits(UInt64(byte), 8, 3)
    }
    return "\(number) '\(character)'"
  }
}
