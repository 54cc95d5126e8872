#if hasFeature(Embedded)
  internal import ArmVCpu
  internal import CArmVCpu
  internal import CHypervisor

  /// The system registers that trap: what the guest reads in them, and which it may write.
  enum SystemRegisters {
    /// What the guest reads; nil for a register that it does not have.
    static func read(_ register: SystemRegister, _ cpu: CPU) -> UInt64? {
      if register == .actlr_el1 { return hypervisor_actlr(cpu.number) }
      return register.isFeatureIdentification ? identification(register, cpu) : nil
    }

    /// Writes; false for a register that does not exist or cannot be written.
    static func write(_ register: SystemRegister, _ value: UInt64, _ cpu: CPU) -> Bool {
      guard register == .actlr_el1 else { return false }
      hypervisor_set_actlr(cpu.number, value)
      return true
    }

    /// The feature registers of the CPU, AArch32's included, less what the guest does not get.
    private static func identification(_ register: SystemRegister, _ cpu: CPU) -> UInt64 {
      let value = avcpu_read_identification(register.crm, register.op2)
      // ID_AA64PFR0_EL1: the GIC's system registers.
      if register.crm == 4, register.op2 == 0, !cpu.guest.hasPhysicalInterrupts {
        return value & ~(hiddenFields(register) | 0xf << 24)
      }
      return value & ~hiddenFields(register)
    }

    /// The fields of features whose use traps here (Arm ARM DDI 0487, D24.2.81 and following).
    private static func hiddenFields(_ register: SystemRegister) -> UInt64 {
      switch (register.crm, register.op2) {
      // ID_AA64PFR0_EL1: SVE, MPAM, AMU, RME.
      case (4, 0): 0xf << 32 | 0xf << 40 | 0xf << 44 | 0xf << 52
      // ID_AA64PFR1_EL1: MTE (HCR_EL2.ATA is clear), MPAM, SME.
      case (4, 1): 0xf << 8 | 0xf << 16 | 0xf << 24
      // ID_AA64ZFR0_EL1 and ID_AA64SMFR0_EL1: all of SVE and SME.
      case (4, 4), (4, 5): .max
      // ID_AA64DFR0_EL1: SPE, trace filtering, trace buffer.
      case (5, 0): 0xf << 32 | 0xf << 40 | 0xf << 44
      // ID_AA64MMFR1_EL1: LO.
      case (7, 1): 0xf << 16
      default: 0
      }
    }
  }
#endif
