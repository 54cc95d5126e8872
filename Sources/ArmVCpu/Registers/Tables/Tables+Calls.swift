// Function identifiers of the SMC Calling Convention.

extension DecodableRegister {
  static let calls = [
    DecodableRegister(
      "SMCCC", "SMC Calling Convention function identifier (W0)",
      aliases: ["SMC", "HVC", "PSCI"], .smccc)
  ]
}

extension FieldTable {
  /// W0 of a call (Arm DEN 0028, "Function identifiers"). The names are those of DEN 0028, of PSCI (DEN
  /// 0022), of the TRNG (DEN 0098), of stolen time (DEN 0057), of SDEI (DEN 0054) and of FF-A (DEN 0077).
  static let smccc = FieldTable([
    .flag("Fast", 31, "fast call", "yielding call, or a legacy Trusted OS call"),
    .flag("SMC64", 30, "64-bit arguments", "32-bit arguments"),
    .field(
      "Owner", 29, 24,
      values: [
        0: "Arm Architecture", 1: "CPU", 2: "SiP", 3: "OEM", 4: "Standard Secure",
        5: "Standard Hypervisor", 6: "Vendor Specific Hypervisor", 7: "Vendor Specific EL3 Monitor",
        0x30: "Trusted Application", 0x31: "Trusted Application", 0x32: "Trusted OS",
        0x33: "Trusted OS", 0x34: "Trusted OS", 0x35: "Trusted OS", 0x36: "Trusted OS",
        0x37: "Trusted OS", 0x38: "Trusted OS", 0x39: "Trusted OS", 0x3a: "Trusted OS",
        0x3b: "Trusted OS", 0x3c: "Trusted OS", 0x3d: "Trusted OS", 0x3e: "Trusted OS",
        0x3f: "Trusted OS",
      ]),
    .flag("SVEHint", 16, "no SVE state is live", "SVE state may be live"),
    .field("Number", 15, 0, as: .register(mask: 0xff00_ffff, functionNames)),
  ])

  private static let functionNames: KeyValuePairs<UInt64, StaticString> = [
    0x8000_0000: "SMCCC_VERSION", 0x8000_0001: "SMCCC_ARCH_FEATURES",
    0x8000_0002: "SMCCC_ARCH_SOC_ID", 0xc000_0002: "SMCCC_ARCH_SOC_ID",
    0x8000_0003: "SMCCC_ARCH_FEATURE_AVAILABILITY", 0xc000_0003: "SMCCC_ARCH_FEATURE_AVAILABILITY",
    0x8000_0004: "SMCCC_ARCH_WORKAROUND_4", 0x8000_3fff: "SMCCC_ARCH_WORKAROUND_3",
    0x8000_7fff: "SMCCC_ARCH_WORKAROUND_2", 0x8000_8000: "SMCCC_ARCH_WORKAROUND_1",
    0x8400_0000: "PSCI_VERSION", 0x8400_0001: "CPU_SUSPEND", 0xc400_0001: "CPU_SUSPEND",
    0x8400_0002: "CPU_OFF", 0x8400_0003: "CPU_ON", 0xc400_0003: "CPU_ON",
    0x8400_0004: "AFFINITY_INFO", 0xc400_0004: "AFFINITY_INFO", 0x8400_0005: "MIGRATE",
    0xc400_0005: "MIGRATE", 0x8400_0006: "MIGRATE_INFO_TYPE", 0x8400_0007: "MIGRATE_INFO_UP_CPU",
    0xc400_0007: "MIGRATE_INFO_UP_CPU", 0x8400_0008: "SYSTEM_OFF", 0x8400_0009: "SYSTEM_RESET",
    0x8400_000a: "PSCI_FEATURES", 0x8400_000b: "CPU_FREEZE", 0x8400_000c: "CPU_DEFAULT_SUSPEND",
    0xc400_000c: "CPU_DEFAULT_SUSPEND", 0x8400_000d: "NODE_HW_STATE", 0xc400_000d: "NODE_HW_STATE",
    0x8400_000e: "SYSTEM_SUSPEND", 0xc400_000e: "SYSTEM_SUSPEND",
    0x8400_000f: "PSCI_SET_SUSPEND_MODE", 0x8400_0010: "PSCI_STAT_RESIDENCY",
    0xc400_0010: "PSCI_STAT_RESIDENCY", 0x8400_0011: "PSCI_STAT_COUNT",
    0xc400_0011: "PSCI_STAT_COUNT", 0x8400_0012: "SYSTEM_RESET2", 0xc400_0012: "SYSTEM_RESET2",
    0x8400_0013: "MEM_PROTECT", 0x8400_0014: "MEM_PROTECT_CHECK_RANGE",
    0xc400_0014: "MEM_PROTECT_CHECK_RANGE", 0x8400_0015: "SYSTEM_OFF2", 0xc400_0015: "SYSTEM_OFF2",
    0x8400_0016: "PSCI_CLEAN_INV_MEMREGION", 0xc400_0016: "PSCI_CLEAN_INV_MEMREGION",
    0x8400_0017: "PSCI_CLEAN_INV_MEMREGION_ATTRIBUTES",
    0xc400_0020: "SDEI_VERSION", 0x8400_0050: "TRNG_VERSION", 0x8400_0051: "TRNG_FEATURES",
    0x8400_0052: "TRNG_GET_UUID", 0x8400_0053: "TRNG_RND", 0xc400_0053: "TRNG_RND",
    0x8400_0063: "FFA_VERSION", 0x8400_0064: "FFA_FEATURES", 0xc500_0020: "PV_TIME_FEATURES",
    0xc500_0021: "PV_TIME_ST", 0x8600_ff01: "call UID of the hypervisor",
    0x8600_ff03: "revision of the hypervisor",
  ]
}
