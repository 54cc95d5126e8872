import Testing

@testable import ArmVCpu

@Suite struct IdentificationFilterTests {
  /// Each register with all bits set, and what is left of it.
  static let full: [(SystemRegister, UInt64)] = [
    // AArch32: AMU, the GIC, performance monitors and trace.
    (SystemRegister(3, 0, 0, 1, 0), 0xffff_ffff_ff0f_ffff),
    // Security and Virtualization, with their fractions, next to the GIC.
    (SystemRegister(3, 0, 0, 1, 1), 0xffff_ffff_011f_0f0f),
    (SystemRegister(3, 0, 0, 1, 2), 0xffff_ffff_00f0_0fff),
    // CSV2 is at most 1, and the GIC's field is hidden.
    (.id_aa64pfr0_el1, 0xf10f_0000_f0ff_00ff),
    // CSV2_frac, bits 35:32, would bring back SCXTNUM_EL1.
    (SystemRegister(3, 0, 0, 4, 1), 0x0000_0000_f0f0_f0ff),
    (SystemRegister(3, 0, 0, 4, 2), 0), (SystemRegister(3, 0, 0, 4, 4), 0),
    (SystemRegister(3, 0, 0, 4, 5), 0), (SystemRegister(3, 0, 0, 4, 7), 0),
    // Debug of Armv8.8 at most: v8.9 selects banks of breakpoints by MDSELR_EL1. Two breakpoints and
    // watchpoints, one context-aware; no double lock.
    (.id_aa64dfr0_el1, 0x0000_00f0_0010_100a),
    (SystemRegister(3, 0, 0, 5, 1), 0), (SystemRegister(3, 0, 0, 5, 2), 0),
    (SystemRegister(3, 0, 0, 6, 0), 0xffff_ffff_f0ff_ffff),
    (SystemRegister(3, 0, 0, 6, 1), 0x0fff_ffff_ffff_ffff),
    (SystemRegister(3, 0, 0, 6, 2), 0xffff_ff00_fff0_ffff),
    (SystemRegister(3, 0, 0, 7, 0), .max),
    // HAFDBS is at most 2: from 3 on TCR2_EL1 controls it.
    (SystemRegister(3, 0, 0, 7, 1), 0xffff_f0ff_fff0_f0f2),
    (SystemRegister(3, 0, 0, 7, 2), 0xffff_ffff_f0ff_ffff),
    (SystemRegister(3, 0, 0, 7, 3), 0), (SystemRegister(3, 0, 0, 7, 4), 0),
  ]

  @Test("B-31: a guest doesn't see features that its vCPU doesn't support", arguments: full)
  func hidden(register: SystemRegister, expected: UInt64) {
    let value = IdentificationFilter.value(
      of: register, hardware: .max, hasInterruptController: false)
    #expect(value == expected, "\(String(value, radix: 16))")
  }

  @Test func aGICShowsWhereTheGuestHasIt() {
    let value = IdentificationFilter.value(
      of: .id_aa64pfr0_el1, hardware: .max, hasInterruptController: true)
    #expect(value >> 24 & 15 == 15)
  }

  /// AArch32's and AArch64's registers agree on EL2 and EL3: neither exists.
  @Test(arguments: [0x0001_1011, 0x1001_0011, 0x1011_1001] as [UInt64])
  func noRegisterHasHigherExceptionLevels(pfr1: UInt64) {
    let value = IdentificationFilter.value(
      of: SystemRegister(3, 0, 0, 1, 1), hardware: pfr1, hasInterruptController: true)
    #expect(value & 0xf0f0 == 0)
    #expect(value & 0xf000_0f0f == pfr1 & 0xf000_0f0f)
    // Without EL3 and EL2, Armv8 has Sec_frac 1 or 2 and Virt_frac 1.
    #expect(value >> 20 & 15 == (pfr1 & 0xf0 != 0 || pfr1 >> 20 & 15 == 1 ? 1 : 0))
    #expect(value >> 24 & 15 == (pfr1 & 0xf000 != 0 ? 1 : 0))
  }

  @Test func aCPUWithoutAnyOfItIsShownAsItIs() {
    // cortex-a57.
    for (register, value) in [
      (SystemRegister.id_aa64pfr0_el1, 0x0000_0022), (SystemRegister(3, 0, 0, 4, 1), 0),
      (SystemRegister(3, 0, 0, 1, 1), 0),
      (SystemRegister(3, 0, 0, 6, 0), 0x0001_1120), (SystemRegister(3, 0, 0, 7, 0), 0x1124),
    ] as [(SystemRegister, UInt64)] {
      #expect(
        IdentificationFilter.value(of: register, hardware: value, hasInterruptController: false)
          == value)
    }
  }
}
