/// The VM and vCPU that left.
public struct ExitOrigin: Hashable, Sendable {
  /// The VM: our hypervisor's number, or with other hypervisors the VMID of VTTBR_EL2.
  public let vm: UInt64
  /// The vCPU: our hypervisor's number, or with other hypervisors the affinity in VMPIDR_EL2, in MPIDR_EL1's
  /// layout.
  public let vcpu: UInt64
  /// Whether the numbers come from the registers rather than from the hypervisor.
  public let isByRegisters: Bool
  /// VTTBR_EL2.BADDR, as a VMID may be reused for another VM.
  let tables: UInt64

  /// VTTBR_EL2 at the exit; nil where it wasn't read.
  var vttbr: UInt64? { isByRegisters && tables != 0 ? vm << 48 | tables : nil }

  /// Creates an origin from saved values.
  init(vm: UInt64, vcpu: UInt64, isByRegisters: Bool, tables: UInt64) {
    self.vm = vm
    self.vcpu = vcpu
    self.isByRegisters = isByRegisters
    self.tables = tables
  }

  /// Creates an origin from our hypervisor's numbers.
  init(vm: UInt32, vcpu: UInt32) {
    self.vm = UInt64(vm)
    self.vcpu = UInt64(vcpu)
    isByRegisters = false
    tables = 0
  }

  /// Creates an origin from the CPU's registers at the exit: VMID in VTTBR_EL2[63:48], Aff3 in VMPIDR_EL2[39:32],
  /// Aff2–Aff0 in [23:0]. (Arm ARM DDI 0487, "VTTBR_EL2", "VMPIDR_EL2".)
  init(vttbr: UInt64, vmpidr: UInt64) {
    vm = vttbr >> 48
    vcpu = Affinity.of(vmpidr: vmpidr)
    isByRegisters = true
    tables = vttbr & 0x0000_ffff_ffff_fffe
  }
}

/// How often a vCPU has left so far, including this exit.
public enum ExitCount: Equatable, Sendable {
  /// Counted by the hypervisor.
  case kept(UInt64)
  /// Counted by the session, as the hypervisor doesn't: the vCPU's exits that it has seen.
  case seen(UInt64)

  /// The number.
  public var value: UInt64 {
    switch self {
    case .kept(let count), .seen(let count): count
    }
  }
}

/// When an exit happened, in CNTVCT_EL0's ticks.
public struct ExitTimes: Equatable, Sendable {
  /// At the exit.
  public let exit: UInt64
  /// At the entry before it.
  public let entry: UInt64
}
