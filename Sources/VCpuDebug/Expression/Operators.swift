/// An operator before its operand.
public enum UnaryOperator: String, Equatable, Sendable {
  /// Two's complement.
  case minus = "-"
  /// Nothing changes.
  case plus = "+"
  /// All bits inverted.
  case complement = "~"
  /// 1 for 0, 0 for anything else.
  case not = "!"
}

/// An operator between its operands, with C's precedence.
public enum BinaryOperator: String, Equatable, Sendable {
  /// Logical or; the right side is not evaluated after a true left one.
  case logicalOr = "||"
  /// Logical and; the right side is not evaluated after a false left one.
  case logicalAnd = "&&"
  /// Bitwise or.
  case or = "|"
  /// Bitwise exclusive or.
  case exclusiveOr = "^"
  /// Bitwise and.
  case and = "&"
  /// Equality.
  case equal = "=="
  /// Inequality.
  case notEqual = "!="
  /// Comparison; unsigned if either side is.
  case less = "<"
  /// Likewise.
  case lessOrEqual = "<="
  /// Likewise.
  case greater = ">"
  /// Likewise.
  case greaterOrEqual = ">="
  /// Shift towards the high bits; 0 for a distance of 64 and more.
  case shiftLeft = "<<"
  /// Shift towards the low bits, with copies of the sign if the left side is signed: 0 or -1 for a distance of 64 and
  /// more.
  case shiftRight = ">>"
  /// As many as the right side, from the place of the left one on: GDB's arrays.
  case repetition = "@"
  /// Wrapping sum.
  case add = "+"
  /// Wrapping difference.
  case subtract = "-"
  /// Wrapping product.
  case multiply = "*"
  /// Quotient, towards 0.
  case divide = "/"
  /// Remainder, with the sign of the left side.
  case remainder = "%"

  /// Whether it is a comparison, with the value 1 or 0.
  var isComparison: Bool {
    switch self {
    case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual: true
    default: false
    }
  }

  /// C's precedence: the higher, the tighter.
  var precedence: Int {
    switch self {
    case .logicalOr: 1
    case .logicalAnd: 2
    case .or: 3
    case .exclusiveOr: 4
    case .and: 5
    case .equal, .notEqual: 6
    case .less, .lessOrEqual, .greater, .greaterOrEqual: 7
    case .shiftLeft, .shiftRight: 8
    case .repetition: 9
    case .add, .subtract: 10
    case .multiply, .divide, .remainder: 11
    }
  }
}
