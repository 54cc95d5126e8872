// ID_AA64MMFR<n>_EL1: the memory model.

extension FieldTable {
  /// ID_AA64MMFR0_EL1 (Arm ARM DDI 0487, D24.2, "ID_AA64MMFR0_EL1").
  static let mmfr0 = FieldTable([
    .field(
      "ECV", 63, 60,
      values: [0: "not implemented", 1: "FEAT_ECV", 2: "FEAT_ECV with CNTPOFF_EL2 (FEAT_ECV_POFF)"]),
    .field("FGT", 59, 56, values: [0: "not implemented", 1: "FEAT_FGT", 2: "FEAT_FGT2"]),
    .field("ExS", 47, 44, values: [0: "exceptions always synchronize", 1: "FEAT_ExS"]),
    .field(
      "TGran4_2", 43, 40,
      values: [
        0: "stage 2: as TGran4", 1: "stage 2: no 4 KiB", 2: "stage 2: 4 KiB",
        3: "stage 2: 4 KiB, 52 bits",
      ]),
    .field(
      "TGran64_2", 39, 36,
      values: [0: "stage 2: as TGran64", 1: "stage 2: no 64 KiB", 2: "stage 2: 64 KiB"]),
    .field(
      "TGran16_2", 35, 32,
      values: [
        0: "stage 2: as TGran16", 1: "stage 2: no 16 KiB", 2: "stage 2: 16 KiB",
        3: "stage 2: 16 KiB, 52 bits",
      ]),
    .field(
      "TGran4", 31, 28, values: [0: "4 KiB", 1: "4 KiB, 52 bits (FEAT_LPA2)", 15: "no 4 KiB"]),
    .field("TGran64", 27, 24, values: [0: "64 KiB", 15: "no 64 KiB"]),
    .field(
      "TGran16", 23, 20, values: [0: "no 16 KiB", 1: "16 KiB", 2: "16 KiB, 52 bits (FEAT_LPA2)"]),
    .field(
      "BigEndEL0", 19, 16,
      values: [
        0: "no mixed endianness at EL0 alone", 1: "mixed endianness at EL0 (FEAT_MixedEndEL0)",
      ]),
    .field("SNSMem", 15, 12, values: [0: "no Secure memory", 1: "Secure and Non-secure memory"]),
    .field(
      "BigEnd", 11, 8, values: [0: "no mixed endianness", 1: "mixed endianness (FEAT_MixedEnd)"]),
    .field("ASIDBits", 7, 4, values: [0: "8-bit ASID", 2: "16-bit ASID"]),
    .field("PARange", 3, 0, as: .addressSize),
  ])

  /// ID_AA64MMFR1_EL1 (Arm ARM DDI 0487, D24.2, "ID_AA64MMFR1_EL1").
  static let mmfr1 = FieldTable([
    .field("ECBHB", 63, 60, values: [0: "not described", 1: "FEAT_ECBHB"]),
    .field("CMOW", 59, 56, values: [0: "not implemented", 1: "FEAT_CMOW"]),
    .field("TIDCP1", 55, 52, values: [0: "not implemented", 1: "FEAT_TIDCP1"]),
    .field(
      "nTLBPA", 51, 48,
      values: [0: "TLBs may cache non-coherent physical copies", 1: "FEAT_nTLBPA"]),
    .field("AFP", 47, 44, values: [0: "not implemented", 1: "FEAT_AFP"]),
    .field("HCX", 43, 40, values: [0: "not implemented", 1: "FEAT_HCX"]),
    .field(
      "ETS", 39, 36, values: [0: "not implemented", 1: "as 0", 2: "FEAT_ETS2", 3: "FEAT_ETS3"]),
    .field("TWED", 35, 32, values: [0: "not implemented", 1: "FEAT_TWED"]),
    .field("XNX", 31, 28, values: [0: "not implemented", 1: "FEAT_XNX"]),
    .field(
      "SpecSEI", 27, 24,
      values: [
        0: "no SErrors from speculative reads", 1: "SErrors from speculative reads possible",
      ]),
    .field(
      "PAN", 23, 20, values: [0: "not implemented", 1: "FEAT_PAN", 2: "FEAT_PAN2", 3: "FEAT_PAN3"]),
    .field("LO", 19, 16, values: [0: "not implemented", 1: "FEAT_LOR"]),
    .field("HPDS", 15, 12, values: [0: "not implemented", 1: "FEAT_HPDS", 2: "FEAT_HPDS2"]),
    .field("VH", 11, 8, values: [0: "not implemented", 1: "FEAT_VHE"]),
    .field("VMIDBits", 7, 4, values: [0: "8-bit VMID", 2: "16-bit VMID (FEAT_VMID16)"]),
    .field(
      "HAFDBS", 3, 0,
      values: [
        0: "not implemented", 1: "FEAT_HAFDBS, access flag",
        2: "FEAT_HAFDBS, access flag and dirty state", 3: "FEAT_HAFT", 4: "FEAT_HDBSS",
      ]),
  ])

