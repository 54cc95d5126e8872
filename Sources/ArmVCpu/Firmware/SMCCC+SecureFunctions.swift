// Functions of the architecture and of firmware.

extension SMCCC {
  /// The convention's own functions (Arm DEN 0028, 7).
  static let architectureFunctions: [Function] = [
    Function(0x0000_0000, .smc32, "SMCCC_VERSION"),
    Function(0x0000_0001, .smc32, "SMCCC_ARCH_FEATURES", "function"),
    Function(0x0000_0002, .both, "SMCCC_ARCH_SOC_ID", "type"),
    Function(0x0000_0003, .both, "SMCCC_ARCH_FEATURE_AVAILABILITY", "register"),
    Function(0x0000_0004, .smc32, "SMCCC_ARCH_WORKAROUND_4"),
    Function(0x0000_3fff, .smc32, "SMCCC_ARCH_WORKAROUND_3"),
    Function(0x0000_7fff, .smc32, "SMCCC_ARCH_WORKAROUND_2", "enable"),
    Function(0x0000_8000, .smc32, "SMCCC_ARCH_WORKAROUND_1"),
  ]

  /// PSCI (Arm DEN 0022, 5).
  static let powerFunctions: [Function] = [
    Function(0x0400_0000, .smc32, "PSCI_VERSION"),
    Function(0x0400_0001, .both, "CPU_SUSPEND", "power_state entry_point context"),
    Function(0x0400_0002, .smc32, "CPU_OFF"),
    Function(0x0400_0003, .both, "CPU_ON", "target entry_point context"),
    Function(0x0400_0004, .both, "AFFINITY_INFO", "target lowest_level"),
    Function(0x0400_0005, .both, "MIGRATE", "target"),
    Function(0x0400_0006, .smc32, "MIGRATE_INFO_TYPE"),
    Function(0x0400_0007, .both, "MIGRATE_INFO_UP_CPU"),
    Function(0x0400_0008, .smc32, "SYSTEM_OFF"),
    Function(0x0400_0009, .smc32, "SYSTEM_RESET"),
    Function(0x0400_000a, .smc32, "PSCI_FEATURES", "function"),
    Function(0x0400_000b, .smc32, "CPU_FREEZE"),
    Function(0x0400_000c, .both, "CPU_DEFAULT_SUSPEND", "entry_point context"),
    Function(0x0400_000d, .both, "NODE_HW_STATE", "target level"),
    Function(0x0400_000e, .both, "SYSTEM_SUSPEND", "entry_point context"),
    Function(0x0400_000f, .smc32, "PSCI_SET_SUSPEND_MODE", "mode"),
    Function(0x0400_0010, .both, "PSCI_STAT_RESIDENCY", "target power_state"),
    Function(0x0400_0011, .both, "PSCI_STAT_COUNT", "target power_state"),
    Function(0x0400_0012, .both, "SYSTEM_RESET2", "type cookie"),
    Function(0x0400_0013, .smc32, "MEM_PROTECT", "enable"),
    Function(0x0400_0014, .both, "MEM_PROTECT_CHECK_RANGE", "base length"),
    Function(0x0400_0015, .both, "SYSTEM_OFF2", "type cookie"),
    Function(0x0400_0016, .both, "PSCI_CLEAN_INV_MEMREGION", "base size timeout flags"),
    Function(0x0400_0017, .smc32, "PSCI_CLEAN_INV_MEMREGION_ATTRIBUTES", "attribute"),
  ]

