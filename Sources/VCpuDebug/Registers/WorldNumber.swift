/// A number that says which CPU, vCPU and virtual machine are being looked at: `$cpu`, `$vcpu`, `$vmid`.
enum WorldNumber: String, CaseIterable {
  /// The selected CPU, from 0.
  case cpu
  /// The vCPU on it: the affinity in VMPIDR_EL2.
  case vcpu
  /// The virtual machine on it: VTTBR_EL2.VMID.
  case vmid

  func value(in memory: SessionMemory) throws -> UInt64 {
    switch self {
    case .cpu: UInt64(try memory.cpu())
    case .vcpu: try memory.here().vcpu
    case .vmid: try memory.here().vmid
    }
  }
}
