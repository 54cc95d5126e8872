import Testing

@testable import ArmVCpu

/// Exceptions raised in the guest (Arm ARM DDI 0487, AArch64.TakeException).
@Suite struct VCpuInjectionTests {
  /// The guest's state: PSTATE, the offset of its vector, whether it is at a lower exception level.
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
    // RES0 bits 10:0 of VBAR_EL1 aren't part of the vector's address.
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
    // PAN: set if SPAN is clear and the feature exists, otherwise kept.
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
    // The masks are always set.
    ([], span, 0x3c5, 0x03c5),
    ([], span, 0x005, 0x03c5),
    // From AArch32: Q, GE, IT, E and T don't exist in AArch64.
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
    // A trapped MSR stays at its PC until it is completed.
    var guest = TestGuest()
    _ = guest.exit(esr: esr(0x18, 0x32_0400)) { $0 = .distinct }
    guest.vcpu.inject(.undefined)
    #expect(guest.vcpu.machine.registers[.elr_el1] == TrapFrame.distinct.elr)
  }

  @Test("an undefined HVC returns to itself, although the PC of its exit is after it")
  func undefinedHVC() {
    for (ec, function, back) in [
      (0x16, 0xc600_0001, 4), (0x16, 0x8400_0000, 4), (0x17, 0xc600_0001, 0),
      (0x17, 0x8400_0000, 0),
      (0x18, 0, 0),
    ] as [(UInt8, UInt64, UInt64)] {
      var guest = TestGuest()
      _ = guest.exit(esr: esr(ec)) {
        $0.elr = 0x1004
        $0.setGPR(0, function)
      }
      guest.vcpu.inject(.undefined)
      #expect(guest.vcpu.machine.registers[.elr_el1] == 0x1004 - back)
      // An abort is for something after the call.
      _ = guest.exit(esr: esr(ec)) {
        $0.elr = 0x1004
        $0.setGPR(0, function)
      }
      guest.vcpu.inject(.dataAbort(address: GuestVirtualAddress(0)))
      #expect(guest.vcpu.machine.registers[.elr_el1] == 0x1004)
    }
  }

  @Test("B-10: aborts of any status, with their direction", arguments: sources)
  func statuses(_ name: String, _ pstate: UInt64, _ offset: UInt64, _ isLower: Bool) {
    let address = GuestVirtualAddress(0x1234)
    for code: UInt8 in 0..<64 {
      let status = FaultStatus(rawValue: code)
      let expected: [(GuestException, UInt64)] = [
        (.instructionAbort(address: address, status: status), isLower ? 0x8200_0000 : 0x8600_0000),
        (.dataAbort(address: address, status: status), isLower ? 0x9200_0000 : 0x9600_0000),
        (
          .dataAbort(address: address, status: status, isWrite: true),
          isLower ? 0x9200_0040 : 0x9600_0040
        ),
      ]
      for (exception, syndrome) in expected {
        var guest = guest(pstate)
        guest.vcpu.inject(exception)
        #expect(guest.vcpu.machine.registers[.esr_el1] == syndrome | UInt64(code))
        #expect(guest.vcpu.machine.registers[.far_el1] == 0x1234)
      }
    }
  }

  @Test("B-13: an external abort without an address says so (FnV) and leaves FAR_EL1 unchanged")
  func withoutAddress() {
    for (exception, syndrome) in [
      (.dataAbort(address: nil), 0x9600_0410), (.instructionAbort(address: nil), 0x8600_0410),
      (.dataAbort(address: nil, status: .alignment), 0x9600_0021),
    ] as [(GuestException, UInt64)] {
      var guest = guest(0x5)
      guest.vcpu.machine.registers[.far_el1] = 0xfa5
      guest.vcpu.inject(exception)
      #expect(guest.vcpu.machine.registers[.esr_el1] == syndrome)
      #expect(guest.vcpu.machine.registers[.far_el1] == 0xfa5)
    }
  }

  @Test(
    "B-8, B-10, B-11: the exception for an abort that isn't handled",
    arguments: [
      (0x07, false, 0x10), (0x0f, false, 0x10), (0x0b, false, 0x10), (0x10, false, 0x10),
      (0x18, false, 0x10), (0x30, false, 0x10), (0x3f, false, 0x10), (0x2b, false, 0x10),
      (0x07, true, 0x14), (0x0f, true, 0x14), (0x00, false, 0x00), (0x29, false, 0x00),
      (0x21, false, 0x21),
    ] as [(UInt8, Bool, UInt8)])
  func forwarded(status: UInt8, isWalk: Bool, expected: UInt8) {
    for isWrite in [false, true] {
      let abort = MemoryAbort(
        virtualAddress: GuestVirtualAddress(0x77), address: nil,
        status: FaultStatus(rawValue: status), isWrite: isWrite, isStage1Walk: isWalk)
      #expect(
        GuestException(abort, isInstructionFetch: false)
          == .dataAbort(
            address: GuestVirtualAddress(0x77), status: FaultStatus(rawValue: expected),
            isWrite: isWrite))
      #expect(
        GuestException(abort, isInstructionFetch: true)
          == .instructionAbort(
            address: GuestVirtualAddress(0x77), status: FaultStatus(rawValue: expected)))
    }
  }

  @Test("ALLINT is set on an exception if SPINTMASK is clear (FEAT_NMI)")
  func allint() {
    for (features, sctlr, expected) in [
      (.nmi, 0, 0x2000), (.nmi, 1 << 62, 0), ([], 0, 0),
    ] as [(CPUFeatures, UInt64, UInt64)] {
      var guest = guest(0x5, features: features, sctlr: sctlr)
      guest.vcpu.inject(.undefined)
      #expect(guest.vcpu.frame.spsr & 0x2000 == expected)
    }
  }

  /// Interrupts: the bit that masks each, its routing bit in HCR_EL2, its vector's offset, and ESR_EL1 if it has
  /// one.
  static let interrupts: [(VirtualInterrupt, UInt64, UInt64, UInt64, UInt64?)] = [
    (.irq, 1 << 7, 1 << 4, 0x80, nil), (.fiq, 1 << 6, 1 << 3, 0x100, nil),
    (.serror(syndrome: 0x155_5555), 1 << 8, 1 << 5, 0x180, 0xbf55_5555),
  ]

  @Test("an unmasked interrupt is taken immediately, from each source", arguments: sources)
  func interrupts(_ name: String, _ pstate: UInt64, _ offset: UInt64, _ isLower: Bool) {
    for (interrupt, mask, route, vector, syndrome) in Self.interrupts {
      var guest = guest(pstate | 0x1c0 & ~mask, features: .ras)
      guest.vcpu.machine.registers[.hcr_el2] = route
      let isTaken = guest.vcpu.take(interrupt)
      #expect(isTaken)
      #expect(guest.vcpu.machine.registers[.esr_el1] == syndrome)
      #expect(guest.vcpu.machine.registers[.far_el1] == nil)
      #expect(guest.vcpu.machine.registers[.elr_el1] == Self.pc)
      #expect(guest.vcpu.machine.registers[.spsr_el1] == pstate | 0x1c0 & ~mask)
      #expect(guest.vcpu.frame.elr == Self.vbar + offset + vector)
      #expect(guest.vcpu.frame.spsr == 0x8000_03c5)
      // It isn't pending.
      #expect(guest.vcpu.machine.registers[.hcr_el2] == route)
      #expect(guest.vcpu.exit == nil)
    }
  }

  @Test("an interrupt that is masked, or that goes to the guest itself, isn't taken")
  func interruptsThatAreNotTaken() {
    for (interrupt, mask, route, _, _) in Self.interrupts {
      let isSError = interrupt == .serror(syndrome: 0x155_5555)
      let cases: [(pstate: UInt64, hcr: UInt64)] = [
        (0x5 | mask, ~0), (0x5, ~route), (isSError ? 0x105 : 0x2005, ~0),
      ]
      for (pstate, hcr) in cases {
        var guest = guest(pstate)
        guest.vcpu.machine.registers[.hcr_el2] = hcr
        let registers = guest.vcpu.machine.registers
        let isTaken = guest.vcpu.take(interrupt)
        #expect(!isTaken)
        #expect(guest.vcpu.machine.registers == registers)
        #expect(guest.vcpu.frame.elr == Self.pc && guest.vcpu.frame.spsr == pstate)
        #expect(guest.vcpu.exit == .irq)
      }
    }
  }

  @Test("without FEAT_RAS the hypervisor doesn't choose an SError's syndrome")
  func serrorWithoutRAS() {
    var guest = guest(0x5)
    guest.vcpu.machine.registers[.hcr_el2] = ~0
    let isTaken = guest.vcpu.take(.serror(syndrome: 0x155_5555))
    #expect(isTaken && guest.vcpu.machine.registers[.esr_el1] == 0xbe00_0000)
  }
}
