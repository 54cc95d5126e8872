internal import GDBRemote

/// A CPU, and the guest that is on it.
public struct GuestOnCPU: Equatable, Sendable {
  /// The CPU's number, from 0 in the stub's order.
  public let cpu: Int
  let thread: ThreadID
  /// VTTBR_EL2 of the guest, without CnP; nil where there is none.
  public let vttbr: UInt64?
  /// VTTBR_EL2 without CnP, whether or not a guest is on it.
  let tables: UInt64
  /// VTTBR_EL2.VMID, whether or not a guest is on it.
  public let vmid: UInt64
  /// The vCPU: VMPIDR_EL2's affinity, in MPIDR_EL1's layout.
  public let vcpu: UInt64
}
