// HFGRTR_EL2, HFGWTR_EL2, HFGITR_EL2, HDFGRTR_EL2, HDFGWTR_EL2, HAFGRTR_EL2: individual EL1 and EL0 registers and
// instructions that trap to EL2 (FEAT_FGT).

extension DecodableRegister {
  static let fineGrainedTraps = [
    DecodableRegister(
      "HFGRTR_EL2", "Hypervisor Fine-Grained Read Trap Register", aliases: ["HFGRTR"], .hfgrtr),
    DecodableRegister(
      "HFGWTR_EL2", "Hypervisor Fine-Grained Write Trap Register", aliases: ["HFGWTR"], .hfgwtr),
    DecodableRegister(
      "HFGITR_EL2", "Hypervisor Fine-Grained Instruction Trap Register", aliases: ["HFGITR"],
      .hfgitr),
    DecodableRegister(
      "HDFGRTR_EL2", "Hypervisor Debug Fine-Grained Read Trap Register", aliases: ["HDFGRTR"],
      .hdfgrtr),
    DecodableRegister(
      "HDFGWTR_EL2", "Hypervisor Debug Fine-Grained Write Trap Register", aliases: ["HDFGWTR"],
      .hdfgwtr),
    DecodableRegister(
      "HAFGRTR_EL2", "Hypervisor Activity Monitors Fine-Grained Read Trap Register",
      aliases: ["HAFGRTR"], .hafgrtr),
  ]
}

extension FieldTable {
  /// HFGRTR_EL2 (Arm ARM DDI 0487, D24.2, "HFGRTR_EL2").
  static let hfgrtr = reads(of: registerTraps)

  /// HFGWTR_EL2 (Arm ARM DDI 0487, D24.2, "HFGWTR_EL2").
  static let hfgwtr = writes(of: registerTraps)

  private static let registerTraps: [FineGrainedTrap] = [
    .allow("nAMAIR2_EL1", 63), .allow("nMAIR2_EL1", 62), .allow("nS2POR_EL1", 61),
    .allow("nPOR_EL1", 60), .allow("nPOR_EL0", 59), .allow("nPIR_EL1", 58),
    .allow("nPIRE0_EL1", 57), .allow("nRCWMASK_EL1", 56), .allow("nTPIDR2_EL0", 55),
    .allow("nSMPRI_EL1", 54), .allow("nGCS_EL1", 53), .allow("nGCS_EL0", 52),
    .allow("nACCDATA_EL1", 50), .trap("ERXADDR_EL1", 49), .trap("ERXPFGCDN_EL1", 48),
    .trap("ERXPFGCTL_EL1", 47), .trap("ERXPFGF_EL1", 46, .reads), .trap("ERXMISCn_EL1", 45),
    .trap("ERXSTATUS_EL1", 44), .trap("ERXCTLR_EL1", 43), .trap("ERXFR_EL1", 42, .reads),
    .trap("ERRSELR_EL1", 41), .trap("ERRIDR_EL1", 40, .reads), .trap("ICC_IGRPENn_EL1", 39),
    .trap("VBAR_EL1", 38), .trap("TTBR1_EL1", 37), .trap("TTBR0_EL1", 36), .trap("TPIDR_EL0", 35),
    .trap("TPIDRRO_EL0", 34), .trap("TPIDR_EL1", 33), .trap("TCR_EL1", 32),
    .trap("SCXTNUM_EL0", 31), .trap("SCXTNUM_EL1", 30), .trap("SCTLR_EL1", 29),
    .trap("REVIDR_EL1", 28, .reads), .trap("PAR_EL1", 27), .trap("MPIDR_EL1", 26, .reads),
    .trap("MIDR_EL1", 25, .reads), .trap("MAIR_EL1", 24), .trap("LORSA_EL1", 23),
    .trap("LORN_EL1", 22), .trap("LORID_EL1", 21, .reads), .trap("LOREA_EL1", 20),
    .trap("LORC_EL1", 19), .trap("ISR_EL1", 18, .reads), .trap("FAR_EL1", 17),
    .trap("ESR_EL1", 16), .trap("DCZID_EL0", 15, .reads), .trap("CTR_EL0", 14, .reads),
    .trap("CSSELR_EL1", 13), .trap("CPACR_EL1", 12), .trap("CONTEXTIDR_EL1", 11),
    .trap("CLIDR_EL1", 10, .reads), .trap("CCSIDR_EL1", 9, .reads), .trap("APIBKey", 8),
    .trap("APIAKey", 7), .trap("APGAKey", 6), .trap("APDBKey", 5), .trap("APDAKey", 4),
    .trap("AMAIR_EL1", 3), .trap("AIDR_EL1", 2, .reads), .trap("AFSR1_EL1", 1),
    .trap("AFSR0_EL1", 0),
  ]

