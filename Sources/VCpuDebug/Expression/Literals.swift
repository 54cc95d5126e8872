/// Numbers: `42`, `0x2a`, `0b10_1010`, `052` or `0o52`, with C's suffixes `u`, `l` and `ll`.
public enum NumberLiteral {
  /// The bits of a literal that begins at `column`.
  public static func value(
    of literal: String, column: Int = 1
  ) throws(ExpressionError) -> UInt64 {
    try typed(literal, column: column).bits
  }

  /// The value of a literal that begins at `column`. It is signed if it fits a signed 64-bit number and isn't followed
  /// by `u`.
  static func typed(_ literal: String, column: Int) throws(ExpressionError) -> Value {
    var digits = literal.replacing("_", with: "")[...].lowercased()[...]
    let radix: UInt64
    if digits.hasPrefix("0x") {
      radix = 16
      digits = digits.dropFirst(2)
    } else if digits.hasPrefix("0b") {
      radix = 2
      digits = digits.dropFirst(2)
    } else if digits.hasPrefix("0o") {
      radix = 8
      digits = digits.dropFirst(2)
    } else {
      radix = digits.hasPrefix("0") ? 8 : 10
    }
    let suffix = digits.reversed().prefix { $0 == "u" || $0 == "l" }
    digits = digits.dropLast(suffix.count)
    let isUnsigned = suffix.contains("u")
    guard !digits.isEmpty, suffixes.contains(String(suffix)) else {
      throw ExpressionError(.invalidNumber(literal), column: column)
    }
    var value: UInt64 = 0
    var overflows = false
    for digit in digits {
      guard let digitValue = digit.hexDigitValue, digitValue < radix else {
        throw ExpressionError(.invalidNumber(literal), column: column)
      }
      let product = value.multipliedReportingOverflow(by: radix)
      let sum = product.partialValue.addingReportingOverflow(UInt64(digitValue))
      overflows = overflows || product.overflow || sum.overflow
      value = sum.partialValue
    }
    if overflows { throw ExpressionError(.numberTooLarge(literal), column: column) }
    return Value(value, type: isUnsigned || value > Int64.max ? .uint64 : .int64)
  }

  /// C's suffixes, including their reversals: reversing changes only `ul`.
  private static let suffixes: Set<String> = ["", "u", "l", "ul", "lu", "ll", "ull", "llu"]
}

/// The text between the quotes of a character: one character or one of C's escapes.
enum CharacterLiteral {
  /// The character has the type of C's signed `char`, 8 bits; a literal non-ASCII character has its Unicode number.
  static func value(of text: String) -> Value? {
    guard let bits = bits(of: text) else { return nil }
    let isPlain = text.first != "\\" && bits > 0x7f
    return Value(bits, type: isPlain ? .int64 : .int8, displayType: .character)
  }

  private static func bits(of text: String) -> UInt64? {
    guard text.first == "\\" else {
      guard text.unicodeScalars.count == 1 else { return nil }
      return text.unicodeScalars.first.map { UInt64($0.value) }
    }
    let escape = text.dropFirst()
    if let simple = simpleEscapes[String(escape)] { return simple }
    let isHexadecimal = escape.first == "x"
    let digits = isHexadecimal ? escape.dropFirst() : escape
    guard digits.count <= (isHexadecimal ? 2 : 3), digits.allSatisfy(\.isHexDigit) else {
      return nil
    }
    return UInt8(digits, radix: isHexadecimal ? 16 : 8).map(UInt64.init)
  }

  /// The escapes of C, with GNU's `\e`.
  private static let simpleEscapes: [String: UInt64] = [
    "a": 7, "b": 8, "t": 9, "n": 10, "v": 11, "f": 12, "r": 13, "e": 27,
    "\\": 0x5c, "'": 0x27, "\"": 0x22,
  ]
}
