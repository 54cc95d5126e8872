/// An abort of a guest that is not an access to emulate as it stands: the hypervisor maps memory and
/// retries, or gives the guest an abort of its own.
public struct MemoryAbort: Equatable, Sendable {
  /// The virtual address of the access; nil where FAR_EL2 does not hold it.
  public var virtualAddress: GuestVirtualAddress?
  /// The faulting page or address; nil where the CPU does not report it. Exact to the byte unless
  /// `isStage1Walk`, where it is the page of the descriptor.
  public var address: IntermediatePhysicalAddress?
  /// DFSC or IFSC.
  public var status: FaultStatus
  /// Whether the access was a write. Of no meaning on a stage-1 walk.
  public var isWrite: Bool
  /// Whether the guest's stage-1 table walk faulted rather than the access itself.
  public var isStage1Walk: Bool
  /// Whether the instruction was cache maintenance or an address translation.
  public var isCacheMaintenance: Bool

  /// An abort from its parts.
  @inlinable
  public init(
    virtualAddress: GuestVirtualAddress?, address: IntermediatePhysicalAddress?,
    status: FaultStatus, isWrite: Bool = false, isStage1Walk: Bool = false,
    isCacheMaintenance: Bool = false
  ) {
    self.virtualAddress = virtualAddress
    self.address = address
    self.status = status
    self.isWrite = isWrite
    self.isStage1Walk = isStage1Walk
    self.isCacheMaintenance = isCacheMaintenance
  }
}
