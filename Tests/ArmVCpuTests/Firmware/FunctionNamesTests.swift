import Testing

@testable import ArmVCpu

/// Names of SMC Calling Convention functions.
@Suite struct FunctionNamesTests {
  /// From the specifications, and from Linux's headers (arm-smccc.h, arm_ffa.h, arm_sdei.h, psci.h, rsi_smc.h) and
  /// Trusted Firmware-A's (ffa_svc.h, pci_svc.h, drtm_svc.h, lfa_svc.h, errata_abi_svc.h, rmmd_svc.h).
  @Test(
    arguments: [
      (0x8000_0000, "SMCCC_VERSION"), (0x8000_3fff, "SMCCC_ARCH_WORKAROUND_3"),
      (0x8000_8000, "SMCCC_ARCH_WORKAROUND_1"), (0xc000_0002, "SMCCC_ARCH_SOC_ID"),
      (0x8400_0000, "PSCI_VERSION"), (0xc400_0003, "CPU_ON"), (0x8400_0003, "CPU_ON"),
      (0xc400_0012, "SYSTEM_RESET2"), (0x8400_0013, "MEM_PROTECT"),
      (0xc400_0020, "SDEI_VERSION"), (0xc400_002f, "SDEI_EVENT_SIGNAL"),
      (0xc400_0032, "SDEI_SHARED_RESET"), (0x8400_0041, "MM_COMMUNICATE"),
      (0x8400_0050, "TRNG_VERSION"), (0xc400_0053, "TRNG_RND"), (0x8400_0060, "FFA_ERROR"),
      (0x8400_0063, "FFA_VERSION"), (0xc400_0066, "FFA_RXTX_MAP"),
      (0xc400_006f, "FFA_MSG_SEND_DIRECT_REQ"), (0x8400_0077, "FFA_MEM_RECLAIM"),
      (0xc400_008b, "FFA_PARTITION_INFO_GET_REGS"), (0xc400_008d, "FFA_MSG_SEND_DIRECT_REQ2"),
      (0xc400_0097, "FFA_NOTIFICATION_GET2"), (0x8400_00f2, "EM_CPU_ERRATUM_FEATURES"),
      (0xc400_0114, "DRTM_DYNAMIC_LAUNCH"), (0x8400_0132, "PCI_READ"),
      (0x8400_0134, "PCI_GET_SEG_INFO"), (0xc400_0150, "RMI_VERSION"),
      (0xc400_015c, "RMI_REC_ENTER"), (0xc400_0169, "RMI_RTT_SET_RIPAS"),
      (0xc400_0190, "RSI_VERSION"), (0xc400_0199, "RSI_HOST_CALL"),
      (0xc400_01cf, "RMM_BOOT_COMPLETE"), (0xc400_02e5, "LFA_ACTIVATE"),
      (0xc500_0020, "PV_TIME_FEATURES"), (0xc500_0021, "PV_TIME_ST"),
      (0x8600_0000, "KVM_FEATURES"), (0x8600_0001, "KVM_PTP"), (0xc600_0003, "KVM_MEM_SHARE"),
      (0xc600_0007, "KVM_MMIO_GUARD"), (0xc600_0041, "KVM_DISCOVER_IMPL_CPUS"),
      (0x8400_ff00, "call count of the service"), (0x8400_ff01, "call UID of the service"),
      (0x8500_ff01, "call UID of the service"), (0x8600_ff03, "revision of the service"),
      (0xbf00_ff01, "call UID of the service"),
    ] as [(UInt32, String)])
  func functionsHaveTheirNames(id: UInt32, name: String) {
    #expect(SMCCC.FunctionID(rawValue: id).name.description == name)
    // The SVE hint isn't part of the identifier.
    #expect(SMCCC.FunctionID(rawValue: id | 1 << 16).name.description == name)
  }

  /// A yielding call, a form that doesn't exist, a service without queries, a number between two.
  @Test(
    arguments: [
      0x0400_0000, 0x4400_0003, 0xc400_0000, 0xc400_0002, 0x8400_0020, 0x8400_0150, 0xc400_0134,
      0x8400_0018, 0x8400_0135, 0x8000_ff01, 0xc400_ff01, 0x8800_ff01, 0x8400_ff02, 0xffff_ffff, 0,
    ] as [UInt32])
  func othersHaveNone(id: UInt32) {
    #expect(SMCCC.FunctionID(rawValue: id).name.description == "")
    #expect(SMCCC.FunctionID(rawValue: id).function?.key == nil)
  }

  @Test func argumentsHaveNames() {
    func arguments(_ id: UInt32) -> [String]? {
      SMCCC.FunctionID(rawValue: id).function?.argumentNames
    }
    #expect(arguments(0xc400_0003) == ["target", "entry_point", "context"])
    #expect(arguments(0xc400_0153) == ["rd", "data", "ipa", "src", "flags"])
    #expect(arguments(0x8400_0000) == [])
    #expect(arguments(0x8400_0133) == ["device", "offset", "size", "value"])
  }

  /// The search needs them sorted.
  @Test func theListRises() {
    let keys = SMCCC.functions.map(\.key)
    #expect(keys == keys.sorted())
    #expect(Set(keys).count == keys.count)
    #expect(keys.count > 150)
    for function in SMCCC.functions {
      let id = 1 << 31 | function.key | (function.forms == .smc64 ? 1 << 30 : 0)
      #expect(SMCCC.FunctionID(rawValue: id).function?.key == function.key)
      #expect(function.argumentNames.count <= 6, "\(function.name)")
    }
  }
}
