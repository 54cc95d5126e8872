internal import ArmVCpu

/// The registers of an exit, as a filter reads them.
protocol FilterNames {
  /// The code that pushes the value that a register, a field of one or `$exit.…` has at a caught exit.
  ///
  /// - Throws: why a filter can't read it.
  func filterCode(of path: [String]) throws(FilterObstacle) -> FilterCode
}

/// Compiles conditions for exits to programs, with the types and operators of `Expression.evaluated(with:)`: a program
/// has the same value, and a fault where the evaluator throws.
///
/// Names mean what they mean while it compiles, and variables have the values that they have then.
struct FilterCompiler {
  let names: any FilterNames

  /// Compiles what can run in the target: the whole condition, or those operands of `&&` at its top that can.
  func compile(
    _ condition: Expression, with resolver: some ExpressionResolver
  ) -> CompiledCondition {
    var parts: [[UInt64]] = []
    var reasons: [String] = []
    for part in condition.conjuncts {
      do throws(FilterObstacle) {
        let words = try code(of: part, resolver).words
        try check(Self.all(parts + [words]), part)
        parts.append(words)
      } catch {
        if !reasons.contains(error.reason) { reasons.append(error.reason) }
      }
    }
    return CompiledCondition(
      words: Self.all(parts), hostReason: reasons.isEmpty ? nil : reasons.joined(separator: "; "))
  }

  /// The program that holds if all others do.
  private static func all(_ parts: [[UInt64]]) -> [UInt64] {
    var words: [UInt64] = []
    for part in parts.reversed() {
      var code = FilterCode([])
      code.words = part
      if !words.isEmpty { code.append(.jumpIfFalse, immediate: words.count) }
      words = code.words + words
    }
    return words
  }

  /// Throws if a program is too long or too deep with a part.
  private func check(_ words: [UInt64], _ part: Expression) throws(FilterObstacle) {
    do throws(ExitFilter.Fault) {
      try ExitFilter.verify(words.span)
    } catch {
      let text = "\(part)"
      let short = text.count > 40 ? text.prefix(40) + "…" : text[...]
      let what = error == .stack ? "needs too many numbers at once" : "is too long"
      throw FilterObstacle(reason: "`\(short)` \(what) for a filter")
    }
  }

  // MARK: Expressions

  /// Each kind has its own function, as in the evaluator.
  private func code(
    of part: Expression, _ resolver: some ExpressionResolver
  ) throws(FilterObstacle) -> FilterCode {
    switch part {
    case .literal, .sizeOfType: return try constant(part, resolver)
    case .name, .addressOf, .register, .history: return try named(part, resolver)
    case .load: throw FilterObstacle(part, "reads memory")
    case .member, .programCast: throw FilterObstacle(part, "is a value of the program")
    case .sizeOf(let operand, _):
      guard try code(of: operand, resolver).constant != nil else {
        throw FilterObstacle(part, "is only known to the debugger")
      }
      return try constant(part, resolver)
    case .unary(let unary, let operand, _):
      return try folded(part, resolver, [try code(of: operand, resolver)]) {
        unary.code(of: $0[0])
      }
    case .cast(let name, let operand, _):
      return try folded(part, resolver, [try code(of: operand, resolver)]) {
        Self.converted($0[0], to: name.type)
      }
    case .slice: return try sliced(part, resolver)
    case .binary(let binary, let left, let right, _):
      let sides = [try code(of: left, resolver), try code(of: right, resolver)]
      return try folded(part, resolver, sides) { sides throws(FilterObstacle) in
        try binary.code(of: sides[0], sides[1], in: part)
      }
    case .conditional: return try chosen(part, resolver)
    case .inSpace: return try placed(part, resolver)
    }
  }

  /// The code of the operands' values, or of the result if they are known.
  private func folded(
    _ part: Expression, _ resolver: some ExpressionResolver, _ operands: [FilterCode],
    _ code: ([FilterCode]) throws(FilterObstacle) -> FilterCode
  ) throws(FilterObstacle) -> FilterCode {
    operands.allSatisfy { $0.constant != nil }
      ? try constant(part, resolver) : try code(operands)
  }

