/// An access of the guest to memory that the hypervisor emulates, complete enough to carry it out.
public struct MMIOAccess: Equatable, Sendable {
  /// Where.
  public var address: IntermediatePhysicalAddress
  /// How much: 1, 2, 4 or 8 bytes.
  public var byteCount: UInt8
  /// The register of the transfer; 31 is XZR.
  public var register: UInt8
  /// Whether the register is 64 bits wide, X, rather than 32, W.
  public var is64BitRegister: Bool
  /// Whether a load extends the sign.
  public var extendsSign: Bool

  /// An access from its parts.
  @inlinable
  public init(
    address: IntermediatePhysicalAddress, byteCount: UInt8, register: UInt8, is64BitRegister: Bool,
    extendsSign: Bool
  ) {
    self.address = address
    self.byteCount = byteCount
    self.register = register
    self.is64BitRegister = is64BitRegister
    self.extendsSign = extendsSign
  }

  /// The bits of a register that the access transfers.
  @inlinable
  public var valueMask: UInt64 { byteCount >= 8 ? .max : (1 << (UInt64(byteCount) * 8)) - 1 }

  /// What a load leaves in the register when the device answers `value`: cut to the width of the
  /// access, sign-extended to 64 bits if the instruction says so, then cut to the width of the register
  /// (a W register's upper half reads zero).
  @inlinable
  public func registerValue(forLoaded value: UInt64) -> UInt64 {
    var result = value & valueMask
    if extendsSign {
      let sign = (valueMask >> 1) &+ 1
      result = (result ^ sign) &- sign
    }
    return is64BitRegister ? result : result & 0xffff_ffff
  }
}
