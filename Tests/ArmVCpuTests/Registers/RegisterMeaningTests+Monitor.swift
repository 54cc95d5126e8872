// Values of the fine-grained trap registers, and of EL3's controls.

extension RegisterMeaningTests {
  static let fineGrainedTraps: [Known] = [
    // KVM's value for a CPU with SME: TPIDR2_EL0 and SMPRI_EL1 are allowed, the rest of the n bits trap.
    Known(
      "HFGRTR_EL2", 0x00c0_0000_0200_0001,
      [
        "nTPIDR2_EL0": "0x1 reads do not trap", "nSMPRI_EL1": "0x1 reads do not trap",
        "nGCS_EL0": "0x0 reads trap", "MIDR_EL1": "0x1 reads trap", "AFSR0_EL1": "0x1 reads trap",
        "SCTLR_EL1": "0x0 reads do not trap",
      ]),
    Known(
      "HFGWTR_EL2", 0x1000_0000_2000_0000,
      [
        "SCTLR_EL1": "0x1 writes trap", "nPOR_EL1": "0x1 writes do not trap",
        "nPOR_EL0": "0x0 writes trap",
      ]),
    // MIDR_EL1 is read-only: its bit is reserved.
    Known("HFGWTR_EL2", 1 << 25, ["RES0": "0x1 reserved bits are set"]),
    Known(
      "HFGITR_EL2", 0x0078_0000_0000_0001,
      [
        "ICIALLUIS": "0x1 traps", "ERET": "0x1 traps", "SVC_EL0": "0x1 traps",
        "SVC_EL1": "0x1 traps", "DCCVAC": "0x1 traps", "nBRBINJ": "0x0 traps",
        "TLBIVMALLE1IS": "0x0 does not trap",
      ]),
    Known(
      "HDFGRTR_EL2", 0x4000_0000_0000_0010,
      [
        "nPMSNEVFR_EL1": "0x1 reads do not trap", "MDSCR_EL1": "0x1 reads trap",
        "OSLSR_EL1": "0x0 reads do not trap",
      ]),
    Known(
      "HDFGWTR_EL2", 0x0000_0000_0020_0100,
      ["PMCR_EL0": "0x1 writes trap", "OSLAR_EL1": "0x1 writes trap"]),
    Known(
      "HAFGRTR_EL2", 0x0003_0000_0002_0011,
      [
        "AMEVTYPER115_EL0": "0x1 reads trap", "AMEVCNTR115_EL0": "0x1 reads trap",
        "AMEVTYPER114_EL0": "0x0 reads do not trap", "AMCNTEN1": "0x1 reads trap",
        "AMEVCNTR03_EL0": "0x1 reads trap", "AMCNTEN0": "0x1 reads trap",
        "AMEVCNTR02_EL0": "0x0 reads do not trap",
      ]),
    Known(
      "HFGRTR2_EL2", 0x3,
      ["nPFAR_EL1": "0x1 reads do not trap", "nERXGSR_EL1": "0x1 reads do not trap"]),
    Known("HFGRTR2_EL2", 1 << 19, ["nFGDTn_EL1": "0x2", "nTCRMASK_EL1": "0x0 reads trap"]),
    Known(
      "HFGWTR2_EL2", 0x400,
      ["nSCTLR2ALIAS_EL1": "0x1 writes do not trap", "nPFAR_EL1": "0x0 writes trap"]),
    Known("HFGITR2_EL2", 0x1, ["TSBCSYNC": "0x1 traps", "nDCCIVAPS": "0x0 traps"]),
    Known(
      "HDFGRTR2_EL2", 0x80_0040,
      ["nMDSTEPOP_EL1": "0x1 reads do not trap", "nPMSSDATA": "0x1 reads do not trap"]),
    Known("HDFGWTR2_EL2", 0x20_0000, ["nPMZR_EL0": "0x1 writes do not trap"]),
  ]

