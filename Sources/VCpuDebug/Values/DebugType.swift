/// A type of a program. What it consists of is read from the debug information when it is asked for, an entry at a
/// time.
///
/// Types refer to each other in cycles. Whoever follows them limits how far.
final class DebugType {
  /// The layout of the program's data.
  let layout: DataLayout
  /// The entry that it is read from; nil for one that an expression makes.
  let entry: DebugEntry?
  /// The file's types.
  let program: ProgramTypes?
  private var known: Kind?

  /// What a type can be.
  enum Kind {
    case void
    case base(BaseType)
    case pointer(DebugType)
    case reference(DebugType, isRvalue: Bool)
    case typedef(DebugType)
    case qualified(Qualifier, DebugType)
    case array(ArrayType)
    case aggregate(AggregateType)
    case enumeration(EnumerationType)
    case function(FunctionType)
    /// A C++ pointer to a member of a class.
    case memberPointer(DebugType)
    /// A type of which the debug information only says a name, such as C++'s `decltype(nullptr)`.
    case unspecified
    /// The entry isn't a type, or types refer to each other without end.
    case malformed(String)
  }

  /// A type to be read.
  init(entry: DebugEntry, in program: ProgramTypes) {
    self.entry = entry
    self.program = program
    layout = entry.information.layout
  }

  /// A type that an expression makes.
  init(_ kind: Kind, layout: DataLayout) {
    entry = nil
    program = nil
    known = kind
    self.layout = layout
  }

  /// What it is.
  var kind: Kind {
    if let known { return known }
    guard let entry, let program else { return .void }
    let kind = DebugTypeReader(entry: entry, in: program).kind()
    known = kind
    return kind
  }

  /// Lets go of what was read; it is read again when it is needed. This ends the cycles.
  func forget() {
    if entry != nil { known = nil }
  }

  /// The longest chain of typedefs and the like that anything follows.
  static let chainLimit = 64

  /// Without typedefs and qualifiers.
  var stripped: DebugType {
    var type = self
    for _ in 0..<Self.chainLimit {
      switch type.kind {
      case .typedef(let target), .qualified(_, let target): type = target
      default: return type
      }
    }
    return DebugType(.malformed("types refer to each other without end"), layout: layout)
  }

  /// The type's own name in the source, without `struct` and the like.
  var ownName: String? { entry?.name }

  /// Whether it is the same type: the same entry, or made of the same ones.
  func isSame(as other: DebugType) -> Bool {
    if self === other { return true }
    if let entry, let theirs = other.entry { return entry.identity == theirs.identity }
    return false
  }

  // MARK: Making types

  /// The type of a pointer to this.
  var pointer: DebugType { DebugType(.pointer(self), layout: layout) }

  /// The type of an array of this.
  func array(count: UInt64) -> DebugType {
    DebugType(.array(ArrayType(element: self, lowerBound: 0, count: .known(count))), layout: layout)
  }
}

/// A type that the language itself has.
struct BaseType: Equatable {
  enum Encoding: Equatable {
    case signed, unsigned, boolean, signedCharacter, unsignedCharacter, float, complex
    /// A Unicode code unit or scalar.
    case unicode
    /// An encoding that isn't known, `DW_ATE_…`.
    case other(UInt64)
  }
  let encoding: Encoding
  let byteCount: Int
}

/// What a type is qualified with, in the order in which GDB writes them.
enum Qualifier: String, CaseIterable {
  case const, volatile, restrict, atomic = "_Atomic"
}

/// A row of elements; several dimensions are an array of arrays.
struct ArrayType {
  enum Count {
    case known(UInt64)
    /// Not said: a flexible array, or an array declared without a size.
    case unknown
    /// Computed at run time.
    case computed(LocationExpression)
    /// A variable of the same function says the greatest index, or the count.
    case variable(DebugEntry, isCount: Bool)
    /// Computed, but as the greatest index.
    case computedUpperBound(LocationExpression)
  }
  let element: DebugType
  let lowerBound: Int64
  let count: Count
  /// Whether it is a vector of SIMD.
  var isVector = false
}

/// An enumeration.
struct EnumerationType {
  struct Enumerator: Equatable {
    let name: String
    /// Sign-extended to 64 bits.
    let value: UInt64
  }
  let enumerators: [Enumerator]
  let byteCount: Int?
  /// What the values are, if it is said.
  let underlying: DebugType?
  /// C++'s `enum class`.
  let isClass: Bool
  let isDeclaration: Bool
}

/// The type of a function.
struct FunctionType {
  let result: DebugType
  let parameters: [DebugType]
  let isVariadic: Bool
  let isPrototyped: Bool
}