  /// A value that can't change while the target runs.
  private func constant(
    _ part: Expression, _ resolver: some ExpressionResolver
  ) throws(FilterObstacle) -> FilterCode {
    let value: Value
    do {
      value = try part.evaluated(with: resolver)
    } catch {
      throw FilterObstacle(part, "has no value: \(error)")
    }
    guard value.object == nil else { throw FilterObstacle(part, "is a value of the program") }
    return FilterCode(constant: value)
  }

  private func named(
    _ part: Expression, _ resolver: some ExpressionResolver
  ) throws(FilterObstacle) -> FilterCode {
    switch part {
    case .name(let name, let isQuoted, _):
      guard !isQuoted && resolver.word(name) != nil || !resolver.hasObject(named: name) else {
        throw FilterObstacle(part, "is a variable of the program")
      }
    case .addressOf(.name(let name, _, _), _) where !resolver.hasObject(named: name): break
    case .addressOf: throw FilterObstacle(part, "is a value of the program")
    case .register(let path, _):
      guard resolver.variable(path) == nil else { break }
      let isRegister = (try? resolver.hasRegister(path)) == true
      guard isRegister || resolver.variables[path[0]]?.object == nil else {
        throw FilterObstacle(part, "is a value of the program")
      }
      return try names.filterCode(of: path)
    default: break
    }
    return try constant(part, resolver)
  }

  private static func converted(_ code: FilterCode, to type: IntegerType) -> FilterCode {
    guard type.bitWidth < 64 else { return code.with(type: type, isBoolean: code.isBoolean) }
    return code.then(
      .extend, a: UInt8(type.bitWidth), b: type.isSigned ? 1 : 0, type: type)
  }

  private func sliced(
    _ part: Expression, _ resolver: some ExpressionResolver
  ) throws(FilterObstacle) -> FilterCode {
    guard case .slice(let operand, let high, let low, _) = part else {
      preconditionFailure("not a bit slice")
    }
    let top = try code(of: high, resolver)
    let whole = try code(of: operand, resolver)
    let bottom = try low.map { low throws(FilterObstacle) in try code(of: low, resolver) } ?? top
    return try folded(part, resolver, [top, whole, bottom]) { _ throws(FilterObstacle) in
      guard let first = top.constant?.bits, let last = bottom.constant?.bits else {
        throw FilterObstacle(part, "has bits that depend on the exit")
      }
      guard first < 64, last <= first else { throw FilterObstacle(part, "has no such bits") }
      return whole.bits(UInt8(first), UInt8(last))
    }
  }

  private func chosen(
    _ part: Expression, _ resolver: some ExpressionResolver
  ) throws(FilterObstacle) -> FilterCode {
    guard case .conditional(let condition, let first, let second, _) = part else {
      preconditionFailure("this has no branches")
    }
    let operands = [
      try code(of: condition, resolver), try code(of: first, resolver),
      try code(of: second, resolver),
    ]
    return try folded(part, resolver, operands) {
      var code = FilterCode([])
      let (isTrue, first, second) = ($0[0], $0[1], $0[2])
      code.words = isTrue.words
      code.append(.popAndJumpIfFalse, immediate: first.words.count + 1)
      code.words += first.words
      code.append(.jump, immediate: second.words.count)
      code.words += second.words
      code.places = first.places.union(second.places)
      code.type = part.type(with: resolver)
      code.isBoolean = first.isBoolean && second.isBoolean
      return code
    }
  }

  private func placed(
    _ part: Expression, _ resolver: some ExpressionResolver
  ) throws(FilterObstacle) -> FilterCode {
    guard case .inSpace(let space, let address, _) = part else {
      preconditionFailure("this has no prefix")
    }
    let inner =
      if let other = resolver.resolver(for: space) {
        try code(of: address, other)
      } else {
        try code(of: address, resolver)
      }
    guard inner.constant == nil else { return try constant(part, resolver) }
    guard
      !address.saysSpace || inner.places.allSatisfy({ $0.space == nil || $0.space == space })
    else { throw FilterObstacle(part, "translates an address") }
    var code = inner.with(type: .uint64, isBoolean: inner.isBoolean)
    code.places = [FilterCode.Place(space: space, isAddress: true)]
    return code
  }
}

extension Expression {
  /// The operands of `&&` at the top, from left to right; the expression itself without any.
  fileprivate var conjuncts: [Expression] {
    guard case .binary(.logicalAnd, let left, let right, _) = self else { return [self] }
    return left.conjuncts + right.conjuncts
  }
}
