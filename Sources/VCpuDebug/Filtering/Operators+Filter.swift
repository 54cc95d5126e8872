internal import ArmVCpu

extension UnaryOperator {
  /// As `applied(to:)`.
  func code(of operand: FilterCode) -> FilterCode {
    let type = operand.type.promoted
    switch self {
    case .plus:
      var code = operand.with(type: type, isBoolean: operand.isBoolean)
      code.places = operand.places
      return code
    case .minus: return operand.then(.negate, type: type)
    case .complement: return operand.then(.complement, type: type)
    case .not: return operand.then(.not).with(type: .int64, isBoolean: true)
    }
  }
}

extension BinaryOperator {
  /// As `applied(to:_:column:)`.
  ///
  /// - Throws: `FilterObstacle` for GDB's arrays, and where it may be an error for the spaces of the addresses.
  func code(
    of left: FilterCode, _ right: FilterCode, in part: Expression
  ) throws(FilterObstacle) -> FilterCode {
    let type = left.type.common(with: right.type)
    func operation(_ signed: FilterOperation, _ unsigned: FilterOperation) -> FilterOperation {
      type.isSigned ? signed : unsigned
    }
    func both(_ operation: FilterOperation) -> FilterCode {
      var code = left
      code.words += right.words
      return code.then(operation, type: type)
    }
    func comparison(_ operation: FilterOperation) -> FilterCode {
      both(operation).with(type: .int64, isBoolean: true)
    }
    switch self {
    case .logicalOr: return joined(left, right, by: .jumpIfTrue)
    case .logicalAnd: return joined(left, right, by: .jumpIfFalse)
    case .repetition: throw FilterObstacle(part, "is an array")
    case .shiftLeft, .shiftRight: return shifted(left, by: right)
    case .equal: return comparison(.equal)
    case .notEqual: return comparison(.notEqual)
    case .less: return comparison(operation(.lessSigned, .lessUnsigned))
    case .lessOrEqual: return comparison(operation(.lessOrEqualSigned, .lessOrEqualUnsigned))
    // The order of the sides stays, as one of them may have a fault.
    case .greater:
      return UnaryOperator.not.code(
        of: comparison(operation(.lessOrEqualSigned, .lessOrEqualUnsigned)))
    case .greaterOrEqual:
      return UnaryOperator.not.code(of: comparison(operation(.lessSigned, .lessUnsigned)))
    case .multiply: return both(.multiply)
    case .divide: return both(operation(.divideSigned, .divideUnsigned))
    case .remainder: return both(operation(.remainderSigned, .remainderUnsigned))
    case .add: return try offset(both(.add), left, right, in: part)
    case .subtract: return try offset(both(.subtract), left, right, in: part)
    case .and: return try offset(both(.and), left, right, in: part)
    case .or: return try offset(both(.or), left, right, in: part)
    case .exclusiveOr: return try offset(both(.exclusiveOr), left, right, in: part)
    }
  }

  private func joined(
    _ left: FilterCode, _ right: FilterCode, by jump: FilterOperation
  ) -> FilterCode {
    let right = right.asBoolean
    var code = left
    code.append(jump, immediate: right.words.count)
    code.words += right.words
    return code.with(type: .int64, isBoolean: true)
  }

  private func shifted(_ left: FilterCode, by right: FilterCode) -> FilterCode {
    let type = left.type.promoted
    var code = left
    code.words += right.words
    if right.type.isSigned { code.append(.checkDistance) }
    let operation: FilterOperation =
      self == .shiftLeft ? .shiftLeft : type.isSigned ? .shiftRightSigned : .shiftRightUnsigned
    return code.then(operation, type: type)
  }

  private func offset(
    _ code: FilterCode, _ left: FilterCode, _ right: FilterCode, in part: Expression
  ) throws(FilterObstacle) -> FilterCode {
    var code = code
    code.places = []
    for first in left.places {
      for second in right.places {
        if let one = first.space, let other = second.space, one != other {
          throw FilterObstacle(part, "mixes addresses of two spaces")
        }
        let isAddress =
          (first.isAddress || second.isAddress) && !(self == .subtract && second.isAddress)
        code.places.insert(
          isAddress
            ? FilterCode.Place(space: first.space ?? second.space, isAddress: true) : .number)
      }
    }
    return code
  }
}
