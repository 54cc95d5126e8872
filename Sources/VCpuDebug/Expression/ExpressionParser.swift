/// Parses tokens by precedence climbing.
struct ExpressionParser {
  var tokens: [Token]
  let isType: (String) -> Bool
  var index = 0
  /// How deep the parser itself is. A parenthesis takes up to three counted rules.
  var nesting = 0
  private static let maximumNesting = 3 * Expression.maximumDepth

  /// - Parameters:
  ///   - tokens: the tokens, ending with `.end`.
  ///   - isType: whether a name is that of a type of the program, where it could be a variable.
  init(_ tokens: [Token], isType: @escaping (String) -> Bool) {
    self.tokens = tokens
    self.isType = isType
  }

  /// An expression with its height, which is limited because later stages recurse over it.
  struct Node {
    let expression: Expression
    let height: Int
  }

  /// An expression up to the end of the text.
  mutating func wholeExpression() throws(ExpressionError) -> Expression {
    let expression = try prefixed()
    guard current.kind == .end else { throw expected("an operator") }
    return expression.expression
  }

  /// An assignment up to the end of the text.
  mutating func assignment() throws(ExpressionError) -> Assignment {
    guard case .assignment(let assignment) = try evaluation() else { throw expected("'='") }
    return assignment
  }

  /// An expression or an assignment, up to the end of the text.
  mutating func evaluation() throws(ExpressionError) -> Evaluation {
    // `$n++` would be a sum without its right side.
    let step = takeStep()
    let left = try prefixed()
    let column = current.column
    if let step {
      guard current.kind == .end else { throw expected("an operator") }
      let one = Expression.literal(Value(signed: 1), text: "1", column: step.column)
      return .assignment(
        try Assignment(to: left.expression, step.operator, one, column: step.column))
    }
    guard case .mark(let mark) = current.kind, mark == "=" || Self.assigning[mark] != nil else {
      guard current.kind == .end else { throw expected("an operator") }
      return .expression(left.expression)
    }
    index += 1
    let right = try prefixed()
    guard current.kind == .end else { throw expected("an operator") }
    // `$n += 1` is one level deeper than its sides.
    let binary = Self.assigning[mark]
    if let binary {
      _ = try node(
        .binary(binary, left.expression, right.expression, column: column), above: left, right)
    }
    return .assignment(
      try Assignment(to: left.expression, binary, right.expression, column: column))
  }

  private static let assigning: [String: BinaryOperator] = [
    "+=": .add, "-=": .subtract, "*=": .multiply, "/=": .divide, "%=": .remainder, "&=": .and,
    "|=": .or, "^=": .exclusiveOr, "<<=": .shiftLeft, ">>=": .shiftRight,
  ]

  /// Takes the `++` or `--` at the end of the text, if there is one.
  private mutating func takeStep() -> (operator: BinaryOperator, column: Int)? {
    guard tokens.count > 3, case .mark(let mark) = tokens[tokens.count - 2].kind,
      let binary = BinaryOperator(rawValue: mark), binary == .add || binary == .subtract
    else { return nil }
    let (first, second) = (tokens[tokens.count - 3], tokens[tokens.count - 2])
    guard first.kind == second.kind, first.column + 1 == second.column else { return nil }
    tokens.removeSubrange(tokens.count - 3..<tokens.count - 1)
    return (binary, first.column)
  }

  // MARK: Grammar

