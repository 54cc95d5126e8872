/// A value of a program in an expression, and whose addresses it holds.
///
/// It is used from the session's thread alone, as the session is.
public final class ProgramObject: Equatable, @unchecked Sendable {
  let value: ProgramValue
  /// The space that its address and its pointers are of.
  public let space: AddressSpace

  init(_ value: ProgramValue, in space: AddressSpace) {
    self.value = value
    self.space = space
  }

  /// Whether two are the same object, not whether their values are equal.
  public static func == (left: ProgramObject, right: ProgramObject) -> Bool { left === right }

  /// The type's name: `struct avcpu_context *`.
  public var typeName: String { value.type.name }
  /// Its address; nil if it isn't in memory.
  public var address: UInt64? { value.address }

  /// What GDB's `whatis` says of its type.
  ///
  /// - Parameter isNamed: whether a type was named, whose typedef is then followed once.
  public func typeName(isNamed: Bool) -> String { TypeText.whatis(value.type, isNamed: isNamed) }

  /// Whether it is a structure, a class, a union or an enumeration with values, complete or not.
  public var isAggregate: Bool {
    if case .aggregate = value.type.stripped.kind { true } else { false }
  }

  /// How many bytes its type takes; nil for an incomplete one.
  public var typeByteCount: UInt64? { value.type.byteCount }

  /// What GDB's `ptype` says of its type.
  public func typeLines(hasOffsets: Bool) -> [String] {
    TypeText.ptype(value.type, hasOffsets: hasOffsets)
  }

  /// The value with all that is in it, as data.
  ///
  /// - Parameters:
  ///   - letter: the format of numbers; nil for what their types say.
  ///   - symbol: the name of an address in the object's space.
  public func node(as letter: FormatLetter? = nil, symbol: @escaping (UInt64) -> String?)
    -> ValueNode
  {
    var reader = ValueReader()
    reader.letter = letter
    reader.symbol = symbol
    return reader.node(value)
  }

  // MARK: Parts

  /// A member, also through pointers. Swift's pointers have `pointee`.
  func member(named name: String) throws -> ProgramObject {
    if name == "pointee", let pointer = value.type.stripped.entry, pointer.isSwift,
      case .pointer = value.type.stripped.kind
    {
      return try dereferenced()
    }
    return ProgramObject(try value.dereferencedToStructure().member(named: name), in: space)
  }

  /// Whether it has elements: whether it is an array or a pointer.
  var hasElements: Bool {
    switch value.type.stripped.kind {
    case .array, .pointer: true
    default: false
    }
  }

  /// An element of an array, or of what a pointer points at.
  func element(_ index: Int64) throws -> ProgramObject {
    ProgramObject(try value.element(index), in: space)
  }

  /// What a pointer points at.
  func dereferenced() throws -> ProgramObject {
    ProgramObject(try value.dereferenced(), in: space)
  }

  /// A pointer to it.
  func addressOf() throws -> ProgramObject { ProgramObject(try value.addressOf(), in: space) }

  /// As many of it as an array, from its place on: GDB's `@`.
  func repeated(_ count: UInt64) throws -> ProgramObject {
    guard value.bits == nil else { throw ValueError.noAddress }
    return ProgramObject(
      ProgramValue(
        type: value.type.array(count: count),
        storage: ValueStorage(
          location: value.storage.location, byteOffset: value.storage.byteOffset,
          wholeByteCount: (try value.byteCount()).multipliedReportingOverflow(by: count)
            .partialValue),
        scope: value.scope), in: space)
  }

  /// The same pointer, some of what it points at further.
  func advanced(by distance: UInt64) throws -> ProgramObject? {
    guard case .pointer(let target) = value.type.stripped.kind else { return nil }
    let size: UInt64
    if case .void = target.stripped.kind { size = 1 } else { size = target.byteCount ?? 1 }
    return ProgramObject(
      ProgramValue(
        type: value.type, integer: try value.integer() &+ distance &* size, scope: value.scope),
      in: space)
  }

  /// What has to be written so that it has another value: a number, or bytes of the same type.
  func writes(_ new: Value) throws -> [ValueWrite] {
    if let other = new.object,
      !other.value.type.stripped.isScalar || other.value.type.stripped.isFloat
    {
      if value.type.stripped.isFloat, other.value.type.stripped.isFloat {
        return try value.writes(try other.value.float())
      }
      guard try value.byteCount() == other.value.byteCount() else {
        throw ValueError.notScalar(type: other.typeName)
      }
      return try value.writes(try other.value.bytes())
    }
    if value.type.stripped.isFloat {
      return try value.writes(
        new.type.isSigned ? Double(Int64(bitPattern: new.bits)) : Double(new.bits))
    }
    return try value.writes(new.bits)
  }

  /// Forgets what was read, after a change.
  func invalidate() { value.invalidate() }

  /// How many bytes it takes.
  func byteCount() throws -> UInt64 { try value.byteCount() }

  /// The number of bytes of what a pointer points at; nil for something else.
  var strideOfPointer: UInt64? {
    guard case .pointer(let target) = value.type.stripped.kind else { return nil }
    return max(target.byteCount ?? 1, 1)
  }
}
