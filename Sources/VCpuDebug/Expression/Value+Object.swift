extension Value {
  /// The value of a program: its number if it is one, a pointer's or an array's address.
  init(_ object: ProgramObject, at column: Int) throws {
    let value = object.value
    let type = value.type.stripped
    switch type.kind {
    case .reference:
      // C++'s references are what they refer to.
      try self.init(ProgramError.placing(at: column) { try object.dereferenced() }, at: column)
    case .pointer:
      self.init(
        try Self.integer(value) ?? 0, addressSpace: object.space, displayType: .object(object))
    case .array:
      self.init(object.address ?? 0, addressSpace: object.space, displayType: .object(object))
    default:
      let size = value.bits == nil ? Int(clamping: type.byteCount ?? 0) : 8
      let integer =
        type.isSigned
        ? IntegerType.signed(byteCount: size) : IntegerType.unsigned(byteCount: size)
      self.init(
        try Self.integer(value) ?? 0, type: integer ?? .uint64, displayType: .object(object))
    }
  }

  /// The integer that a value is; nil for one that is no integer, or that the compiler removed.
  private static func integer(_ value: ProgramValue) throws -> UInt64? {
    guard value.type.stripped.isScalar, !value.type.stripped.isFloat else { return nil }
    do {
      return try value.integer()
    } catch is ValueError {
      return nil
    } catch is LocationError {
      return nil
    }
  }

  /// What the program says of the value; nil for a value that isn't the program's.
  public var object: ProgramObject? {
    if case .object(let object)? = displayType { object } else { nil }
  }

  /// The value as a number or an address, for operators.
  ///
  /// - Throws: `ExpressionError` for a structure, a floating-point number, and what the compiler removed.
  func number(at column: Int) throws -> Value {
    guard let object else { return self }
    if object.hasElements {
      if case .array = object.value.type.stripped.kind, object.address == nil {
        throw ExpressionError(.notANumber(type: object.typeName), column: column)
      }
      _ = try ProgramError.placing(at: column) {
        if case .array = object.value.type.stripped.kind { return UInt64(0) }
        return try object.value.integer()
      }
      return Value(bits, addressSpace: object.space, displayType: .address)
    }
    if object.value.type.stripped.isFloat {
      throw ExpressionError(.notANumber(type: object.typeName), column: column)
    }
    // Throws for what has no integer.
    let whole = try ProgramError.placing(at: column) { try object.value.integer() }
    return Value(whole, type: type)
  }
}

extension BinaryOperator {
  /// Arithmetic of pointers, as C has it: a pointer and a number of elements, or the distance of two pointers. Nil for
  /// anything else.
  func pointer(_ left: Value, _ right: Value, column: Int) throws -> Value? {
    guard self == .add || self == .subtract else { return nil }
    switch (left.object?.strideOfPointer, right.object?.strideOfPointer) {
    case (let size?, _?) where self == .subtract:
      let distance = Int64(bitPattern: left.bits &- right.bits)
      return Value(signed: distance / Int64(clamping: size))
    case (_?, nil):
      let count = try right.number(at: column).bits
      return try left.object?.advanced(by: self == .add ? count : 0 &- count).map {
        try Value($0, at: column)
      }
    case (nil, _?) where self == .add:
      let count = try left.number(at: column).bits
      return try right.object?.advanced(by: count).map { try Value($0, at: column) }
    default: return nil
    }
  }
}

/// Gives errors of the program's values the column where they happen.
enum ProgramError {
  static func placing<Result>(at column: Int, _ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as ValueError {
      throw ExpressionError(.program(error.description), column: column)
    } catch let error as LocationError {
      throw ExpressionError(.program(error.description), column: column)
    }
  }
}
