/// A guest's access to memory that the hypervisor emulates, with everything needed to carry it out.
public struct MMIOAccess: Equatable, Sendable {
  /// The address.
  public var address: IntermediatePhysicalAddress
  /// SAS, SSE, SRT and SF, in the bits of the ISS, and in bit 0 whether the guest is big-endian. One word takes fewer
  /// instructions to carry than the parts, most of which an exit asks for once or never.
  let encoding: UInt32

  /// SAS, SSE, SRT and SF: bits 23:15 of the ISS.
  private static let transferMask: UInt32 = 0xff_8000

  /// An access that a syndrome describes.
  @inline(__always)
  init(
    address: IntermediatePhysicalAddress, syndrome: DataAbortSyndrome, byteOrder: ByteOrder
  ) {
    self.address = address
    encoding = syndrome.iss & Self.transferMask | (byteOrder == .bigEndian ? 1 : 0)
  }

  /// An access from its parts. The width is 1, 2, 4 or 8 bytes, the register 0 to 31.
  public init(
    address: IntermediatePhysicalAddress, byteCount: UInt8, register: UInt8, is64BitRegister: Bool,
    extendsSign: Bool, byteOrder: ByteOrder = .littleEndian
  ) {
    let width = UInt32(byteCount.trailingZeroBitCount & 3) << 22
    let transfer = UInt32(register & 31) << 16
    let flags: UInt32 = (extendsSign ? 1 << 21 : 0) | (is64BitRegister ? 1 << 15 : 0)
    self.init(
      address: address, syndrome: DataAbortSyndrome(iss: width | transfer | flags),
      byteOrder: byteOrder)
  }

  private var syndrome: DataAbortSyndrome {
    @inline(__always) get { DataAbortSyndrome(iss: encoding) }
  }

  /// The width: 1, 2, 4 or 8 bytes.
  public var byteCount: UInt8 { @inline(__always) get { syndrome.byteCount } }
  /// The register of the transfer; 31 is XZR.
  public var register: UInt8 { @inline(__always) get { syndrome.register } }
  /// Whether the register is 64 bits wide (X) rather than 32 (W).
  public var is64BitRegister: Bool { @inline(__always) get { syndrome.is64BitRegister } }
  /// Whether a load sign-extends.
  public var extendsSign: Bool { @inline(__always) get { syndrome.extendsSign } }
  /// The guest's byte order. The device's values are always little-endian.
  public var byteOrder: ByteOrder {
    @inline(__always) get { encoding & 1 != 0 ? .bigEndian : .littleEndian }
  }

  /// What the device gets for a store of `value`: the value cut to the width of the access, in the
  /// device's byte order.
  @inline(__always)
  public func deviceValue(forStored value: UInt64) -> UInt64 {
    byteOrder.converting(value, byteCount: byteCount)
  }

  /// What a load leaves in the register when the device returns `value`: the value in the guest's byte
  /// order, extended as by `registerValue(of:byteCount:extendsSign:is64BitRegister:)`.
  @inline(__always)
  public func registerValue(forLoaded value: UInt64) -> UInt64 {
    // The value at the top of the register, from where it is shifted with or without its sign.
    let unused = 64 &- 8 &<< UInt64(encoding &>> 22 & 3)
    let top = byteOrder == .bigEndian ? value.byteSwapped : value &<< unused
    let result =
      extendsSign
      ? UInt64(bitPattern: Int64(bitPattern: top) &>> Int64(bitPattern: unused)) : top &>> unused
    return is64BitRegister ? result : result & 0xffff_ffff
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
