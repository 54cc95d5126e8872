extension Expression {
  /// The parts of the expression that don't mean what they seem to, in sentences without full stops: comparisons with
  /// the same result for every value, and negative numbers that an unsigned side makes large.
  public func doubts(with resolver: some ExpressionResolver) -> [String] {
    var doubts: [String] = []
    if case .binary(let binary, let left, let right, _) = self, binary.isComparison,
      let doubt = Comparison(left, binary, right, resolver)?.doubt(self)
    {
      doubts.append(doubt)
    }
    for child in children {
      for doubt in child.doubts(with: resolver) where !doubts.contains(doubt) {
        doubts.append(doubt)
      }
    }
    return doubts
  }

  /// Every value that it can have, judging only by types and numbers.
  fileprivate func range(with resolver: some ExpressionResolver) -> ClosedRange<Int128> {
    if isObject(with: resolver) { return Self.anything }
    switch self {
    case .literal(let value, _, _): return value.number...value.number
    case .unary(.not, _, _), .binary(.logicalAnd, _, _, _), .binary(.logicalOr, _, _, _):
      return 0...1
    case .binary(let binary, _, _, _) where binary.isComparison: return 0...1
    // It may be an element of a vector register, signed or unsigned.
    case .slice(.register(let path, _), _, nil, _) where path.count > 1:
      return Int128(Int64.min)...Int128(UInt64.max)
    case .slice(_, let high, let low, _):
      guard let top = high.constant, let bottom = low == nil ? top : low?.constant,
        0...top ~= bottom, top < 64
      else { break }
      return 0...(Int128(1) << (top - bottom + 1)) - 1
    case .unary, .binary, .cast, .conditional:
      if let constant { return constant...constant }
    default: break
    }
    return type(with: resolver).range
  }

  private static let anything = Int128(Int64.min)...Int128(UInt64.max)

  /// Its value if it consists only of numbers.
  var constant: Int128? {
    guard isStatic, !hasNames else { return nil }
    return (try? evaluated(with: Variables()))?.number
  }

  private var hasNames: Bool {
    switch self {
    case .name, .sizeOf, .sizeOfType: true
    default: children.contains(where: \.hasNames)
    }
  }
}

/// A comparison of something with a number.
private struct Comparison {
  private let value: Expression
  private let `operator`: BinaryOperator
  private let number: Int128
  private let range: ClosedRange<Int128>
  /// The type in which both sides are compared.
  private let common: IntegerType

  /// Nil unless exactly one side is a number.
  init?(
    _ left: Expression, _ binary: BinaryOperator, _ right: Expression,
    _ resolver: some ExpressionResolver
  ) {
    switch (left.constant, right.constant) {
    case (nil, let number?): (value, self.operator, self.number) = (left, binary, number)
    case (let number?, nil): (value, self.operator, self.number) = (right, binary.mirrored, number)
    default: return nil
    }
    range = value.range(with: resolver)
    common = left.type(with: resolver).common(with: right.type(with: resolver))
  }

  /// What is wrong with the comparison `whole`.
  func doubt(_ whole: Expression) -> String? {
    let isUnsigned = common == .uint64
    if isUnsigned, number < 0 {
      // Equality is the same for signed and unsigned numbers.
      guard `operator` != .equal, `operator` != .notEqual else { return nil }
      return "\(value) is unsigned: in '\(whole)' \(number) is "
        + "0x\(String(UInt64(truncatingIfNeeded: number), radix: 16))\(suggestion)"
    }
    // A negative number of a signed side is a large one there.
    let range = isUnsigned && range.lowerBound < 0 ? IntegerType.uint64.range : range
    guard let holds = outcome(in: range) else { return nil }
    let always = holds ? "always" : "never"
    return number <= 0 && range.lowerBound == 0 && range.upperBound > 1
      ? "\(value) is unsigned: '\(whole)' is \(always) true\(suggestion)"
      : "'\(whole)' is \(always) true: \(value) is \(range.lowerBound) to \(range.upperBound)"
  }

  /// Whether the comparison holds for every value, or for none; nil if it depends.
  private func outcome(in range: ClosedRange<Int128>) -> Bool? {
    let (low, high) = (range.lowerBound, range.upperBound)
    switch `operator` {
    case .less: return high < number ? true : low >= number ? false : nil
    case .lessOrEqual: return high <= number ? true : low > number ? false : nil
    case .greater: return low > number ? true : high <= number ? false : nil
    case .greaterOrEqual: return low >= number ? true : high < number ? false : nil
    case .equal: return range.contains(number) ? nil : false
    case .notEqual: return range.contains(number) ? nil : true
    default: return nil
    }
  }

  /// The signed version, if it means something else.
  private var suggestion: String {
    guard range == IntegerType.uint64.range, let name = TypeName(["int64_t"]) else { return "" }
    let signed = Expression.cast(name, value, column: 1)
    return "; write \(signed) \(`operator`.rawValue) \(number)"
  }
}

extension BinaryOperator {
  /// The equivalent operator with the sides exchanged.
  fileprivate var mirrored: BinaryOperator {
    switch self {
    case .less: .greater
    case .lessOrEqual: .greaterOrEqual
    case .greater: .less
    case .greaterOrEqual: .lessOrEqual
    default: self
    }
  }
}

extension IntegerType {
  /// All its values.
  fileprivate var range: ClosedRange<Int128> {
    let count = Int128(1) << bitWidth
    return isSigned ? -count / 2...count / 2 - 1 : 0...count - 1
  }
}

extension Value {
  fileprivate var number: Int128 {
    type.isSigned ? Int128(Int64(bitPattern: bits)) : Int128(bits)
  }
}
