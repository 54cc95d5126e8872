/// A type that a target description defines.
///
/// Source: GDB manual, Target Description Format ("Types").
public enum TypeDescription: Equatable, Sendable {
  /// So many elements of a type.
  case vector(element: String, count: Int)
  /// Several views of the same bytes.
  case union(fields: [Field])
  /// Fields one behind the other, or bit fields.
  case structure(fields: [Field], byteCount: Int?)
  /// Bits with names.
  case flags(fields: [Field], byteCount: Int?)
  /// Values with names.
  case enumeration(values: [Value], byteCount: Int?)

  /// A part of a type.
  public struct Field: Equatable, Sendable {
    /// The name.
    public var name: String
    /// The name of its type, if it has one.
    public var typeName: String?
    /// The bits that it has, if it is a bit field.
    public var bits: ClosedRange<Int>?
  }

  /// A value of an enumeration.
  public struct Value: Equatable, Sendable {
    /// The name.
    public var name: String
    /// The number.
    public var value: Int
  }

  mutating func append(_ field: Field) {
    switch self {
    case .union(var fields):
      fields.append(field)
      self = .union(fields: fields)
    case .structure(var fields, let byteCount):
      fields.append(field)
      self = .structure(fields: fields, byteCount: byteCount)
    case .flags(var fields, let byteCount):
      fields.append(field)
      self = .flags(fields: fields, byteCount: byteCount)
    case .vector, .enumeration: break
    }
  }

  mutating func append(_ value: Value) {
    guard case .enumeration(var values, let byteCount) = self else { return }
    values.append(value)
    self = .enumeration(values: values, byteCount: byteCount)
  }
}
