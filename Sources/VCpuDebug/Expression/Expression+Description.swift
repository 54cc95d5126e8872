extension Expression: CustomStringConvertible {
  /// The text of the tree, with as few parentheses as possible. It parses to the same tree.
  public var description: String {
    switch self {
    case .literal(_, let text, _): text
    case .name(let name, let isQuoted, _): isQuoted ? "'\(name)'" : name
    case .addressOf(.name(let name, _, _), _): Self.isPlain(name) ? "&\(name)" : "&'\(name)'"
    case .addressOf(let operand, _): "&" + operand.text(from: .unary)
    case .programCast(let type, let operand, _): "(\(type.text))" + operand.text(from: .unary)
    case .member(let operand, let name, _): operand.text(from: .postfix) + ".\(name)"
    case .sizeOfType(let type, _): "sizeof(\(type.text))"
    case .sizeOf(let operand, _): "sizeof " + operand.text(from: .unary)
    case .register(let path, _): "$" + path.joined(separator: ".")
    case .history(let place, _): place.text
    case .unary(let unary, let operand, _): unary.rawValue + operand.text(from: .unary)
    case .cast(let name, let operand, _): "(\(name.text))" + operand.text(from: .unary)
    case .load(let address, let name, _):
      "*" + (name.map { "(\($0.text) *)" } ?? "") + address.text(from: .unary)
    case .slice(let operand, let high, let low, _):
      operand.text(from: .postfix) + "[\(Self.bounds(high, low))]"
    case .binary(let binary, let left, let right, _):
      left.text(from: .binary(binary.precedence)) + " \(binary.rawValue) "
        + right.text(from: .binary(binary.precedence + 1))
    case .conditional(let condition, let first, let second, _):
      "\(condition.text(from: .binary(0))) ? \(first.text(from: .conditional)) : "
        + second.text(from: .conditional)
    case .inSpace(let space, let address, _):
      "\(space.label)\(address.text(from: .conditional))"
    }
  }

  private static func bounds(_ high: Expression, _ low: Expression?) -> String {
    let text = high.text(from: .conditional)
    guard let low else { return text }
    // A symbol right before a colon may look like a space's prefix.
    if case .literal = high { return "\(text):\(low.text(from: .conditional))" }
    return "\(text) : \(low.text(from: .conditional))"
  }

  /// How tightly an expression binds, in the order of the grammar's rules.
  private enum Rule: Comparable {
    case prefixed
    case conditional
    case binary(Int)
    case unary
    case postfix
  }

  private var rule: Rule {
    switch self {
    case .inSpace: .prefixed
    case .conditional: .conditional
    case .binary(let binary, _, _, _): .binary(binary.precedence)
    case .unary, .cast, .load, .addressOf, .programCast, .sizeOf: .unary
    case .literal, .name, .register, .history, .slice, .member, .sizeOfType: .postfix
    }
  }

  /// The text, in parentheses if it doesn't bind as tightly as a rule.
  private func text(from rule: Rule) -> String {
    self.rule < rule ? "(\(description))" : description
  }

  /// Whether a symbol's name is one token without quotes.
  private static func isPlain(_ name: String) -> Bool {
    guard let tokens = try? Lexer.tokens(of: name, isWord: { _ in false }) else { return false }
    return tokens.count == 2 && tokens[0].kind == .name(name, isQuoted: false)
  }
}
