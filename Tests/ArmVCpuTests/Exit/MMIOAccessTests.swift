import Testing

@testable import ArmVCpu

@Suite struct MMIOAccessTests {
  /// Width in bytes, sign extension, 64-bit register, device's answer, register afterwards.
  static let loads: [(UInt8, Bool, Bool, UInt64, UInt64)] = [
    // LDRB
    (1, false, false, 0xffff_ffff_ffff_ff80, 0x80),
    // LDRSB Wt
    (1, true, false, 0x80, 0xffff_ff80),
    (1, true, false, 0x7f, 0x7f),
    // LDRSB Xt
    (1, true, true, 0x80, 0xffff_ffff_ffff_ff80),
    (1, true, true, 0xffff_ff7f, 0x7f),
    // LDRH
    (2, false, false, 0x1234_8000, 0x8000),
    // LDRSH Wt
    (2, true, false, 0x8000, 0xffff_8000),
    (2, true, false, 0x7fff, 0x7fff),
    // LDRSH Xt
    (2, true, true, 0x8000, 0xffff_ffff_ffff_8000),
    (2, true, true, 0x7fff, 0x7fff),
    // LDR Wt
    (4, false, false, 0x9_8000_0000, 0x8000_0000),
    // LDRSW
    (4, true, true, 0x8000_0000, 0xffff_ffff_8000_0000),
    (4, true, true, 0x7fff_ffff, 0x7fff_ffff),
    // LDR Xt
    (8, false, true, 0x8000_0000_0000_0001, 0x8000_0000_0000_0001),
    // Accesses that no instruction makes are defined too.
    (1, false, true, 0x180, 0x80),
    (2, false, true, 0x18000, 0x8000),
    (4, false, true, 0x1_8000_0000, 0x8000_0000),
    (4, true, false, 0x8000_0000, 0x8000_0000),
    (8, true, true, 0x8000_0000_0000_0000, 0x8000_0000_0000_0000),
    (8, false, false, 0x8000_0000_9000_0000, 0x9000_0000),
    (8, true, false, .max, 0xffff_ffff),
  ]

  @Test(
    "B-4: a load sign-extends and zeroes the upper half as the instruction says",
    arguments: loads)
  func load(_ byteCount: UInt8, _ sign: Bool, _ is64: Bool, _ value: UInt64, _ expected: UInt64) {
    let access = MMIOAccess(
      address: IntermediatePhysicalAddress(0), byteCount: byteCount, register: 0,
      is64BitRegister: is64, extendsSign: sign)
    #expect(access.registerValue(forLoaded: value) == expected)
  }

  @Test(
    "B-6: a big-endian guest's load has its bytes swapped, then its sign extended", arguments: loads
  )
  func bigEndianLoad(
    _ byteCount: UInt8, _ sign: Bool, _ is64: Bool, _ value: UInt64, _ expected: UInt64
  ) {
    let access = MMIOAccess(
      address: IntermediatePhysicalAddress(0), byteCount: byteCount, register: 0,
      is64BitRegister: is64, extendsSign: sign, byteOrder: .bigEndian)
    let answer = value.byteSwapped >> (64 - UInt64(byteCount) * 8)
    #expect(access.registerValue(forLoaded: answer) == expected)
    #expect(access.registerValue(forLoaded: answer | ~0 << (UInt64(byteCount) * 8)) == expected)
  }

  @Test(
    "B-5, B-6: a store has the width of the access, its bytes in the device's order",
    arguments: [
      (1, 0x88, 0x88), (2, 0x8788, 0x8887), (4, 0x8586_8788, 0x8887_8685),
      (8, 0x8182_8384_8586_8788, 0x8887_8685_8483_8281),
    ] as [(UInt8, UInt64, UInt64)])
  func stores(byteCount: UInt8, littleEndian: UInt64, bigEndian: UInt64) {
    for (order, expected) in [
      (ByteOrder.littleEndian, littleEndian), (.bigEndian, bigEndian),
    ] {
      let access = MMIOAccess(
        address: IntermediatePhysicalAddress(0), byteCount: byteCount, register: 0,
        is64BitRegister: false, extendsSign: false, byteOrder: order)
      #expect(access.deviceValue(forStored: 0x8182_8384_8586_8788) == expected)
    }
  }
}