  /// SDEI (Arm DEN 0054, 5.1), Management Mode (Arm DEN 0060, 2), the TRNG (Arm DEN 0098, 2).
  static let secureFunctions: [Function] = [
    Function(0x0400_0020, .smc64, "SDEI_VERSION"),
    Function(0x0400_0021, .smc64, "SDEI_EVENT_REGISTER", "event entry argument flags affinity"),
    Function(0x0400_0022, .smc64, "SDEI_EVENT_ENABLE", "event"),
    Function(0x0400_0023, .smc64, "SDEI_EVENT_DISABLE", "event"),
    Function(0x0400_0024, .smc64, "SDEI_EVENT_CONTEXT", "register"),
    Function(0x0400_0025, .smc64, "SDEI_EVENT_COMPLETE", "status"),
    Function(0x0400_0026, .smc64, "SDEI_EVENT_COMPLETE_AND_RESUME", "resume_address"),
    Function(0x0400_0027, .smc64, "SDEI_EVENT_UNREGISTER", "event"),
    Function(0x0400_0028, .smc64, "SDEI_EVENT_STATUS", "event"),
    Function(0x0400_0029, .smc64, "SDEI_EVENT_GET_INFO", "event info"),
    Function(0x0400_002a, .smc64, "SDEI_EVENT_ROUTING_SET", "event mode affinity"),
    Function(0x0400_002b, .smc64, "SDEI_PE_MASK"),
    Function(0x0400_002c, .smc64, "SDEI_PE_UNMASK"),
    Function(0x0400_002d, .smc64, "SDEI_INTERRUPT_BIND", "interrupt"),
    Function(0x0400_002e, .smc64, "SDEI_INTERRUPT_RELEASE", "event"),
    Function(0x0400_002f, .smc64, "SDEI_EVENT_SIGNAL", "event target"),
    Function(0x0400_0030, .smc64, "SDEI_FEATURES", "feature"),
    Function(0x0400_0031, .smc64, "SDEI_PRIVATE_RESET"),
    Function(0x0400_0032, .smc64, "SDEI_SHARED_RESET"),
    Function(0x0400_0040, .smc32, "MM_VERSION"),
    Function(0x0400_0041, .both, "MM_COMMUNICATE", "cookie address size"),
    Function(0x0400_0050, .smc32, "TRNG_VERSION"),
    Function(0x0400_0051, .smc32, "TRNG_FEATURES", "function"),
    Function(0x0400_0052, .smc32, "TRNG_GET_UUID"),
    Function(0x0400_0053, .both, "TRNG_RND", "bits"),
  ]

  /// Errata (Arm DEN 0100, 3), DRTM (Arm DEN 0113, 3.3) and PCI (Arm DEN 0115, 3).
  static let laterSecureFunctions: [Function] = [
    Function(0x0400_00f0, .smc32, "EM_VERSION"),
    Function(0x0400_00f1, .smc32, "EM_FEATURES", "function"),
    Function(0x0400_00f2, .smc32, "EM_CPU_ERRATUM_FEATURES", "erratum forward_flag"),
    Function(0x0400_0110, .smc64, "DRTM_VERSION"),
    Function(0x0400_0111, .smc64, "DRTM_FEATURES", "feature"),
    Function(0x0400_0113, .smc64, "DRTM_UNPROTECT_MEMORY"),
    Function(0x0400_0114, .smc64, "DRTM_DYNAMIC_LAUNCH", "parameters"),
    Function(0x0400_0115, .smc64, "DRTM_CLOSE_LOCALITY", "locality"),
    Function(0x0400_0116, .smc64, "DRTM_GET_ERROR"),
    Function(0x0400_0117, .smc64, "DRTM_SET_ERROR", "error"),
    Function(0x0400_0118, .smc64, "DRTM_SET_TCB_HASH", "table"),
    Function(0x0400_0119, .smc64, "DRTM_LOCK_TCB_HASH"),
    Function(0x0400_0130, .smc32, "PCI_VERSION"),
    Function(0x0400_0131, .smc32, "PCI_FEATURES", "function"),
    Function(0x0400_0132, .smc32, "PCI_READ", "device offset size"),
    Function(0x0400_0133, .smc32, "PCI_WRITE", "device offset size value"),
    Function(0x0400_0134, .smc32, "PCI_GET_SEG_INFO", "segment"),
  ]

  /// Live firmware activation (Arm DEN 0147).
  static let activationFunctions: [Function] = [
    Function(0x0400_02e0, .smc64, "LFA_VERSION"),
    Function(0x0400_02e1, .smc64, "LFA_FEATURES", "function"),
    Function(0x0400_02e2, .smc64, "LFA_GET_INFO", "selector"),
    Function(0x0400_02e3, .smc64, "LFA_GET_INVENTORY", "index"),
    Function(0x0400_02e4, .smc64, "LFA_PRIME", "component"),
    Function(0x0400_02e5, .smc64, "LFA_ACTIVATE", "component flags entry_point context"),
    Function(0x0400_02e6, .smc64, "LFA_CANCEL", "component"),
  ]
}
