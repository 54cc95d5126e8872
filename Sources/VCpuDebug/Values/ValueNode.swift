/// A value that was read, as data: `ValueText` makes GDB's text of it.
public indirect enum ValueNode: Equatable, Sendable {
  /// A number, a boolean, a character, an enumeration: its text in the wanted format, and the integer that it is,
  /// extended to 64 bits by its sign; nil for one that is no integer of at most 64 bits.
  case scalar(String, integer: UInt64?)
  /// Text, with its quotes: `"abc", '\000' <repeats 12 times>`.
  case string(String)
  /// A pointer.
  case pointer(Pointer)
  /// A reference to a value at an address.
  case reference(type: String, address: UInt64, ValueNode)
  /// A structure, a union, a tuple, an alternative of an enumeration.
  case record(Record)
  /// Elements in order; equal ones in a row are one with a count.
  case array([Element], brackets: Brackets, isCut: Bool)
  /// A value whose type says nothing but a name and a size.
  case opaque(type: String, bytes: [UInt8])
  /// What can't be read, and why.
  case error(String)
  /// What the compiler removed.
  case optimizedOut
  /// More levels than are shown.
  case tooDeep

  /// A pointer's parts.
  public struct Pointer: Equatable, Sendable {
    /// The type, where it is written in front.
    public let type: String?
    /// The address that it holds; nil for a pointer that the compiler removed.
    public let address: UInt64?
    /// The address in the wanted format.
    public let text: String
    /// The symbol that the address is in: `symbol+4`.
    public let symbol: String?
    /// The text that a `char *` points at, with its quotes.
    public let string: String?
  }

  /// A structure's parts.
  public struct Record: Equatable, Sendable {
    /// How a language writes it.
    public enum Style: Equatable, Sendable {
      /// `{a = 1, b = 2}`.
      case c
      /// `Name {a: 1, b: 2}`.
      case rust
      /// `Name(1, 2)`, also without a name: members by their position.
      case tuple
      /// `Some`: a name alone.
      case name
    }
    /// How it is written.
    public let style: Style
    /// The name in front; nil if there is none.
    public let name: String?
    /// The members in order.
    public let fields: [Field]
  }

  /// A member.
  public struct Field: Equatable, Sendable {
    /// The name; nil for a structure inside of the structure without one. A base class is `<Base>`.
    public let name: String?
    /// The value.
    public let value: ValueNode
  }

  /// How a language writes an array.
  public enum Brackets: Equatable, Sendable {
    /// `{1, 2}`.
    case curly
    /// `[1, 2]`.
    case square
  }

  /// An element of an array.
  public struct Element: Equatable, Sendable {
    /// The value.
    public let value: ValueNode
    /// How many there are of it in a row.
    public let count: UInt64
  }
}

extension ValueNode {
  /// The value without the type in front of a pointer: as it is shown where the type is known, in a list of variables.
  public var withoutType: ValueNode {
    guard case .pointer(let pointer) = self, pointer.address != nil else { return self }
    return .pointer(
      Pointer(
        type: nil, address: pointer.address, text: pointer.text, symbol: pointer.symbol,
        string: pointer.string))
  }
}
