// Each address space around a guest has a type of its own, so that an address cannot be used in a space
// that it does not belong to.

/// A virtual address of the guest: what its instructions use. Stage 1 of its translation makes an
/// intermediate physical address of it, or leaves it as it is while the guest's MMU is off.
public struct GuestVirtualAddress: Equatable, Sendable {
  /// The address as a number of bytes.
  public var rawValue: UInt64
  /// An address from its number.
  public init(_ rawValue: UInt64) { self.rawValue = rawValue }
}

/// An intermediate physical address: what the guest believes to be physical. Stage 2 makes a physical
/// address of it.
public struct IntermediatePhysicalAddress: Equatable, Sendable {
  /// The address as a number of bytes.
  public var rawValue: UInt64
  /// An address from its number.
  public init(_ rawValue: UInt64) { self.rawValue = rawValue }
}

/// A physical address of the machine.
public struct PhysicalAddress: Equatable, Sendable {
  /// The address as a number of bytes.
  public var rawValue: UInt64
  /// An address from its number.
  public init(_ rawValue: UInt64) { self.rawValue = rawValue }
}
