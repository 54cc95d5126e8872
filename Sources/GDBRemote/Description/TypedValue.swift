/// The value of a register, or of a part of it, as its type means it.
///
/// It is data to be shown: what a tree of names and numbers looks like is the renderer's business.
public struct TypedValue: Equatable, Sendable {
  /// The name of the type, such as `uint32` or `cpsr_flags`. Empty for bits without a type.
  public var typeName: String

  /// How many bits of the register it is of.
  public var bitWidth: Int

  /// The value.
  public var content: Content

  /// What a value can be.
  public indirect enum Content: Equatable, Sendable {
    /// One bit, or whether any of several is set.
    case boolean(Bool)
    /// A number without a sign.
    case unsigned(UInt128)
    /// A number with a sign.
    case signed(Int128)
    /// An address, of code or of data.
    case pointer(UInt64, isCode: Bool)
    /// A floating-point number: the nearest `Double`, and its bits, which may have more to say
    /// (`i387_ext` has 64 bits of significand).
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
    /// Bytes in the target's order: too many for a number, or of a type that cannot be decoded.
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

  /// The part of a structure, a union or flags with a name.
  public subscript(name: String) -> TypedValue? {
    switch content {
    case .flags(let parts, _), .structure(let parts), .union(let parts):
      parts.first { $0.name == name }?.value
    default: nil
    }
  }

  /// The element of a vector with an index.
  public subscript(index: Int) -> TypedValue? {
    guard case .vector(let elements) = content, elements.indices.contains(index) else {
      return nil
    }
    return elements[index]
  }
}

extension TypedValue {
  /// The value that raw `bytes` of a register have, by the types of a description.
  ///
  /// - Parameters:
  ///   - register: the register.
  ///   - bytes: its raw bytes, as packets carry them.
  ///   - types: the types, by their names.
  ///   - byteOrder: the target's, which no description says.
  public init(
    of register: RegisterDescription, _ bytes: [UInt8], types: [String: TypeDescription],
    byteOrder: RegisterDescription.ByteOrder = .little
  ) {
    var decoder = ValueDecoder(types: TypeTable(types), byteOrder: byteOrder)
    self = decoder.value(of: register, bytes)
  }
}

extension TargetDescription {
  /// The value that raw `bytes` of a register have, by the register's type.
  ///
  /// A type that is not known is taken for a number without a sign. Nothing that a description says
  /// makes this take long: what gets out of hand is left as bytes.
  ///
  /// - Parameters:
  ///   - register: the register.
  ///   - bytes: its raw bytes, as packets carry them.
  ///   - byteOrder: the target's, which no description says.
  public func value(
    of register: RegisterDescription, _ bytes: [UInt8],
    byteOrder: RegisterDescription.ByteOrder = .little
  ) -> TypedValue {
    var decoder = ValueDecoder(types: typeTable, byteOrder: byteOrder)
    return decoder.value(of: register, bytes)
  }
}
