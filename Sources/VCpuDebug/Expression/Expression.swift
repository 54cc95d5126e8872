/// An expression of the shell's language, parsed but not looked up.
///
/// Every case ends with the column of its beginning, or of its operator, in characters from 1.
public indirect enum Expression: Equatable, Sendable {
  /// A number or character, and how it was typed.
  case literal(Value, text: String, column: Int)
  /// A word the resolver knows, or a symbol. Quoted names are symbols only.
  case name(String, isQuoted: Bool, column: Int)
  /// `&symbol`, `&variable.member`.
  case addressOf(Expression, column: Int)
  /// `$name.field`, without the `$`: a register, or a variable.
  case register([String], column: Int)
  /// `$1`, `$`, `$$`: a value that was printed.
  case history(HistoryPlace, column: Int)
  /// An operator and its operand.
  case unary(UnaryOperator, Expression, column: Int)
  /// `(type)operand`.
  case cast(TypeName, Expression, column: Int)
  /// `(type)operand` with a type of the program, or a pointer.
  case programCast(ProgramTypeName, Expression, column: Int)
  /// `operand.member` and `operand->member`.
  case member(Expression, String, column: Int)
  /// `sizeof(type)`.
  case sizeOfType(ProgramTypeName, column: Int)
  /// `sizeof operand`.
  case sizeOf(Expression, column: Int)
  /// `operand[high:low]`, or `operand[bit]` without a low one.
  case slice(Expression, high: Expression, low: Expression?, column: Int)
  /// An operator between its operands.
  case binary(BinaryOperator, Expression, Expression, column: Int)
  /// `condition ? first : second`.
  case conditional(Expression, Expression, Expression, column: Int)
  /// `*address`, memory of the size of an address; `*(type *)address`.
  case load(Expression, as: TypeName?, column: Int)
  /// `space:address`.
  case inSpace(AddressSpace, Expression, column: Int)

  /// How many levels an expression may nest. Parsing, evaluating and releasing it recurse, and no
  /// typed line may overflow the stack.
  public static let maximumDepth = 100

  /// Parses an expression.
  ///
  /// - Parameters:
  ///   - text: the expression alone.
  ///   - isWord: whether a name with a hyphen in it, such as `mmio-write`, is one word.
  ///   - isType: whether a name is that of a type of the program, where it could be a variable.
  public init(
    parsing text: String, isWord: (String) -> Bool = { _ in false },
    isType: @escaping (String) -> Bool = { _ in false }
  ) throws(ExpressionError) {
    var parser = ExpressionParser(
      try Lexer.tokens(of: text, isWord: isWord), isType: isType)
    self = try parser.wholeExpression()
  }

  /// The expressions right below, from left to right.
  var children: [Expression] {
    switch self {
    case .literal, .name, .register, .history, .sizeOfType: []
    case .unary(_, let operand, _), .cast(_, let operand, _), .load(let operand, _, _),
      .inSpace(_, let operand, _), .addressOf(let operand, _), .programCast(_, let operand, _),
      .member(let operand, _, _), .sizeOf(let operand, _):
      [operand]
    case .slice(let operand, let high, let low, _): [operand, high] + (low.map { [$0] } ?? [])
    case .binary(_, let left, let right, _): [left, right]
    case .conditional(let condition, let first, let second, _): [condition, first, second]
    }
  }

  /// Whether its value is independent of the target's state: it contains no register, variable or memory. A symbol
  /// moves with its file.
  public var isStatic: Bool {
    switch self {
    case .register, .history, .load, .member, .programCast, .sizeOf: false
    default: children.allSatisfy(\.isStatic)
    }
  }

  /// Whether its value has the space of a prefix or of a register. A symbol's space is only a default.
  var saysSpace: Bool {
    switch self {
    case .register, .history, .inSpace: true
    case .literal, .name, .addressOf, .load, .cast, .slice, .programCast, .member, .sizeOf,
      .sizeOfType:
      false
    case .unary, .binary: children.contains(where: \.saysSpace)
    case .conditional(_, let first, let second, _): first.saysSpace || second.saysSpace
    }
  }

  /// The register's name without the `$`, if the expression is only a register; nil otherwise.
  var registerName: String? {
    if case .register(let path, _) = self { path.joined(separator: ".") } else { nil }
  }

  /// The column of the expression's first character or of its operator.
  public var column: Int {
    switch self {
    case .literal(_, _, let column), .name(_, _, let column), .addressOf(_, let column),
      .register(_, let column), .history(_, let column), .unary(_, _, let column),
      .cast(_, _, let column), .slice(_, _, _, let column), .binary(_, _, _, let column),
      .conditional(_, _, _, let column), .load(_, _, let column), .inSpace(_, _, let column),
      .programCast(_, _, let column), .member(_, _, let column), .sizeOf(_, let column),
      .sizeOfType(_, let column):
      column
    }
  }
}
