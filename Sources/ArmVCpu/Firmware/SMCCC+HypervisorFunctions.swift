extension SMCCC {
  /// Stolen time, the same for every hypervisor (Arm DEN 0057, 3.2).
  static let hypervisorFunctions: [Function] = [
    Function(0x0500_0020, .smc64, "PV_TIME_FEATURES", "function"),
    Function(0x0500_0021, .smc64, "PV_TIME_ST"),
  ]

  /// KVM's own calls (Linux, Documentation/virt/kvm/arm/hypercalls.rst). Other hypervisors use these numbers for other
  /// functions.
  static let kvmFunctions: [Function] = [
    Function(0x0600_0000, .smc32, "KVM_FEATURES"),
    Function(0x0600_0001, .smc32, "KVM_PTP", "counter"),
    Function(0x0600_0002, .smc64, "KVM_HYP_MEMINFO"),
    Function(0x0600_0003, .smc64, "KVM_MEM_SHARE", "ipa"),
    Function(0x0600_0004, .smc64, "KVM_MEM_UNSHARE", "ipa"),
    Function(0x0600_0007, .smc64, "KVM_MMIO_GUARD", "ipa"),
    Function(0x0600_0040, .smc64, "KVM_DISCOVER_IMPL_VER"),
    Function(0x0600_0041, .smc64, "KVM_DISCOVER_IMPL_CPUS", "index"),
    Function(0x0600_007f, .smc32, "KVM_FEATURES_2"),
  ]
}