  static let monitor: [Known] = [
    // A typical TF-A value for a Non-secure EL2: RW, HCE, API, APK, NS, with FGT and HCRX.
    Known(
      "SCR_EL3", 0x40_0803_0531,
      [
        "NS": "0x1 EL2 and below are Non-secure", "NSE": "0x0 EL2 and below are Non-secure",
        "RW": "0x1 the next lower level is AArch64", "HCE": "0x1 HVC is enabled",
        "SMD": "0x0 SMC is enabled", "APK": "0x1 PAC keys do not trap",
        "API": "0x1 PAC instructions do not trap", "FGTEn": "0x1 fine-grained traps to EL2 on",
        "HXEn": "0x1 HCRX_EL2 in use", "FIQ": "0x0 FIQs are not routed",
        "RES1": "0x3 reserved, one",
      ]),
    Known("SCR_EL3", 1 << 62 | 1, ["NSE": "0x1 EL2 and below are Realm"]),
    Known("SCR_EL3", 0, ["NS": "0x0 EL2 and below are Secure"]),
    Known(
      "CPTR_EL3", 0x100,
      [
        "EZ": "0x1 SVE does not trap", "ESM": "0x0 SME traps", "TFP": "0x0 FP and SIMD do not trap",
      ]),
    Known(
      "MDCR_EL3", 0x1001_b040,
      [
        "MTPME": "0x1 multithreaded counting allowed",
        "SDD": "0x1 debug exceptions of Secure state off",
        "SPD32": "0x2 Secure EL1 in AArch32: debug exceptions off",
        "NSPB": "0x3 SPE buffer is Non-secure state's", "TPM": "0x1 PMU registers trap",
        "NSTB": "0x0 trace buffer is Secure state's, registers trap",
      ]),
    Known(
      "MDCR_EL3", 0x100_0680_0008,
      [
        "NSTB": "0x2 trace buffer is Realm state's, registers trap",
        "ETAD": "0x0 no external accesses by Non-secure or Secure state",
        "EDAD": "0x0 external accesses allowed", "PMEE": "0x1 as MDCR_EL2.PMEE says",
        "SCCD": "0x1 the cycle counter stops in Secure state and at EL3",
      ]),
    Known(
      "GPCCR_EL3", 0x1_3502,
      [
        "GPC": "0x1 granule protection checks on", "PGS": "0x0 4 KiB",
        "SH": "0x3 inner shareable", "ORGN": "0x1 write-back, read- and write-allocate",
        "IRGN": "0x1 write-back, read- and write-allocate", "PPS": "0x2 40 bits, 1 TiB",
        "L0GPTSZ": "0x0 1 GiB per level 0 entry",
      ]),
    Known("GPCCR_EL3", 0x40_0009, ["PPS": "0x1 47 bits, 128 TiB"]),
    Known("ESR_EL3", 0x5e00_0000, ["EC": "0x17 SMC instruction, AArch64"]),
    Known("SPSR_EL3", 0x3cd, ["M": "0xd EL3h"]),
    Known("SPSR_EL3", 0x4009, ["M": "0x9 EL2h", "BTYPE2": "0x1"]),
    Known("FAR_EL3", 0x1000, ["VA": "0x1000 the faulting virtual address"]),
    Known("ELR_EL1", 0x4020_0000, ["ADDR": "0x40200000 the address to return to"]),
    Known("ELR_EL2", .max, ["ADDR": "0xffffffffffffffff the address to return to"]),
    Known("ELR_EL3", 4, ["ADDR": "0x4 the address to return to"]),
    Known("VBAR_EL3", 0x0e04_0800, ["VBA": "0x1c081 address 0xe040800"]),
    Known(
      "SCTLR_EL3", 0x30d5_183d,
      [
        "M": "0x1 MMU on", "C": "0x1 data accesses cacheable", "A": "0x0 alignment checks off",
        "SA": "0x1 SP alignment checks on", "I": "0x1 instruction accesses cacheable",
      ]),
  ]
}
