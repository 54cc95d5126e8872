extension Expression {
  /// The value of the expression. `&&`, `||` and `?:` evaluate only what they need.
  ///
  /// - Throws: `ExpressionError`, and what the resolver throws.
  public func evaluated(with resolver: some ExpressionResolver) throws -> Value {
    switch self {
    case .literal(let value, _):
      return value
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
      guard let value = try resolver.register(path) else {
        throw ExpressionError(
          .unknownRegister(path.joined(separator: ".")), column: column)
      }
      return value
    case .unary(let unary, let operand, _):
      return unary.applied(to: try operand.evaluated(with: resolver))
    case .binary(.logicalAnd, let left, let right, _):
      guard try left.evaluated(with: resolver).isTrue else { return .boolean(false) }
      return .boolean(try right.evaluated(with: resolver).isTrue)
    case .binary(.logicalOr, let left, let right, _):
      if try left.evaluated(with: resolver).isTrue { return .boolean(true) }
      return .boolean(try right.evaluated(with: resolver).isTrue)
    case .binary(let binary, let left, let right, let column):
      let left = try left.evaluated(with: resolver)
      let right = try right.evaluated(with: resolver)
      return try binary.applied(to: left, right, column: column)
    case .conditional(let condition, let first, let second, _):
      let isTrue = try condition.evaluated(with: resolver).isTrue
      return try (isTrue ? first : second).evaluated(with: resolver)
    case .load(let address, _):
      return Value(try resolver.load(at: try address.evaluated(with: resolver)))
    case .inSpace(let space, let address, let column):
      let value =
        if let inner = resolver.resolver(for: space) {
          try address.evaluated(with: inner)
        } else {
          try address.evaluated(with: resolver)
        }
      // A prefix says what a number or a symbol is an address of; it makes no other address of one.
      if let other = value.addressSpace, other != space, address.saysSpace {
        throw ExpressionError(
          .otherSpace(other, wanted: space, register: address.registerName), column: column)
      }
      return Value(value.bits, addressSpace: space, displayType: .address)
    }
  }
}

extension UnaryOperator {
  func applied(to operand: Value) -> Value {
    switch self {
    case .plus: operand
    case .minus: Value(0 &- operand.bits)
    case .complement: Value(~operand.bits)
    case .not: .boolean(!operand.isTrue)
    }
  }
}

extension BinaryOperator {
  /// Both sides are evaluated; for the logical operators the evaluator does without the right one.
  func applied(to left: Value, _ right: Value, column: Int) throws(ExpressionError) -> Value {
    let (a, b) = (left.bits, right.bits)
    switch self {
    case .logicalOr: return .boolean(left.isTrue || right.isTrue)
    case .logicalAnd: return .boolean(left.isTrue && right.isTrue)
    case .equal: return .boolean(a == b)
    case .notEqual: return .boolean(a != b)
    case .less: return .boolean(a < b)
    case .lessOrEqual: return .boolean(a <= b)
    case .greater: return .boolean(a > b)
    case .greaterOrEqual: return .boolean(a >= b)
    case .add: return try offset(a &+ b, left, right, column: column)
    case .subtract: return try offset(a &- b, left, right, column: column)
    case .and: return try offset(a & b, left, right, column: column)
    case .or: return try offset(a | b, left, right, column: column)
    case .exclusiveOr: return try offset(a ^ b, left, right, column: column)
    // Swift's smart shifts give 0 for distances of 64 and more.
    case .shiftLeft: return Value(a << b)
    case .shiftRight: return Value(a >> b)
    case .multiply: return Value(a &* b)
    case .divide, .remainder:
      guard b != 0 else { throw ExpressionError(.divisionByZero, column: column) }
      return Value(self == .divide ? a / b : a % b)
    }
  }

  /// An address with an offset or a mask stays an address of its space. The difference of two
  /// addresses is a number.
  private func offset(
    _ bits: UInt64, _ left: Value, _ right: Value, column: Int
  ) throws(ExpressionError) -> Value {
    if let first = left.addressSpace, let second = right.addressSpace, first != second {
      throw ExpressionError(.mixedSpaces(first, second), column: column)
    }
    let areAddresses = [left, right].map { $0.displayType == .address || $0.addressSpace != nil }
    guard areAddresses.contains(true), !(self == .subtract && areAddresses[1]) else {
      return Value(bits)
    }
    let space = left.addressSpace ?? right.addressSpace
    return Value(bits, addressSpace: space, displayType: .address)
  }
}