  /// ID_AA64MMFR2_EL1 (Arm ARM DDI 0487, D24.2, "ID_AA64MMFR2_EL1").
  static let mmfr2 = FieldTable([
    .field("E0PD", 63, 60, values: [0: "not implemented", 1: "FEAT_E0PD"]),
    .field(
      "EVT", 59, 56,
      values: [
        0: "not implemented", 1: "HCR_EL2.TOCU, TICAB, TID4 (FEAT_EVT)",
        2: "FEAT_EVT, with TTLBOS and TTLBIS",
      ]),
    .field("BBM", 55, 52, values: [0: "level 0", 1: "level 1", 2: "level 2", 3: "level 3"]),
    .field("TTL", 51, 48, values: [0: "not implemented", 1: "FEAT_TTL"]),
    .field("FWB", 43, 40, values: [0: "not implemented", 1: "FEAT_S2FWB"]),
    .field(
      "IDS", 39, 36,
      values: [0: "ID accesses are UNDEFINED with EC 0", 1: "FEAT_IDST", 2: "FEAT_IDTE3"]),
    .field("AT", 35, 32, values: [0: "unaligned atomics may fault", 1: "FEAT_LSE2"]),
    .field("ST", 31, 28, values: [0: "T0SZ up to 39", 1: "FEAT_TTST, up to 48 or 47"]),
    .field("NV", 27, 24, values: [0: "not implemented", 1: "FEAT_NV", 2: "FEAT_NV2"]),
    .field("CCIDX", 23, 20, values: [0: "32-bit CCSIDR_EL1", 1: "64-bit CCSIDR_EL1 (FEAT_CCIDX)"]),
    .field(
      "VARange", 19, 16,
      values: [
        0: "48-bit virtual addresses", 1: "52-bit with 64 KiB (FEAT_LVA)", 2: "56-bit (FEAT_LVA3)",
      ]),
    .field("IESB", 15, 12, values: [0: "not implemented", 1: "FEAT_IESB"]),
    .field("LSM", 11, 8, values: [0: "not implemented", 1: "FEAT_LSMAOC"]),
    .field("UAO", 7, 4, values: [0: "not implemented", 1: "FEAT_UAO"]),
    .field("CnP", 3, 0, values: [0: "not implemented", 1: "FEAT_TTCNP"]),
  ])

