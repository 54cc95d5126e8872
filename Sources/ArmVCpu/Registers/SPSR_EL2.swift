/// SPSR_EL2, Saved Program Status Register: the guest's PSTATE at an exit (Arm ARM DDI 0487, C5.2.20).
public struct SPSR_EL2: RawRepresentable, Equatable, Sendable {
  /// All 64 bits.
  public var rawValue: UInt64

  /// A register from its 64 bits.
  @inlinable
  public init(rawValue: UInt64) { self.rawValue = rawValue }

  /// M[3:0] for EL1 with SP_EL1.
  public static let el1h: UInt64 = 0b0101
  /// M[3:0] for EL2 with SP_EL2.
  public static let el2h: UInt64 = 0b1001
  /// M[4:0], the exception level and the stack pointer, or the AArch32 mode.
  public static let modeMask: UInt64 = 0b11111
  /// D, A, I and F, the exception masks, bits 9:6.
  public static let daif: UInt64 = 0xf << 6
  /// BTYPE, the branch type, bits 11:10.
  public static let btypeMask: UInt64 = 0b11 << 10
  /// ALLINT, all interrupts masked (FEAT_NMI).
  public static let allint: UInt64 = 1 << 13
  /// SSBS, speculative store bypass safe.
  public static let ssbs: UInt64 = 1 << 12
  /// IL, bit 20: illegal execution state.
  public static let illegalState: UInt64 = 1 << 20
  /// SS, software step.
  public static let softwareStep: UInt64 = 1 << 21
  /// PAN, privileged access never.
  public static let pan: UInt64 = 1 << 22
  /// DIT, data independent timing.
  public static let dit: UInt64 = 1 << 24
  /// TCO, tag check override.
  public static let tco: UInt64 = 1 << 25
  /// N, Z, C and V, bits 31:28.
  public static let nzcv: UInt64 = 0xf << 28

  /// EL1h with all interrupts masked: how a vCPU starts.
  @inlinable
  public static var initial: SPSR_EL2 { SPSR_EL2(rawValue: el1h | daif) }

  /// Whether the guest was in AArch32 state (M[4]).
  @inlinable
  public var isAArch32: Bool { rawValue & 0x10 != 0 }

  /// The exception level that the guest was at. Every AArch32 mode but User is EL1 to EL2.
  @inlinable
  public var exceptionLevel: UInt8 {
    if isAArch32 { return rawValue & 0xf == 0 ? 0 : 1 }
    return UInt8(truncatingIfNeeded: rawValue >> 2) & 0b11
  }

  /// Whether the guest used its exception level's stack pointer (M[0]) rather than SP_EL0.
  @inlinable
  public var usesOwnStackPointer: Bool { rawValue & 1 != 0 }

  /// Whether its stack pointer was SP_EL1, which a frame doesn't have, rather than SP_EL0.
  @inlinable
  public var usesEL1StackPointer: Bool { exceptionLevel == 1 && usesOwnStackPointer }

  /// Whether the flags N, Z, C and V satisfy `condition`, four bits as in an A32 instruction; 14 and 15
  /// always hold (Arm ARM DDI 0487, the pseudocode function ConditionHolds).
  @inlinable
  public func holds(condition: UInt8) -> Bool {
    let (n, z) = (rawValue >> 31 & 1 != 0, rawValue >> 30 & 1 != 0)
    let (c, v) = (rawValue >> 29 & 1 != 0, rawValue >> 28 & 1 != 0)
    let result =
      switch condition >> 1 & 7 {
      case 0: z
      case 1: c
      case 2: n
      case 3: v
      case 4: c && !z
      case 5: n == v
      case 6: n == v && !z
      default: true
      }
    return condition & 1 != 0 && condition & 15 != 15 ? !result : result
  }

  /// The AArch32 PSTATE after an instruction: ITSTATE, whose bits 7:2 are bits 15:10 and bits 1:0 are
  /// bits 26:25, advances to the next instruction of its IT block or ends with the block (Arm ARM DDI
  /// 0487, AArch32.ITAdvance).
  @inlinable
  public func advancingITState() -> SPSR_EL2 {
    let state = (rawValue >> 8 & 0xfc) | (rawValue >> 25 & 0b11)
    let next = state & 0b111 == 0 ? 0 : (state & 0xe0) | (state << 1 & 0x1f)
    return SPSR_EL2(
      rawValue: rawValue & ~0x0600_fc00 | (next & 0xfc) << 8 | (next & 0b11) << 25)
  }
}
