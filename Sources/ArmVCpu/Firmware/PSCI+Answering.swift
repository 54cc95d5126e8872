extension PSCI {
  /// What a call asks for.
  public enum Action: Equatable, Sendable {
    /// The caller continues with this in x0.
    case answer(UInt64)
    /// The caller waits for an interrupt, then continues with this in x0.
    case wait(UInt64)
    /// The caller is off now.
    case powerOff
    /// The VM ends.
    case systemOff
    /// The VM starts again.
    case systemReset
  }

  /// Who makes a call.
  public struct Caller: Equatable, Sendable {
    /// The number of the vCPU.
    public var vcpu: UInt32
    /// Whether its data accesses are big-endian: those of a vCPU that it starts are too.
    public var isBigEndian: Bool

    /// A caller from its parts.
    @inlinable
    public init(vcpu: UInt32, isBigEndian: Bool) {
      self.vcpu = vcpu
      self.isBigEndian = isBigEndian
    }
  }

  /// Carries out a call within the VM. It implements everything that PSCI 1.1 makes mandatory, and
  /// SYSTEM_RESET2 and MIGRATE_INFO_TYPE (Arm DEN 0022, 5.1 and 6.8).
  public static func act<Domain: PowerDomain>(
    on call: Call, of caller: Caller, in domain: inout Domain
  ) -> Action {
    if let value = answer(to: call) { return .answer(value) }
    switch call {
    case .version, .migrateInfoType, .features, .unsupported: return answer(.notSupported)
    // A deeper state may always be downgraded to standby, which the next interrupt ends (5.4.4).
    case .cpuSuspend: return .wait(ReturnCode.success.registerValue)
    case .cpuOff:
      guard domain.exchangePowerState(of: caller.vcpu, from: .on, to: .off) else {
        return answer(.denied)
      }
      return .powerOff
    case .cpuOn(let target, let entry, let context):
      let entry = IntermediatePhysicalAddress(entry)
      return answer(powerOn(target, entry, context, caller, &domain))
    case .affinityInfo(let target, let level):
      return .answer(affinityInfo(target, level, domain))
    case .systemOff: return .systemOff
    case .systemReset: return .systemReset
    case .systemReset2(let type):
      // 0 is the architectural warm reset; bit 31 would be a vendor's (5.11).
      return type == 0 ? .systemReset : answer(.invalidParameters)
    }
  }

  /// What a call returns that concerns neither the caller nor the VM; nil for the others.
  @inline(__always)
  static func answer(to call: Call) -> UInt64? {
    switch call {
    case .version: version
    case .migrateInfoType: noTrustedOS
    case .features(let id): features(of: id).registerValue
    case .unsupported: ReturnCode.notSupported.registerValue
    case .cpuSuspend, .cpuOff, .cpuOn, .affinityInfo, .systemOff, .systemReset, .systemReset2: nil
    }
  }

  private static func answer(_ code: ReturnCode) -> Action { .answer(code.registerValue) }

  /// If several callers race to start a vCPU that is off, exactly one wins.
  private static func powerOn<Domain: PowerDomain>(
    _ target: UInt64, _ entry: IntermediatePhysicalAddress, _ context: UInt64, _ caller: Caller,
    _ domain: inout Domain
  ) -> ReturnCode {
    guard let vcpu = self.vcpu(withAffinity: target, in: domain) else { return .invalidParameters }
    guard domain.isValidEntry(entry) else { return .invalidAddress }
    guard domain.exchangePowerState(of: vcpu, from: .off, to: .onPending) else {
      return domain.powerState(of: vcpu) == .on ? .alreadyOn : .onPending
    }
    guard domain.start(vcpu, at: entry, context: context, isBigEndian: caller.isBigEndian) else {
      _ = domain.exchangePowerState(of: vcpu, from: .onPending, to: .off)
      return .internalFailure
    }
    return .success
  }

  /// Above level 0 an affinity instance is ON when any vCPU of it is, else ON_PENDING when any is.
  private static func affinityInfo<Domain: PowerDomain>(
    _ target: UInt64, _ level: UInt64, _ domain: Domain
  ) -> UInt64 {
    guard level <= 3, target & ~affinityMask == 0 else {
      return ReturnCode.invalidParameters.registerValue
    }
    // The fields below the level are ignored; Aff3 is bits 39:32.
    let ignored: UInt64 =
      switch level {
      case 0: 0
      case 1: 0xff
      case 2: 0xffff
      default: 0xff_ffff
      }
    var found: PowerState?
    for vcpu in 0..<domain.vcpuCount
    where (domain.affinity(of: vcpu) ^ target) & affinityMask & ~ignored == 0 {
      switch (domain.powerState(of: vcpu), found) {
      case (.on, _): return UInt64(PowerState.on.rawValue)
      case (.onPending, _): found = .onPending
      case (.off, nil): found = .off
      case (.off, _): break
      }
    }
    return found.map { UInt64($0.rawValue) } ?? ReturnCode.invalidParameters.registerValue
  }

  /// The affinity fields of an MPIDR. Other bits in the target of a call are an error.
  private static let affinityMask: UInt64 = 0xff_00ff_ffff

  private static func vcpu<Domain: PowerDomain>(
    withAffinity target: UInt64, in domain: Domain
  ) -> UInt32? {
    for vcpu in 0..<domain.vcpuCount where domain.affinity(of: vcpu) == target { return vcpu }
    return nil
  }
}
