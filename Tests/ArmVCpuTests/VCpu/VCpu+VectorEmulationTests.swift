import Testing

@testable import ArmVCpu

/// B-1: loads and stores of B, H, S, D and Q registers, which no syndrome describes; and B-6, the byte
/// order of all accesses.
@Suite struct VCpuVectorEmulationTests {
  private static let v1 = VectorRegister(low: 0x1112_1314_1516_1718, high: 0x2122_2324_2526_2728)
  private static let v2 = VectorRegister(low: 0x3132_3334_3536_3738, high: 0x4142_4344_4546_4748)

  private static func bytes(_ low: UInt64, _ high: UInt64 = 0) -> VectorRegister {
    VectorRegister(low: low, high: high)
  }

  /// The word, the accesses, the registers afterwards, and how far the base moved.
  static let loads: [(UInt32, [DeviceAccess], [UInt8: VectorRegister], Int64)] = [
    // ldr b1, [x0]
    (0x3d40_0001, [load(0, 1)], [1: bytes(0x80), 2: v2], 0),
    // ldr h1, [x0], #2
    (0x7c40_2401, [load(0, 2)], [1: bytes(0x8180), 2: v2], 2),
    // ldr s1, [x0, #4]!
    (0xbc40_4c01, [load(4, 4)], [1: bytes(0x8786_8584), 2: v2], 4),
    // ldr d1, [x0]
    (0xfd40_0001, [load(0, 8)], [1: bytes(0x8786_8584_8382_8180), 2: v2], 0),
    // ldr q1, [x0], #16
    (
      0x3cc1_0401, [load(0, 8), load(8, 8)],
      [1: bytes(0x8786_8584_8382_8180, 0x8f8e_8d8c_8b8a_8988), 2: v2], 16
    ),
    // ldp s1, s2, [x0]
    (0x2d40_0801, [load(0, 4), load(4, 4)], [1: bytes(0x8382_8180), 2: bytes(0x8786_8584)], 0),
    // ldp d1, d2, [x0], #16
    (
      0x6cc1_0801, [load(0, 8), load(8, 8)],
      [1: bytes(0x8786_8584_8382_8180), 2: bytes(0x8f8e_8d8c_8b8a_8988)], 16
    ),
    // ldp q1, q2, [x0, #32]!
    (
      0xadc1_0801, [load(32, 8), load(40, 8), load(48, 8), load(56, 8)],
      [
        1: bytes(0xa7a6_a5a4_a3a2_a1a0, 0xafae_adac_abaa_a9a8),
        2: bytes(0xb7b6_b5b4_b3b2_b1b0, 0xbfbe_bdbc_bbba_b9b8),
      ], 32
    ),
  ]

  /// The word, the accesses, and how far the base moved.
  static let stores: [(UInt32, [DeviceAccess], Int64)] = [
    (0x3d00_0001, [store(0, 1, 0x18)], 0),  // str b1, [x0]
    (0x7c00_2401, [store(0, 2, 0x1718)], 2),  // str h1, [x0], #2
    (0xbd00_0001, [store(0, 4, 0x1516_1718)], 0),  // str s1, [x0]
    (0xfd00_0001, [store(0, 8, v1.low)], 0),  // str d1, [x0]
    (0x3c9f_0c01, [store(-16, 8, v1.low), store(-8, 8, v1.high)], -16),  // str q1, [x0, #-16]!
    (0x6d00_0801, [store(0, 8, v1.low), store(8, 8, v2.low)], 0),  // stp d1, d2, [x0]
    // stp q1, q2, [x0]
    (
      0xad00_0801,
      [store(0, 8, v1.low), store(8, 8, v1.high), store(16, 8, v2.low), store(24, 8, v2.high)], 0
    ),
  ]

  @Test("B-1: a load of a vector register is emulated, and clears the rest", arguments: loads)
  func vectorLoad(
    _ word: UInt32, _ accesses: [DeviceAccess], _ after: [UInt8: VectorRegister], _ moved: Int64
  ) {
    expectEmulated(word, false, accesses, after, moved)
  }

  @Test("B-1: a store of a vector register is emulated", arguments: stores)
  func vectorStore(_ word: UInt32, _ accesses: [DeviceAccess], _ moved: Int64) {
    expectEmulated(word, true, accesses, [1: Self.v1, 2: Self.v2], moved)
  }

  private func expectEmulated(
    _ word: UInt32, _ isWrite: Bool, _ accesses: [DeviceAccess], _ after: [UInt8: VectorRegister],
    _ moved: Int64
  ) {
    let offset = accesses[0].address.rawValue &- EmulatedAccess.ipa
    let exit = EmulatedAccess(
      word: word, isWrite: isWrite, offset: Int64(bitPattern: offset),
      vectors: [1: Self.v1, 2: Self.v2])
    var guest = exit.guest()
    let device = FakeDevice()
    let outcome = guest.vcpu.emulate(device.answer)
    #expect(outcome == .completed)
    #expect(device.accesses == accesses)
    #expect(guest.vcpu.machine.vectors == after)
    var expected = exit.frame
    expected.setGPR(0, EmulatedAccess.address(moved))
    expected.elr += 4
    expected.spsr = 0x6000_03c5
    #expect(guest.vcpu.frame.words == expected.words)
  }

