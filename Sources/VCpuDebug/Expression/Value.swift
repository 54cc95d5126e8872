/// The value of an expression: an integer with a type, and what is known about it.
public struct Value: Equatable, Sendable {
  /// How a value is shown without an explicit format. Arithmetic ignores it.
  public enum DisplayType: Equatable, Sendable {
    /// True or false: the result of a comparison.
    case boolean
    /// A character literal.
    case character
    /// An address, to be shown in hexadecimal with its symbol.
    case address
    /// One word of a fixed vocabulary, such as an exit's kind. In a box: expressions are evaluated on a stack.
    indirect case word(String)
    /// What the program's debug information says.
    case object(ProgramObject)
  }

  /// The value, extended to 64 bits by the sign of its type.
  public let bits: UInt64
  /// The type.
  public let type: IntegerType
  /// The address space of the value, if the expression or a symbol gives one.
  public var addressSpace: AddressSpace?
  /// How to show the value.
  public var displayType: DisplayType?

  /// Creates a value from the bits that fit its type.
  public init(
    _ bits: UInt64, type: IntegerType = .uint64, addressSpace: AddressSpace? = nil,
    displayType: DisplayType? = nil
  ) {
    self.bits = type.wrapping(bits)
    self.type = type
    self.addressSpace = addressSpace
    self.displayType = displayType
  }

  /// A signed number.
  public init(signed number: Int64) {
    self.init(UInt64(bitPattern: number), type: .int64)
  }

  /// Whether a condition holds: any bit is set.
  public var isTrue: Bool { bits != 0 }

  /// Whether it is less than 0.
  public var isNegative: Bool { type.isSigned && Int64(bitPattern: bits) < 0 }

  /// The bits of the type's width, without sign extension.
  public var ownBits: UInt64 { bits & UInt64.max >> UInt64(64 - type.bitWidth) }

  /// The number in decimal digits.
  public var decimal: String { type.isSigned ? "\(Int64(bitPattern: bits))" : "\(bits)" }

  /// 1 or 0.
  static func boolean(_ isTrue: Bool) -> Value {
    Value(isTrue ? 1 : 0, type: .int64, displayType: .boolean)
  }

  /// Whether it fits a number of bits, with or without a sign.
  public func fits(bitWidth: Int) -> Bool {
    guard bitWidth < 64 else { return true }
    return bits >> UInt64(bitWidth) == 0
      || isNegative && Int64(bitPattern: bits) >> UInt64(bitWidth - 1) == -1
  }

  /// The value with some bits replaced.
  ///
  /// - Parameters:
  ///   - high: the highest bit.
  ///   - low: the lowest bit.
  ///   - bits: a number that fits them; for a negative one, its low bits.
  ///   - column: the column of the bits in the text, for errors.
  func replacingBits(
    high: Value, low: Value, by bits: Value, column: Int
  ) throws(ExpressionError) -> Value {
    guard high.bits < 64, low.bits <= high.bits else {
      throw ExpressionError(.badSlice(high: high.decimal, low: low.decimal), column: column)
    }
    let width = high.bits - low.bits + 1
    let mask = UInt64.max >> (64 - width)
    guard bits.fits(bitWidth: Int(width)) else {
      throw ExpressionError(.tooWideForBits(bits.decimal, count: Int(width)), column: column)
    }
    return Value(self.bits & ~(mask << low.bits) | (bits.bits & mask) << low.bits, type: type)
  }

  /// The value converted to another type. A 64-bit value keeps its address space.
  func converted(to type: IntegerType) -> Value {
    Value(bits, type: type, addressSpace: addressSpace, displayType: displayType)
  }
}
