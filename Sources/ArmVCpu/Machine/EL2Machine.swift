#if hasFeature(Embedded)
  public import CArmVCpu

  /// The CPU that this code runs on, at EL2.
  public struct EL2Machine: Machine {
    /// The CPU.
    public init() {}

    /// Enters the guest by `avcpu_run_guest`.
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

    /// Reads the guest's registers with MRS.
    public func save(
      _ registers: UnsafeMutablePointer<avcpu_guest_registers>, features: CPUFeatures
    ) {
      unsafe avcpu_save_guest_registers(registers)
      if features.contains(.pauth) { unsafe avcpu_save_key_registers(registers) }
      if features.contains(.ras) { unsafe avcpu_save_ras_registers(registers) }
    }

    /// Asks the MMU, with AT S1E1R.
    public func translateStage1(_ address: GuestVirtualAddress) -> UInt64 {
      avcpu_translate_stage1(address.rawValue)
    }

    /// Reads with MRS.
    public func identification(_ register: SystemRegister) -> UInt64 {
      avcpu_read_identification(register.crm, register.op2)
    }

    /// Reads CNTPCT_EL0.
    public func physicalCount() -> UInt64 { avcpu_read_cntpct_el0() }

    /// Executes DC CISW.
    public func cleanAndInvalidate(setWay operand: UInt64) {
      avcpu_clean_invalidate_set_way(operand)
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
      case .vbar_el1: avcpu_read_vbar_el1()
      case .elr_el1: avcpu_read_elr_el1()
      case .spsr_el1: avcpu_read_spsr_el1()
      case .esr_el1: avcpu_read_esr_el1()
      case .far_el1: avcpu_read_far_el1()
      case .hcr_el2: avcpu_read_hcr_el2()
      case .vsesr_el2: avcpu_read_vsesr_el2()
      case .mdscr_el1: avcpu_read_mdscr_el1()
      // OSLAR_EL1 is write-only, and OSLSR_EL1 shows what it did.
      case .oslar_el1, .oslsr_el1: avcpu_read_oslsr_el1()
      }
    }

    /// Writes with MSR.
    @inline(__always)
    public func write(_ register: GuestRegister, _ value: UInt64) {
      switch register {
      case .sctlr_el1: avcpu_write_sctlr_el1(value)
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
  }
#endif
