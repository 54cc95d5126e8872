/// An element of the stack of a location expression: an address-sized integer, or a value of a base type (DWARF 5,
/// 2.5.1).
struct LocationValue: Equatable {
  enum Kind: Equatable {
    /// An integer of an address's size, without a sign of its own.
    case generic
    case signed(byteCount: Int)
    case unsigned(byteCount: Int)
    case float(byteCount: Int)
  }

  let kind: Kind
  /// The bits, zero-extended.
  let bits: UInt64

  /// Makes a value; bits that its type doesn't have are dropped.
  init(_ bits: UInt64, kind: Kind = .generic, layout: DataLayout) {
    self.kind = kind
    self.bits = Self.truncated(bits, byteCount: kind.byteCount(layout))
  }

  func byteCount(_ layout: DataLayout) -> Int { kind.byteCount(layout) }

  /// Sign-extended to 64 bits.
  func signed(_ layout: DataLayout) -> Int64 {
    let unused = UInt64(64 - 8 * kind.byteCount(layout))
    return Int64(bitPattern: bits << unused) >> Int64(unused)
  }

  var isFloat: Bool { if case .float = kind { true } else { false } }

  /// The number of a floating-point value.
  var float: Double {
    if case .float(4) = kind { return Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits))) }
    return Double(bitPattern: bits)
  }

  static func truncated(_ bits: UInt64, byteCount: Int) -> UInt64 {
    byteCount >= 8 ? bits : bits & (1 << UInt64(8 * max(byteCount, 0)) - 1)
  }

  /// The bits of a number as a float of a size.
  static func floatBits(_ value: Double, byteCount: Int) -> UInt64 {
    byteCount == 4 ? UInt64(Float(value).bitPattern) : value.bitPattern
  }

  /// Converted to another type, as `DW_OP_convert` does.
  func converted(to kind: Kind, layout: DataLayout) -> LocationValue {
    if case .float(let size) = kind {
      let number: Double =
        switch self.kind {
        case .float: float
        case .signed: Double(signed(layout))
        case .generic, .unsigned: Double(bits)
        }
      return LocationValue(Self.floatBits(number, byteCount: size), kind: kind, layout: layout)
    }
    let wide: UInt64 =
      switch self.kind {
      case .float:
        Int64(exactly: float.rounded(.towardZero)).map { UInt64(bitPattern: $0) }
          ?? UInt64(exactly: float.rounded(.towardZero)) ?? 0
      case .signed: UInt64(bitPattern: signed(layout))
      case .generic, .unsigned: bits
      }
    return LocationValue(wide, kind: kind, layout: layout)
  }
}

extension LocationValue.Kind {
  func byteCount(_ layout: DataLayout) -> Int {
    switch self {
    case .generic: layout.addressByteCount
    case .signed(let count), .unsigned(let count), .float(let count): count
    }
  }
}