  /// `[space:] conditional`
  mutating func prefixed() throws(ExpressionError) -> Node {
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

  /// `- + ~ ! * &`, `sizeof` or a cast before an operand.
  mutating func unary() throws(ExpressionError) -> Node {
    if isAtSizeOf { return try size() }
    guard case .mark(let mark) = current.kind else { return try postfix() }
    switch mark {
    case "&": return try symbolAddress()
    case "*": return try load()
    case "(": return try castOrParenthesis()
    default:
      guard let unary = UnaryOperator(rawValue: mark) else { return try postfix() }
      return try applied(unary)
    }
  }

  @inline(never)
  private var isAtSizeOf: Bool { current.kind == .name("sizeof", isQuoted: false) }

  /// `&symbol`, `&variable.member`. `&&symbol` isn't the address of an address.
  private mutating func symbolAddress() throws(ExpressionError) -> Node {
    try enter()
    defer { nesting -= 1 }
    let column = current.column
    index += 1
    switch current.kind {
    case .name, .mark("("), .mark("*"), .register, .history: break
    default: throw expected("a symbol after &")
    }
    let operand = try unary()
    return try node(.addressOf(operand.expression, column: column), above: operand)
  }

  /// `sizeof(type)` or `sizeof operand`.
  mutating func size() throws(ExpressionError) -> Node {
    try enter()
    defer { nesting -= 1 }
    let column = current.column
    index += 1
    if current.kind == .mark("("), let type = takeProgramType(isOnlyType: false) {
      return Node(expression: .sizeOfType(type, column: column), height: 1)
    }
    let operand = try unary()
    return try node(.sizeOf(operand.expression, column: column), above: operand)
  }

  mutating func applied(_ unary: UnaryOperator) throws(ExpressionError) -> Node {
    try enter()
    defer { nesting -= 1 }
    let column = current.column
    index += 1
    let operand = try self.unary()
    return try node(.unary(unary, operand.expression, column: column), above: operand)
  }

  // Each of these has its own function: a debug build reserves the stack of all that one could need at every level.

  /// A primary expression, bits of it, `$x0[31:26]`, its elements and its members.
  mutating func postfix() throws(ExpressionError) -> Node {
    var operand = try primary()
    while case .mark(let mark) = current.kind {
      switch mark {
      case "[": operand = try bits(of: operand)
      case ".", "->": operand = try members(of: operand)
      default: return operand
      }
    }
    return operand
  }

  /// `.name`, `->name`; the name may be several members: `.frame.pc`. Rust's tuples have numbers.
  private mutating func members(of operand: Node) throws(ExpressionError) -> Node {
    let column = current.column
    // `1.5` isn't a number of this language, and has no members.
    if case .literal = operand.expression {
      throw ExpressionError(.unexpectedCharacter(current.text), column: column)
    }
    index += 1
    let token = current
    let names: [String]
    switch token.kind {
    case .name(let name, _): names = name.split(separator: ".").map(String.init)
    case .number where token.text.allSatisfy(\.isNumber): names = [token.text]
    default: throw expected("a member's name")
    }
    index += 1
    var result = operand
    for name in names {
      result = try node(.member(result.expression, name, column: column), above: result)
    }
    return result
  }

  private mutating func bits(of operand: Node) throws(ExpressionError) -> Node {
    let column = current.column
    index += 1
    let high = try conditional()
    let low = take(":") ? try conditional() : nil
    guard take("]") else { throw expected("']'") }
    let slice = Expression.slice(
      operand.expression, high: high.expression, low: low?.expression, column: column)
    return try node(slice, above: operand, high, low ?? high)
  }

  /// The operand of `*`, possibly with a prefix, which covers only that operand.
  mutating func pointee() throws(ExpressionError) -> Node {
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
    case .number(let value), .character(let value):
      return Node(
        expression: .literal(value, text: token.text, column: token.column), height: 1)
    case .name(let name, let isQuoted):
      return Node(
        expression: .name(name, isQuoted: isQuoted, column: token.column), height: 1)
    case .register(let path):
      return Node(expression: .register(path, column: token.column), height: 1)
    case .history(let place):
      return Node(expression: .history(place, column: token.column), height: 1)
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
  var current: Token { tokens[min(index, tokens.count - 1)] }

  mutating func take(_ mark: String) -> Bool {
    guard current.kind == .mark(mark) else { return false }
    index += 1
    return true
  }

  func expected(_ what: String) -> ExpressionError {
    if case .prefix(let space) = current.kind {
      return ExpressionError(.misplacedPrefix(space.prefix), column: current.column)
    }
    let found = current.kind == .end ? nil : current.text
    return ExpressionError(.expected(what, found: found), column: current.column)
  }

  // MARK: Depth

  mutating func enter() throws(ExpressionError) {
    guard nesting < Self.maximumNesting else { throw tooDeep }
    nesting += 1
  }

  func node(
    _ expression: Expression, above children: Node...
  ) throws(ExpressionError) -> Node {
    let height = 1 + children.reduce(0) { max($0, $1.height) }
    guard height <= Expression.maximumDepth else { throw tooDeep }
    return Node(expression: expression, height: height)
  }

  var tooDeep: ExpressionError {
    ExpressionError(.tooDeep(limit: Expression.maximumDepth), column: current.column)
  }
}