  /// HFGITR_EL2 (Arm ARM DDI 0487, D24.2, "HFGITR_EL2"). SVC_EL1 and SVC_EL0 trap SVC, ERET traps ERET, ERETAA
  /// and ERETAB.
  static let hfgitr = instructions([
    .trap("PSBCSYNC", 63), .trap("ATS1E1A", 62), .trap("COSPRCTX", 60), .allow("nGCSEPP", 59),
    .allow("nGCSSTR_EL1", 58), .allow("nGCSPUSHM_EL1", 57), .allow("nBRBIALL", 56),
    .allow("nBRBINJ", 55), .trap("DCCVAC", 54), .trap("SVC_EL1", 53), .trap("SVC_EL0", 52),
    .trap("ERET", 51), .trap("CPPRCTX", 50), .trap("DVPRCTX", 49), .trap("CFPRCTX", 48),
    .trap("TLBIVAALE1", 47), .trap("TLBIVALE1", 46), .trap("TLBIVAAE1", 45),
    .trap("TLBIASIDE1", 44), .trap("TLBIVAE1", 43), .trap("TLBIVMALLE1", 42),
    .trap("TLBIRVAALE1", 41), .trap("TLBIRVALE1", 40), .trap("TLBIRVAAE1", 39),
    .trap("TLBIRVAE1", 38), .trap("TLBIRVAALE1IS", 37), .trap("TLBIRVALE1IS", 36),
    .trap("TLBIRVAAE1IS", 35), .trap("TLBIRVAE1IS", 34), .trap("TLBIVAALE1IS", 33),
    .trap("TLBIVALE1IS", 32), .trap("TLBIVAAE1IS", 31), .trap("TLBIASIDE1IS", 30),
    .trap("TLBIVAE1IS", 29), .trap("TLBIVMALLE1IS", 28), .trap("TLBIRVAALE1OS", 27),
    .trap("TLBIRVALE1OS", 26), .trap("TLBIRVAAE1OS", 25), .trap("TLBIRVAE1OS", 24),
    .trap("TLBIVAALE1OS", 23), .trap("TLBIVALE1OS", 22), .trap("TLBIVAAE1OS", 21),
    .trap("TLBIASIDE1OS", 20), .trap("TLBIVAE1OS", 19), .trap("TLBIVMALLE1OS", 18),
    .trap("ATS1E1WP", 17), .trap("ATS1E1RP", 16), .trap("ATS1E0W", 15), .trap("ATS1E0R", 14),
    .trap("ATS1E1W", 13), .trap("ATS1E1R", 12), .trap("DCZVA", 11), .trap("DCCIVAC", 10),
    .trap("DCCVADP", 9), .trap("DCCVAP", 8), .trap("DCCVAU", 7), .trap("DCCISW", 6),
    .trap("DCCSW", 5), .trap("DCISW", 4), .trap("DCIVAC", 3), .trap("ICIVAU", 2),
    .trap("ICIALLU", 1), .trap("ICIALLUIS", 0),
  ])

  /// HDFGRTR_EL2 (Arm ARM DDI 0487, D24.2, "HDFGRTR_EL2").
  static let hdfgrtr = reads(of: debugTraps)

  /// HDFGWTR_EL2 (Arm ARM DDI 0487, D24.2, "HDFGWTR_EL2").
  static let hdfgwtr = writes(of: debugTraps)

