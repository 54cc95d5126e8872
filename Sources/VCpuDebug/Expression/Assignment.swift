/// `$x0 = 5`, `hv:0x40080000 = 0`, `*(uint32_t *)sp = $x1`, `$n += 1`, `$n++`: where a value goes, and the value.
public struct Assignment: Equatable, Sendable {
  /// Where the value goes.
  public enum Target: Equatable, Sendable {
    /// A register, a field of one, or a variable; the path without its `$`.
    case register([String], column: Int)
    /// Bits of a register, or an element of a vector register: `$x0[7:0]`, `$v0.d[1]`.
    case slice([String], high: Expression, low: Expression?, column: Int)
    /// What a symbol names, or memory at an address: of the size of the symbol, or of an address.
    case place(Expression)
    /// A member or an element of a variable of the program.
    case object(Expression)
    /// Memory at an address, after `*`: of the size of the type, or of an address.
    case memory(Expression, TypeName?)

    /// The path of a register or a variable; nil for memory.
    public var path: [String]? {
      switch self {
      case .register(let path, _), .slice(let path, _, _, _): path
      case .place, .memory, .object: nil
      }
    }
  }

  /// Where the value goes.
  public let target: Target
  /// The operation of `$n += 1` on the old value; nil for `=`.
  private let update: Update?
  private let right: Expression

  private struct Update: Equatable, Sendable {
    let binary: BinaryOperator
    let old: Expression
    let column: Int
  }

  /// The value; for `$n += 1` it is `$n + 1`.
  public var value: Expression { value(ofOld: nil) }

  /// The value, where memory that `+=` reads without a type has this type.
  func value(ofOld type: TypeName?) -> Expression {
    guard let update else { return right }
    var old = update.old
    if let type, case .load(let address, nil, let column) = old {
      old = .load(address, as: type, column: column)
    }
    return .binary(update.binary, old, right, column: update.column)
  }

  /// The value, where `+=` adds to a value of the program, whatever the left side says.
  func value(of object: ProgramObject) -> Expression {
    guard let update else { return right }
    var old = update.old
    // The left side is the variable itself, not what is at its address.
    if case .load(let place, nil, _) = old, case .place = target { old = place }
    return .binary(update.binary, old, right, column: update.column)
  }

  /// Parses an assignment.
  ///
  /// - Parameters:
  ///   - text: target, `=` and value; or one of C's other operators that assign, with `++` and `--` after the target.
  ///   - isWord: whether a name with a hyphen in it is one word.
  ///   - isType: whether a name is that of a type of the program.
  public init(
    parsing text: String, isWord: (String) -> Bool = { _ in false },
    isType: @escaping (String) -> Bool = { _ in false }
  ) throws(ExpressionError) {
    var parser = ExpressionParser(
      try Lexer.tokens(of: text, isWord: isWord), isType: isType)
    self = try parser.assignment()
  }

  /// - Parameters:
  ///   - left: what is on the left side.
  ///   - binary: the operator of `+=`; nil for `=`.
  ///   - right: what is on the right side.
  init(
    to left: Expression, _ binary: BinaryOperator?, _ right: Expression, column: Int
  ) throws(ExpressionError) {
    let old: Expression
    switch left {
    case .register(let path, let column):
      target = .register(path, column: column)
      old = left
    case .load(let address, let name, _):
      target = .memory(address, name)
      old = left
    case .inSpace, .name, .addressOf:
      target = .place(left)
      // A variable of the program is its own value.
      old = .load(left, as: nil, column: left.column)
    case .slice(.register(let path, let column), let high, let low, _):
      target = .slice(path, high: high, low: low, column: column)
      old = left
    case .member, .slice:
      target = .object(left)
      old = left
    case .literal, .history, .unary, .cast, .binary, .conditional, .programCast, .sizeOf,
      .sizeOfType:
      throw ExpressionError(.notAssignable, column: left.column)
    }
    update = binary.map { Update(binary: $0, old: old, column: column) }
    self.right = right
  }
}

/// An expression, or an assignment, whose value is the assigned value: the input of `print`.
public enum Evaluation: Equatable, Sendable {
  /// An expression.
  case expression(Expression)
  /// An assignment.
  case assignment(Assignment)

  /// Parses either.
  ///
  /// - Parameters:
  ///   - text: only the expression or the assignment.
  ///   - isWord: whether a name with a hyphen in it is one word.
  ///   - isType: whether a name is that of a type of the program.
  public init(
    parsing text: String, isWord: (String) -> Bool = { _ in false },
    isType: @escaping (String) -> Bool = { _ in false }
  ) throws(ExpressionError) {
    var parser = ExpressionParser(
      try Lexer.tokens(of: text, isWord: isWord), isType: isType)
    self = try parser.evaluation()
  }
}
