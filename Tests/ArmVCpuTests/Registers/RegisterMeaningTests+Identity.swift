// Values of ID registers, of the GIC, and function identifiers.

extension RegisterMeaningTests {
  /// MIDR and the ID registers are those of a Cortex-A57 r1p0 (Arm DDI 0488, 4.3).
  static let identity: [Known] = [
    Known(
      "MIDR_EL1", 0x411f_d070,
      [
        "Implementer": "0x41 Arm", "PartNum": "0xd07 Cortex-A57", "Variant": "0x1",
        "Revision": "0x0", "Architecture": "0xf as the ID registers say",
      ]),
    Known("MIDR_EL1", 0x610f_0221, ["Implementer": "0x61 Apple", "PartNum": "0x22 Icestorm (M1)"]),
    Known(
      "MIDR_EL1", 0x51df_8014, ["Implementer": "0x51 Qualcomm", "PartNum": "0x801 Kryo 2xx Silver"]),
    Known("MIDR_EL1", 0x481f_d020, ["Implementer": "0x48 HiSilicon", "PartNum": "0xd02 HIP09"]),
    Known("MIDR_EL1", 0x612f_0280, ["PartNum": "0x28 Icestorm (M1 Max)"]),
    Known(
      "MIDR_EL1", 0x431f_0b10, ["Implementer": "0x43 Cavium", "PartNum": "0xb1 OcteonTX2 98XX"]),
    // An implementer whose code isn't known here isn't reserved.
    Known("MIDR_EL1", 0x68ff_0001, ["Implementer": "0x68", "PartNum": "0x0"]),
    Known("VPIDR_EL2", 0x413f_d0c1, ["PartNum": "0xd0c Neoverse N1", "Variant": "0x3"]),
    Known(
      "MPIDR_EL1", 0x8000_0003,
      ["Aff0": "0x3", "RES1": "0x1 reserved, one", "U": "0x0 part of a multiprocessor"]),
    Known(
      "VMPIDR_EL2", 0x1_8100_0200,
      ["Aff3": "0x1", "Aff1": "0x2", "MT": "0x1 Aff0 are threads of a core"]),
    Known(
      "ID_AA64PFR0_EL1", 0x2222,
      ["EL0": "0x2 AArch64 and AArch32", "FP": "0x0 floating point", "SVE": "0x0 not implemented"]),
    Known(
      "ID_AA64PFR0_EL1", 0x1100_0001_0311_1112,
      [
        "GIC": "0x3 GICv4.1 system registers", "SVE": "0x1 FEAT_SVE", "EL3": "0x1 AArch64",
        "CSV2": "0x1 FEAT_CSV2",
      ]),
    Known(
      "ID_AA64PFR1_EL1", 0x321,
      ["BT": "0x1 FEAT_BTI", "SSBS": "0x2 FEAT_SSBS2", "MTE": "0x3 FEAT_MTE3"]),
    Known(
      "ID_AA64DFR0_EL1", 0x1030_5106,
      [
        "DebugVer": "0x6 Armv8.0 debug", "PMUVer": "0x1 FEAT_PMUv3",
        "BRPs": "0x5 breakpoints, minus one", "WRPs": "0x3 watchpoints, minus one",
      ]),
    Known(
      "ID_AA64ISAR0_EL1", 0x1_1120,
      [
        "AES": "0x2 FEAT_AES and FEAT_PMULL", "CRC32": "0x1 FEAT_CRC32",
        "Atomic": "0x0 not implemented",
      ]),
    Known("ID_AA64ISAR0_EL1", 0x20_0000, ["Atomic": "0x2 FEAT_LSE"]),
    Known(
      "ID_AA64ISAR1_EL1", 0x10_0011,
      ["DPB": "0x1 FEAT_DPB", "APA": "0x1 FEAT_PAuth", "LRCPC": "0x1 FEAT_LRCPC"]),
    Known("ID_AA64ISAR2_EL1", 0x1_0002, ["WFxT": "0x2 FEAT_WFxT", "MOPS": "0x1 FEAT_MOPS"]),
    Known(
      "ID_AA64MMFR0_EL1", 0x1124,
      [
        "PARange": "0x4 44 bits, 16 TiB", "ASIDBits": "0x2 16-bit ASID", "TGran4": "0x0 4 KiB",
        "TGran16": "0x0 no 16 KiB", "TGran64": "0x0 64 KiB",
      ]),
    Known("ID_AA64MMFR0_EL1", 1 << 48, ["RES0": "0x1 reserved bits are set"]),
    Known(
      "ID_AA64MMFR1_EL1", 0x1121,
      [
        "HAFDBS": "0x1 FEAT_HAFDBS, access flag", "VMIDBits": "0x2 16-bit VMID (FEAT_VMID16)",
        "VH": "0x1 FEAT_VHE",
      ]),
    Known(
      "ID_AA64MMFR2_EL1", 0x0200_0011,
      ["CnP": "0x1 FEAT_TTCNP", "NV": "0x2 FEAT_NV2", "UAO": "0x1 FEAT_UAO"]),
    Known(
      "ID_AA64PFR2_EL1", 0x1_0000_1100,
      ["FPMR": "0x1 FEAT_FPMR", "GCIE": "0x1 GICv5 (FEAT_GCIE)", "UINJ": "0x0 not implemented"]),
    Known("ID_AA64ISAR3_EL1", 0x12, ["CPA": "0x2 FEAT_CPA2", "FAMINMAX": "0x1 FEAT_FAMINMAX"]),
    Known(
      "ID_AA64MMFR3_EL1", 0x11_1111,
      [
        "TCRX": "0x1 FEAT_TCR2", "S2PIE": "0x1 FEAT_S2PIE", "S2POE": "0x1 FEAT_S2POE",
        "SNERR": "0x0 as ANERR says",
      ]),
    Known(
      "ID_AA64MMFR4_EL1", 0xe20_0000,
      [
        "E2H0": "0xe HCR_EL2.E2H is 1, NV1 is 0", "NV_frac": "0x2 FEAT_NV2p1",
        "ASID2": "0x0 not implemented",
      ]),
    Known(
      "ID_AA64MMFR4_EL1", 0x1021_0000_0000_0000, ["MTEFGT": "0x1", "TEV": "0x2", "TPS": "0x1"]),
    Known(
      "ID_AA64PFR2_EL1", 0x3210_0100_0000,
      ["VMTETCL": "0x3", "VMTETC": "0x2", "VMTE": "0x1", "FGDT": "0x1"]),
  ]

