/// One access to an emulated device. An instruction of the guest makes one to four.
public struct DeviceAccess: Equatable, Sendable {
  /// The address.
  public var address: IntermediatePhysicalAddress
  /// The width: 1, 2, 4 or 8 bytes.
  public var byteCount: UInt8
  /// The value to store, of that width and little-endian; nil for a load.
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

/// The outcome of emulating an exit.
public enum Emulation: Equatable, Sendable {
  /// The instruction is finished.
  case completed
  /// The instruction couldn't be read, or it isn't the one that faulted: another vCPU has changed it or its
  /// mapping. No state has changed; running the guest again repeats the instruction.
  case retry
  /// The device refused the access, or the instruction can't be emulated. No register has changed; the
  /// hypervisor should inject an external abort, `inject(.dataAbort(…))`, or something else it finds
  /// appropriate.
  case refused
}
