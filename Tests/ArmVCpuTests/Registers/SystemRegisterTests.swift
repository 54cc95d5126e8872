import Testing

@testable import ArmVCpu

@Suite struct SystemRegisterTests {
  /// Names and encodings from the manual's "Register index by encoding": Op0, Op1, CRn, CRm, Op2.
  static let encodings: [(String, UInt32, UInt32, UInt32, UInt32, UInt32)] = [
    ("MDCCSR_EL0", 2, 3, 0, 1, 0), ("MDSCR_EL1", 2, 0, 0, 2, 2), ("OSLAR_EL1", 2, 0, 1, 0, 4),
    ("OSDLR_EL1", 2, 0, 1, 3, 4), ("MIDR_EL1", 3, 0, 0, 0, 0), ("MPIDR_EL1", 3, 0, 0, 0, 5),
    ("REVIDR_EL1", 3, 0, 0, 0, 6), ("ID_PFR0_EL1", 3, 0, 0, 1, 0),
    ("ID_MMFR3_EL1", 3, 0, 0, 1, 7), ("ID_ISAR6_EL1", 3, 0, 0, 2, 7),
    ("ID_AA64PFR0_EL1", 3, 0, 0, 4, 0), ("ID_AA64ZFR0_EL1", 3, 0, 0, 4, 4),
    ("ID_AA64DFR0_EL1", 3, 0, 0, 5, 0), ("ID_AA64ISAR1_EL1", 3, 0, 0, 6, 1),
    ("ID_AA64MMFR2_EL1", 3, 0, 0, 7, 2), ("SCTLR_EL1", 3, 0, 1, 0, 0),
    ("ACTLR_EL1", 3, 0, 1, 0, 1), ("CPACR_EL1", 3, 0, 1, 0, 2), ("TTBR0_EL1", 3, 0, 2, 0, 0),
    ("TTBR1_EL1", 3, 0, 2, 0, 1), ("TCR_EL1", 3, 0, 2, 0, 2), ("APIAKeyLo_EL1", 3, 0, 2, 1, 0),
    ("APGAKeyHi_EL1", 3, 0, 2, 3, 1), ("SPSR_EL1", 3, 0, 4, 0, 0), ("ELR_EL1", 3, 0, 4, 0, 1),
    ("SP_EL0", 3, 0, 4, 1, 0), ("ICC_PMR_EL1", 3, 0, 4, 6, 0), ("AFSR1_EL1", 3, 0, 5, 1, 1),
    ("ESR_EL1", 3, 0, 5, 2, 0), ("FAR_EL1", 3, 0, 6, 0, 0), ("PAR_EL1", 3, 0, 7, 4, 0),
    ("PMINTENSET_EL1", 3, 0, 9, 14, 1), ("MAIR_EL1", 3, 0, 10, 2, 0),
    ("AMAIR_EL1", 3, 0, 10, 3, 0), ("LORSA_EL1", 3, 0, 10, 4, 0), ("VBAR_EL1", 3, 0, 12, 0, 0),
    ("ICC_IAR1_EL1", 3, 0, 12, 12, 0), ("ICC_SGI1R_EL1", 3, 0, 12, 11, 5),
    ("ICC_ASGI1R_EL1", 3, 0, 12, 11, 6), ("ICC_SGI0R_EL1", 3, 0, 12, 11, 7),
    ("ICC_SRE_EL1", 3, 0, 12, 12, 5), ("ICC_IGRPEN1_EL1", 3, 0, 12, 12, 7),
    ("CONTEXTIDR_EL1", 3, 0, 13, 0, 1), ("TPIDR_EL1", 3, 0, 13, 0, 4),
    ("CNTKCTL_EL1", 3, 0, 14, 1, 0), ("CCSIDR_EL1", 3, 1, 0, 0, 0), ("CLIDR_EL1", 3, 1, 0, 0, 1),
    ("CSSELR_EL1", 3, 2, 0, 0, 0), ("CTR_EL0", 3, 3, 0, 0, 1), ("DCZID_EL0", 3, 3, 0, 0, 7),
    ("PMCR_EL0", 3, 3, 9, 12, 0), ("PMCCNTR_EL0", 3, 3, 9, 13, 0),
    ("PMUSERENR_EL0", 3, 3, 9, 14, 0), ("TPIDR_EL0", 3, 3, 13, 0, 2),
    ("TPIDRRO_EL0", 3, 3, 13, 0, 3), ("CNTFRQ_EL0", 3, 3, 14, 0, 0),
    ("CNTVCT_EL0", 3, 3, 14, 0, 2), ("CNTP_CTL_EL0", 3, 3, 14, 2, 1),
    ("CNTV_CVAL_EL0", 3, 3, 14, 3, 2), ("CurrentEL", 3, 0, 4, 2, 2), ("SPSel", 3, 0, 4, 2, 0),
    ("DAIF", 3, 3, 4, 2, 1), ("NZCV", 3, 3, 4, 2, 0), ("RNDR", 3, 3, 2, 4, 0),
    ("TPIDR2_EL0", 3, 3, 13, 0, 5), ("PMEVTYPER30_EL0", 3, 3, 14, 15, 6),
    ("PMCCFILTR_EL0", 3, 3, 14, 15, 7), ("HCR_EL2", 3, 4, 1, 1, 0), ("HCRX_EL2", 3, 4, 1, 2, 2),
    ("CPTR_EL2", 3, 4, 1, 1, 2), ("VTTBR_EL2", 3, 4, 2, 1, 0), ("VTCR_EL2", 3, 4, 2, 1, 2),
    ("TTBR0_EL2", 3, 4, 2, 0, 0), ("ESR_EL2", 3, 4, 5, 2, 0), ("HPFAR_EL2", 3, 4, 6, 0, 4),
    ("ICH_HCR_EL2", 3, 4, 12, 11, 0), ("ICH_LR15_EL2", 3, 4, 12, 13, 7),
    ("CNTVOFF_EL2", 3, 4, 14, 0, 3), ("CNTHCTL_EL2", 3, 4, 14, 1, 0), ("SCTLR_EL12", 3, 5, 1, 0, 0),
    ("CNTV_CTL_EL02", 3, 5, 14, 3, 1), ("SCR_EL3", 3, 6, 1, 1, 0), ("MDCR_EL3", 3, 6, 1, 3, 1),
    ("CNTPS_CTL_EL1", 3, 7, 14, 2, 1), ("DBGBVR0_EL1", 2, 0, 0, 0, 4),
    ("DBGWCR15_EL1", 2, 0, 0, 15, 7), ("TRCPRGCTLR", 2, 1, 0, 1, 0), ("BRBINF0_EL1", 2, 1, 8, 0, 0),
    ("SPMCR_EL0", 2, 3, 9, 12, 0), ("TLBI VMALLE1IS", 1, 0, 8, 3, 0),
    ("TLBI VMALLE1", 1, 0, 8, 7, 0),
    ("TLBI VAE1", 1, 0, 8, 7, 1), ("TLBI RVAE1IS", 1, 0, 8, 2, 1),
    ("TLBI VMALLE1NXS", 1, 0, 9, 7, 0),
    ("TLBI IPAS2E1IS", 1, 4, 8, 0, 1), ("TLBI VMALLS12E1IS", 1, 4, 8, 3, 6),
    ("TLBI ALLE2", 1, 4, 8, 7, 0), ("DC ZVA", 1, 3, 7, 4, 1), ("DC CIVAC", 1, 3, 7, 14, 1),
    ("DC ISW", 1, 0, 7, 6, 2), ("IC IALLU", 1, 0, 7, 5, 0), ("AT S1E1R", 1, 0, 7, 8, 0),
    ("AT S12E1R", 1, 4, 7, 8, 4), ("CFP RCTX", 1, 3, 7, 3, 4), ("DVP RCTX", 1, 3, 7, 3, 5),
    ("CPP RCTX", 1, 3, 7, 3, 7), ("BRB IALL", 1, 1, 7, 2, 4), ("GCSPUSHM", 1, 3, 7, 7, 0),
    ("TRCIT", 1, 3, 7, 2, 7), ("GIC CDEOI", 1, 0, 12, 1, 7), ("ICC_PPI_HMR1_EL1", 3, 0, 12, 10, 1),
  ]

