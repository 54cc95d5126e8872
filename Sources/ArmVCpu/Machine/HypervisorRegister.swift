/// The EL2 registers that are the same for every vCPU of a machine. They prepare a CPU to run guests. Each
/// gets its value from `HypervisorControls`, except VTCR_EL2, which gets it from `Stage2`.
public enum HypervisorRegister: Sendable, CaseIterable {
  /// Stage 2 translation control.
  case vtcr_el2
  /// Traps of FP, SIMD, SVE, SME, trace and activity monitors.
  case cptr_el2
  /// Traps of AArch32 system registers.
  case hstr_el2
  /// Traps of debug, performance monitors, profiling and trace.
  case mdcr_el2
  /// Traps of the physical timer and counter.
  case cnthctl_el2
  /// Further controls of what a guest may use. Exists with FEAT_HCX.
  case hcrx_el2
  /// Fine-grained traps of register reads. Exists with FEAT_FGT, as the next four do.
  case hfgrtr_el2
  /// Fine-grained traps of register writes.
  case hfgwtr_el2
  /// Fine-grained traps of instructions.
  case hfgitr_el2
  /// Fine-grained traps of reads of debug registers.
  case hdfgrtr_el2
  /// Fine-grained traps of writes of debug registers.
  case hdfgwtr_el2
  /// The second register of fine-grained traps for reads. Exists with FEAT_FGT2, as the next four do.
  case hfgrtr2_el2
  /// The second one for writes.
  case hfgwtr2_el2
  /// The second one for instructions.
  case hfgitr2_el2
  /// The second one for reads of debug registers.
  case hdfgrtr2_el2
  /// The second one for writes of debug registers.
  case hdfgwtr2_el2
  /// Traps of memory partitioning. Exists with FEAT_MPAM.
  case mpam2_el2
  /// Whether the GIC's system registers are enabled. Exists with them.
  case icc_sre_el2
  /// Control of the GIC's virtual CPU interface. Exists if ICC_SRE_EL2.SRE is set.
  case ich_hcr_el2
}
