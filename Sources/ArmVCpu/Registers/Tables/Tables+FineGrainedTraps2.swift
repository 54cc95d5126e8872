// HFGRTR2_EL2, HFGWTR2_EL2, HFGITR2_EL2, HDFGRTR2_EL2, HDFGWTR2_EL2: the fine-grained traps of FEAT_FGT2.

extension DecodableRegister {
  static let moreFineGrainedTraps = [
    DecodableRegister(
      "HFGRTR2_EL2", "Hypervisor Fine-Grained Read Trap Register 2", aliases: ["HFGRTR2"], .hfgrtr2),
    DecodableRegister(
      "HFGWTR2_EL2", "Hypervisor Fine-Grained Write Trap Register 2", aliases: ["HFGWTR2"], .hfgwtr2
    ),
    DecodableRegister(
      "HFGITR2_EL2", "Hypervisor Fine-Grained Instruction Trap Register 2", aliases: ["HFGITR2"],
      .hfgitr2),
    DecodableRegister(
      "HDFGRTR2_EL2", "Hypervisor Debug Fine-Grained Read Trap Register 2", aliases: ["HDFGRTR2"],
      .hdfgrtr2),
    DecodableRegister(
      "HDFGWTR2_EL2", "Hypervisor Debug Fine-Grained Write Trap Register 2", aliases: ["HDFGWTR2"],
      .hdfgwtr2),
  ]
}

extension FieldTable {
  /// HFGRTR2_EL2 (Arm ARM DDI 0487, D24.2, "HFGRTR2_EL2").
  static let hfgrtr2 = reads(of: newRegisterTraps)

  /// HFGWTR2_EL2 (Arm ARM DDI 0487, D24.2, "HFGWTR2_EL2").
  static let hfgwtr2 = writes(of: newRegisterTraps)

  private static let newRegisterTraps: [FineGrainedTrap] = [
    .trap("ACTLR_EL1", 39), .allow("nLDSTT_EL1", 38), .allow("nTPIDR3_EL1", 37),
    .allow("nTPIDR3_EL0", 36), .trap("GCR_EL1", 35), .trap("RGSR_EL1", 34), .trap("TFSR_EL1", 33),
    .pair("nAFGDTn_EL1", 31), .allow("nTLBIDIDR_EL1", 30, .reads), .allow("nTPMIN0_EL0", 29),
    .allow("nTPMIN1_EL0", 28),
    .allow("nTPMIN0_EL1", 27), .allow("nTPMIN1_EL1", 26), .allow("nDPOTBR0_EL1", 25),
    .allow("nDPOTBR1_EL1", 24), .allow("nIRTBRU_EL1", 23), .allow("nIRTBRP_EL1", 22),
    .allow("nTTTBRU_EL1", 21), .allow("nTTTBRP_EL1", 20), .pair("nFGDTn_EL1", 18),
    .allow("nSTINDEX_EL1", 17),
    .allow("nTINDEX_EL1", 16), .allow("nTINDEX_EL0", 15), .allow("nACTLRALIAS_EL1", 14),
    .allow("nACTLRMASK_EL1", 13), .allow("nTCR2ALIAS_EL1", 12), .allow("nTCRALIAS_EL1", 11),
    .allow("nSCTLR2ALIAS_EL1", 10), .allow("nSCTLRALIAS_EL1", 9), .allow("nCPACRALIAS_EL1", 8),
    .allow("nTCR2MASK_EL1", 7), .allow("nTCRMASK_EL1", 6), .allow("nSCTLR2MASK_EL1", 5),
    .allow("nSCTLRMASK_EL1", 4), .allow("nCPACRMASK_EL1", 3), .allow("nRCWSMASK_EL1", 2),
    .allow("nERXGSR_EL1", 1, .reads), .allow("nPFAR_EL1", 0),
  ]

  /// HFGITR2_EL2 (Arm ARM DDI 0487, D24.2, "HFGITR2_EL2").
  static let hfgitr2 = instructions([
    .trap("DCGBVA", 14), .trap("PLBIPERMAE1", 13), .trap("PLBIPERMAE1IS", 12),
    .trap("PLBIPERMAE1OS", 11), .trap("PLBIVMALLE1", 10), .trap("PLBIASIDE1", 9),
    .trap("PLBIPERME1", 8), .trap("PLBIVMALLE1IS", 7), .trap("PLBIASIDE1IS", 6),
    .trap("PLBIPERME1IS", 5), .trap("PLBIVMALLE1OS", 4), .trap("PLBIASIDE1OS", 3),
    .trap("PLBIPERME1OS", 2), .allow("nDCCIVAPS", 1), .trap("TSBCSYNC", 0),
  ])

  /// HDFGRTR2_EL2 (Arm ARM DDI 0487, D24.2, "HDFGRTR2_EL2").
  static let hdfgrtr2 = reads(of: newDebugTraps)

  /// HDFGWTR2_EL2 (Arm ARM DDI 0487, D24.2, "HDFGWTR2_EL2").
  static let hdfgwtr2 = writes(of: newDebugTraps)

  private static let newDebugTraps: [FineGrainedTrap] = [
    .allow("nPMBMAR_EL1", 24), .allow("nMDSTEPOP_EL1", 23), .allow("nTRBMPAM_EL1", 22),
    .allow("nPMZR_EL0", 21, .writes), .allow("nTRCITECR_EL1", 20), .allow("nPMSDSFR_EL1", 19),
    .allow("nSPMDEVAFF_EL1", 18, .reads), .allow("nSPMID", 17, .reads), .allow("nSPMSCR_EL1", 16),
    .allow("nSPMACCESSR_EL1", 15), .allow("nSPMCR_EL0", 14), .allow("nSPMOVS", 13),
    .allow("nSPMINTEN", 12), .allow("nSPMCNTEN", 11), .allow("nSPMSELR_EL0", 10),
    .allow("nSPMEVTYPERn_EL0", 9), .allow("nSPMEVCNTRn_EL0", 8), .allow("nPMSSCR_EL1", 7),
    .allow("nPMSSDATA", 6, .reads), .allow("nMDSELR_EL1", 5), .allow("nPMUACR_EL1", 4),
    .allow("nPMICFILTR_EL0", 3), .allow("nPMICNTR_EL0", 2), .allow("nPMIAR_EL1", 1),
    .allow("nPMECR_EL1", 0),
  ]
}
