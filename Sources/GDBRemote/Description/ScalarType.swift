/// The predefined types, which a description doesn't have to define.
///
/// Source: GDB manual, Predefined Target Types.
enum ScalarType: Equatable {
  case boolean
  case unsigned
  case signed
  case pointer(isCode: Bool)
  case floatingPoint(FloatFormat)

  /// The type that `name` means for a value of `byteCount` bytes, and how many bytes it has, if
  /// that does not depend on the value.
  init?(_ name: String, byteCount: Int) {
    switch name {
    case "bool": self = .boolean
    case "int": self = .signed
    case "uint": self = .unsigned
    case "code_ptr": self = .pointer(isCode: true)
    case "data_ptr": self = .pointer(isCode: false)
    case "float", "ieee_half", "ieee_single", "ieee_double", "bfloat16", "i387_ext", "arm_fpa_ext":
      guard let format = FloatFormat(name, byteCount: byteCount) else { return nil }
      self = .floatingPoint(format)
    default:
      guard ScalarType.byteCount(of: name, pointerByteCount: 0) != nil else { return nil }
      self = name.hasPrefix("u") ? .unsigned : .signed
    }
  }

  /// How many bytes a predefined type has within another one, or nil if there is no such type.
  static func byteCount(of name: String, pointerByteCount: Int) -> Int? {
    switch name {
    case "bool", "int8", "uint8": 1
    case "int16", "uint16", "ieee_half", "bfloat16": 2
    case "int24", "uint24": 3
    case "int32", "uint32", "ieee_single", "int", "uint", "float": 4
    case "int64", "uint64", "ieee_double": 8
    case "int128", "uint128": 16
    case "i387_ext": 10
    case "arm_fpa_ext": 12
    case "code_ptr", "data_ptr": pointerByteCount
    default: nil
    }
  }

  /// The types that GDB's descriptions define and others use without a definition.
  static func wellKnown(_ name: String) -> TypeDescription? {
    switch name {
    case "i386_eflags": .flags(fields: eflags, byteCount: 4)
    case "i386_mxcsr": .flags(fields: mxcsr, byteCount: 4)
    default: nil
    }
  }

  /// Source: GDB, `features/i386/64bit-core.xml`.
  private static let eflags = flags([
    ("", 1), ("CF", 0), ("PF", 2), ("AF", 4), ("ZF", 6), ("SF", 7), ("TF", 8), ("IF", 9),
    ("DF", 10), ("OF", 11), ("NT", 14), ("RF", 16), ("VM", 17), ("AC", 18), ("VIF", 19),
    ("VIP", 20), ("ID", 21),
  ])

  /// Source: GDB, `features/i386/64bit-sse.xml`.
  private static let mxcsr = flags([
    ("IE", 0), ("DE", 1), ("ZE", 2), ("OE", 3), ("UE", 4), ("PE", 5), ("DAZ", 6), ("IM", 7),
    ("DM", 8), ("ZM", 9), ("OM", 10), ("UM", 11), ("PM", 12), ("FZ", 15),
  ])

  private static func flags(_ bits: [(String, Int)]) -> [TypeDescription.Field] {
    bits.map { .init(name: $0.0, bits: $0.1...$0.1) }
  }
}
