/// Who left.
public struct ExitOrigin: Hashable, Sendable {
  /// The VM: the number that our hypervisor gave it, elsewhere the VMID of VTTBR_EL2.
  public let vm: UInt64
  /// The vCPU: the number that our hypervisor gave it, elsewhere the affinity of VMPIDR_EL2, as MPIDR_EL1 has it.
  public let vcpu: UInt64
  /// Whether the numbers are the registers' and not the hypervisor's.
  public let isByRegisters: Bool
  /// VTTBR_EL2.BADDR: a VMID may be given to another VM.
  let tables: UInt64

  /// An origin that was kept.
  init(vm: UInt64, vcpu: UInt64, isByRegisters: Bool, tables: UInt64) {
    self.vm = vm
    self.vcpu = vcpu
    self.isByRegisters = isByRegisters
    self.tables = tables
  }

  /// Our hypervisor's numbers.
  init(vm: UInt32, vcpu: UInt32) {
    self.vm = UInt64(vm)
    self.vcpu = UInt64(vcpu)
    isByRegisters = false
    tables = 0
  }

  /// Those that the CPU had at the exit: VMID in VTTBR_EL2[63:48], Aff3 in VMPIDR_EL2[39:32], Aff2–Aff0 in [23:0].
  /// (Arm ARM DDI 0487, "VTTBR_EL2", "VMPIDR_EL2".)
  init(vttbr: UInt64, vmpidr: UInt64) {
    vm = vttbr >> 48
    vcpu = vmpidr & 0xff_00ff_ffff
    isByRegisters = true
    tables = vttbr & 0x0000_ffff_ffff_fffe
  }
}

/// How often a vCPU has left so far, the exit in question included.
public enum ExitCount: Equatable, Sendable {
  /// The hypervisor counts.
  case kept(UInt64)
  /// The hypervisor does not, and the session does: the exits of the vCPU that it has seen.
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
