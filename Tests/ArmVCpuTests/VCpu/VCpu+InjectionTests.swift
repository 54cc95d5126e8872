import Testing

@testable import ArmVCpu

/// Exceptions raised in the guest (Arm ARM DDI 0487, AArch64.TakeException).
@Suite struct VCpuInjectionTests {
  /// Where the guest was: PSTATE, the offset of its vector, whether that is a lower exception level.
  static let sources: [(String, UInt64, UInt64, Bool)] = [
    ("EL1h", 0x8000_0005, 0x200, false),
    ("EL1t", 0x8000_0004, 0x000, false),
    ("EL0 AArch64", 0x8000_0000, 0x400, true),
    ("EL0 AArch32, User", 0x8000_0010, 0x600, true),
    ("EL0 AArch32, User, T32", 0x8000_0030, 0x600, true),
  ]

  private static let vbar: UInt64 = 0xffff_8000_0801_0800
  private static let pc: UInt64 = 0xffff_8000_1234_5678

  private func guest(_ pstate: UInt64, features: CPUFeatures = [], sctlr: UInt64 = 0) -> TestGuest {
    var guest = TestGuest(features: features)
    // RES0 bits 10:0 of VBAR_EL1 are no part of the vector's address.
    guest.vcpu.machine.registers = [.vbar_el1: Self.vbar | 0x7ff, .sctlr_el1: sctlr]
    _ = guest.exit(.irq) {
      $0 = .distinct
      $0.elr = Self.pc
      $0.spsr = pstate
    }
    return guest
  }

  @Test("B-10: an undefined instruction, from each source", arguments: sources)
  func undefined(_ name: String, _ pstate: UInt64, _ offset: UInt64, _ isLower: Bool) {
    var guest = guest(pstate)
    guest.vcpu.machine.registers[.far_el1] = 0xfa5
    guest.vcpu.inject(.undefined)
    #expect(guest.vcpu.machine.registers[.esr_el1] == 0x0200_0000)
    #expect(guest.vcpu.machine.registers[.elr_el1] == Self.pc)
    #expect(guest.vcpu.machine.registers[.spsr_el1] == pstate)
    #expect(guest.vcpu.machine.registers[.far_el1] == 0xfa5)
    #expect(guest.vcpu.frame.elr == Self.vbar + offset)
    #expect(guest.vcpu.frame.spsr == 0x8000_03c5)
    #expect(guest.vcpu.exit == nil)
  }

  @Test("B-10: aborts, from each source", arguments: sources)
  func aborts(_ name: String, _ pstate: UInt64, _ offset: UInt64, _ isLower: Bool) {
    let address = GuestVirtualAddress(0xffff_0000_dead_beef)
    let expected: [(GuestException, UInt64)] = [
      (.instructionAbort(address: address), isLower ? 0x8200_0010 : 0x8600_0010),
      (.dataAbort(address: address), isLower ? 0x9200_0010 : 0x9600_0010),
    ]
    for (exception, syndrome) in expected {
      var guest = guest(pstate)
      guest.vcpu.inject(exception)
      #expect(guest.vcpu.machine.registers[.esr_el1] == syndrome)
      #expect(guest.vcpu.machine.registers[.far_el1] == address.rawValue)
      #expect(guest.vcpu.machine.registers[.elr_el1] == Self.pc)
      #expect(guest.vcpu.machine.registers[.spsr_el1] == pstate)
      #expect(guest.vcpu.frame.elr == Self.vbar + offset)
      #expect(guest.vcpu.frame.spsr == 0x8000_03c5)
    }
  }

  @Test func otherRegistersStayAsTheyAre() {
    var guest = guest(0x5)
    guest.vcpu.inject(.dataAbort(address: GuestVirtualAddress(0)))
    var expected = TrapFrame.distinct
    expected.elr = Self.vbar + 0x200
    #expect(guest.vcpu.frame.words == expected.words)
  }

  private static let pan = SPSR_EL2.pan
  private static let span: UInt64 = 1 << 23
  private static let dssbs: UInt64 = 1 << 44

  /// Features, SCTLR_EL1, PSTATE before and after.
  static let pstates: [(CPUFeatures, UInt64, UInt64, UInt64)] = [
    // NZCV and DIT stay; SS, IL, BTYPE, UAO, TCO, SSBS and ALLINT are cleared.
    ([], span, 0xf100_0005, 0xf100_03c5),
    ([], span, 0x0230_3c05, 0x03c5),
    ([], span, 0x0080_0005, 0x03c5),
    // PAN: set where SPAN is clear and the feature exists, else kept.
    ([.pan], 0, 0x5, 0x0040_03c5),
    ([.pan], span, 0x5, 0x03c5),
    ([.pan], span, 0x0040_0005, 0x0040_03c5),
    ([], 0, 0x5, 0x03c5),
    // SSBS is DSSBS.
    ([.ssbs], span | dssbs, 0x5, 0x13c5),
    ([.ssbs], span, 0x1005, 0x03c5),
    ([], span | dssbs, 0x5, 0x03c5),
    // TCO is set.
    ([.mte], span, 0x5, 0x0200_03c5),
    ([.pan, .ssbs, .mte], dssbs, 0xf000_0000, 0xf240_13c5),
    // The masks are set whatever they were.
    ([], span, 0x3c5, 0x03c5),
    ([], span, 0x005, 0x03c5),
    // From AArch32: Q, GE, IT, E and T have no place in AArch64.
    ([], span, 0xfe0f_fe30, 0xf000_03c5),
  ]

  @Test(arguments: pstates)
  func pstate(_ features: CPUFeatures, _ sctlr: UInt64, _ before: UInt64, _ after: UInt64) {
    var guest = guest(before, features: features, sctlr: sctlr)
    guest.vcpu.inject(.undefined)
    #expect(guest.vcpu.frame.spsr == after)
    #expect(guest.vcpu.machine.registers[.spsr_el1] == before)
  }

  @Test("B-25: SPSR_EL1 gets all 64 bits of the PSTATE")
  func widePSTATE() {
    var guest = guest(0xf_0000_0005)
    guest.vcpu.inject(.undefined)
    #expect(guest.vcpu.machine.registers[.spsr_el1] == 0xf_0000_0005)
  }

  @Test("B-2: the return address of an injected exception is the instruction that trapped")
  func returnAddress() {
    // A trapped MSR is at its PC until somebody completes it.
    var guest = TestGuest()
    _ = guest.exit(esr: esr(0x18, 0x32_0400)) { $0 = .distinct }
    guest.vcpu.inject(.undefined)
    #expect(guest.vcpu.machine.registers[.elr_el1] == TrapFrame.distinct.elr)
  }
}
