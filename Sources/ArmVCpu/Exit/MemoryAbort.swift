/// A guest's abort that can't be emulated from the syndrome: the hypervisor maps memory and retries, or
/// injects an abort into the guest.
public struct MemoryAbort: Equatable, Sendable {
  /// The virtual address of the access; nil if FAR_EL2 doesn't hold it.
  public var virtualAddress: GuestVirtualAddress?
  /// The faulting page or address; nil if the CPU doesn't report it. Exact to the byte, except with
  /// `isStage1Walk`, where it is the page of the descriptor.
  public var address: IntermediatePhysicalAddress?
  /// DFSC or IFSC.
  public var status: FaultStatus
  /// Whether the access was a write. Meaningless on a stage-1 walk.
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

extension MemoryAbort {
  /// What an abort requires from the hypervisor.
  public enum Cause: Equatable, Sendable {
    /// Stage 2 maps nothing there, and the syndrome doesn't describe the access (no ISV), or the access
    /// was an instruction fetch: the hypervisor maps memory and retries, or emulates the instruction
    /// itself.
    case unmapped
    /// Cache maintenance or an address translation of an address that stage 2 doesn't map.
    case cacheMaintenance
    /// Stage 2 maps the address without the permission that the access needs.
    case permission
    /// The access flag of the stage-2 descriptor is clear.
    case accessFlag
    /// The guest's own translation tables are where stage 2 maps nothing, or doesn't permit the access.
    case stage1Walk
    /// An address is wider than stage 2's input or output.
    case addressSize
    /// Memory itself failed: an external abort or a parity or ECC error.
    case external
    /// A misaligned access to device memory.
    case alignment
    /// Everything else: tag check, granule protection, TLB conflict, unsupported atomic, reserved codes.
    case other
  }

  /// What the abort requires from the hypervisor, by its status.
  public var cause: Cause {
    if status.isExternalAbort || status.isParityError { return .external }
    if isStage1Walk { return .stage1Walk }
    if status.isTranslation { return isCacheMaintenance ? .cacheMaintenance : .unmapped }
    if status.isPermission { return .permission }
    if status.isAccessFlag { return .accessFlag }
    if status.isAddressSize { return .addressSize }
    return status == .alignment ? .alignment : .other
  }
}
