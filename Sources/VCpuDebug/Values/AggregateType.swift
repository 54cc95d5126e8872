/// A structure, a class or a union.
struct AggregateType {
  enum Keyword: String {
    case structure = "struct"
    case `class`
    case union
  }
  let keyword: Keyword
  let members: [Member]
  /// The alternatives of a Rust enumeration.
  let variants: VariantPart?
  let byteCount: UInt64?
  /// Nothing but a name is known here; the definition may be elsewhere.
  let isDeclaration: Bool

  /// A member or a base class.
  struct Member {
    let name: String?
    let type: DebugType
    let place: Place
    let isBaseClass: Bool
    /// The compiler's own, such as a table of virtual functions or a discriminant.
    let isArtificial: Bool
  }

  /// Where a member is.
  enum Place {
    /// Bytes from the start.
    case offset(UInt64)
    /// A bit field: bits from the start, from the least significant bit of the first byte on a little-endian target, and
    /// from the most significant one on a big-endian one (DWARF 5, 5.7.6).
    case bits(offset: UInt64, count: UInt64)
    /// Computed from the structure's address, such as the place of a virtual base class.
    case computed(LocationExpression)
    /// A static member: a variable of its own.
    case elsewhere
  }

  /// The alternatives of a value (DWARF 5, 5.7.10).
  struct VariantPart {
    /// What says which alternative it is.
    let discriminant: Member?
    let variants: [Variant]
  }

  struct Variant {
    /// The discriminant's values for this alternative; empty for the one that any other value stands for.
    let values: [ClosedRange<UInt64>]
    let members: [Member]
  }
}
