internal import ArmVCpu

extension PSCI.Call {
  /// Whether it changes which CPUs are on, which the hypervisor must keep track of when it answers.
  var changesPower: Bool {
    switch self {
    case .cpuSuspend, .cpuOff, .cpuOn, .systemOff, .systemReset, .systemReset2: true
    case .version, .affinityInfo, .migrateInfoType, .features, .unsupported: false
    }
  }
}
