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
    public func restore(_ registers: UnsafePointer<avcpu_guest_registers>) {
      unsafe avcpu_restore_guest_registers(registers)
    }

    /// Reads the guest's registers with MRS.
    public func save(_ registers: UnsafeMutablePointer<avcpu_guest_registers>) {
      unsafe avcpu_save_guest_registers(registers)
    }

    /// Asks the MMU, with AT S1E1R.
    public func translateStage1(_ address: GuestVirtualAddress) -> UInt64 {
      avcpu_translate_stage1(address.rawValue)
    }

    /// Asks the MMU for both stages, with AT S12E1R, then loads the word: EL2 maps memory one to one.
    ///
    /// The question is about a read by EL1, at EL0 too: code that EL0 may execute but not read is
    /// readable by EL1. The answer may be any address that stage 2 maps, a device's included, so EL2's own
    /// MMU is asked whether there is normal memory, with AT S1E2R.
    public func instruction(at address: GuestVirtualAddress) -> UInt32? {
      let guest = avcpu_translate_both_stages(address.rawValue)
      // PAR_EL1.F; an instruction is aligned.
      guard guest & 1 == 0, address.rawValue & 3 == 0 else { return nil }
      let physical = guest & Self.parAddress | address.rawValue & 0xfff
      let own = avcpu_translate_hypervisor(physical)
      // The upper half of PAR_EL1.ATTR is 0 for devices.
      guard own & 1 == 0, own >> 60 != 0, (own ^ guest) & Self.parAddress == 0 else { return nil }
      return avcpu_load_word(physical)
    }

    /// PAR_EL1.PA, bits 51:12.
    private static var parAddress: UInt64 { 0x000f_ffff_ffff_f000 }

    /// Moves it to general registers.
    public func vector(_ index: UInt8) -> VectorRegister {
      let value = avcpu_read_vector(UInt32(index))
      return VectorRegister(low: value.low, high: value.high)
    }

    /// Moves it from general registers.
    public func setVector(_ index: UInt8, _ value: VectorRegister) {
      avcpu_write_vector(UInt32(index), value.low, value.high)
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
      }
    }
  }
#endif
