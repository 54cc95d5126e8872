import CArmVCpu
import Testing

@testable import ArmVCpu

/// B-1: accesses that the syndrome doesn't describe, from their instructions.
@Suite struct VCpuEmulationTests {
  /// An instruction, its accesses to the device, and the general-purpose registers that it changes.
  struct Case: CustomTestStringConvertible, Sendable {
    let word: UInt32
    let text: String
    let accesses: [DeviceAccess]
    let changes: [UInt8: UInt64]

    init(
      _ word: UInt32, _ text: String, _ accesses: [DeviceAccess], _ changes: [UInt8: UInt64] = [:]
    ) {
      self.word = word
      self.text = text
      self.accesses = accesses
      self.changes = changes
    }

    var testDescription: String { text }
  }

  private static let x1: UInt64 = 0xa5a5_0000_dead_0001
  private static let x2: UInt64 = 0xa5a5_0000_dead_0002
  private static func base(_ offset: Int64) -> UInt64 { EmulatedAccess.address(offset) }

  static let loads: [Case] = [
    Case(
      0xa940_0801, "ldp x1, x2, [x0]", [load(0, 8), load(8, 8)],
      [1: 0x8786_8584_8382_8180, 2: 0x8f8e_8d8c_8b8a_8988]),
    Case(
      0x2941_0801, "ldp w1, w2, [x0, #8]", [load(8, 4), load(12, 4)],
      [1: 0x8b8a_8988, 2: 0x8f8e_8d8c]),
    Case(
      0x68c2_0801, "ldpsw x1, x2, [x0], #16", [load(0, 4), load(4, 4)],
      [0: base(16), 1: 0xffff_ffff_8382_8180, 2: 0xffff_ffff_8786_8584]),
    // Without writeback, the base may be loaded.
    Case(
      0xa940_0400, "ldp x0, x1, [x0]", [load(0, 8), load(8, 8)],
      [0: 0x8786_8584_8382_8180, 1: 0x8f8e_8d8c_8b8a_8988]),
    Case(
      0xa940_7c01, "ldp x1, xzr, [x0]", [load(0, 8), load(8, 8)], [1: 0x8786_8584_8382_8180]),
    Case(
      0xa841_0801, "ldnp x1, x2, [x0, #16]", [load(16, 8), load(24, 8)],
      [1: 0x9796_9594_9392_9190, 2: 0x9f9e_9d9c_9b9a_9998]),
    Case(
      0xf840_8401, "ldr x1, [x0], #8", [load(0, 8)], [0: base(8), 1: 0x8786_8584_8382_8180]),
    Case(0xb840_4c01, "ldr w1, [x0, #4]!", [load(4, 4)], [0: base(4), 1: 0x8786_8584]),
    Case(0x3840_1401, "ldrb w1, [x0], #1", [load(0, 1)], [0: base(1), 1: 0x80]),
    Case(
      0x3880_1c01, "ldrsb x1, [x0, #1]!", [load(1, 1)], [0: base(1), 1: 0xffff_ffff_ffff_ff81]),
    Case(0x38df_f401, "ldrsb w1, [x0], #-1", [load(0, 1)], [0: base(-1), 1: 0xffff_ff80]),
    Case(0x7840_2401, "ldrh w1, [x0], #2", [load(0, 2)], [0: base(2), 1: 0x8180]),
    Case(
      0x7880_2401, "ldrsh x1, [x0], #2", [load(0, 2)], [0: base(2), 1: 0xffff_ffff_ffff_8180]),
    Case(0x78c0_2401, "ldrsh w1, [x0], #2", [load(0, 2)], [0: base(2), 1: 0xffff_8180]),
    Case(
      0xb880_4401, "ldrsw x1, [x0], #4", [load(0, 4)], [0: base(4), 1: 0xffff_ffff_8382_8180]),
    Case(0xf840_841f, "ldr xzr, [x0], #8", [load(0, 8)], [0: base(8)]),
    // Instructions that hardware describes in the syndrome.
    Case(0xf940_0801, "ldr x1, [x0, #16]", [load(16, 8)], [1: 0x9796_9594_9392_9190]),
    Case(0xf863_7801, "ldr x1, [x0, x3, lsl #3]", [load(16, 8)], [1: 0x9796_9594_9392_9190]),
    Case(0xf864_d801, "ldr x1, [x0, w4, sxtw #3]", [load(-8, 8)], [1: 0x7f7e_7d7c_7b7a_7978]),
    Case(0xb865_4801, "ldr w1, [x0, w5, uxtw]", [load(8, 4)], [1: 0x8b8a_8988]),
    Case(0x3866_e801, "ldrb w1, [x0, x6, sxtx]", [load(-3, 1)], [1: 0x7d]),
    Case(0xf85f_8001, "ldur x1, [x0, #-8]", [load(-8, 8)], [1: 0x7f7e_7d7c_7b7a_7978]),
    Case(0xf840_8801, "ldtr x1, [x0, #8]", [load(8, 8)], [1: 0x8f8e_8d8c_8b8a_8988]),
    Case(0x1940_3001, "ldapurb w1, [x0, #3]", [load(3, 1)], [1: 0x83]),
    Case(0x88df_fc01, "ldar w1, [x0]", [load(0, 4)], [1: 0x8382_8180]),
    Case(0xf8bf_c001, "ldapr x1, [x0]", [load(0, 8)], [1: 0x8786_8584_8382_8180]),
  ]

