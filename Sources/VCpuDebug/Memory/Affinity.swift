/// The affinity in MPIDR_EL1 and VMPIDR_EL2, by which CPUs and vCPUs are told apart.
enum Affinity {
  /// Aff3 in bits 39:32, Aff2 to Aff0 in bits 23:0. (Arm ARM DDI 0487, "VMPIDR_EL2".)
  static func of(vmpidr: UInt64) -> UInt64 { vmpidr & 0xff_00ff_ffff }
}
