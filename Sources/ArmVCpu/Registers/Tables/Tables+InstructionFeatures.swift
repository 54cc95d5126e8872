// ID_AA64ISAR<n>_EL1: the instructions.

extension FieldTable {
  /// ID_AA64ISAR0_EL1 (Arm ARM DDI 0487, D24.2, "ID_AA64ISAR0_EL1").
  static let isar0 = FieldTable([
    .field("RNDR", 63, 60, values: [0: "not implemented", 1: "FEAT_RNG"]),
    .field(
      "TLB", 59, 56,
      values: [0: "not implemented", 1: "FEAT_TLBIOS", 2: "FEAT_TLBIOS and FEAT_TLBIRANGE"]),
    .field("TS", 55, 52, values: [0: "not implemented", 1: "FEAT_FlagM", 2: "FEAT_FlagM2"]),
    .field(
      "FHM", 51, 48,
      values: [0: "not implemented", 1: "FEAT_FHM", 2: "FEAT_F16F32DOT", 3: "FEAT_F16F32MM"]),
    .field("DP", 47, 44, values: [0: "not implemented", 1: "FEAT_DotProd"]),
    .field("SM4", 43, 40, values: [0: "not implemented", 1: "FEAT_SM4"]),
    .field("SM3", 39, 36, values: [0: "not implemented", 1: "FEAT_SM3"]),
    .field("SHA3", 35, 32, values: [0: "not implemented", 1: "FEAT_SHA3"]),
    .field("RDM", 31, 28, values: [0: "not implemented", 1: "FEAT_RDM"]),
    .field("Atomic", 23, 20, values: [0: "not implemented", 2: "FEAT_LSE", 3: "FEAT_LSE128"]),
    .field("CRC32", 19, 16, values: [0: "not implemented", 1: "FEAT_CRC32"]),
    .field(
      "SHA2", 15, 12,
      values: [0: "not implemented", 1: "FEAT_SHA256", 2: "FEAT_SHA256 and FEAT_SHA512"]),
    .field("SHA1", 11, 8, values: [0: "not implemented", 1: "FEAT_SHA1"]),
    .field(
      "AES", 7, 4, values: [0: "not implemented", 1: "FEAT_AES", 2: "FEAT_AES and FEAT_PMULL"]),
  ])

  /// ID_AA64ISAR1_EL1 (Arm ARM DDI 0487, D24.2, "ID_AA64ISAR1_EL1").
  static let isar1 = FieldTable([
    .field(
      "LS64", 63, 60,
      values: [
        0: "not implemented", 1: "FEAT_LS64", 2: "FEAT_LS64_V", 3: "FEAT_LS64_ACCDATA",
        4: "FEAT_LS64WB",
      ]),
    .field("XS", 59, 56, values: [0: "not implemented", 1: "FEAT_XS"]),
    .field("I8MM", 55, 52, values: [0: "not implemented", 1: "FEAT_I8MM"]),
    .field("DGH", 51, 48, values: [0: "not implemented", 1: "FEAT_DGH"]),
    .field("BF16", 47, 44, values: [0: "not implemented", 1: "FEAT_BF16", 2: "FEAT_EBF16"]),
    .field(
      "SPECRES", 43, 40, values: [0: "not implemented", 1: "FEAT_SPECRES", 2: "FEAT_SPECRES2"]),
    .field("SB", 39, 36, values: [0: "not implemented", 1: "FEAT_SB"]),
    .field("FRINTTS", 35, 32, values: [0: "not implemented", 1: "FEAT_FRINTTS"]),
    .field("GPI", 31, 28, values: [0: "not implemented", 1: "FEAT_PACIMP"]),
    .field("GPA", 27, 24, values: [0: "not implemented", 1: "FEAT_PACQARMA5"]),
    .field(
      "LRCPC", 23, 20,
      values: [0: "not implemented", 1: "FEAT_LRCPC", 2: "FEAT_LRCPC2", 3: "FEAT_LRCPC3"]),
    .field("FCMA", 19, 16, values: [0: "not implemented", 1: "FEAT_FCMA"]),
    .field("JSCVT", 15, 12, values: [0: "not implemented", 1: "FEAT_JSCVT"]),
    .field("API", 11, 8, as: .pauth),
    .field("APA", 7, 4, as: .pauth),
    .field("DPB", 3, 0, values: [0: "not implemented", 1: "FEAT_DPB", 2: "FEAT_DPB2"]),
  ])