  static let stores: [Case] = [
    Case(
      0xa9bf_0801, "stp x1, x2, [x0, #-16]!", [store(-16, 8, x1), store(-8, 8, x2)],
      [0: base(-16)]),
    Case(
      0x2881_7c01, "stp w1, wzr, [x0], #8", [store(0, 4, 0xdead_0001), store(4, 4, 0)],
      [0: base(8)]),
    Case(0xa800_0801, "stnp x1, x2, [x0]", [store(0, 8, x1), store(8, 8, x2)]),
    Case(0xf81f_841f, "str xzr, [x0], #-8", [store(0, 8, 0)], [0: base(-8)]),
    Case(0x3800_1c01, "strb w1, [x0, #1]!", [store(1, 1, 0x01)], [0: base(1)]),
    Case(0x7800_2401, "strh w1, [x0], #2", [store(0, 2, 0x0001)], [0: base(2)]),
    Case(0xb800_4401, "str w1, [x0], #4", [store(0, 4, 0xdead_0001)], [0: base(4)]),
    Case(0xf800_8c01, "str x1, [x0, #8]!", [store(8, 8, x1)], [0: base(8)]),
    Case(0xb81f_c001, "stur w1, [x0, #-4]", [store(-4, 4, 0xdead_0001)]),
    Case(0xb800_4801, "sttr w1, [x0, #4]", [store(4, 4, 0xdead_0001)]),
    Case(0xd900_8001, "stlur x1, [x0, #8]", [store(8, 8, x1)]),
    Case(0xc89f_fc01, "stlr x1, [x0]", [store(0, 8, x1)]),
  ]

  @Test("B-1: a load that the syndrome does not describe is emulated", arguments: loads)
  func emulatedLoad(_ access: Case) { expectEmulated(access, isWrite: false) }

  @Test("B-1, B-5: a store that the syndrome does not describe is emulated", arguments: stores)
  func emulatedStore(_ access: Case) { expectEmulated(access, isWrite: true) }

  private func expectEmulated(_ access: Case, isWrite: Bool) {
    let offset = access.accesses[0].address.rawValue &- EmulatedAccess.ipa
    let exit = EmulatedAccess(
      word: access.word, isWrite: isWrite, offset: Int64(bitPattern: offset),
      registers: [3: 2, 4: 0x5_ffff_ffff, 5: 0xffff_ffff_0000_0008, 6: 0xffff_ffff_ffff_fffd])
    var guest = exit.guest()
    let device = FakeDevice()
    let outcome = guest.vcpu.emulate(device.answer)
    #expect(outcome == .completed)
    #expect(device.accesses == access.accesses)
    var expected = exit.frame
    for (index, value) in access.changes { expected.setGPR(index, value) }
    // B-3: after the instruction, BTYPE and SS clear.
    expected.elr += 4
    expected.spsr = 0x6000_03c5
    #expect(guest.vcpu.frame.words == expected.words)
    #expect(guest.vcpu.exit == nil)
    #expect(guest.vcpu.machine.vectors == [:])
  }

