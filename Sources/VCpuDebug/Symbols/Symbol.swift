/// A named address of an ELF file.
public struct Symbol: Equatable, Sendable {
  /// What the symbol names, in the order in which a lookup prefers it.
  public enum Kind: Int, Equatable, Sendable, Comparable {
    /// A symbol without a type: a label of assembly code or of the linker script.
    case label
    /// Data.
    case object
    /// Code.
    case function

    /// Whether a lookup prefers the right kind.
    public static func < (left: Kind, right: Kind) -> Bool { left.rawValue < right.rawValue }
  }

  /// The name as it is in the file, mangled if its language mangles names.
  public let name: String
  /// The virtual address (`st_value`).
  public let address: UInt64
  /// The size in bytes; 0 when the file does not say.
  public let byteCount: UInt64
  /// What the symbol names.
  public let kind: Kind
  /// Whether other files see the symbol (global or weak binding).
  public let isGlobal: Bool

  /// The index of the section that holds the symbol (`st_shndx`).
  let section: Int

  /// The first address after the symbol, saturated at the end of the address space.
  var end: UInt64 {
    let (sum, overflow) = address.addingReportingOverflow(byteCount)
    return overflow ? .max : sum
  }

  /// Whether the symbol covers an address by the size that the file gives.
  func contains(_ other: UInt64) -> Bool { address <= other && other < end }

  /// Whether a name is a mapping symbol of the Arm ELF ABI (`$x`, `$d`, `$x.7`), which says whether
  /// code or data follows. Swift's mangled names, which begin with `$s` or `$e`, aren't.
  static func isMappingSymbol(_ name: String) -> Bool {
    let bytes = name.utf8
    guard bytes.first == UInt8(ascii: "$"), bytes.count >= 2 else { return false }
    let second = bytes.index(after: bytes.startIndex)
    guard "xdat".utf8.contains(bytes[second]) else { return false }
    let third = bytes.index(after: second)
    return third == bytes.endIndex || bytes[third] == UInt8(ascii: ".")
  }
}
