/// The Power State Coordination Interface, version 1.1 (Arm DEN 0022): a guest's calls about its CPUs and
/// its system. They are answered inside the VM and never reach the machine's firmware.
public enum PSCI {
  /// A call, with its arguments taken from the guest's registers in the width that the identifier gives.
  public enum Call: Equatable, Sendable {
    /// PSCI_VERSION.
    case version
    /// CPU_SUSPEND. The entry point is an IPA; the context is in x0 there.
    case cpuSuspend(powerState: UInt64, entry: UInt64, context: UInt64)
    /// CPU_OFF. Does not return.
    case cpuOff
    /// CPU_ON. The target is an MPIDR, the entry point an IPA; the context is in x0 there.
    case cpuOn(target: UInt64, entry: UInt64, context: UInt64)
    /// AFFINITY_INFO.
    case affinityInfo(target: UInt64, level: UInt64)
    /// MIGRATE_INFO_TYPE.
    case migrateInfoType
    /// SYSTEM_OFF. Does not return.
    case systemOff
    /// SYSTEM_RESET. Does not return.
    case systemReset
    /// SYSTEM_RESET2. Does not return. The type is 0 for an architectural warm reset.
    case systemReset2(type: UInt64)
    /// PSCI_FEATURES: whether a function is implemented.
    case features(SMCCC.FunctionID)
    /// A function of PSCI's range that is not implemented, or a 64-bit identifier of a function that has
    /// only a 32-bit one.
    case unsupported(SMCCC.FunctionID)

    /// The call in a guest's registers; nil if W0 isn't an identifier in PSCI's range.
    @inline(__always)
    public init?(_ frame: borrowing some GuestState) {
      let id = SMCCC.FunctionID(rawValue: UInt32(truncatingIfNeeded: frame.gpr(0)))
      // 0x8400_0000 … 0x8400_001f and 0xc400_0000 … 0xc400_001f.
      guard id.rawValue & 0xbfff_ffe0 == 0x8400_0000 else { return nil }
      // AArch32 doesn't have 64-bit calls (Arm DEN 0028, 2.5).
      if id.is64Bit, frame.pstate.isAArch32 {
        self = .unsupported(id)
        return
      }
      let mask: UInt64 = id.is64Bit ? .max : 0xffff_ffff
      let (first, second, third) = (frame.gpr(1) & mask, frame.gpr(2) & mask, frame.gpr(3) & mask)
      // Arguments that are 32 bits wide in both forms are in a W register: the rest of X can be anything.
      let word: UInt64 = 0xffff_ffff
      switch (id.number, id.is64Bit) {
      case (0x00, false): self = .version
      case (0x01, _): self = .cpuSuspend(powerState: first & word, entry: second, context: third)
      case (0x02, false): self = .cpuOff
      case (0x03, _): self = .cpuOn(target: first, entry: second, context: third)
      case (0x04, _): self = .affinityInfo(target: first, level: second & word)
      case (0x06, false): self = .migrateInfoType
      case (0x08, false): self = .systemOff
      case (0x09, false): self = .systemReset
      case (0x0a, false):
        self = .features(SMCCC.FunctionID(rawValue: UInt32(truncatingIfNeeded: first)))
      case (0x12, _): self = .systemReset2(type: first & word)
      default: self = .unsupported(id)
      }
    }

    /// The function's name in the specification.
    public var name: StaticString {
      switch self {
      case .version: "PSCI_VERSION"
      case .cpuSuspend: "CPU_SUSPEND"
      case .cpuOff: "CPU_OFF"
      case .cpuOn: "CPU_ON"
      case .affinityInfo: "AFFINITY_INFO"
      case .migrateInfoType: "MIGRATE_INFO_TYPE"
      case .systemOff: "SYSTEM_OFF"
      case .systemReset: "SYSTEM_RESET"
      case .systemReset2: "SYSTEM_RESET2"
      case .features: "PSCI_FEATURES"
      case .unsupported: "an unsupported PSCI function"
      }
    }
  }

  /// What a call returns in x0, sign-extended to 64 bits.
  public enum ReturnCode: Int64, Sendable {
    /// SUCCESS.
    case success = 0
    /// NOT_SUPPORTED.
    case notSupported = -1
    /// INVALID_PARAMETERS.
    case invalidParameters = -2
    /// DENIED.
    case denied = -3
    /// ALREADY_ON.
    case alreadyOn = -4
    /// ON_PENDING.
    case onPending = -5
    /// INTERNAL_FAILURE.
    case internalFailure = -6
    /// INVALID_ADDRESS.
    case invalidAddress = -9

    /// The bits of x0.
    @inlinable
    public var registerValue: UInt64 { UInt64(bitPattern: rawValue) }
  }

  /// Version 1.1, as PSCI_VERSION returns it.
  public static let version: UInt64 = 0x1_0001

  /// What MIGRATE_INFO_TYPE returns: there is no trusted OS to migrate.
  public static let noTrustedOS: UInt64 = 2

  /// PSCI_FEATURES: SUCCESS for the functions of `Call`, in the widths that exist, and for SMCCC_VERSION,
  /// which tells a guest that there is an SMCCC 1.1 (Arm DEN 0028, 7.2.1); else NOT_SUPPORTED. No function
  /// has flags: CPU_SUSPEND uses the original power state format and is platform-coordinated.
  @inline(never)
  public static func features(of id: SMCCC.FunctionID) -> ReturnCode {
    if id == .version { return .success }
    var probe = TrapFrame.initial
    probe.setGPR(0, UInt64(id.rawValue))
    switch Call(probe) {
    case nil, .unsupported: return .notSupported
    default: return .success
    }
  }
}