  private static let debugTraps: [FineGrainedTrap] = [
    .trap("PMBIDR_EL1", 63, .reads), .allow("nPMSNEVFR_EL1", 62), .allow("nBRBDATA", 61),
    .allow("nBRBCTL", 60), .allow("nBRBIDR", 59, .reads), .trap("PMCEIDn_EL0", 58, .reads),
    .trap("PMUSERENR_EL0", 57), .trap("TRBTRG_EL1", 56), .trap("TRBSR_EL1", 55),
    .trap("TRBPTR_EL1", 54), .trap("TRBMAR_EL1", 53), .trap("TRBLIMITR_EL1", 52),
    .trap("TRBIDR_EL1", 51, .reads), .trap("TRBBASER_EL1", 50), .trap("TRFCR_EL1", 49, .writes),
    .trap("TRCVICTLR", 48), .trap("TRCSTATR", 47, .reads), .trap("TRCSSCSRn", 46),
    .trap("TRCSEQSTR", 45), .trap("TRCPRGCTLR", 44), .trap("TRCOSLSR", 43, .reads),
    .trap("TRCOSLAR", 42, .writes), .trap("TRCIMSPECn", 41), .trap("TRCID", 40, .reads),
    .trap("TRCCNTVRn", 37), .trap("TRCCLAIM", 36), .trap("TRCAUXCTLR", 35),
    .trap("TRCAUTHSTATUS", 34, .reads), .trap("TRC", 33), .trap("PMSLATFR_EL1", 32),
    .trap("PMSIRR_EL1", 31), .trap("PMSIDR_EL1", 30, .reads), .trap("PMSICR_EL1", 29),
    .trap("PMSFCR_EL1", 28), .trap("PMSEVFR_EL1", 27), .trap("PMSCR_EL1", 26),
    .trap("PMBSR_EL1", 25), .trap("PMBPTR_EL1", 24), .trap("PMBLIMITR_EL1", 23),
    .trap("PMMIR_EL1", 22, .reads), .trap("PMCR_EL0", 21, .writes),
    .trap("PMSWINC_EL0", 20, .writes), .trap("PMSELR_EL0", 19), .trap("PMOVS", 18),
    .trap("PMINTEN", 17), .trap("PMCNTEN", 16), .trap("PMCCNTR_EL0", 15),
    .trap("PMCCFILTR_EL0", 14), .trap("PMEVTYPERn_EL0", 13), .trap("PMEVCNTRn_EL0", 12),
    .trap("OSDLR_EL1", 11), .trap("OSECCR_EL1", 10), .trap("OSLSR_EL1", 9, .reads),
    .trap("OSLAR_EL1", 8, .writes), .trap("DBGPRCR_EL1", 7), .trap("DBGAUTHSTATUS_EL1", 6, .reads),
    .trap("DBGCLAIM", 5), .trap("MDSCR_EL1", 4), .trap("DBGWVRn_EL1", 3), .trap("DBGWCRn_EL1", 2),
    .trap("DBGBVRn_EL1", 1), .trap("DBGBCRn_EL1", 0),
  ]

  /// HAFGRTR_EL2 (Arm ARM DDI 0487, D24.2, "HAFGRTR_EL2").
  static let hafgrtr = reads(of: [
    .trap("AMEVTYPER115_EL0", 49), .trap("AMEVCNTR115_EL0", 48), .trap("AMEVTYPER114_EL0", 47),
    .trap("AMEVCNTR114_EL0", 46), .trap("AMEVTYPER113_EL0", 45), .trap("AMEVCNTR113_EL0", 44),
    .trap("AMEVTYPER112_EL0", 43), .trap("AMEVCNTR112_EL0", 42), .trap("AMEVTYPER111_EL0", 41),
    .trap("AMEVCNTR111_EL0", 40), .trap("AMEVTYPER110_EL0", 39), .trap("AMEVCNTR110_EL0", 38),
    .trap("AMEVTYPER19_EL0", 37), .trap("AMEVCNTR19_EL0", 36), .trap("AMEVTYPER18_EL0", 35),
    .trap("AMEVCNTR18_EL0", 34), .trap("AMEVTYPER17_EL0", 33), .trap("AMEVCNTR17_EL0", 32),
    .trap("AMEVTYPER16_EL0", 31), .trap("AMEVCNTR16_EL0", 30), .trap("AMEVTYPER15_EL0", 29),
    .trap("AMEVCNTR15_EL0", 28), .trap("AMEVTYPER14_EL0", 27), .trap("AMEVCNTR14_EL0", 26),
    .trap("AMEVTYPER13_EL0", 25), .trap("AMEVCNTR13_EL0", 24), .trap("AMEVTYPER12_EL0", 23),
    .trap("AMEVCNTR12_EL0", 22), .trap("AMEVTYPER11_EL0", 21), .trap("AMEVCNTR11_EL0", 20),
    .trap("AMEVTYPER10_EL0", 19), .trap("AMEVCNTR10_EL0", 18), .trap("AMCNTEN1", 17),
    .trap("AMEVCNTR03_EL0", 4), .trap("AMEVCNTR02_EL0", 3), .trap("AMEVCNTR01_EL0", 2),
    .trap("AMEVCNTR00_EL0", 1), .trap("AMCNTEN0", 0),
  ])
}
