/// A guest's access to memory that the hypervisor emulates, with everything needed to carry it out.
public struct MMIOAccess: Equatable, Sendable {
  /// The address.
  public var address: IntermediatePhysicalAddress
  /// The width: 1, 2, 4 or 8 bytes.
  public var byteCount: UInt8
  /// The register of the transfer; 31 is XZR.
  public var register: UInt8
  /// Whether the register is 64 bits wide (X) rather than 32 (W).
  public var is64BitRegister: Bool
  /// Whether a load sign-extends.
  public var extendsSign: Bool
  /// The guest's byte order. The device's values are always little-endian.
  public var byteOrder: ByteOrder

  /// An access from its parts.
  @inlinable
  public init(
    address: IntermediatePhysicalAddress, byteCount: UInt8, register: UInt8, is64BitRegister: Bool,
    extendsSign: Bool, byteOrder: ByteOrder = .littleEndian
  ) {
    self.address = address
    self.byteCount = byteCount
    self.register = register
    self.is64BitRegister = is64BitRegister
    self.extendsSign = extendsSign
    self.byteOrder = byteOrder
  }

  /// What the device gets for a store of `value`: the value cut to the width of the access, in the
  /// device's byte order.
  @inlinable
  public func deviceValue(forStored value: UInt64) -> UInt64 {
    byteOrder.converting(value, byteCount: byteCount)
  }

  /// What a load leaves in the register when the device returns `value`: the value in the guest's byte
  /// order, extended as by `registerValue(of:byteCount:extendsSign:is64BitRegister:)`.
  @inlinable
  public func registerValue(forLoaded value: UInt64) -> UInt64 {
    Self.registerValue(
      of: byteOrder.converting(value, byteCount: byteCount), byteCount: byteCount,
      extendsSign: extendsSign, is64BitRegister: is64BitRegister)
  }

  /// What a load of `value` leaves in a general-purpose register: cut to the width of the access,
  /// sign-extended to 64 bits if the instruction says so, then cut to the width of the register (a W
  /// register's upper half reads zero).
  @inlinable
  static func registerValue(
    of value: UInt64, byteCount: UInt8, extendsSign: Bool, is64BitRegister: Bool
  ) -> UInt64 {
    let mask: UInt64 = byteCount >= 8 ? .max : (1 << (UInt64(byteCount) * 8)) - 1
    var result = value & mask
    if extendsSign {
      let sign = (mask >> 1) &+ 1
      result = (result ^ sign) &- sign
    }
    return is64BitRegister ? result : result & 0xffff_ffff
  }
}
