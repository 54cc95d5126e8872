/// An address as a symbol and a distance from it.
public struct SymbolLocation: Equatable, Sendable, CustomStringConvertible {
  /// The name as it is in the file.
  public let name: String
  /// The name for display: demangled, and short for Swift.
  public let displayName: String
  /// The distance from the symbol's address, in bytes.
  public let offset: UInt64

  /// Makes a location.
  public init(name: String, displayName: String? = nil, offset: UInt64) {
    self.name = name
    self.displayName = displayName ?? name
    self.offset = offset
  }

  /// `name+offset` for display, or only `name` at its beginning.
  public var description: String { offset == 0 ? displayName : "\(displayName)+\(offset)" }
}
