/// The EL1 physical timer of a vCPU, kept in memory for a hypervisor that traps CNTP_* (CNTHCTL_EL2.EL1PCEN
/// clear). Counts are those of CNTPCT_EL0 (Arm ARM DDI 0487, D12.2.4).
///
/// It doesn't raise interrupts by itself: the hypervisor checks `isInterruptAsserted(at:)` before an entry,
/// and `deadline` says when to check again.
public struct PhysicalTimer: Equatable, Sendable {
  /// CNTP_CVAL_EL0: the count at which the condition becomes true.
  public var compareValue: UInt64 = 0
  /// CNTP_CTL_EL0.ENABLE, bit 0.
  public var isEnabled = false
  /// CNTP_CTL_EL0.IMASK, bit 1.
  public var isMasked = false

  /// A timer that is off.
  public init() {}

  /// CNTP_CTL_EL0.ISTATUS, bit 2: the timer is on and its condition is met.
  public func isConditionMet(at count: UInt64) -> Bool { isEnabled && count >= compareValue }

  /// Whether the timer's interrupt is asserted.
  public func isInterruptAsserted(at count: UInt64) -> Bool {
    isConditionMet(at: count) && !isMasked
  }

  /// The count at which the interrupt will be asserted; nil if it can't be.
  public var deadline: UInt64? { isEnabled && !isMasked ? compareValue : nil }

  /// CNTP_CTL_EL0 as the guest reads it.
  public func control(at count: UInt64) -> UInt64 {
    (isEnabled ? 1 : 0) | (isMasked ? 2 : 0) | (isConditionMet(at: count) ? 4 : 0)
  }

  /// Writes CNTP_CTL_EL0; ISTATUS is read-only.
  public mutating func setControl(_ value: UInt64) {
    isEnabled = value & 1 != 0
    isMasked = value & 2 != 0
  }

  /// CNTP_TVAL_EL0 as the guest reads it: the remaining count, 32 bits; the bits above are RES0.
  public func timerValue(at count: UInt64) -> UInt64 { (compareValue &- count) & 0xffff_ffff }

  /// Writes CNTP_TVAL_EL0: a signed 32-bit number, relative to the current count.
  public mutating func setTimerValue(_ value: UInt64, at count: UInt64) {
    let offset = Int32(truncatingIfNeeded: value)
    compareValue = count &+ UInt64(bitPattern: Int64(offset))
  }
}
