/// A part of the architecture that the hypervisor's controls trap at lower exception levels.
public enum TrappedFeature: Equatable, Sendable {
  /// FP, Advanced SIMD, or SVE and SME instructions that CPTR_EL2.TFP or FPEN traps: EC 0x07.
  case floatingPoint
  /// SVE, by CPTR_EL2.TZ or ZEN: EC 0x19.
  case sve
  /// SME, by CPTR_EL2.TSM or SMEN, or an instruction that is illegal in the current mode: EC 0x1d. The
  /// reason is SMTC, three bits.
  case sme(reason: UInt8)
  /// A pointer authentication instruction, by HCR_EL2.API: EC 0x09. Accesses to its keys exit as
  /// system registers.
  case pointerAuthentication

  /// The feature that the syndrome names; nil for every other class (Arm ARM DDI 0487,
  /// "ESR_EL2").
  @inline(__always)
  public init?(_ esr: ESR_EL2) {
    switch esr.exceptionClass {
    case .floatingPointAccess: self = .floatingPoint
    case .sveAccess: self = .sve
    case .smeAccess: self = .sme(reason: UInt8(truncatingIfNeeded: esr.iss) & 7)
    case .pointerAuthentication: self = .pointerAuthentication
    default: return nil
    }
  }

  /// The feature in words.
  public var name: StaticString {
    switch self {
    case .floatingPoint: "FP or SIMD"
    case .sve: "SVE"
    case .sme: "SME"
    case .pointerAuthentication: "pointer authentication"
    }
  }
}