  private static let ee = SCTLR_EL1.ee
  private static let e0e = SCTLR_EL1.e0e

  @Test(
    "B-6: EE swaps the bytes at EL1, E0E at EL0",
    arguments: [
      (0x3c5, 0, false), (0x3c5, ee, true), (0x3c5, e0e, false), (0x3c0, 0, false),
      (0x3c0, ee, false), (0x3c0, e0e, true),
    ] as [(UInt64, UInt64, Bool)])
  func byteOrder(pstate: UInt64, sctlr: UInt64, isBigEndian: Bool) {
    // ldp w1, w2, [x0]: each element by itself.
    var guest = EmulatedAccess(
      word: 0x2940_0801, isWrite: false, pstate: pstate, sctlr: sctlr
    ).guest()
    let outcome = guest.vcpu.emulate(FakeDevice().answer)
    #expect(outcome == .completed)
    #expect(guest.vcpu.gpr(1) == (isBigEndian ? 0x8081_8283 : 0x8382_8180))
    #expect(guest.vcpu.gpr(2) == (isBigEndian ? 0x8485_8687 : 0x8786_8584))
  }

  @Test("B-6: a big-endian load sign-extends its swapped bytes")
  func bigEndianSign() {
    // ldrsh x1, [x0], #2.
    var guest = EmulatedAccess(word: 0x7880_2401, isWrite: false, sctlr: Self.ee).guest()
    let outcome = guest.vcpu.emulate(FakeDevice().answer)
    #expect(outcome == .completed)
    #expect(guest.vcpu.gpr(1) == 0xffff_ffff_ffff_8081)
  }

  @Test("B-6: 128 big-endian bits begin with the highest byte")
  func bigEndianVector() {
    var guest = EmulatedAccess(
      word: 0x3cc1_0401, isWrite: false, vectors: [1: Self.v1], sctlr: Self.ee
    ).guest()
    let loading = FakeDevice()
    let outcome = guest.vcpu.emulate(loading.answer)
    #expect(outcome == .completed)
    #expect(loading.accesses == [load(0, 8), load(8, 8)])
    #expect(
      guest.vcpu.machine.vectors[1]
        == VectorRegister(low: 0x8889_8a8b_8c8d_8e8f, high: 0x8081_8283_8485_8687))

    guest = EmulatedAccess(
      word: 0xad00_0801, isWrite: true, vectors: [1: Self.v1, 2: Self.v2], sctlr: Self.ee
    ).guest()
    let storing = FakeDevice()
    let stored = guest.vcpu.emulate(storing.answer)
    #expect(stored == .completed)
    let values = [Self.v1.high, Self.v1.low, Self.v2.high, Self.v2.low].map(\.byteSwapped)
    #expect(storing.accesses.map(\.storedValue) == values)
  }

  @Test(
    "B-6: the bytes of an access with a syndrome are swapped too",
    arguments: [
      // SAS, what is stored of 0xa5a5_0000_dead_0001, and what is loaded, at EL1 with EE.
      (0, 0x01, 0x80), (1, 0x0100, 0x8081), (2, 0x0100_adde, 0x8081_8283),
      (3, 0x0100_adde_0000_a5a5, 0x8081_8283_8485_8687),
    ] as [(UInt64, UInt64, UInt64)])
  func withSyndrome(sas: UInt64, stored: UInt64, loaded: UInt64) {
    typealias Bits = DataAbortBits
    let iss = Bits.isv | Bits.sas(sas) | Bits.sf | Bits.srt(1) | Bits.translationLevel3
    var guest = EmulatedAccess(word: 0, isWrite: true, sctlr: Self.ee, iss: iss).guest()
    let device = FakeDevice()
    let outcome = guest.vcpu.emulate(device.answer)
    #expect(outcome == .completed)
    #expect(device.accesses == [store(0, 1 << sas, stored)])

    guest = EmulatedAccess(word: 0, isWrite: false, sctlr: Self.ee, iss: iss).guest()
    let second = guest.vcpu.emulate(FakeDevice().answer)
    #expect(second == .completed)
    #expect(guest.vcpu.gpr(1) == loaded)
    // The instruction isn't read then.
    #expect(
      !guest.vcpu.machine.calls.contains(.instruction(GuestVirtualAddress(EmulatedAccess.pc))))
  }

  @Test("B-6: AArch32's byte order is PSTATE.E, regardless of SCTLR_EL1")
  func aarch32() {
    for (pstate, isBigEndian) in [(0x10, false), (0x210, true), (0x1d3, false)] {
      let order = ByteOrder(pstate: SPSR_EL2(rawValue: UInt64(pstate)), sctlr: Self.ee | Self.e0e)
      #expect((order == .bigEndian) == isBigEndian)
    }
  }
}
