/// What an expression is worth: 64 bits, and what is known about them.
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

  /// The bits. Arithmetic is unsigned and wraps.
  public var bits: UInt64
  /// The space that the value is an address of, if the expression or a symbol said so.
  public var addressSpace: AddressSpace?
  /// How to show the value.
  public var displayType: DisplayType?

  /// Makes a value.
  public init(
    _ bits: UInt64, addressSpace: AddressSpace? = nil, displayType: DisplayType? = nil
  ) {
    self.bits = bits
    self.addressSpace = addressSpace
    self.displayType = displayType
  }

  /// Whether a condition holds: any bit is set.
  public var isTrue: Bool { bits != 0 }

  /// 1 or 0.
  static func boolean(_ isTrue: Bool) -> Value {
    Value(isTrue ? 1 : 0, displayType: .boolean)
  }
}