  @Test func namesByEncoding() {
    for (name, op0, op1, crn, crm, op2) in Self.encodings {
      let register = SystemRegister(op0, op1, crn, crm, op2)
      #expect(register.name?.description == name)
      #expect(
        [register.op0, register.op1, register.crn, register.crm, register.op2]
          == [op0, op1, crn, crm, op2])
    }
  }

  @Test func everyNameIsOfOneRegister() {
    var seen: [String: UInt32] = [:]
    for op0: UInt32 in 0..<4 {
      for rest: UInt32 in 0..<0x4000 {
        let register = SystemRegister(op0, rest >> 11, rest >> 7, rest >> 3, rest)
        guard let name = register.name?.description else { continue }
        let earlier = seen.updateValue(register.rawValue, forKey: name)
        #expect(earlier == nil, "\(name)")
      }
    }
    #expect(seen.count >= 1500)
  }

  @Test("B-31: Rt and the direction of the trap aren't part of the register")
  func encoding() {
    for iss: UInt32 in [0x3a_3016, 0x3a_33f6, 0x3a_33f7, 0x1fa_33f7] {
      #expect(SystemRegister(rawValue: iss) == .icc_sgi1r_el1)
    }
    #expect(SystemRegister.icc_sgi1r_el1.rawValue == 0x3a_3016)
    #expect(SystemRegister.actlr_el1.rawValue == 0x32_0400)
    // Numbers that don't fit don't spill into others.
    #expect(SystemRegister(.max, .max, .max, .max, .max).rawValue == SystemRegister.mask)
    #expect(SystemRegister(4, 8, 16, 16, 8).rawValue == 0)
  }

  @Test func theIdentificationSpace() {
    #expect(SystemRegister(3, 0, 0, 1, 0).isFeatureIdentification)
    #expect(SystemRegister(3, 0, 0, 7, 7).isFeatureIdentification)
    for other in [
      SystemRegister(3, 0, 0, 0, 0), SystemRegister(3, 0, 0, 8, 0), SystemRegister(3, 1, 0, 1, 0),
      SystemRegister(3, 0, 1, 1, 0), SystemRegister(2, 0, 0, 1, 0),
    ] {
      #expect(!other.isFeatureIdentification)
    }
  }

  @Test func readsAndWritesOfOneEncodingMayHaveTwoNames() {
    let transfer = SystemRegister(2, 3, 0, 5, 0)
    #expect(transfer.name?.description == "DBGDTRRX_EL0")
    #expect(transfer.name(isRead: true)?.description == "DBGDTRRX_EL0")
    #expect(transfer.name(isRead: false)?.description == "DBGDTRTX_EL0")
    #expect(SystemRegister(named: "dbgdtrrx_el0") == transfer)
    #expect(SystemRegister(named: "dbgdtrtx_el0") == transfer)
    #expect(SystemRegister(3, 0, 1, 0, 0).name(isRead: false)?.description == "SCTLR_EL1")
  }

  @Test func everyNameLeadsBackToItsRegister() {
    #expect(SystemRegister.allNamed.count >= 1500)
    for register in SystemRegister.allNamed {
      for name in [register.name, register.name(isRead: false)].compactMap({ $0?.description }) {
        #expect(SystemRegister(named: name) == register, "\(name)")
        #expect(SystemRegister(named: name.lowercased()) == register, "\(name)")
      }
      #expect(SystemRegister(named: register.encodingName) == register)
    }
  }

  @Test func namesInOtherSpellings() {
    let sctlr = SystemRegister(3, 0, 1, 0, 0)
    for name in ["SCTLR", "sctlr_el1", "S3_0_C1_C0_0", "s3_0_c1_c0_0", " SCTLR_EL1 "] {
      #expect(SystemRegister(named: name) == sctlr, "\(name)")
    }
    #expect(SystemRegister(named: "hcr") == SystemRegister(3, 4, 1, 1, 0))
    #expect(SystemRegister(named: "cntvct") == SystemRegister(3, 3, 14, 0, 2))
    #expect(SystemRegister(named: "scr") == SystemRegister(3, 6, 1, 1, 0))
    #expect(SystemRegister(named: "tlbi   vmalle1") == SystemRegister(1, 0, 8, 7, 0))
    #expect(SystemRegister(named: "s3_7_c15_c15_7") == SystemRegister(3, 7, 15, 15, 7))
    for name in [
      "", "nothing", "S3_0_C1_C0", "S0_0_C1_C0_0", "S4_0_C1_C0_0", "S3_8_C1_C0_0", "S3_0_C16_C0_0",
      "S3_0_1_0_0",
      "S3_0_C1_C0_8", "S3_0_C+1_C0_0", "TLBI", "VMALLE1",
    ] {
      #expect(SystemRegister(named: name) == nil, "\(name)")
    }
  }
}
