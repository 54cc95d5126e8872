extension SMCCC {
  /// Version 1.1: x4–x17 are preserved (Arm DEN 0028, 7.2).
  public static let version: UInt64 = 0x1_0001

  /// What a call to the architecture service returns in x0; nil for functions of other services (Arm DEN 0028,
  /// 7).
  ///
  /// It implements SMCCC_VERSION and SMCCC_ARCH_FEATURES. It doesn't implement the workarounds for the CPU's
  /// errata, and says so to a guest that asks.
  @inline(__always)
  public static func architectureAnswer(_ id: FunctionID, argument: UInt64) -> UInt64? {
    // Bit 31, fast, and the owner in bits 29:24, as one number.
    guard id.rawValue & 0xbf00_0000 == 0x8000_0000 else { return nil }
    switch id {
    case .version: return version
    case .architectureFeatures:
      let asked = FunctionID(rawValue: UInt32(truncatingIfNeeded: argument))
      return asked == .version || asked == .architectureFeatures ? 0 : notSupported
    default: return notSupported
    }
  }
}

extension SMCCC.FunctionID {
  /// SMCCC_VERSION.
  public static let version = SMCCC.FunctionID(rawValue: 0x8000_0000)
  /// SMCCC_ARCH_FEATURES.
  public static let architectureFeatures = SMCCC.FunctionID(rawValue: 0x8000_0001)
}
