/// `$x0 = 5`, `hv:0x40080000 = 0`, `*sp = $x1`: where a value goes, and the value.
public struct Assignment: Equatable, Sendable {
  /// Where the value goes.
  public enum Target: Equatable, Sendable {
    /// A register or a field of one; the path without its `$`.
    case register([String], column: Int)
    /// Memory, 64 bits at an address.
    case memory(Expression)
  }

  /// Where the value goes.
  public let target: Target
  /// The value.
  public let value: Expression

  /// Parses an assignment.
  ///
  /// - Parameters:
  ///   - text: target, `=` and value.
  ///   - isWord: whether a name with a hyphen in it is one word.
  public init(
    parsing text: String, isWord: (String) -> Bool = { _ in false }
  ) throws(ExpressionError) {
    var parser = ExpressionParser(try Lexer.tokens(of: text, isWord: isWord))
    let (left, right) = try parser.assignment()
    switch left {
    case .register(let path, let column): target = .register(path, column: column)
    case .load(let address, _): target = .memory(address)
    case .inSpace, .name, .addressOf: target = .memory(left)
    case .literal, .unary, .binary, .conditional:
      throw ExpressionError(.notAssignable, column: left.column)
    }
    value = right
  }
}