  /// ID_AA64ISAR2_EL1 (Arm ARM DDI 0487, D24.2, "ID_AA64ISAR2_EL1").
  static let isar2 = FieldTable([
    .field("ATS1A", 63, 60, values: [0: "not implemented", 1: "FEAT_ATS1A"]),
    .field(
      "LUT", 59, 56,
      values: [0: "not implemented", 1: "FEAT_LUT", 2: "FEAT_LUT with 6-bit indices"]),
    .field("CSSC", 55, 52, values: [0: "not implemented", 1: "FEAT_CSSC", 2: "FEAT_CMPBR"]),
    .field("RPRFM", 51, 48, values: [0: "not implemented", 1: "FEAT_RPRFM"]),
    .field("PCDPHINT", 47, 44, values: [0: "not implemented", 1: "FEAT_PCDPHINT"]),
    .field("PRFMSLC", 43, 40, values: [0: "not implemented", 1: "FEAT_PRFMSLC"]),
    .field("SYSINSTR_128", 39, 36, values: [0: "not implemented", 1: "FEAT_SYSINSTR128"]),
    .field("SYSREG_128", 35, 32, values: [0: "not implemented", 1: "FEAT_SYSREG128"]),
    .field("CLRBHB", 31, 28, values: [0: "not implemented", 1: "FEAT_CLRBHB"]),
    .field("PAC_frac", 27, 24, values: [0: "not implemented", 1: "FEAT_CONSTPACFIELD"]),
    .field("BC", 23, 20, values: [0: "not implemented", 1: "FEAT_HBC"]),
    .field("MOPS", 19, 16, values: [0: "not implemented", 1: "FEAT_MOPS"]),
    .field("APA3", 15, 12, as: .pauth),
    .field("GPA3", 11, 8, values: [0: "not implemented", 1: "FEAT_PACQARMA3"]),
    .field("RPRES", 7, 4, values: [0: "not implemented", 1: "FEAT_RPRES"]),
    .field("WFxT", 3, 0, values: [0: "not implemented", 2: "FEAT_WFxT"]),
  ])

  /// ID_AA64ISAR3_EL1 (Arm ARM DDI 0487, D24.2, "ID_AA64ISAR3_EL1").
  static let isar3 = FieldTable([
    .field("LSCP", 47, 44), .field("LSCSHINT", 43, 40), .field("MTETC", 39, 36),
    .field("PAC_frac2", 35, 32),
    .field("FPRCVT", 31, 28, values: [0: "not implemented", 1: "FEAT_FPRCVT"]),
    .field("LSUI", 27, 24, values: [0: "not implemented", 1: "FEAT_LSUI"]),
    .field("OCCMO", 23, 20, values: [0: "not implemented", 1: "FEAT_OCCMO"]),
    .field("LSFE", 19, 16, values: [0: "not implemented", 1: "FEAT_LSFE"]),
    .field(
      "PACM", 15, 12,
      values: [0: "not implemented", 1: "PSTATE.PACM, trivial", 2: "PSTATE.PACM, in full"]),
    .field("TLBIW", 11, 8, values: [0: "not implemented", 1: "FEAT_TLBIW"]),
    .field("FAMINMAX", 7, 4, values: [0: "not implemented", 1: "FEAT_FAMINMAX"]),
    .field("CPA", 3, 0, values: [0: "not implemented", 1: "FEAT_CPA", 2: "FEAT_CPA2"]),
  ])
}

extension Meaning {
  /// API, APA and APA3: pointer authentication with the field's algorithm.
  fileprivate static let pauth = Meaning.values(
    [
      0: "not implemented", 1: "FEAT_PAuth", 2: "FEAT_EPAC", 3: "FEAT_PAuth2", 4: "FEAT_FPAC",
      5: "FEAT_FPACCOMBINE", 6: "FEAT_PAuth_LR",
    ], "reserved")
}
