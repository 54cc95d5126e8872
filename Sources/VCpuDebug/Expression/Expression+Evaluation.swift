extension Expression {
  /// The value of the expression. `&&`, `||` and `?:` evaluate only what they need.
  ///
  /// Each kind of expression has its own function: in a single one, a debug build would reserve the stack of all of
  /// them at every level.
  ///
  /// - Throws: `ExpressionError`, and what the resolver throws.
  public func evaluated(with resolver: some ExpressionResolver) throws -> Value {
    switch self {
    case .literal(let value, _, _): value
    case .name, .register, .history: try named(resolver)
    case .addressOf: try address(resolver)
    case .unary(let unary, let operand, let column):
      unary.applied(to: try operand.evaluated(with: resolver).number(at: column))
    case .cast(let name, let operand, let column):
      Self.converted(try operand.evaluated(with: resolver).number(at: column), to: name)
    case .programCast, .sizeOfType, .sizeOf: try typed(resolver)
    case .member: try member(resolver)
    case .slice: try sliced(resolver)
    case .binary: try combined(resolver)
    case .conditional: try chosen(resolver)
    case .load: try loaded(resolver)
    case .inSpace: try placed(resolver)
    }
  }

  private func named(_ resolver: some ExpressionResolver) throws -> Value {
    switch self {
    case .name(let name, let isQuoted, let column):
      if !isQuoted, let word = resolver.word(name) { return word }
      let object = try ProgramError.placing(at: column) { try resolver.object(named: name) }
      if let object { return try Value(object, at: column) }
      guard let address = try resolver.address(ofSymbol: name) else {
        throw ExpressionError(.unknownName(name), column: column)
      }
      return address
    case .register(let path, let column):
      let value = try NoSuchField.placing(at: column) {
        try resolver.variable(path) ?? resolver.register(path)
      }
      if value == nil, var object = resolver.variables[path[0]]?.object {
        for name in path.dropFirst() {
          object = try ProgramError.placing(at: column) { try object.member(named: name) }
        }
        return try Value(object, at: column)
      }
      guard let value else {
        throw ExpressionError(.unknownRegister(path.joined(separator: ".")), column: column)
      }
      return value
    case .history(let place, let column):
      guard let value = resolver.variables[place] else {
        throw ExpressionError(
          .notInHistory(place.text, count: resolver.variables.history.count), column: column)
      }
      return value
    default: preconditionFailure("this has no name")
    }
  }

  private static func converted(_ value: Value, to name: TypeName) -> Value {
    Value(value.bits, type: name.type, displayType: name.isCharacter ? .character : nil)
  }

  private func sliced(_ resolver: some ExpressionResolver) throws -> Value {
    guard case .slice(let operand, let high, let low, let column) = self else {
      preconditionFailure("not a bit slice")
    }
    let top = try high.evaluated(with: resolver)
    if low == nil, case .register(let path, let column) = operand,
      let element = try NoSuchField.placing(
        at: column, { try resolver.element(top.bits, of: path) })
    {
      return element
    }
    let whole = try operand.evaluated(with: resolver)
    if low == nil, let object = whole.object, object.hasElements {
      let index = Int64(bitPattern: try top.number(at: column).bits)
      return try Value(
        ProgramError.placing(at: column) { try object.element(index) }, at: column)
    }
    let value = try whole.number(at: column)
    let bottom = try low?.evaluated(with: resolver) ?? top
    guard top.bits < 64, bottom.bits <= top.bits else {
      throw ExpressionError(.badSlice(high: top.decimal, low: bottom.decimal), column: column)
    }
    return Value((value.bits << (63 - top.bits)) >> (63 - top.bits + bottom.bits))
  }

  private func combined(_ resolver: some ExpressionResolver) throws -> Value {
    guard case .binary(let binary, let left, let right, let column) = self else {
      preconditionFailure("this has no operator between two operands")
    }
    let object = try left.evaluated(with: resolver)
    if binary == .repetition {
      return try repeated(object, try right.evaluated(with: resolver), column)
    }
    let first = try object.number(at: column)
    if binary == .logicalAnd, !first.isTrue { return .boolean(false) }
    if binary == .logicalOr, first.isTrue { return .boolean(true) }
    let second = try right.evaluated(with: resolver)
    if let pointer = try binary.pointer(object, second, column: column) { return pointer }
    return try binary.applied(to: first, try second.number(at: column), column: column)
  }

  private func chosen(_ resolver: some ExpressionResolver) throws -> Value {
    guard case .conditional(let condition, let first, let second, let column) = self else {
      preconditionFailure("this has no branches")
    }
    let isTrue = try condition.evaluated(with: resolver).number(at: column).isTrue
    let value = try (isTrue ? first : second).evaluated(with: resolver)
    if value.object != nil { return value }
    // The type is that of both branches, whichever is taken.
    return value.converted(to: type(with: resolver))
  }

  private func loaded(_ resolver: some ExpressionResolver) throws -> Value {
    guard case .load(let address, let name, let column) = self else {
      preconditionFailure("not a load from memory")
    }
    let place = try address.evaluated(with: resolver)
    if name == nil, let object = place.object, object.hasElements {
      return try Value(ProgramError.placing(at: column) { try object.dereferenced() }, at: column)
    }
    let bits = try resolver.load(
      at: try place.number(at: column), byteCount: name?.type.byteCount)
    return name.map { Self.converted(Value(bits), to: $0) } ?? Value(bits)
  }

  private func placed(_ resolver: some ExpressionResolver) throws -> Value {
    guard case .inSpace(let space, let address, let column) = self else {
      preconditionFailure("this has no prefix")
    }
    var value =
      if let inner = resolver.resolver(for: space) {
        try address.evaluated(with: inner)
      } else {
        try address.evaluated(with: resolver)
      }
    if let object = value.object, object.space.kind == space.kind { return value }
    value = try value.number(at: column)
    // A prefix gives the space of a number or a symbol; an address of another space is translated.
    if let other = value.addressSpace, other != space, address.saysSpace {
      guard let output = try resolver.translation(of: value.bits, from: other, to: space) else {
        throw ExpressionError(
          .otherSpace(other, wanted: space, register: address.registerName), column: column)
      }
      return Value(output, addressSpace: space, displayType: .address)
    }
    return Value(value.bits, addressSpace: space, displayType: .address)
  }

  // MARK: The program's types

  private func address(_ resolver: some ExpressionResolver) throws -> Value {
    guard case .addressOf(let operand, let column) = self else {
      preconditionFailure("not an address")
    }
    if case .name(let name, _, _) = operand {
      let object = try ProgramError.placing(at: column) { try resolver.object(named: name) }
      if let object {
        return try Value(ProgramError.placing(at: column) { try object.addressOf() }, at: column)
      }
      guard let address = try resolver.address(ofSymbol: name) else {
        throw ExpressionError(.notASymbol(name), column: column)
      }
      return address
    }
    guard let object = try operand.evaluated(with: resolver).object else {
      throw ExpressionError(.noAddress(operand.description), column: column)
    }
    return try Value(ProgramError.placing(at: column) { try object.addressOf() }, at: column)
  }

  private func member(_ resolver: some ExpressionResolver) throws -> Value {
    guard case .member(let operand, let name, let column) = self else {
      preconditionFailure("not a member")
    }
    guard let object = try operand.evaluated(with: resolver).object else {
      throw ExpressionError(.notAStructure(operand.description), column: column)
    }
    return try Value(
      ProgramError.placing(at: column) { try object.member(named: name) }, at: column)
  }

  private func typed(_ resolver: some ExpressionResolver) throws -> Value {
    switch self {
    case .programCast(let type, let operand, let column):
      let value = try operand.evaluated(with: resolver)
      let object = try ProgramError.placing(at: column) { try resolver.object(value, as: type) }
      guard let object else { throw type.isUnknown(at: column) }
      return try Value(object, at: column)
    case .sizeOfType(let type, let column):
      let size = try ProgramError.placing(at: column) { try resolver.byteCount(of: type) }
      guard let size = size ?? type.ownByteCount else { throw type.isUnknown(at: column) }
      return Value(size)
    case .sizeOf(let operand, let column):
      let value = try operand.evaluated(with: resolver)
      guard let object = value.object else { return Value(UInt64(value.type.byteCount)) }
      return Value(try ProgramError.placing(at: column) { try object.byteCount() })
    default: preconditionFailure("this has no type of the program")
    }
  }

  private func repeated(_ value: Value, _ count: Value, _ column: Int) throws -> Value {
    guard let object = value.object else {
      throw ExpressionError(.notANumber(type: value.type.name + " without a place"), column: column)
    }
    let count = try count.number(at: column)
    guard !count.isNegative, count.bits > 0 else {
      throw ExpressionError(.program("an array has at least 1 element"), column: column)
    }
    return try Value(
      ProgramError.placing(at: column) { try object.repeated(count.bits) }, at: column)
  }
}

extension ProgramTypeName {
  /// The error for a type that isn't known; without debug information a pointer can only be followed.
  fileprivate func isUnknown(at column: Int) -> ExpressionError {
    let isBuiltIn = TypeName(base.split(separator: " ").map(String.init)) != nil
    return ExpressionError(
      isBuiltIn && pointerCount > 0 ? .pointer(base) : .unknownType(text), column: column)
  }

  /// The size of a type that every program has.
  fileprivate var ownByteCount: UInt64? {
    guard pointerCount == 0, counts.isEmpty else { return nil }
    return TypeName(base.split(separator: " ").map(String.init)).map { UInt64($0.type.byteCount) }
  }
}
