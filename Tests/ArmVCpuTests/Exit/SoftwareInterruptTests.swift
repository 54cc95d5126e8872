import Testing

@testable import ArmVCpu

@Suite struct SoftwareInterruptTests {
  private static let registers: [(UInt32, SoftwareInterrupt.Group)] = [
    (5, .group1), (6, .otherGroup1), (7, .group0),
  ]

  @Test(
    "B-30: a write of each of the three registers is a software interrupt", arguments: registers)
  func write(op2: UInt32, group: SoftwareInterrupt.Group) {
    let register = SystemRegister(3, 0, 12, 11, op2)
    let interrupt = SoftwareInterrupt(group: group, rawValue: 0xa5a5_0000_dead_0002)
    let reason = decode(esr(0x18, UInt64(register.rawValue) | 2 << 5))
    #expect(reason == .softwareInterrupt(interrupt, register: 2))
    #expect(reason.exitClass == .sysregWrite)
    #expect(interrupt.systemRegister == register)

    var guest = TestGuest()
    _ = guest.exit(esr: esr(0x18, UInt64(register.rawValue))) { $0.elr = 0x1000 }
    let isDone = guest.vcpu.complete()
    #expect(isDone)
    #expect(guest.vcpu.frame.elr == 0x1004)
  }

  @Test(
    "B-30: they are write-only: a read is a system register read, and undefined",
    arguments: registers)
  func read(op2: UInt32, group: SoftwareInterrupt.Group) {
    let register = SystemRegister(3, 0, 12, 11, op2)
    let reason = decode(esr(0x18, UInt64(register.rawValue) | 2 << 5 | 1))
    #expect(reason == .systemRegisterRead(register, register: 2))
  }

  @Test func otherRegistersSendNothing() {
    for op2: UInt32 in 0...4 {
      #expect(SoftwareInterrupt(SystemRegister(3, 0, 12, 11, op2), 0) == nil)
    }
    for register in [
      SystemRegister(3, 0, 12, 12, 5), SystemRegister(3, 1, 12, 11, 5),
      SystemRegister(2, 0, 12, 11, 5), SystemRegister(3, 0, 13, 11, 5),
    ] {
      #expect(SoftwareInterrupt(register, 0) == nil)
    }
  }

  @Test("B-30: Aff3 is bits 39:32 of an MPIDR, and RS selects the sixteen that the list covers")
  func targets() {
    // INTID 9, Aff3 0x83, Aff2 0x82, Aff1 0x81, RS 2, targets 0 and 15.
    let interrupt = SoftwareInterrupt(group: .group1, rawValue: 0x0083_2082_0981_8001)
    #expect(interrupt.interrupt == 9)
    #expect(!interrupt.isForAllOthers)
    #expect(interrupt.cluster == 0x83_0082_8100)
    #expect(interrupt.rangeSelector == 2)
    #expect(interrupt.targetList == 0x8001)
    // U and MT, bits 30 and 24, and RES1 bit 31 aren't affinity.
    for target: UInt64 in [0x83_0082_8120, 0x83_0082_812f, 0x83_c182_812f] {
      #expect(interrupt.reaches(target, from: 0))
    }
    for target: UInt64 in [
      0x83_0082_8121, 0x83_0082_810f, 0x83_0082_8130, 0x84_0082_8120, 0x83_0083_8120,
      0x83_0082_8220, 0x0082_8120,
    ] {
      #expect(!interrupt.reaches(target, from: 0))
    }
  }

  @Test("B-30: IRM sends to all but the sender, regardless of the list")
  func allOthers() {
    let interrupt = SoftwareInterrupt(group: .group1, rawValue: 1 << 40 | 1)
    #expect(interrupt.isForAllOthers)
    #expect(interrupt.reaches(0x8000_0005, from: 0x8000_0001))
    #expect(interrupt.reaches(0xff_8001_0203, from: 0x8000_0001))
    #expect(!interrupt.reaches(0x8000_0001, from: 0x8000_0001))
    #expect(!interrupt.reaches(0x0000_0001, from: 0x8000_0001))
  }
}
