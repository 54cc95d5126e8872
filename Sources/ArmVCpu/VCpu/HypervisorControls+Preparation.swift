extension HypervisorControls {
  /// The controls for a CPU, from its identification registers.
  public init<M: Machine>(for machine: inout M, interrupts: Interrupts) {
    self.init(
      features: CPUFeatures(IdentificationRegisters(of: &machine)), interrupts: interrupts)
  }

  /// Prepares the CPU for guests: writes each `HypervisorRegister` that it has, and turns its breakpoints and
  /// watchpoints off. A cold reset leaves all of them UNKNOWN. `VCpu.bind()` writes the registers that belong
  /// to one vCPU, such as HCR_EL2 and VTTBR_EL2.
  public func prepare<M: Machine>(_ machine: inout M) {
    let physicalRange = machine.identification(.id_aa64mmfr0_el1) & 15
    machine.write(.vtcr_el2, Stage2.vtcr(physicalRange: physicalRange))
    machine.write(.cptr_el2, cptr_el2)
    machine.write(.hstr_el2, hstr_el2)
    let counterCount = features.contains(.pmu) ? machine.performanceCounterCount() : 0
    machine.write(.mdcr_el2, mdcr_el2(counterCount: counterCount))
    machine.write(.cnthctl_el2, cnthctl_el2)
    if features.contains(.hcx) { machine.write(.hcrx_el2, hcrx_el2) }
    if features.contains(.fgt) {
      machine.write(.hfgrtr_el2, fineGrainedTraps)
      machine.write(.hfgwtr_el2, fineGrainedTraps)
      machine.write(.hfgitr_el2, fineGrainedTraps)
      machine.write(.hdfgrtr_el2, fineGrainedTraps)
      machine.write(.hdfgwtr_el2, fineGrainedTraps)
    }
    if features.contains(.fgt2) {
      machine.write(.hfgrtr2_el2, fineGrainedTraps)
      machine.write(.hfgwtr2_el2, fineGrainedTraps)
      machine.write(.hfgitr2_el2, fineGrainedTraps)
      machine.write(.hdfgrtr2_el2, fineGrainedTraps)
      machine.write(.hdfgwtr2_el2, fineGrainedTraps)
    }
    if features.contains(.mpam) { machine.write(.mpam2_el2, mpam2_el2) }
    machine.clearBreakpoints(features: machine.identification(.id_aa64dfr0_el1))
    if features.contains(.gic) {
      machine.write(.icc_sre_el2, icc_sre_el2)
      // ICH_HCR_EL2 is undefined until the write of SRE has taken effect.
      machine.synchronizeContext()
      machine.write(.ich_hcr_el2, ich_hcr_el2)
    }
    // What EL2 does next, such as an address translation, depends on these registers.
    machine.synchronizeContext()
  }
}

extension IdentificationRegisters {
  /// The registers of the calling CPU.
  public init<M: Machine>(of machine: inout M) {
    id_aa64pfr0_el1 = machine.identification(.id_aa64pfr0_el1)
    id_aa64pfr1_el1 = machine.identification(.id_aa64pfr1_el1)
    id_aa64dfr0_el1 = machine.identification(.id_aa64dfr0_el1)
    id_aa64isar1_el1 = machine.identification(.id_aa64isar1_el1)
    id_aa64isar2_el1 = machine.identification(.id_aa64isar2_el1)
    id_aa64mmfr0_el1 = machine.identification(.id_aa64mmfr0_el1)
    id_aa64mmfr1_el1 = machine.identification(.id_aa64mmfr1_el1)
  }
}
