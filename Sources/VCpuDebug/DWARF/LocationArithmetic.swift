internal import CElfutils

/// Arithmetic and comparisons on the stack of a location expression (DWARF 5, 2.5.1.4).
struct LocationArithmetic {
  let layout: DataLayout

  /// The result of an operation with two operands; nil if the code isn't one.
  func binary(
    _ code: UInt8, _ left: LocationValue, _ right: LocationValue
  ) throws(LocationError) -> LocationValue? {
    if left.isFloat || right.isFloat { return try floatBinary(code, left, right) }
    let x = left.bits
    let y = right.bits
    let signedX = left.signed(layout)
    let signedY = right.signed(layout)
    // An address-sized integer divides and compares with its sign, but for the remainder.
    let isUnsigned = if case .unsigned = left.kind { true } else { false }
    let width = UInt64(8 * left.byteCount(layout))
    func same(_ bits: UInt64) -> LocationValue {
      LocationValue(bits, kind: left.kind, layout: layout)
    }
    func truth(_ value: Bool) -> LocationValue { LocationValue(value ? 1 : 0, layout: layout) }
    switch Int(code) {
    case DW_OP_and: return same(x & y)
    case DW_OP_or: return same(x | y)
    case DW_OP_xor: return same(x ^ y)
    case DW_OP_plus: return same(x &+ y)
    case DW_OP_minus: return same(x &- y)
    case DW_OP_mul: return same(x &* y)
    case DW_OP_div:
      guard y != 0 else { throw .malformed("a division by zero") }
      if isUnsigned { return same(x / y) }
      return same(UInt64(bitPattern: signedX.dividedReportingOverflow(by: signedY).partialValue))
    case DW_OP_mod:
      guard y != 0 else { throw .malformed("a division by zero") }
      if case .signed = left.kind {
        return same(
          UInt64(bitPattern: signedX.remainderReportingOverflow(dividingBy: signedY).partialValue))
      }
      return same(x % y)
    case DW_OP_shl: return same(y >= width ? 0 : x << y)
    case DW_OP_shr: return same(y >= width ? 0 : x >> y)
    case DW_OP_shra: return same(UInt64(bitPattern: signedX >> Int64(min(y, 63))))
    case DW_OP_eq: return truth(x == y)
    case DW_OP_ne: return truth(x != y)
    case DW_OP_lt: return truth(isUnsigned ? x < y : signedX < signedY)
    case DW_OP_le: return truth(isUnsigned ? x <= y : signedX <= signedY)
    case DW_OP_gt: return truth(isUnsigned ? x > y : signedX > signedY)
    case DW_OP_ge: return truth(isUnsigned ? x >= y : signedX >= signedY)
    default: return nil
    }
  }

  private func floatBinary(
    _ code: UInt8, _ left: LocationValue, _ right: LocationValue
  ) throws(LocationError) -> LocationValue? {
    guard left.isFloat, left.kind == right.kind else {
      throw .malformed("an operation on a number and a floating-point number")
    }
    let x = left.float
    let y = right.float
    func same(_ value: Double) -> LocationValue {
      LocationValue(
        LocationValue.floatBits(value, byteCount: left.byteCount(layout)), kind: left.kind,
        layout: layout)
    }
    func truth(_ value: Bool) -> LocationValue { LocationValue(value ? 1 : 0, layout: layout) }
    switch Int(code) {
    case DW_OP_plus: return same(x + y)
    case DW_OP_minus: return same(x - y)
    case DW_OP_mul: return same(x * y)
    case DW_OP_div: return same(x / y)
    case DW_OP_eq: return truth(x == y)
    case DW_OP_ne: return truth(x != y)
    case DW_OP_lt: return truth(x < y)
    case DW_OP_le: return truth(x <= y)
    case DW_OP_gt: return truth(x > y)
    case DW_OP_ge: return truth(x >= y)
    case DW_OP_and, DW_OP_or, DW_OP_xor, DW_OP_mod, DW_OP_shl, DW_OP_shr, DW_OP_shra:
      throw .malformed("an operation on bits of a floating-point number")
    default: return nil
    }
  }

  /// The result of an operation with one operand; nil if the code isn't one.
  func unary(_ operation: LocationOperation, _ value: LocationValue) -> LocationValue? {
    func same(_ bits: UInt64) -> LocationValue {
      LocationValue(bits, kind: value.kind, layout: layout)
    }
    let size = value.byteCount(layout)
    switch Int(operation.code) {
    case DW_OP_abs:
      if value.isFloat { return same(LocationValue.floatBits(abs(value.float), byteCount: size)) }
      if case .unsigned = value.kind { return value }
      return same(value.signed(layout).magnitude)
    case DW_OP_neg:
      if value.isFloat { return same(LocationValue.floatBits(-value.float, byteCount: size)) }
      return same(0 &- value.bits)
    case DW_OP_not: return same(~value.bits)
    case DW_OP_plus_uconst: return same(value.bits &+ operation.first)
    default: return nil
    }
  }
}
