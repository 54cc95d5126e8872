/// Texts of expressions that a seed decides.
package struct RandomExpression {
  private var state: UInt64
  /// What the expressions consist of in addition to numbers.
  private let leaves: [String]

  package init(seed: UInt64, leaves: [String] = []) {
    state = seed | 1
    self.leaves = leaves
  }

  package mutating func below(_ limit: Int) -> Int {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return Int(state % UInt64(limit))
  }

  private mutating func one(of texts: [String]) -> String { texts[below(texts.count)] }

  /// A C expression of numbers, without parentheses where chance has none.
  package mutating func text(depth: Int = 4) -> String {
    guard depth > 0, below(6) > 0 else { return number() }
    switch below(10) {
    case 0: return one(of: ["-", "~", "!", "+"]) + "(" + text(depth: depth - 1) + ")"
    case 1:
      let types = [
        "signed char", "unsigned char", "short", "unsigned short", "int", "long", "unsigned long",
      ]
      return "(\(one(of: types)))(" + text(depth: depth - 1) + ")"
    case 2:
      return "(\(text(depth: depth - 1)) ? \(text(depth: depth - 1)) : \(text(depth: depth - 1)))"
    case 3: return "(" + text(depth: depth - 1) + ")"
    default:
      let operators = [
        "+", "-", "*", "/", "%", "<", "<=", ">", ">=", "==", "!=", "&", "|", "^", "&&", "||", "<<",
        ">>",
      ]
      return "\(text(depth: depth - 1)) \(one(of: operators)) \(text(depth: depth - 1))"
    }
  }

  private mutating func number() -> String {
    if !leaves.isEmpty, below(3) > 0 { return one(of: leaves) }
    return switch below(6) {
    case 0: "\(below(4))"
    case 1: "\(below(100))"
    case 2: "0x\(String(below(1 << 31), radix: 16))"
    case 3: "\(below(Int.max))l"
    case 4: "\(below(1 << 20))ul"
    default: one(of: ["'a'", "63", "0x7fffffffffffffffl", "0xfffffffffffffffful", "7l"])
    }
  }
}
