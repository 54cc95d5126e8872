import ArmVCpu
import GDBRemote
import VCpuDebug

extension FakeTarget {
  /// A shortened version of QEMU's memory listing for `virt`.
  package static let memoryTree = """
    address-space: memory
      0000000000000000-ffffffffffffffff (prio 0, i/o): system
        0000000008000000-000000000800ffff (prio 0, i/o): gicv3_dist
        00000000080a0000-00000000080dffff (prio 0, i/o): gicv3_redist_region[0]
        0000000009000000-0000000009000fff (prio 0, i/o): pl011\r\n
    """

  /// Gives the machine a GICv3 with 64 interrupts and two redistributors; the CPU's is the second one. The virtual
  /// timer has expired, and its interrupt is pending and not enabled; 33 is enabled, and 34 pending for the other CPU.
  package func addInterruptController() {
    monitorAnswer = Self.memoryTree
    let words: [(UInt64, UInt32)] = [
      // GICD_CTLR: DS, ARE, both groups. GICD_TYPER: one word besides the first.
      (0x800_0000, 0x53), (0x800_0004, 0x0378_0001),
      // Group, enabled, pending and priority of 32 to 63.
      (0x800_0084, .max), (0x800_0104, 0b110), (0x800_0204, 0b100), (0x800_0420, 0xa0a0_a0a0),
      // GICR_TYPER of both: the number of the CPU, Last, and its affinity.
      (0x80a_0008, 0x100), (0x80a_000c, 0), (0x80c_0008, 0x10), (0x80c_000c, 1),
      // The CPU's own.
      (0x80d_0080, .max), (0x80d_0100, 0xffff), (0x80d_0200, 1 << 27), (0x80d_0418, 0xa0a0_a0a0),
    ]
    for (address, word) in words { memory.setDeviceWord(word, at: address) }
    self["CNTFRQ_EL0"] = 62_500_000
    self["CNTVOFF_EL2"] = 0x1000_0000
    self["CNTV_CTL_EL0"] = 5
    self["CNTV_CVAL_EL0"] = 0x10_0000
    self["CNTHP_CTL_EL2"] = 1
    self["CNTHP_CVAL_EL2"] = 0x1012_0000
    let values: [(String, UInt64)] = [
      ("MPIDR_EL1", 0x8000_0001), ("ID_AA64PFR0_EL1", 0x0100_2222), ("ID_AA64MMFR1_EL1", 0),
      ("CNTPCT_EL0", 0x1011_0000), ("ISR_EL1", 0), ("ICC_PMR_EL1", 0xf0), ("ICC_RPR_EL1", 0xff),
      ("ICC_IGRPEN0_EL1", 0), ("ICC_IGRPEN1_EL1", 1), ("ICH_VTR_EL2", 0x9000_0001),
      ("ICH_HCR_EL2", 1), ("ICH_VMCR_EL2", 0xf000_0002), ("ICH_AP1R0_EL2", 0),
      ("ICH_LR0_EL2", 0x70a0_001b_0000_001b), ("ICH_LR1_EL2", 0),
    ]
    for (name, value) in values {
      if let register = SystemRegister(named: name) { self[register] = value }
    }
  }
}