  /// ID_AA64MMFR3_EL1 (Arm ARM DDI 0487, D24.2, "ID_AA64MMFR3_EL1").
  static let mmfr3 = FieldTable([
    .field(
      "Spec_FPACC", 63, 60,
      values: [0: "not described", 1: "speculation does not reveal whether PAC fails"]),
    .field(
      "ADERR", 59, 56,
      values: [
        0: "as SDERR says", 1: "errors of Device loads are asynchronous", 2: "FEAT_ADERR",
        3: "FEAT_ADERR, independent of Normal loads",
      ]),
    .field(
      "SDERR", 55, 52,
      values: [
        0: "as ADERR says", 1: "errors of Device loads are synchronous", 2: "FEAT_ADERR",
        3: "FEAT_ADERR, independent of Normal loads",
      ]),
    .field(
      "ANERR", 47, 44,
      values: [
        0: "as SNERR says", 1: "errors of Normal loads are asynchronous", 2: "FEAT_ANERR",
        3: "FEAT_ANERR, independent of Device loads",
      ]),
    .field(
      "SNERR", 43, 40,
      values: [
        0: "as ANERR says", 1: "errors of Normal loads are synchronous", 2: "FEAT_ANERR",
        3: "FEAT_ANERR, independent of Device loads",
      ]),
    .field("D128_2", 39, 36, values: [0: "not implemented", 1: "FEAT_D128 at stage 2"]),
    .field("D128", 35, 32, values: [0: "not implemented", 1: "FEAT_D128"]),
    .field("MEC", 31, 28, values: [0: "not implemented", 1: "FEAT_MEC"]),
    .field("AIE", 27, 24, values: [0: "not implemented", 1: "FEAT_AIE"]),
    .field("S2POE", 23, 20, values: [0: "not implemented", 1: "FEAT_S2POE"]),
    .field("S1POE", 19, 16, values: [0: "not implemented", 1: "FEAT_S1POE"]),
    .field("S2PIE", 15, 12, values: [0: "not implemented", 1: "FEAT_S2PIE"]),
    .field("S1PIE", 11, 8, values: [0: "not implemented", 1: "FEAT_S1PIE"]),
    .field("SCTLRX", 7, 4, values: [0: "not implemented", 1: "FEAT_SCTLR2"]),
    .field("TCRX", 3, 0, values: [0: "not implemented", 1: "FEAT_TCR2"]),
  ])

  /// ID_AA64MMFR4_EL1 (Arm ARM DDI 0487, D24.2, "ID_AA64MMFR4_EL1").
  static let mmfr4 = FieldTable([
    .field("MTEFGT", 63, 60), .field("SCRX", 59, 56), .field("TEV", 55, 52), .field("TPS", 51, 48),
    .field("SRMASK", 47, 44, values: [0: "not implemented", 1: "FEAT_SRMASK"]),
    .field("TLBID", 43, 40),
    .field("E3DSE", 39, 36, values: [0: "not implemented", 1: "FEAT_E3DSE"]),
    .field("EAESR", 35, 32),
    .field("RMEGDI", 31, 28, values: [0: "not implemented", 1: "FEAT_RME_GDI"]),
    .field(
      "E2H0", 27, 24,
      values: [
        0: "HCR_EL2.E2H may be 0 (FEAT_E2H0)", 14: "HCR_EL2.E2H is 1, NV1 is 0",
        15: "HCR_EL2.E2H is 1",
      ]),
    .field(
      "NV_frac", 23, 20,
      values: [
        0: "as ID_AA64MMFR2_EL1.NV says", 1: "FEAT_NV2 only", 2: "FEAT_NV2p1",
      ]),
    .field("FGWTE3", 19, 16, values: [0: "not implemented", 1: "FEAT_FGWTE3"]),
    .field("HACDBS", 15, 12, values: [0: "not implemented", 1: "FEAT_HACDBS"]),
    .field("ASID2", 11, 8, values: [0: "not implemented", 1: "FEAT_ASID2"]),
    .field(
      "EIESB", 7, 4,
      values: [
        0: "not described", 1: "error barrier before exceptions to EL3",
        2: "error barrier before all exceptions",
        15: "error barrier may follow exceptions to EL3",
      ]),
    .field("PoPS", 3, 0, values: [0: "not implemented", 1: "FEAT_PoPS"]),
  ])
}
