/// The bits of SCTLR_EL1 that the vCPU itself uses (Arm ARM DDI 0487, "SCTLR_EL1").
public enum SCTLR_EL1 {
  /// A vCPU's initial value: the RES1 bits of Armv8.0, MMU and caches off, little-endian. Bits whose reset
  /// value is UNKNOWN are 0.
  public static let initial: UInt64 = 0x30d0_0800
  /// SPAN, bit 23: an exception to EL1 leaves PSTATE.PAN unchanged.
  public static let span: UInt64 = 1 << 23
  /// E0E, bit 24: data accesses of EL0 are big-endian.
  public static let e0e: UInt64 = 1 << 24
  /// EE, bit 25: data accesses of EL1 and its table walks are big-endian.
  public static let ee: UInt64 = 1 << 25
  /// DSSBS, bit 44: the value of PSTATE.SSBS on an exception to EL1.
  public static let dssbs: UInt64 = 1 << 44
  /// SPINTMASK, bit 62: an exception to EL1 leaves PSTATE.ALLINT clear.
  public static let spintmask: UInt64 = 1 << 62
}
