extension Expression {
  /// The type of the value, without evaluating anything: an expression without variables always has the
  /// same type.
  func type(with resolver: some ExpressionResolver) -> IntegerType {
    switch self {
    case .literal(let value, _, _): value.type
    case .name(let name, let isQuoted, _):
      (isQuoted ? nil : resolver.word(name)?.type)
        ?? (resolver.hasObject(named: name) ? .int64 : .uint64)
    case .slice where isObject(with: resolver): .int64
    case .addressOf, .inSpace, .slice, .sizeOf, .sizeOfType: .uint64
    // Not known before the program is looked at.
    case .programCast, .member: .int64
    case .register(let path, _): resolver.variable(path)?.type ?? .uint64
    case .history(let place, _): resolver.variables[place]?.type ?? .uint64
    case .cast(let name, _, _): name.type
    case .load(_, let name, _): name?.type ?? .uint64
    case .unary(.not, _, _): .int64
    case .unary(_, let operand, _): operand.type(with: resolver).promoted
    case .binary(let binary, let left, let right, _):
      switch binary {
      case .logicalOr, .logicalAnd: .int64
      case .shiftLeft, .shiftRight: left.type(with: resolver).promoted
      case _ where binary.isComparison: .int64
      default: left.type(with: resolver).common(with: right.type(with: resolver))
      }
    case .conditional(_, let first, let second, _):
      first.type(with: resolver).common(with: second.type(with: resolver))
    }
  }

  /// Whether it is a variable of the program or a part of one, whose type isn't known before it is looked at.
  func isObject(with resolver: some ExpressionResolver) -> Bool {
    switch self {
    case .name(let name, let isQuoted, _):
      (isQuoted || resolver.word(name) == nil) && resolver.hasObject(named: name)
    case .member, .programCast, .load(_, nil, _): true
    // An element; a register and a number have bits there.
    case .slice(let base, _, nil, _): base.isObject(with: resolver)
    case .history(let place, _): resolver.variables[place]?.object != nil
    case .register(let path, _): resolver.variables[path[0]]?.object != nil
    default: false
    }
  }
}