  static let others: [Known] = [
    Known(
      "ICC_SGI1R_EL1", 0x0100_0002,
      [
        "INTID": "0x1", "TargetList": "0x2 a bit for each CPU",
        "IRM": "0x0 the CPUs in the target list",
      ]),
    Known(
      "ICC_SGI1R_EL1", 0x100_0f00_0000, ["IRM": "0x1 all CPUs except this one", "INTID": "0xf"]),
    Known("ICH_HCR_EL2", 0x0800_0001, ["En": "0x1 virtual CPU interface on", "EOIcount": "0x1"]),
    Known(
      "ICH_LR_EL2", 0x70a0_001b_0000_001b,
      [
        "State": "0x1 pending", "HW": "0x1 a physical interrupt", "Group": "0x1 group 1",
        "Priority": "0xa0", "pINTID": "0x1b", "vINTID": "0x1b",
      ]),
    Known(
      "ICH_LR_EL2", 0x9000_0200_0000_0021,
      ["State": "0x2 active", "EOI": "0x1 maintenance interrupt on EOI"]),
    Known(
      "SMCCC", 0xc400_0003,
      [
        "Fast": "0x1 fast call", "SMC64": "0x1 64-bit arguments", "Owner": "0x4 Standard Secure",
        "Number": "0x3 CPU_ON",
      ]),
    Known("SMCCC", 0x8400_0000, ["SMC64": "0x0 32-bit arguments", "Number": "0x0 PSCI_VERSION"]),
    Known(
      "SMCCC", 0x8000_7fff,
      ["Owner": "0x0 Arm Architecture", "Number": "0x7fff SMCCC_ARCH_WORKAROUND_2"]),
    // PSCI_VERSION doesn't have a 64-bit form.
    Known("SMCCC", 0xc400_0000, ["Number": "0x0"]),
    Known(
      "SMCCC", 0x8600_ff01,
      ["Owner": "0x6 Vendor Specific Hypervisor", "Number": "0xff01 call UID of the service"]),
  ]
}
