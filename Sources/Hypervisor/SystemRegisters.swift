#if hasFeature(Embedded)
  internal import ArmVCpu
  internal import CArmVCpu
  internal import CHypervisor

  /// The system registers that trap: what the guest reads in them, and which it may write.
  enum SystemRegisters {
    /// What the guest reads; nil for a register that it does not have.
    static func read(_ register: SystemRegister, _ cpu: CPU) -> UInt64? {
      if register == .actlr_el1 { return hypervisor_actlr(cpu.number) }
      return register.isFeatureIdentification ? identification(register) : nil
    }

    /// Writes; false for a register that does not exist or cannot be written.
    static func write(_ register: SystemRegister, _ value: UInt64, _ cpu: CPU) -> Bool {
      guard register == .actlr_el1 else { return false }
      hypervisor_set_actlr(cpu.number, value)
      return true
    }

    /// The feature registers of the CPU less what the guest does not get: SVE, SME and AMU. Those that are
    /// not named read as zero, as unallocated ones do.
    private static func identification(_ register: SystemRegister) -> UInt64 {
      switch (register.crm, register.op2) {
      case (4, 0): avcpu_read_id_aa64pfr0_el1() & ~(0xf << 32 | 0xf << 44)
      case (4, 1): avcpu_read_id_aa64pfr1_el1() & ~(0xf << 24)
      case (5, 0): avcpu_read_id_aa64dfr0_el1()
      case (5, 1): avcpu_read_id_aa64dfr1_el1()
      case (6, 0): avcpu_read_id_aa64isar0_el1()
      case (6, 1): avcpu_read_id_aa64isar1_el1()
      case (6, 2): avcpu_read_id_aa64isar2_el1()
      case (7, 0): avcpu_read_id_aa64mmfr0_el1()
      case (7, 1): avcpu_read_id_aa64mmfr1_el1()
      case (7, 2): avcpu_read_id_aa64mmfr2_el1()
      default: 0
      }
    }
  }
#endif
