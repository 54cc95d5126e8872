@testable import VCpuDebug

/// The type of an expression in C with an `int` of 32 bits.
enum CType: Equatable {
  case int, long, unsignedLong

  /// Nil where C has no answer, or a part of the expression does not fit its type there, or is divided by 0.
  init?(_ expression: Expression) {
    guard let value = try? expression.evaluated(with: Variables()) else { return nil }
    let children = expression.children.map { CType($0) }
    guard !children.contains(nil) else { return nil }
    let types = children.compactMap { $0 }
    let widest: CType =
      types.contains(.unsignedLong) ? .unsignedLong : types.contains(.long) ? .long : .int
    switch expression {
    case .literal(_, let text, _):
      self = text.hasSuffix("ul") ? .unsignedLong : text.hasSuffix("l") ? .long : .int
    case .cast(let name, _, _):
      self = name.type.bitWidth < 64 ? .int : name.type.isSigned ? .long : .unsignedLong
    case .unary(.not, _, _), .binary(.logicalAnd, _, _, _), .binary(.logicalOr, _, _, _):
      self = .int
    case .unary: self = widest
    case .conditional:
      // GDB does not convert the branch that it takes.
      guard types[1] == types[2] else { return nil }
      self = types[1]
    case .binary(let binary, let left, let right, _):
      switch binary {
      case .shiftLeft, .shiftRight:
        guard let distance = try? right.evaluated(with: Variables()),
          distance.bits < (types[0] == .int ? 32 : 64)
        else { return nil }
        self = types[0]
      case .divide, .remainder:
        // GDB's processor traps at the smallest number by -1.
        guard let dividend = try? left.evaluated(with: Variables()), dividend.bits != 1 << 63 else {
          return nil
        }
        self = widest
      case _ where binary.isComparison: self = .int
      default: self = widest
      }
    default: return nil
    }
    if self == .int {
      guard Int32(exactly: Int64(bitPattern: value.bits)) != nil else { return nil }
    }
  }
}
