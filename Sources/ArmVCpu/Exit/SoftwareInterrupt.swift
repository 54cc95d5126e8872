/// A software generated interrupt that a vCPU sends with ICC_SGI1R_EL1, ICC_ASGI1R_EL1 or ICC_SGI0R_EL1 (Arm
/// GIC architecture specification IHI 0069, 12.2.26).
public struct SoftwareInterrupt: Equatable, Sendable {
  /// The register that was written, which selects the group.
  public enum Group: UInt8, Sendable {
    /// ICC_SGI0R_EL1: group 0.
    case group0
    /// ICC_SGI1R_EL1: group 1 of the current Security state.
    case group1
    /// ICC_ASGI1R_EL1: group 1 of the other Security state.
    case otherGroup1
  }

  /// The group.
  public var group: Group
  /// The value that was written.
  public var rawValue: UInt64

  /// A request from a written value.
  @inlinable
  public init(group: Group, rawValue: UInt64) {
    self.group = group
    self.rawValue = rawValue
  }

  /// The request that a write of `register` makes; nil for every other register.
  @inline(__always)
  public init?(_ register: SystemRegister, _ value: UInt64) {
    // All three: Op0 3, CRn 12, CRm 11, Op1 0, and Op2 5, 6 or 7.
    guard register.rawValue & ~0xe_0000 == 0x30_3016 else { return nil }
    switch register.op2 {
    case 5: self.init(group: .group1, rawValue: value)
    case 6: self.init(group: .otherGroup1, rawValue: value)
    case 7: self.init(group: .group0, rawValue: value)
    default: return nil
    }
  }

  /// The register that was written.
  public var systemRegister: SystemRegister {
    switch group {
    case .group1: .icc_sgi1r_el1
    case .otherGroup1: SystemRegister(3, 0, 12, 11, 6)
    case .group0: SystemRegister(3, 0, 12, 11, 7)
    }
  }

  /// INTID, bits 27:24: the interrupt, 0–15.
  @inlinable
  public var interrupt: UInt8 { UInt8(truncatingIfNeeded: rawValue >> 24) & 15 }
  /// IRM, bit 40: to every vCPU except the sender, regardless of the target list.
  @inlinable
  public var isForAllOthers: Bool { rawValue >> 40 & 1 != 0 }
  /// Aff3, Aff2 and Aff1 of the targets, bits 55:48, 39:32 and 23:16, where an MPIDR has them: bits 39:32 and
  /// 23:8.
  @inlinable
  public var cluster: UInt64 {
    (rawValue >> 48 & 0xff) << 32 | (rawValue >> 32 & 0xff) << 16 | (rawValue >> 16 & 0xff) << 8
  }
  /// RS, bits 47:44: the block of sixteen Aff0 values that the target list covers.
  @inlinable
  public var rangeSelector: UInt8 { UInt8(truncatingIfNeeded: rawValue >> 44) & 15 }
  /// TargetList, bits 15:0: bit n is Aff0 16 × RS + n.
  @inlinable
  public var targetList: UInt16 { UInt16(truncatingIfNeeded: rawValue) }

  /// Whether the vCPU with MPIDR_EL1 `target` gets the interrupt that the one with `sender` sends.
  @inlinable
  public func reaches(_ target: UInt64, from sender: UInt64) -> Bool {
    let affinity = target & 0xff_00ff_ffff
    if isForAllOthers { return affinity != sender & 0xff_00ff_ffff }
    guard affinity & ~0xff == cluster else { return false }
    let aff0 = affinity & 0xff
    return aff0 >> 4 == UInt64(rangeSelector) && targetList >> (aff0 & 15) & 1 != 0
  }
}
