extension Expression {
  /// The values that explain why the expression doesn't hold: registers, variables, memory, and both sides of each
  /// comparison, but no literals. Each appears once, in the order of the text; parts that `&&`, `||` and `?:` don't
  /// reach are left out, and so are those without a value.
  public func explanation(
    with resolver: some ExpressionResolver
  ) -> [(text: String, value: Value)] {
    var explanation = Explanation()
    explanation.add(self, with: resolver)
    return explanation.parts
  }
}

/// The parts of an expression with their values, as they are found.
private struct Explanation {
  var parts: [(text: String, value: Value)] = []
  private var texts: Set<String> = []

  mutating func add(_ expression: Expression, with resolver: some ExpressionResolver) {
    switch expression {
    case .register, .history, .load, .member: show(expression, with: resolver)
    case .name(let name, let isQuoted, _)
    where (isQuoted || resolver.word(name) == nil) && resolver.hasObject(named: name):
      show(expression, with: resolver)
    default: break
    }
    switch expression {
    case .binary(let binary, let left, let right, _) where binary.isComparison:
      for side in [left, right] {
        if !side.saysItsValue(with: resolver) { show(side, with: resolver) }
        add(side, with: resolver)
      }
    case .binary(.logicalAnd, let left, let right, _):
      add(left, with: resolver)
      if isTrue(left, with: resolver) != false { add(right, with: resolver) }
    case .binary(.logicalOr, let left, let right, _):
      add(left, with: resolver)
      if isTrue(left, with: resolver) != true { add(right, with: resolver) }
    case .conditional(let condition, let first, let second, _):
      add(condition, with: resolver)
      if let isTrue = isTrue(condition, with: resolver) {
        add(isTrue ? first : second, with: resolver)
      }
    case .inSpace(let space, let address, _):
      if let inner = resolver.resolver(for: space) {
        add(address, with: inner)
      } else {
        add(address, with: resolver)
      }
    default: for child in expression.children { add(child, with: resolver) }
    }
  }

  private mutating func show(_ expression: Expression, with resolver: some ExpressionResolver) {
    let text = expression.description
    guard !texts.contains(text), let value = try? expression.evaluated(with: resolver) else {
      return
    }
    texts.insert(text)
    parts.append((text, value))
  }

  private func isTrue(
    _ expression: Expression, with resolver: some ExpressionResolver
  ) -> Bool? {
    try? expression.evaluated(with: resolver).isTrue
  }
}

extension Expression {
  /// Whether its text shows its value: a number, with or without a sign, or a word.
  fileprivate func saysItsValue(with resolver: some ExpressionResolver) -> Bool {
    switch self {
    case .literal: true
    case .name(let name, let isQuoted, _): !isQuoted && resolver.word(name) != nil
    case .unary(_, let operand, _), .cast(_, let operand, _): operand.saysItsValue(with: resolver)
    default: false
    }
  }
}
