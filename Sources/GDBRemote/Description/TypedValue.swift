/// The value of a register, or of a part of it, decoded by its type.
///
/// It holds data only: a renderer decides how to show the tree of names and numbers.
public struct TypedValue: Equatable, Sendable {
  /// The name of the type, such as `uint32` or `cpsr_flags`. Empty for bits without a type.
  public var typeName: String

  /// How many bits of the register it covers.
  public var bitWidth: Int

  /// The value.
  public var content: Content

  /// The kinds of values.
  public indirect enum Content: Equatable, Sendable {
    /// One bit, or whether any of several is set.
    case boolean(Bool)
    /// An unsigned number.
    case unsigned(UInt128)
    /// A signed number.
    case signed(Int128)
    /// An address, of code or of data.
    case pointer(UInt64, isCode: Bool)
    /// A floating-point number: the nearest `Double`, and its bits, which may be more precise
    /// (`i387_ext` has a 64-bit significand).
    case floatingPoint(Double, bits: UInt128)
    /// Bits with names, in the order of the description.
    case flags([Part], bits: UInt128)
    /// A number that may have a name.
    case enumeration(name: String?, UInt64)
    /// Parts that do not overlap.
    case structure([Part])
    /// Several views of the same bytes.
    case union([Part])
    /// Elements, the one at the lowest address first.
    case vector([TypedValue])
    /// Bytes in the target's order, if they are too many for a number, or if the type can't be
    /// decoded.
    case bytes([UInt8])
  }

  /// A part with a name.
  public struct Part: Equatable, Sendable {
    /// The name.
    public var name: String
    /// The bits that it has, if it is a bit field.
    public var bits: ClosedRange<Int>?
    /// The value.
    public var value: TypedValue
  }

  /// The names of the one-bit flags that are set, as GDB shows them.
  public var setFlags: [String] {
    guard case .flags(let parts, _) = content else { return [] }
    return parts.filter {
      $0.bits?.count == 1 && !$0.name.isEmpty && $0.value.content == .boolean(true)
    }.map(\.name)
  }

  /// The part with a name of a structure, a union or flags.
  public subscript(name: String) -> TypedValue? {
    switch content {
    case .flags(let parts, _), .structure(let parts), .union(let parts):
      parts.first { $0.name == name }?.value
    default: nil
    }
  }

  /// The element at an index of a vector.
  public subscript(index: Int) -> TypedValue? {
    guard case .vector(let elements) = content, elements.indices.contains(index) else {
      return nil
    }
    return elements[index]
  }
}

extension TypedValue {
  /// Decodes the raw `bytes` of a register by the types of a description.
  ///
  /// - Parameters:
  ///   - register: the register.
  ///   - bytes: its raw bytes, as packets carry them.
  ///   - types: the types, by their names.
  ///   - byteOrder: the target's byte order, which a description doesn't give.
  public init(
    of register: RegisterDescription, _ bytes: [UInt8], types: [String: TypeDescription],
    byteOrder: RegisterDescription.ByteOrder = .little
  ) {
    var decoder = ValueDecoder(types: TypeTable(types), byteOrder: byteOrder)
    self = decoder.value(of: register, bytes)
  }
}

extension TargetDescription {
  /// The value of a register's raw `bytes`, decoded by its type.
  ///
  /// An unknown type is treated as an unsigned number. No description can make this take long:
  /// values that grow too large are left as bytes.
  ///
  /// - Parameters:
  ///   - register: the register.
  ///   - bytes: its raw bytes, as packets carry them.
  ///   - byteOrder: the target's byte order, which a description doesn't give.
  public func value(
    of register: RegisterDescription, _ bytes: [UInt8],
    byteOrder: RegisterDescription.ByteOrder = .little
  ) -> TypedValue {
    var decoder = ValueDecoder(types: typeTable, byteOrder: byteOrder)
    return decoder.value(of: register, bytes)
  }
}
