/// A part of a space's memory that is contiguous in each space that its tables lead to.
public struct MemoryPart: Equatable, Sendable {
  /// The address of the first byte.
  public let address: UInt64
  /// The intermediate physical address that it leads to; nil where there is only one stage.
  public let intermediate: UInt64?
  /// The physical address that it leads to.
  public let physical: UInt64
  /// How many bytes it has; at least one.
  public private(set) var byteCount: Int

  /// A part in a page.
  init(_ walk: AddressWalk, to physical: UInt64, byteCount: Int) {
    address = walk.address
    intermediate = walk.intermediate
    self.physical = physical
    self.byteCount = byteCount
  }

  /// Takes the next part, if it goes on where this one ends, in all spaces; returns whether it does.
  public mutating func join(_ next: MemoryPart) -> Bool {
    let size = UInt64(byteCount)
    guard address &+ size == next.address, physical &+ size == next.physical,
      intermediate.map({ $0 &+ size }) == next.intermediate
    else { return false }
    byteCount += next.byteCount
    return true
  }
}
