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
  public internal(set) var address: UInt64
  /// The size in bytes; 0 when the file does not say.
  public let byteCount: UInt64
  /// What the symbol names.
  public let kind: Kind
  /// Whether other files see the symbol (global or weak binding).
  public let isGlobal: Bool

  /// The index of the section that holds the symbol (`st_shndx`).
  let section: Int

  /// The same symbol elsewhere.
  func moved(by slide: UInt64) -> Symbol {
    var symbol = self
    symbol.address &+= slide
    return symbol
  }

  /// The first address after the symbol, saturated at the end of the address space.
  var end: UInt64 {
    let (sum, overflow) = address.addingReportingOverflow(byteCount)
    return overflow ? .max : sum
  }

  /// Whether the symbol covers an address by the size that the file gives.
  func contains(_ other: UInt64) -> Bool { address <= other && other < end }

  /// Whether a name is a mapping symbol of the Arm ELF ABI (`$x`, `$d`, `$x.7`), which says whether
  /// code or data follows. Swift's mangled names, which begin with `$s` or `$e`, aren't.
  ///
  /// - Parameter name: the name up to a NUL or the end of the bytes.
  static func isMappingSymbol(_ name: ArraySlice<UInt8>) -> Bool {
    guard name.first == UInt8(ascii: "$"), name.count >= 2,
      "xdat".utf8.contains(name[name.startIndex + 1])
    else { return false }
    guard name.count > 2 else { return true }
    return [0, UInt8(ascii: ".")].contains(name[name.startIndex + 2])
  }
}
