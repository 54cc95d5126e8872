/// A load or store that only moves one or two registers, which a hypervisor can carry out as a sequence of
/// device accesses.
public struct LoadStoreInstruction: Equatable, Sendable {
  /// What the registers of the transfer are.
  public enum RegisterKind: Equatable, Sendable {
    /// W registers: a load clears the upper half of X.
    case w
    /// X registers.
    case x
    /// B, H, S, D or Q registers: a load clears the rest of V.
    case v
  }

  /// How the index register of an address becomes 64 bits (Arm ARM DDI 0487, C1.2.3, "Extended register").
  public enum IndexExtension: UInt8, Sendable {
    /// UXTW: the lower half, zero-extended.
    case uxtw = 0b010
    /// LSL: all of X.
    case lsl = 0b011
    /// SXTW: the lower half, sign-extended.
    case sxtw = 0b110
    /// SXTX: all of X.
    case sxtx = 0b111
  }

  /// Where the access goes (Arm ARM DDI 0487, C1.3.3, "Load/store addressing modes").
  public enum Addressing: Equatable, Sendable {
    /// `[base, #offset]`.
    case offset(Int64)
    /// `[base, #offset]!`: the address is written back to the base.
    case preIndex(Int64)
    /// `[base], #offset`: the access is at the base, which changes afterwards.
    case postIndex(Int64)
    /// `[base, index, extension #shift]`.
    case register(UInt8, IndexExtension, shift: UInt8)
    /// `#offset` from the instruction itself; there is no base.
    case literal(Int64)
    /// `[base, #offset]` with an authenticated base, LDRAA and LDRAB; with `!` the address is written back
    /// to the base.
    case authenticated(Int64, writesBack: Bool)
  }

  /// Whether it loads.
  public var isLoad: Bool
  /// Whether it moves two registers; `second` is at the address after `first`.
  public var isPair: Bool
  /// How many bytes it moves of each register: 1, 2, 4, 8 or, for V only, 16.
  public var byteCount: UInt8
  /// What the registers are.
  public var kind: RegisterKind
  /// Whether a load sign-extends.
  public var extendsSign: Bool
  /// Rt, the register of the transfer; 31 is XZR unless it is a V register.
  public var first: UInt8
  /// Rt2, the other register of a pair; the same as `first` without one.
  public var second: UInt8
  /// Rn, the base of the address; 31 is SP.
  public var base: UInt8
  /// Where the access goes.
  public var addressing: Addressing

  /// How many bytes it moves in all: 1 to 32.
  public var totalByteCount: UInt64 { UInt64(byteCount) << (isPair ? 1 : 0) }

  /// Whether the base changes.
  public var writesBack: Bool {
    switch addressing {
    case .preIndex, .postIndex: true
    case .authenticated(_, let writesBack): writesBack
    case .offset, .register, .literal: false
    }
  }

  /// Whether the architecture gives a CPU the choice between several behaviors (CONSTRAINED UNPREDICTABLE,
  /// Arm ARM DDI 0487, K1.2.20 and following): a pair loaded into one register, and a base that is written
  /// back but is also a register of the transfer.
  var isUnpredictable: Bool {
    if isPair, isLoad, first == second { return true }
    return writesBack && kind != .v && base != 31 && (first == base || second == base)
  }
}
