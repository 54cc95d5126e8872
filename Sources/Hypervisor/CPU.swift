#if hasFeature(Embedded)
  internal import ArmVCpu
  internal import CArmVCpu
  internal import CHypervisor

  /// A CPU of the machine with the vCPU that runs on it: vCPU n on CPU n, for good.
  struct CPU {
    let number: UInt32
    let guest: Guest

    /// Runs the vCPU from `entry` until it is switched off or the machine ends.
    func run(entry: IntermediatePhysicalAddress, argument: UInt64) -> Never {
      prepare()
      var vcpu = unsafe VCpu(
        context: hypervisor_vcpu_context(number), machine: EL2Machine(),
        configuration: guest.configuration(of: number, entry: entry, argument: argument))
      vcpu.bind()
      avcpu_invalidate_guest_tlb()
      avcpu_invalidate_instruction_caches()
      while true {
        let exit = vcpu.run()
        ExitHandler.handle(exit, of: &vcpu, cpu: self)
      }
    }

    /// Where CPU_ON wants vCPU `number` to start: its frame carries it, see `ExitHandler.powerOn`.
    static func startingPoint(of number: UInt32) -> (IntermediatePhysicalAddress, UInt64) {
      let context = unsafe hypervisor_vcpu_context(number)!
      return unsafe (
        IntermediatePhysicalAddress(context.pointee.frame.elr), context.pointee.frame.gpr(0)
      )
    }

    /// The controls of EL2 that are the same for every guest, as far as the CPU has them: their reset values
    /// are UNKNOWN (Arm ARM DDI 0487, D1.4.2).
    private func prepare() {
      avcpu_write_vtcr_el2(Stage2.vtcr(physicalRange: avcpu_read_id_aa64mmfr0_el1()))
      // FP and SIMD are the guest's: EL2 has none of its own, and no other vCPU comes to this CPU. SVE and
      // SME trap (TZ and TSM, RES1 where they do not exist).
      avcpu_write_cptr_el2(0x33ff)
      avcpu_write_hstr_el2(0)
      // No debug or PMU traps; the guest has all the counters that there are (HPMN = PMCR_EL0.N).
      avcpu_write_mdcr_el2(avcpu_read_pmcr_el0() >> 11 & 31)
      // The guest reads the counter and uses the physical timer without exits.
      avcpu_write_cnthctl_el2(0b11)
      // FEAT_HCX: nothing of what it enables.
      if avcpu_read_id_aa64mmfr1_el1() >> 40 & 15 != 0 { avcpu_write_hcrx_el2(0) }
      // FEAT_FGT: no fine-grained traps.
      if avcpu_read_id_aa64mmfr0_el1() >> 56 & 15 != 0 {
        avcpu_write_hfgrtr_el2(0)
        avcpu_write_hfgwtr_el2(0)
        avcpu_write_hfgitr_el2(0)
        avcpu_write_hdfgrtr_el2(0)
        avcpu_write_hdfgwtr_el2(0)
      }
      // A GIC with system registers: EL2 uses them, and the guest's virtual interface is off. The
      // guest's ICC_SRE_EL1 traps unless the GIC is the guest's (bit 3, Enable).
      if avcpu_read_id_aa64pfr0_el1() >> 24 & 15 != 0 {
        avcpu_write_icc_sre_el2(guest.hasPhysicalInterrupts ? 0b1111 : 0b0111)
        avcpu_isb()
        avcpu_write_ich_hcr_el2(0)
      }
      avcpu_isb()
    }
  }
#endif
