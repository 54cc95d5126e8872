// Each address space has its own type, so that an address can't be used in the wrong space.

/// A virtual address of the guest, as its instructions use it. Stage 1 translates it to an
/// intermediate physical address, or leaves it unchanged while the guest's MMU is off.
public struct GuestVirtualAddress: Equatable, Sendable {
  /// The address as a number of bytes.
  public var rawValue: UInt64
  /// An address from its number.
  public init(_ rawValue: UInt64) { self.rawValue = rawValue }
}

/// An intermediate physical address: what the guest sees as a physical address. Stage 2 translates it
/// to a physical address.
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
