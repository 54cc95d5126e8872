/// The layout of a floating-point number's bits.
struct FloatFormat: Equatable {
  var exponentBitCount: Int
  /// The bits of the fraction, without the integer bit.
  var fractionBitCount: Int
  /// Whether there is an integer bit, between exponent and fraction.
  var hasIntegerBit = false
  /// Whether the words are those of the FPA: sign and exponent first, then the significand's high
  /// word and its low one, whatever the byte order is.
  var isFPA = false

  static let half = FloatFormat(exponentBitCount: 5, fractionBitCount: 10)
  static let bfloat16 = FloatFormat(exponentBitCount: 8, fractionBitCount: 7)
  static let single = FloatFormat(exponentBitCount: 8, fractionBitCount: 23)
  static let double = FloatFormat(exponentBitCount: 11, fractionBitCount: 52)
  static let quadruple = FloatFormat(exponentBitCount: 15, fractionBitCount: 112)
  static let x87 = FloatFormat(exponentBitCount: 15, fractionBitCount: 63, hasIntegerBit: true)
  static let fpa = FloatFormat(
    exponentBitCount: 15, fractionBitCount: 63, hasIntegerBit: true, isFPA: true)

  /// The format of a predefined type with `byteCount` bytes, or nil if it does not fit into them.
  init?(_ name: String, byteCount: Int) {
    switch (name, byteCount) {
    case ("ieee_half", 2), ("float", 2): self = .half
    case ("bfloat16", 2): self = .bfloat16
    case ("ieee_single", 4), ("float", 4): self = .single
    case ("ieee_double", 8), ("float", 8): self = .double
    case ("float", 16): self = .quadruple
    case ("i387_ext", 10...16), ("float", 10): self = .x87
    case ("arm_fpa_ext", 12), ("float", 12): self = .fpa
    default: return nil
    }
  }

  private init(
    exponentBitCount: Int, fractionBitCount: Int, hasIntegerBit: Bool = false, isFPA: Bool = false
  ) {
    self.exponentBitCount = exponentBitCount
    self.fractionBitCount = fractionBitCount
    self.hasIntegerBit = hasIntegerBit
    self.isFPA = isFPA
  }

  /// The `Double` nearest to the number with these bits. The sign is the highest bit.
  func double(_ bits: UInt128) -> Double {
    if self == .double { return Double(bitPattern: UInt64(truncatingIfNeeded: bits)) }
    let significandBitCount = fractionBitCount + (hasIntegerBit ? 1 : 0)
    let fraction = bits & (1 << UInt128(fractionBitCount) - 1)
    let exponentMask = (1 << exponentBitCount) - 1
    let exponent = Int(truncatingIfNeeded: bits >> UInt128(significandBitCount)) & exponentMask
    let isNegative = bits >> UInt128(significandBitCount + exponentBitCount) & 1 != 0
    let sign: FloatingPointSign = isNegative ? .minus : .plus
    if exponent == exponentMask {
      guard fraction == 0 else { return .nan }
      return isNegative ? -.infinity : .infinity
    }
    let integerBit: UInt128
    if hasIntegerBit {
      integerBit = bits >> UInt128(fractionBitCount) & 1
    } else {
      integerBit = exponent == 0 ? 0 : 1
    }
    let significand = integerBit << UInt128(fractionBitCount) | fraction
    let bias = exponentMask >> 1
    return Double(
      sign: sign, exponent: max(exponent, 1) - bias - fractionBitCount,
      significand: Double(significand))
  }

  /// The bits of raw `bytes`: the sign, then the exponent, then the significand.
  func bits(_ bytes: ArraySlice<UInt8>, _ byteOrder: RegisterDescription.ByteOrder) -> UInt128 {
    func integer(_ bytes: ArraySlice<UInt8>) -> UInt128 {
      ValueDecoder.integer(bytes, byteOrder) ?? 0
    }
    guard isFPA else {
      // There may be padding after the number (10 of 16 bytes are used).
      let byteCount = (1 + exponentBitCount + fractionBitCount + (hasIntegerBit ? 1 : 0)) / 8
      switch byteOrder {
      case .little: return integer(bytes.prefix(byteCount))
      case .big: return integer(bytes.suffix(byteCount))
      }
    }
    let first = integer(bytes.prefix(4))
    let high = integer(bytes.dropFirst(4).prefix(4))
    let low = integer(bytes.dropFirst(8).prefix(4))
    return (first >> 31) << 79 | (first & 0x7fff) << 64 | high << 32 | low
  }
}
