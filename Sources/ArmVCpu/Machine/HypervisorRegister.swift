/// The registers of EL2 that are the same for every vCPU of a machine: what a CPU is prepared with before it
/// runs guests. Each takes its value from `HypervisorControls`, but for VTCR_EL2, which is `Stage2`'s.
public enum HypervisorRegister: Sendable, CaseIterable {
  /// Stage 2 of the translation.
  case vtcr_el2
  /// Traps of FP, SIMD, SVE, SME, trace and activity monitors.
  case cptr_el2
  /// Traps of AArch32's system registers.
  case hstr_el2
  /// Traps of debug, performance monitors, profiling and trace.
  case mdcr_el2
  /// Traps of the physical timer and counter.
  case cnthctl_el2
  /// More of what a guest may use. Exists with FEAT_HCX.
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
  /// The second register of fine-grained traps of reads. Exists with FEAT_FGT2, as the next four do.
  case hfgrtr2_el2
  /// The second one of writes.
  case hfgwtr2_el2
  /// The second one of instructions.
  case hfgitr2_el2
  /// The second one of reads of debug registers.
  case hdfgrtr2_el2
  /// The second one of writes of debug registers.
  case hdfgwtr2_el2
  /// Traps of memory partitioning. Exists with FEAT_MPAM.
  case mpam2_el2
  /// Whether the GIC has system registers. Exists with them.
  case icc_sre_el2
  /// The virtual CPU interface of the GIC. Exists where ICC_SRE_EL2.SRE is set.
  case ich_hcr_el2
}
