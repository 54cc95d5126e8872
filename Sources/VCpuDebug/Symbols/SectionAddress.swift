/// Where a section of a file is in memory.
public struct SectionAddress: Equatable, Sendable {
  /// The section's name.
  public let name: String
  /// The address of its first byte.
  public let address: UInt64

  /// Makes a place.
  public init(name: String, address: UInt64) {
    self.name = name
    self.address = address
  }
}
