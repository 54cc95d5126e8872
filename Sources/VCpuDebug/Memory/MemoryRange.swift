/// A range of an address space that isn't empty.
public struct MemoryRange: Equatable, Sendable {
  /// The space of the addresses.
  public let space: AddressSpace
  /// The address of the first byte.
  public let start: UInt64
  /// The address of the last byte: unlike the end, it is always an address.
  public let last: UInt64

  /// Creates a range; nil if it ends before it begins.
  public init?(_ space: AddressSpace, _ start: UInt64, through last: UInt64) {
    guard start <= last else { return nil }
    self.space = space
    self.start = start
    self.last = last
  }

  /// Creates a range of a number of bytes; nil if there are none, or if it leaves the address space.
  public init?(_ space: AddressSpace, _ start: UInt64, byteCount: UInt64) {
    guard byteCount > 0, byteCount - 1 <= UInt64.max - start else { return nil }
    self.init(space, start, through: start + (byteCount - 1))
  }

  /// Creates the range of an address, and of what is before and after it as far as there are addresses.
  public init(_ space: AddressSpace, around address: UInt64, before: UInt64, after: UInt64) {
    self.space = space
    start = address - min(address, before)
    last = address + min(UInt64.max - address, after)
  }

  /// How many bytes it has; one less than that for the whole of 64 bits.
  public var byteCount: UInt64 {
    let distance = last - start
    return distance == .max ? .max : distance + 1
  }
}
