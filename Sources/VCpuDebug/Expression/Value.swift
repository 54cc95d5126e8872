/// What an expression is worth: an integer of a type, and what is known about it.
public struct Value: Equatable, Sendable {
  /// How a value is shown when no format is asked for. Arithmetic does not look at it.
  public enum DisplayType: Equatable, Sendable {
    /// True or false: the result of a comparison.
    case boolean
    /// A character literal.
    case character
    /// An address, to be shown in hexadecimal with its symbol.
    case address
    /// One word of a fixed vocabulary, such as an exit's kind.
    case word(String)
  }

  /// The value, extended to 64 bits by the sign of its type.
  public let bits: UInt64
  /// The type.
  public let type: IntegerType
  /// The space that the value is an address of, if the expression or a symbol said so.
  public var addressSpace: AddressSpace?
  /// How to show the value.
  public var displayType: DisplayType?

  /// Makes a value of the bits that fit its type.
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

  /// The bits of the type's width, without what the sign adds.
  public var ownBits: UInt64 { bits & UInt64.max >> UInt64(64 - type.bitWidth) }

  /// The number in decimal digits.
  public var decimal: String { type.isSigned ? "\(Int64(bitPattern: bits))" : "\(bits)" }

  /// 1 or 0.
  static func boolean(_ isTrue: Bool) -> Value {
    Value(isTrue ? 1 : 0, type: .int64, displayType: .boolean)
  }

  /// The value as one of another type. What it is an address of stays, in 64 bits.
  func converted(to type: IntegerType) -> Value {
    Value(bits, type: type, addressSpace: addressSpace, displayType: displayType)
  }
}
