/// An operation of a filter's program, which works on a stack of 64-bit numbers.
///
/// A word of a program has the operation in bits 7:0, two small operands, `a` in bits 15:8 and `b` in 23:16, and a
/// signed immediate in 63:32. Programs have no loops: a jump leads forward, `immediate` words past the next one.
public enum FilterOperation: UInt8, CaseIterable, Sendable {
  /// Pushes the immediate, sign-extended.
  case constant
  /// Pushes the next word.
  case wideConstant
  /// Pushes the `ExitField` with the number `a`.
  case field
  /// Pushes general-purpose register `a` of the guest; 31 is the zero register.
  case gpr
  /// Pushes the `FilterRegister` with the number `a`.
  case register

  /// Replaces two numbers, of which the second is on top, by their sum, wrapping; and so on.
  case add
  /// The difference, wrapping.
  case subtract
  /// The product, wrapping.
  case multiply
  /// The quotient, towards 0. The divisor isn't 0.
  case divideUnsigned
  /// The quotient of signed numbers; the smallest one divided by -1 wraps.
  case divideSigned
  /// The remainder.
  case remainderUnsigned
  /// The remainder, with the sign of the first number.
  case remainderSigned
  /// Bitwise and.
  case and
  /// Bitwise or.
  case or
  /// Bitwise exclusive or.
  case exclusiveOr
  /// Towards the high bits; 0 for a distance of 64 and more.
  case shiftLeft
  /// Towards the low bits; 0 for a distance of 64 and more.
  case shiftRightUnsigned
  /// Towards the low bits with copies of the sign.
  case shiftRightSigned
  /// 1 if they are equal, otherwise 0; and so on.
  case equal
  /// Not equal.
  case notEqual
  /// Less, as unsigned numbers.
  case lessUnsigned
  /// Less, as signed numbers.
  case lessSigned
  /// Less or equal, as unsigned numbers.
  case lessOrEqualUnsigned
  /// Less or equal, as signed numbers.
  case lessOrEqualSigned

  /// Replaces the top by its two's complement.
  case negate
  /// All bits inverted.
  case complement
  /// 1 for 0, and 0 for anything else.
  case not
  /// 0 for 0, and 1 for anything else.
  case boolean
  /// Its lowest `a` bits, 8, 16 or 32, sign-extended if `b` is 1.
  case extend
  /// Its bits from `a` down to `b`.
  case bits
  /// A fault if it is negative: a distance of a shift.
  case checkDistance

  /// Jumps if the top is 0, and keeps it; otherwise removes it.
  case jumpIfFalse
  /// Jumps if the top isn't 0, with 1 in its place; otherwise removes it.
  case jumpIfTrue
  /// Removes the top, and jumps if it is 0.
  case popAndJumpIfFalse
  /// Jumps.
  case jump

  /// How many numbers it takes from the stack.
  var operandCount: Int {
    switch self {
    case .constant, .wideConstant, .field, .gpr, .register, .jump: 0
    case .add, .subtract, .multiply, .divideUnsigned, .divideSigned, .remainderUnsigned,
      .remainderSigned, .and, .or, .exclusiveOr, .shiftLeft, .shiftRightUnsigned,
      .shiftRightSigned, .equal, .notEqual, .lessUnsigned, .lessSigned, .lessOrEqualUnsigned,
      .lessOrEqualSigned:
      2
    case .negate, .complement, .not, .boolean, .extend, .bits, .checkDistance, .jumpIfFalse,
      .jumpIfTrue, .popAndJumpIfFalse:
      1
    }
  }

  /// How many it leaves there, if it doesn't jump.
  var resultCount: Int {
    switch self {
    case .jumpIfFalse, .jumpIfTrue, .popAndJumpIfFalse, .jump: 0
    default: 1
    }
  }

  /// Whether it may go on somewhere else than at the next word.
  var isJump: Bool {
    switch self {
    case .jumpIfFalse, .jumpIfTrue, .popAndJumpIfFalse, .jump: true
    default: false
    }
  }
}

/// A word of a filter's program.
public struct FilterWord: Equatable, Sendable {
  /// The word, or the number of a `wideConstant` before it.
  public var rawValue: UInt64

  /// A word that was read.
  @inlinable
  public init(rawValue: UInt64) { self.rawValue = rawValue }

  /// An operation with its operands.
  public init(_ operation: FilterOperation, a: UInt8 = 0, b: UInt8 = 0, immediate: Int32 = 0) {
    rawValue =
      UInt64(operation.rawValue) | UInt64(a) << 8 | UInt64(b) << 16
      | UInt64(UInt32(bitPattern: immediate)) << 32
  }

  /// The operation's raw value, whether there is one or not.
  var code: UInt8 { @inline(__always) get { UInt8(truncatingIfNeeded: rawValue) } }
  /// The operation; nil for an unknown one.
  public var operation: FilterOperation? {
    @inline(__always) get { FilterOperation(rawValue: code) }
  }
  /// The first operand.
  public var a: UInt8 { @inline(__always) get { UInt8(truncatingIfNeeded: rawValue >> 8) } }
  /// The second one.
  public var b: UInt8 { @inline(__always) get { UInt8(truncatingIfNeeded: rawValue >> 16) } }
  /// The immediate.
  public var immediate: Int64 { @inline(__always) get { Int64(bitPattern: rawValue) >> 32 } }
}