  /// PSTATE, and whether SP is SP_EL1 then.
  @Test(
    "B-1: the base is the stack pointer of the guest's level, and is written back",
    arguments: [(0x3c5, true), (0x3c4, false), (0x3c0, false)] as [(UInt64, Bool)])
  func stackPointer(pstate: UInt64, isEL1: Bool) {
    for (word, isWrite, moved, accesses) in [
      (0xf840_8fe1, false, 8, [load(8, 8)]),
      (
        0xa9bf_0be1, true, -16,
        [store(-16, 8, Self.x1), store(-8, 8, Self.x2)]
      ),
    ] as [(UInt32, Bool, Int64, [DeviceAccess])] {
      var guest = EmulatedAccess(word: word, isWrite: isWrite, offset: moved, pstate: pstate)
        .guest()
      // The other stack pointer is elsewhere.
      if isEL1 {
        guest.vcpu.frame.sp_el0 = 0x77
      } else {
        guest.vcpu.machine.registers[.sp_el1] = 0x77
      }
      let device = FakeDevice()
      let outcome = guest.vcpu.emulate(device.answer)
      #expect(outcome == .completed)
      #expect(device.accesses == accesses)
      let after = Self.base(moved)
      #expect(guest.vcpu.machine.registers[.sp_el1] == (isEL1 ? after : 0x77))
      #expect(guest.vcpu.frame.sp_el0 == (isEL1 ? 0x77 : after))
    }
  }

  @Test func aLiteralIsAddressedFromTheInstruction() {
    // ldr x1, #16, executed in the page of the device.
    let exit = EmulatedAccess(word: 0x5800_0081, isWrite: false, offset: 16)
    var guest = exit.guest()
    guest.vcpu.frame.elr = EmulatedAccess.base
    guest.vcpu.machine.instructions = [EmulatedAccess.base: exit.word]
    let device = FakeDevice()
    let outcome = guest.vcpu.emulate(device.answer)
    #expect(outcome == .completed)
    #expect(device.accesses == [load(16, 8)])
    #expect(guest.vcpu.gpr(1) == 0x9796_9594_9392_9190)
    #expect(guest.vcpu.frame.elr == EmulatedAccess.base + 4)
  }

  @Test func anAuthenticatedBaseIsWhatFaulted() {
    // The pointer has an authentication code in place of the address's sign bits; FAR_EL2 has the
    // address.
    let signed = EmulatedAccess.base ^ 0x00a5_0000_0000_0000
    for (word, offset, written) in [
      (0xf820_1c01, 8, EmulatedAccess.base + 8),  // ldraa x1, [x0, #8]!
      (0xf8ff_f401, -8, signed),  // ldrab x1, [x0, #-8]
    ] as [(UInt32, Int64, UInt64)] {
      var guest = EmulatedAccess(
        word: word, isWrite: false, offset: offset, registers: [0: signed]
      ).guest()
      let device = FakeDevice()
      let outcome = guest.vcpu.emulate(device.answer)
      #expect(outcome == .completed)
      #expect(device.accesses == [load(offset, 8)])
      #expect(guest.vcpu.gpr(0) == written)
    }
  }

  @Test func aTagInTheAddressIsNoPartOfIt() {
    let tagged = EmulatedAccess.base ^ 0x5a00_0000_0000_0000
    var guest = EmulatedAccess(word: 0xf840_8401, isWrite: false, registers: [0: tagged]).guest()
    let device = FakeDevice()
    let outcome = guest.vcpu.emulate(device.answer)
    #expect(outcome == .completed)
    #expect(device.accesses == [load(0, 8)])
    #expect(guest.vcpu.gpr(0) == tagged + 8)
  }
}
