/// A type that a target description defines.
///
/// Source: GDB manual, Target Description Format ("Types").
public enum TypeDescription: Equatable, Sendable {
  /// A number of elements of one type.
  case vector(element: String, count: Int)
  /// Several views of the same bytes.
  case union(fields: [Field])
  /// Fields one after the other, or bit fields.
  case structure(fields: [Field], byteCount: Int?)
  /// Bits with names.
  case flags(fields: [Field], byteCount: Int?)
  /// Values with names.
  case enumeration(values: [Value], byteCount: Int?)

  /// A part of a type.
  public struct Field: Equatable, Sendable {
    /// The name. Empty for unused bits.
    public var name: String
    /// The name of its type, if it has one.
    public var typeName: String?
    /// The bits that it has, if it is a bit field. Bit 0 is the least significant.
    public var bits: ClosedRange<Int>?

    /// Describes a part of a type.
    public init(name: String, typeName: String? = nil, bits: ClosedRange<Int>? = nil) {
      self.name = name
      self.typeName = typeName
      self.bits = bits
    }
  }

  /// A value of an enumeration.
  public struct Value: Equatable, Sendable {
    /// The name.
    public var name: String
    /// The number.
    public var value: UInt64

    /// Describes a value of an enumeration.
    public init(name: String, value: UInt64) {
      self.name = name
      self.value = value
    }
  }
}
