#if hasFeature(Embedded)
  public import CArmVCpu

  /// The CPU that this code runs on, at EL2.
  public struct EL2Machine: Machine {
    /// The CPU.
    public init() {}

    /// Enters the guest with `avcpu_run_guest`.
    public func run(_ context: UnsafeMutablePointer<VCpuContext>) {
      _ = unsafe avcpu_run_guest(context)
    }

    /// Writes the guest's registers with MSR.
    public func restore(
      _ registers: UnsafePointer<avcpu_guest_registers>, features: CPUFeatures
    ) {
      unsafe avcpu_restore_guest_registers(registers)
      if features.contains(.pauth) { unsafe avcpu_restore_key_registers(registers) }
      if features.contains(.ras) { unsafe avcpu_restore_ras_registers(registers) }
    }

    /// Reads the guest's registers with MRS, and turns its timers off: they would interrupt the CPU's next
    /// user.
    public func save(
      _ registers: UnsafeMutablePointer<avcpu_guest_registers>, features: CPUFeatures
    ) {
      unsafe avcpu_save_guest_registers(registers)
      if features.contains(.pauth) { unsafe avcpu_save_key_registers(registers) }
      if features.contains(.ras) { unsafe avcpu_save_ras_registers(registers) }
      avcpu_write_cntv_ctl_el0(0)
      avcpu_write_cntp_ctl_el0(0)
    }

    /// Zeroes it in the `avcpu_cpu_local` whose address is in TPIDR_EL2.
    public func clearCurrentContext() { avcpu_clear_current_context() }

    /// Asks the MMU, with AT S1E1R.
    public func translateStage1(_ address: GuestVirtualAddress) -> UInt64 {
      avcpu_translate_stage1(address.rawValue)
    }

    /// Asks the MMU for both stages, with AT S12E1R, then loads the word: EL2 maps memory one to one.
    ///
    /// It asks for a read by EL1 even if the guest is at EL0: code that EL0 may execute but not read is
    /// readable by EL1. The result may be any address that stage 2 maps, including a device's, so AT S1E2R
    /// then asks EL2's own MMU whether the address is normal memory.
    public func instruction(at address: GuestVirtualAddress) -> UInt32? {
      let guest = avcpu_translate_both_stages(address.rawValue)
      // PAR_EL1.F; instructions are aligned.
      guard guest & 1 == 0, address.rawValue & 3 == 0 else { return nil }
      let physical = guest & Self.parAddress | address.rawValue & 0xfff
      let own = avcpu_translate_hypervisor(physical)
      // The upper half of PAR_EL1.ATTR is 0 for device memory.
      guard own & 1 == 0, own >> 60 != 0, (own ^ guest) & Self.parAddress == 0 else { return nil }
      return avcpu_load_word(physical)
    }

    /// PAR_EL1.PA, bits 51:12.
    private static var parAddress: UInt64 { 0x000f_ffff_ffff_f000 }

    /// Reads it through general-purpose registers.
    public func vector(_ index: UInt8) -> VectorRegister {
      let value = avcpu_read_vector(UInt32(index))
      return VectorRegister(low: value.low, high: value.high)
    }

    /// Writes it through general-purpose registers.
    public func setVector(_ index: UInt8, _ value: VectorRegister) {
      avcpu_write_vector(UInt32(index), value.low, value.high)
    }

    /// Reads with MRS.
    public func identification(_ register: SystemRegister) -> UInt64 {
      avcpu_read_identification(register.crm, register.op2)
    }

    /// Reads CNTPCT_EL0.
    public func physicalCount() -> UInt64 { avcpu_read_cntpct_el0() }

    /// Executes DC CISW, if the line exists.
    public func cleanAndInvalidate(setWay operand: UInt64) {
      // ID_AA64MMFR2_EL1.CCIDX, bits 23:20.
      let line = SetWay.line(
        of: operand, clidr: avcpu_read_clidr_el1(),
        isWide: avcpu_read_identification(7, 2) >> 20 & 15 != 0,
        ccsidr: { avcpu_read_cache_size($0) })
      if let line { avcpu_clean_invalidate_set_way(line) }
    }

    /// Executes SMC #0.
    public func callFirmware(_ frame: inout TrapFrame) {
      unsafe withUnsafeMutablePointer(to: &frame) { unsafe avcpu_forward_firmware_call($0) }
    }

    /// Reads with MRS.
    @inline(__always)
    public func read(_ register: GuestRegister) -> UInt64 {
      switch register {
      case .sctlr_el1: avcpu_read_sctlr_el1()
      case .sp_el1: avcpu_read_sp_el1()
      case .vbar_el1: avcpu_read_vbar_el1()
      case .elr_el1: avcpu_read_elr_el1()
      case .spsr_el1: avcpu_read_spsr_el1()
      case .esr_el1: avcpu_read_esr_el1()
      case .far_el1: avcpu_read_far_el1()
      case .hcr_el2: avcpu_read_hcr_el2()
      case .vsesr_el2: avcpu_read_vsesr_el2()
      case .mdscr_el1: avcpu_read_mdscr_el1()
      // OSLAR_EL1 is write-only; OSLSR_EL1 shows its effect.
      case .oslar_el1, .oslsr_el1: avcpu_read_oslsr_el1()
      }
    }

    /// Writes with MSR.
    @inline(__always)
    public func write(_ register: GuestRegister, _ value: UInt64) {
      switch register {
      case .sctlr_el1: avcpu_write_sctlr_el1(value)
      case .sp_el1: avcpu_write_sp_el1(value)
      case .vbar_el1: avcpu_write_vbar_el1(value)
      case .elr_el1: avcpu_write_elr_el1(value)
      case .spsr_el1: avcpu_write_spsr_el1(value)
      case .esr_el1: avcpu_write_esr_el1(value)
      case .far_el1: avcpu_write_far_el1(value)
      case .hcr_el2: avcpu_write_hcr_el2(value)
      case .vsesr_el2: avcpu_write_vsesr_el2(value)
      case .mdscr_el1: avcpu_write_mdscr_el1(value)
      // OSLSR_EL1 is read-only.
      case .oslar_el1, .oslsr_el1: avcpu_write_oslar_el1(value)
      }
    }

    /// Writes with MSR.
    public func write(_ register: HypervisorRegister, _ value: UInt64) {
      switch register {
      case .vtcr_el2: avcpu_write_vtcr_el2(value)
      case .cptr_el2: avcpu_write_cptr_el2(value)
      case .hstr_el2: avcpu_write_hstr_el2(value)
      case .mdcr_el2: avcpu_write_mdcr_el2(value)
      case .cnthctl_el2: avcpu_write_cnthctl_el2(value)
      case .hcrx_el2: avcpu_write_hcrx_el2(value)
      case .hfgrtr_el2: avcpu_write_hfgrtr_el2(value)
      case .hfgwtr_el2: avcpu_write_hfgwtr_el2(value)
      case .hfgitr_el2: avcpu_write_hfgitr_el2(value)
      case .hdfgrtr_el2: avcpu_write_hdfgrtr_el2(value)
      case .hdfgwtr_el2: avcpu_write_hdfgwtr_el2(value)
      case .hfgrtr2_el2: avcpu_write_hfgrtr2_el2(value)
      case .hfgwtr2_el2: avcpu_write_hfgwtr2_el2(value)
      case .hfgitr2_el2: avcpu_write_hfgitr2_el2(value)
      case .hdfgrtr2_el2: avcpu_write_hdfgrtr2_el2(value)
      case .hdfgwtr2_el2: avcpu_write_hdfgwtr2_el2(value)
      case .mpam2_el2: avcpu_write_mpam2_el2(value)
      case .icc_sre_el2: avcpu_write_icc_sre_el2(value)
      case .ich_hcr_el2: avcpu_write_ich_hcr_el2(value)
      }
    }

    /// Reads PMCR_EL0, whose bits 15:11 are N.
    public func performanceCounterCount() -> UInt64 { avcpu_read_pmcr_el0() >> 11 & 31 }

    /// Clears DBGBCR<n>_EL1 and DBGWCR<n>_EL1.
    public func clearBreakpoints(features: UInt64) { avcpu_clear_breakpoints(features) }

    /// Executes ISB.
    public func synchronizeContext() { avcpu_isb() }

    /// Executes TLBI VMALLS12E1IS.
    public func invalidateTranslations() { avcpu_invalidate_guest_tlb() }

    /// Executes IC IALLUIS.
    public func invalidateInstructions() { avcpu_invalidate_instruction_caches() }

    /// Executes WFI.
    public func waitForInterrupt() { avcpu_wait_for_interrupt() }
  }
#endif
