internal import VCpuDebug

/// 64-bit numbers as a person types or pastes them.
enum RegisterValue {
  /// A number, and whether it was read as hexadecimal without a prefix.
  struct Reading: Equatable {
    let value: UInt64
    let isAssumedHexadecimal: Bool

    /// The note for a number that may have been meant as decimal; nil for all others.
    func note(on text: String) -> String? {
      guard isAssumedHexadecimal else { return nil }
      return
        "'\(text)' is read as \(hexadecimal(value)): a number with hexadecimal digits, or of 8 or 16 "
        + "digits, is hexadecimal with or without 0x"
    }
  }

  /// The value of `0x2a`, `42`, `0b101010` or `0o52`, with `_` between digits.
  ///
  /// Kernels print registers without 0x: `96000045`, `00000000f2000800`. So a number with a digit a to f, or of 8 or 16
  /// digits, is hexadecimal. In a number of any other length a leading zero is ambiguous: in C it would be octal.
  static func reading(_ text: String) throws(ShellError) -> Reading {
    let digits = text.utf8.contains(UInt8(ascii: "_")) ? text.replacing("_", with: "") : text
    if let value = unprefixedHexadecimal(digits) {
      return Reading(value: value, isAssumedHexadecimal: true)
    }
    if digits.first == "0", digits.dropFirst().first?.isNumber == true {
      throw ShellError("'\(text)' may be octal or hexadecimal: write 0o… or 0x…")
    }
    do {
      return Reading(value: try NumberLiteral.value(of: text), isAssumedHexadecimal: false)
    } catch {
      switch error.code {
      case .numberTooLarge: throw ShellError("\(text) does not fit 64 bits")
      default: throw ShellError("'\(text)' is not a number: write 0x2a, 42, 0b101010 or 0o52")
      }
    }
  }

  /// The note on `text`, if it is such a number.
  static func note(on text: String) -> String? { (try? reading(text))?.note(on: text) }

  /// The value of a line that is just `0x2a`: a fast path for the most common form.
  static func plain(_ line: ArraySlice<UInt8>) -> UInt64? {
    guard (3...18).contains(line.count), line[line.startIndex] == UInt8(ascii: "0"),
      line[line.startIndex + 1] == UInt8(ascii: "x")
    else { return nil }
    var value: UInt64 = 0
    for byte in line.dropFirst(2) {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt64(byte & 15)
      case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"):
        value = value << 4 | UInt64(byte & 15 + 9)
      default: return nil
      }
    }
    return value
  }

  /// Only the value.
  static func parse(_ text: String) throws(ShellError) -> UInt64 { try reading(text).value }

  /// The value of digits that are hexadecimal without 0x; nil for anything else.
  private static func unprefixedHexadecimal(_ digits: String) -> UInt64? {
    let utf8 = digits.utf8
    guard (1...16).contains(utf8.count) else { return nil }
    var hasLetter = false
    for byte in utf8 {
      switch byte | 0x20 {
      case UInt8(ascii: "a")...UInt8(ascii: "f"): hasLetter = true
      case _ where (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte): break
      default: return nil
      }
    }
    guard hasLetter || utf8.count == 8 || utf8.count == 16 else { return nil }
    // 0b101 is binary, as everywhere else.
    let isBinary =
      utf8.count > 2 && (digits.hasPrefix("0b") || digits.hasPrefix("0B"))
      && digits.dropFirst(2).allSatisfy { $0 == "0" || $0 == "1" }
    return isBinary ? nil : UInt64(digits, radix: 16)
  }
}
