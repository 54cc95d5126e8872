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
    case .name, .addressOf, .register, .history: try named(resolver)
    case .unary(let unary, let operand, _):
      unary.applied(to: try operand.evaluated(with: resolver))
    case .cast(let name, let operand, _):
      Self.converted(try operand.evaluated(with: resolver), to: name)
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
      guard let address = try resolver.address(ofSymbol: name) else {
        throw ExpressionError(.unknownName(name), column: column)
      }
      return address
    case .addressOf(let name, let column):
      guard let address = try resolver.address(ofSymbol: name) else {
        throw ExpressionError(.notASymbol(name), column: column)
      }
      return address
    case .register(let path, let column):
      let value = try NoSuchField.placing(at: column) {
        try resolver.variable(path) ?? resolver.register(path)
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
    let value = try operand.evaluated(with: resolver)
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
    let first = try left.evaluated(with: resolver)
    if binary == .logicalAnd, !first.isTrue { return .boolean(false) }
    if binary == .logicalOr, first.isTrue { return .boolean(true) }
    return try binary.applied(to: first, try right.evaluated(with: resolver), column: column)
  }

  private func chosen(_ resolver: some ExpressionResolver) throws -> Value {
    guard case .conditional(let condition, let first, let second, _) = self else {
      preconditionFailure("this has no branches")
    }
    let isTrue = try condition.evaluated(with: resolver).isTrue
    let value = try (isTrue ? first : second).evaluated(with: resolver)
    // The type is that of both branches, whichever is taken.
    return value.converted(to: type(with: resolver))
  }

  private func loaded(_ resolver: some ExpressionResolver) throws -> Value {
    guard case .load(let address, let name, _) = self else {
      preconditionFailure("not a load from memory")
    }
    let bits = try resolver.load(
      at: try address.evaluated(with: resolver), byteCount: name?.type.byteCount)
    return name.map { Self.converted(Value(bits), to: $0) } ?? Value(bits)
  }

  private func placed(_ resolver: some ExpressionResolver) throws -> Value {
    guard case .inSpace(let space, let address, let column) = self else {
      preconditionFailure("this has no prefix")
    }
    let value =
      if let inner = resolver.resolver(for: space) {
        try address.evaluated(with: inner)
      } else {
        try address.evaluated(with: resolver)
      }
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
}
