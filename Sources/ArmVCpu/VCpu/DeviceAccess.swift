/// One access of an emulated device: an instruction of the guest makes one, or up to four.
public struct DeviceAccess: Equatable, Sendable {
  /// Where.
  public var address: IntermediatePhysicalAddress
  /// How much: 1, 2, 4 or 8 bytes.
  public var byteCount: UInt8
  /// What it stores, of that width and little-endian; nil for a load.
  public var storedValue: UInt64?

  /// An access from its parts.
  @inlinable
  public init(
    address: IntermediatePhysicalAddress, byteCount: UInt8, storedValue: UInt64? = nil
  ) {
    self.address = address
    self.byteCount = byteCount
    self.storedValue = storedValue
  }
}

/// What came of the emulation of an exit.
public enum Emulation: Equatable, Sendable {
  /// The instruction is finished.
  case completed
  /// The instruction could not be read, or it is not the one that faulted: another vCPU changed it or its
  /// mapping meanwhile. Nothing has changed, and running the guest again repeats it.
  case retry
  /// The device, or the instruction, does not allow it. No register has changed; the guest gets an external
  /// abort, `inject(.dataAbort(…))`, or whatever the hypervisor finds right.
  case refused
}
