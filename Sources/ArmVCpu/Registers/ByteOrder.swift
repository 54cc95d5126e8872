/// The order in which a guest's data accesses see the bytes of memory.
public enum ByteOrder: Sendable {
  /// The lowest byte first, as in devices.
  case littleEndian
  /// The highest byte first.
  case bigEndian

  /// The order for a guest with this PSTATE and SCTLR_EL1: EE at EL1, E0E at EL0, and PSTATE.E, bit 9, in
  /// AArch32 (Arm ARM DDI 0487, the pseudocode function BigEndian). LDTR and STTR at EL1 use EE like all
  /// other accesses.
  @inlinable
  public init(pstate: SPSR_EL2, sctlr: UInt64) {
    let isBigEndian: Bool
    if pstate.isAArch32 {
      isBigEndian = pstate.rawValue & 1 << 9 != 0
    } else {
      isBigEndian = sctlr & (pstate.exceptionLevel == 0 ? SCTLR_EL1.e0e : SCTLR_EL1.ee) != 0
    }
    self = isBigEndian ? .bigEndian : .littleEndian
  }

  /// The lowest `byteCount` bytes, 1 to 8, of `value`, converted from this order to little-endian or
  /// back. The rest is zero.
  @inlinable
  @inline(__always)
  public func converting(_ value: UInt64, byteCount: UInt8) -> UInt64 {
    let unused = (8 &- UInt64(byteCount)) &* 8
    return switch self {
    case .littleEndian: (value << unused) >> unused
    case .bigEndian: value.byteSwapped >> unused
    }
  }
}
