extension UnaryOperator {
  func applied(to operand: Value) -> Value {
    let type = operand.type.promoted
    switch self {
    case .plus:
      return Value(
        operand.bits, type: type, addressSpace: operand.addressSpace,
        displayType: operand.displayType == .address ? .address : nil)
    case .minus: return Value(0 &- operand.bits, type: type)
    case .complement: return Value(~operand.bits, type: type)
    case .not: return .boolean(!operand.isTrue)
    }
  }
}

extension BinaryOperator {
  /// Both sides are already evaluated; for the logical operators the evaluator may skip the right
  /// one.
  func applied(to left: Value, _ right: Value, column: Int) throws(ExpressionError) -> Value {
    switch self {
    case .logicalOr: return .boolean(left.isTrue || right.isTrue)
    case .logicalAnd: return .boolean(left.isTrue && right.isTrue)
    case .shiftLeft, .shiftRight: return try shifted(left, by: right, column: column)
    default: break
    }
    let (a, b) = (left.bits, right.bits)
    let type = left.type.common(with: right.type)
    let (x, y) = (Int64(bitPattern: a), Int64(bitPattern: b))
    switch self {
    case .equal: return .boolean(a == b)
    case .notEqual: return .boolean(a != b)
    case .less: return .boolean(type.isSigned ? x < y : a < b)
    case .lessOrEqual: return .boolean(type.isSigned ? x <= y : a <= b)
    case .greater: return .boolean(type.isSigned ? x > y : a > b)
    case .greaterOrEqual: return .boolean(type.isSigned ? x >= y : a >= b)
    case .add: return try offset(a &+ b, type, left, right, column: column)
    case .subtract: return try offset(a &- b, type, left, right, column: column)
    case .and: return try offset(a & b, type, left, right, column: column)
    case .or: return try offset(a | b, type, left, right, column: column)
    case .exclusiveOr: return try offset(a ^ b, type, left, right, column: column)
    case .multiply: return Value(a &* b, type: type)
    case .repetition:
      throw ExpressionError(.notANumber(type: left.type.name + " without a place"), column: column)
    default: break
    }
    guard b != 0 else { throw ExpressionError(.divisionByZero, column: column) }
    let isQuotient = self == .divide
    guard type.isSigned else { return Value(isQuotient ? a / b : a % b, type: type) }
    // The smallest number divided by -1 wraps; the processor's own instruction would trap.
    return Value(
      signed: isQuotient
        ? x.dividedReportingOverflow(by: y).partialValue
        : x.remainderReportingOverflow(dividingBy: y).partialValue)
  }

  /// Only the left side determines the type, and whether the sign is copied.
  private func shifted(
    _ left: Value, by right: Value, column: Int
  ) throws(ExpressionError) -> Value {
    guard !right.isNegative else {
      throw ExpressionError(.negativeShift(right.decimal), column: column)
    }
    let type = left.type.promoted
    // Swift's smart shifts give 0, or copies of the sign, for distances of 64 and more.
    let bits =
      self == .shiftLeft
      ? left.bits << right.bits
      : type.isSigned
        ? UInt64(bitPattern: Int64(bitPattern: left.bits) >> right.bits) : left.bits >> right.bits
    return Value(bits, type: type)
  }

  /// An address with an offset or a mask is still an address of its space. The difference of two
  /// addresses is a number.
  private func offset(
    _ bits: UInt64, _ type: IntegerType, _ left: Value, _ right: Value, column: Int
  ) throws(ExpressionError) -> Value {
    if let first = left.addressSpace, let second = right.addressSpace, first != second {
      throw ExpressionError(.mixedSpaces(first, second), column: column)
    }
    let areAddresses = [left, right].map { $0.displayType == .address || $0.addressSpace != nil }
    guard areAddresses.contains(true), !(self == .subtract && areAddresses[1]) else {
      return Value(bits, type: type)
    }
    let space = left.addressSpace ?? right.addressSpace
    return Value(bits, type: type, addressSpace: space, displayType: .address)
  }
}
