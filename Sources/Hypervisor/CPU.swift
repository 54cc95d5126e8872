#if hasFeature(Embedded)
  internal import ArmVCpu
  internal import CArmVCpu
  internal import CHypervisor

  /// A CPU of the machine with the vCPU that runs on it: vCPU n on CPU n, for good.
  struct CPU {
    let number: UInt32
    let guest: Guest

    /// Runs the vCPU from `entry` until it is switched off or the machine ends.
    func run(
      entry: IntermediatePhysicalAddress, argument: UInt64, isBigEndian: Bool = false
    ) -> Never {
      prepare()
      var vcpu = unsafe VCpu(
        context: hypervisor_vcpu_context(number), machine: EL2Machine(),
        configuration: guest.configuration(
          of: number, entry: entry, argument: argument, isBigEndian: isBigEndian))
      hypervisor_set_actlr(number, 0)
      vcpu.bind()
      avcpu_invalidate_guest_tlb()
      avcpu_invalidate_instruction_caches()
      while true {
        let exit = vcpu.run()
        ExitHandler.handle(exit, of: &vcpu, cpu: self)
      }
    }

    /// Where CPU_ON wants vCPU `number` to start: its frame carries it, see `VirtualMachine.start`.
    static func startingPoint(of number: UInt32) -> (
      entry: IntermediatePhysicalAddress, argument: UInt64, isBigEndian: Bool
    ) {
      let context = unsafe hypervisor_vcpu_context(number)!
      return unsafe (
        IntermediatePhysicalAddress(context.pointee.frame.elr), context.pointee.frame.gpr(0),
        context.pointee.frame.gpr(1) != 0
      )
    }

    /// Waits for an interrupt on the guest's behalf, where one can come: one that is pending ends the wait,
    /// and is the guest's once it is entered. Elsewhere the wait ends at once, as the architecture allows. So it
    /// does where the guest has a virtual SError, which would not end a wait of EL2.
    func waitForInterrupt(of vcpu: inout VCpu<EL2Machine>) {
      guard guest.hasPhysicalInterrupts, !vcpu.isPending(.serror(syndrome: 0)) else { return }
      avcpu_wait_for_interrupt()
    }

    /// Writes `HypervisorControls`, as far as the CPU has the registers.
    private func prepare() {
      let controls = guest.controls
      let features = controls.features
      avcpu_write_vtcr_el2(Stage2.vtcr(physicalRange: avcpu_read_id_aa64mmfr0_el1()))
      avcpu_write_cptr_el2(controls.cptr_el2)
      avcpu_write_hstr_el2(controls.hstr_el2)
      // PMCR_EL0.N, bits 15:11.
      let counterCount = features.contains(.pmu) ? avcpu_read_pmcr_el0() >> 11 : 0
      avcpu_write_mdcr_el2(controls.mdcr_el2(counterCount: counterCount))
      avcpu_write_cnthctl_el2(controls.cnthctl_el2)
      if features.contains(.hcx) { avcpu_write_hcrx_el2(controls.hcrx_el2) }
      if features.contains(.fgt) {
        avcpu_write_hfgrtr_el2(controls.fineGrainedTraps)
        avcpu_write_hfgwtr_el2(controls.fineGrainedTraps)
        avcpu_write_hfgitr_el2(controls.fineGrainedTraps)
        avcpu_write_hdfgrtr_el2(controls.fineGrainedTraps)
        avcpu_write_hdfgwtr_el2(controls.fineGrainedTraps)
      }
      if features.contains(.fgt2) {
        avcpu_write_hfgrtr2_el2(controls.fineGrainedTraps)
        avcpu_write_hfgwtr2_el2(controls.fineGrainedTraps)
        avcpu_write_hfgitr2_el2(controls.fineGrainedTraps)
        avcpu_write_hdfgrtr2_el2(controls.fineGrainedTraps)
        avcpu_write_hdfgwtr2_el2(controls.fineGrainedTraps)
      }
      if features.contains(.mpam) { avcpu_write_mpam2_el2(controls.mpam2_el2) }
      avcpu_clear_breakpoints(avcpu_read_id_aa64dfr0_el1())
      if features.contains(.gic) {
        avcpu_write_icc_sre_el2(controls.icc_sre_el2)
        avcpu_isb()
        avcpu_write_ich_hcr_el2(controls.ich_hcr_el2)
      }
      avcpu_isb()
    }
  }
#endif
