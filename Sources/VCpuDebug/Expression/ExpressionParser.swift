/// Parses tokens by precedence climbing.
struct ExpressionParser {
  private let tokens: [Token]
  private var index = 0
  /// How deep the parser itself is. A parenthesis takes up to three rules that count.
  private var nesting = 0
  private static let maximumNesting = 3 * Expression.maximumDepth

  /// - Parameter tokens: ends with the token `.end`.
  init(_ tokens: [Token]) { self.tokens = tokens }

  /// An expression with its height, which is bounded because later stages recurse over it.
  private struct Node {
    let expression: Expression
    let height: Int
  }

  /// An expression up to the end of the text.
  mutating func wholeExpression() throws(ExpressionError) -> Expression {
    let expression = try prefixed()
    guard current.kind == .end else { throw expected("an operator") }
    return expression.expression
  }

  /// An expression up to `=`, which is taken too, and one from there to the end.
  mutating func assignment() throws(ExpressionError) -> (target: Expression, value: Expression) {
    let target = try prefixed()
    guard take("=") else { throw expected("=") }
    return (target.expression, try wholeExpression())
  }

  // MARK: Grammar

  /// `[space:] conditional`
  private mutating func prefixed() throws(ExpressionError) -> Node {
    guard case .prefix(let space) = current.kind else { return try conditional() }
    let column = current.column
    index += 1
    let address = try conditional()
    return try node(.inSpace(space, address.expression, column: column), above: address)
  }

  /// `binary [? conditional : conditional]`
  private mutating func conditional() throws(ExpressionError) -> Node {
    try enter()
    defer { nesting -= 1 }
    let condition = try binary(above: 0)
    let column = current.column
    guard take("?") else { return condition }
    let first = try conditional()
    guard take(":") else { throw expected("':' and the other branch") }
    let second = try conditional()
    return try node(
      .conditional(condition.expression, first.expression, second.expression, column: column),
      above: condition, first, second)
  }

  /// Operands with operators that bind more tightly than a precedence; all are left associative.
  private mutating func binary(above minimum: Int) throws(ExpressionError) -> Node {
    try enter()
    defer { nesting -= 1 }
    var left = try unary()
    while case .mark(let mark) = current.kind, let binary = BinaryOperator(rawValue: mark),
      binary.precedence > minimum
    {
      let column = current.column
      index += 1
      let right = try self.binary(above: binary.precedence)
      left = try node(
        .binary(binary, left.expression, right.expression, column: column), above: left, right)
    }
    return left
  }

  /// `- + ~ ! * &` in front of an operand.
  private mutating func unary() throws(ExpressionError) -> Node {
    let column = current.column
    guard case .mark(let mark) = current.kind else { return try primary() }
    // `&&symbol` is no address of an address.
    if mark == "&" {
      index += 1
      guard case .name(let name, _) = current.kind else { throw expected("a symbol after &") }
      index += 1
      return Node(expression: .addressOf(name, column: column), height: 1)
    }
    guard mark == "*" || UnaryOperator(rawValue: mark) != nil else { return try primary() }
    try enter()
    defer { nesting -= 1 }
    index += 1
    let operand = mark == "*" ? try pointee() : try unary()
    guard let unary = UnaryOperator(rawValue: mark) else {
      return try node(.load(operand.expression, column: column), above: operand)
    }
    return try node(.unary(unary, operand.expression, column: column), above: operand)
  }

  /// What `*` is in front of: an operand, or one with a prefix, which covers no more than it.
  private mutating func pointee() throws(ExpressionError) -> Node {
    guard case .prefix(let space) = current.kind else { return try unary() }
    let column = current.column
    index += 1
    let address = try unary()
    return try node(.inSpace(space, address.expression, column: column), above: address)
  }

  /// A literal, name, register or parenthesis.
  private mutating func primary() throws(ExpressionError) -> Node {
    let token = current
    index += 1
    switch token.kind {
    case .number(let bits):
      return Node(expression: .literal(Value(bits), column: token.column), height: 1)
    case .character(let bits):
      let value = Value(bits, displayType: .character)
      return Node(expression: .literal(value, column: token.column), height: 1)
    case .name(let name, let isQuoted):
      return Node(
        expression: .name(name, isQuoted: isQuoted, column: token.column), height: 1)
    case .register(let path):
      return Node(expression: .register(path, column: token.column), height: 1)
    case .mark("("):
      let inner = try prefixed()
      guard take(")") else { throw expected("')'") }
      return inner
    case .prefix(let space):
      throw ExpressionError(.misplacedPrefix(space.prefix), column: token.column)
    case .mark, .end:
      index -= 1
      throw expected("a number, register, symbol or '('")
    }
  }

  // MARK: Tokens

  /// The last token is `.end`, which no rule goes past.
  private var current: Token { tokens[min(index, tokens.count - 1)] }

  private mutating func take(_ mark: String) -> Bool {
    guard current.kind == .mark(mark) else { return false }
    index += 1
    return true
  }

  private func expected(_ what: String) -> ExpressionError {
    if case .prefix(let space) = current.kind {
      return ExpressionError(.misplacedPrefix(space.prefix), column: current.column)
    }
    let found = current.kind == .end ? nil : current.text
    return ExpressionError(.expected(what, found: found), column: current.column)
  }

  // MARK: Depth

  private mutating func enter() throws(ExpressionError) {
    guard nesting < Self.maximumNesting else { throw tooDeep }
    nesting += 1
  }

  private func node(
    _ expression: Expression, above children: Node...
  ) throws(ExpressionError) -> Node {
    let height = 1 + children.reduce(0) { max($0, $1.height) }
    guard height <= Expression.maximumDepth else { throw tooDeep }
    return Node(expression: expression, height: height)
  }

  private var tooDeep: ExpressionError {
    ExpressionError(.tooDeep(limit: Expression.maximumDepth), column: current.column)
  }
}
