import Testing

@testable import ArmVCpu

@Suite struct VCpuVirtualInterruptsTests {
  /// Interrupts, their bits in HCR_EL2 (VI, VF, VSE) and their routing bits (IMO, FMO, AMO).
  static let interrupts: [(VirtualInterrupt, UInt64, UInt64)] = [
    (.irq, 1 << 7, 1 << 4), (.fiq, 1 << 6, 1 << 3), (.serror(syndrome: 0xc11), 1 << 8, 1 << 5),
  ]

  private static let others: UInt64 = 0x8000_0001

  @Test("B-15: virtual interrupts are pending until they are withdrawn", arguments: interrupts)
  func pending(interrupt: VirtualInterrupt, bit: UInt64, routing: UInt64) {
    var guest = TestGuest(features: .ras)
    guest.vcpu.machine.registers[.hcr_el2] = Self.others | routing
    let isRaised = guest.vcpu.raise(interrupt)
    #expect(isRaised)
    #expect(guest.vcpu.machine.registers[.hcr_el2] == Self.others | routing | bit)
    let isPending = guest.vcpu.isPending(interrupt)
    #expect(isPending)
    guest.vcpu.withdraw(interrupt)
    #expect(guest.vcpu.machine.registers[.hcr_el2] == Self.others | routing)
    let isStillPending = guest.vcpu.isPending(interrupt)
    #expect(!isStillPending)
  }

  @Test("a guest that has the physical interrupts doesn't get virtual ones", arguments: interrupts)
  func passthrough(interrupt: VirtualInterrupt, bit: UInt64, routing: UInt64) {
    var guest = TestGuest(features: .ras)
    // All other bits set.
    let hcr = ~(routing | bit)
    guest.vcpu.machine.registers[.hcr_el2] = hcr
    let isRaised = guest.vcpu.raise(interrupt)
    #expect(!isRaised)
    #expect(guest.vcpu.machine.calls == [.read(.hcr_el2)])
    #expect(guest.vcpu.machine.registers[.hcr_el2] == hcr)
  }

  @Test(
    "a guest's wait is EL2's, unless a virtual SError is pending, which wouldn't end it")
  func waiting() {
    var guest = TestGuest()
    guest.vcpu.machine.registers[.hcr_el2] = ~(1 << 8)
    guest.vcpu.waitForInterrupt()
    #expect(guest.vcpu.machine.calls == [.read(.hcr_el2), .waitForInterrupt])
    guest.vcpu.machine.calls = []
    guest.vcpu.machine.registers[.hcr_el2] = 1 << 8
    guest.vcpu.waitForInterrupt()
    #expect(guest.vcpu.machine.calls == [.read(.hcr_el2)])
  }

  @Test("B-15: a virtual SError has a 25-bit syndrome if the CPU has FEAT_RAS")
  func syndrome() {
    for (features, expected) in [(.ras, 0x155_5555), ([], nil)] as [(CPUFeatures, UInt64?)] {
      var guest = TestGuest(features: features)
      guest.vcpu.machine.registers[.hcr_el2] = 1 << 5
      guest.vcpu.raise(.serror(syndrome: 0x5555_5555))
      #expect(guest.vcpu.machine.registers[.vsesr_el2] == expected)
    }
  }

  @Test("B-15: the CPU withdraws an SError that the guest takes")
  func delivery() {
    var guest = TestGuest()
    guest.vcpu.machine.registers[.hcr_el2] = 1 << 5
    guest.vcpu.raise(.serror(syndrome: 0))
    guest.vcpu.machine.registers[.hcr_el2] = 1 << 5
    let isPending = guest.vcpu.isPending(.serror(syndrome: 0))
    #expect(!isPending)
  }

  @Test(
    "B-15: an SError that execution can continue after is contained, the guest gets the others too")
  func severities() {
    for (iss, isContained) in [
      (0x11, false), (0x411, false), (0x811, true), (0xc11, false), (0x1811, true), (0x1000, false),
      (0x1811 | 1 << 24, false), (0x1800, false),
    ] as [(UInt32, Bool)] {
      #expect(SErrorSyndrome(iss: iss).isContained == isContained)
    }
  }
}
