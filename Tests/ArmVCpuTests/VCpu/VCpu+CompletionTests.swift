import Testing

@testable import ArmVCpu

@Suite struct VCpuCompletionTests {
  private typealias Bits = DataAbortBits

  /// BTYPE 3 and SS set, which stepping over an instruction clears.
  private static let pstate: UInt64 = 0x6020_0fc5
  private static let steppedPSTATE: UInt64 = 0x6000_03c5

  private func frame(function: UInt64 = 0xc600_0001) -> (inout TrapFrame) -> Void {
    {
      $0 = .distinct
      $0.spsr = Self.pstate
      $0.setGPR(0, function)
    }
  }

  /// Expects that the guest is past its instruction, and that only `register` has changed.
  private func expectStepped(
    _ guest: borrowing TestGuest, _ register: UInt8? = nil, _ value: UInt64 = 0,
    function: UInt64 = 0xc600_0001, location: SourceLocation = #_sourceLocation
  ) {
    var expected = TrapFrame.initial
    frame(function: function)(&expected)
    expected.elr += 4
    expected.spsr = Self.steppedPSTATE
    if let register { expected.setGPR(register, value) }
    let actual = guest.vcpu.frame.words
    #expect(actual == expected.words, sourceLocation: location)
    let exit = guest.vcpu.exit
    #expect(exit == nil, sourceLocation: location)
  }

  @Test(
    "B-4: a completed load has the width, sign and register of the instruction",
    arguments: MMIOAccessTests.loads)
  func load(_ byteCount: UInt8, _ sign: Bool, _ is64: Bool, _ value: UInt64, _ expected: UInt64) {
    let iss =
      Bits.isv | Bits.sas(UInt64(byteCount.trailingZeroBitCount)) | (sign ? Bits.sse : 0)
      | Bits.srt(17) | (is64 ? Bits.sf : 0) | Bits.translationLevel3
    var guest = TestGuest()
    _ = guest.exit(esr: esr(0x24, iss), frame: frame())
    let isDone = guest.vcpu.complete(value: value)
    #expect(isDone)
    expectStepped(guest, 17, expected)
  }

  @Test("B-5: a load into XZR is discarded")
  func loadIntoXZR() {
    let iss = Bits.isv | Bits.sas(3) | Bits.sf | Bits.srt(31) | Bits.translationLevel3
    var guest = TestGuest()
    _ = guest.exit(esr: esr(0x24, iss), frame: frame())
    guest.vcpu.complete(value: .max)
    expectStepped(guest)
  }

  @Test func aStoreTakesNoValue() {
    let iss = Bits.isv | Bits.sas(3) | Bits.sf | Bits.wnr | Bits.translationLevel3
    var guest = TestGuest()
    _ = guest.exit(esr: esr(0x24, iss), frame: frame())
    guest.vcpu.complete(value: .max)
    expectStepped(guest)
  }

  @Test func aReadOfASystemRegisterGetsAll64Bits() {
    var guest = TestGuest()
    _ = guest.exit(esr: esr(0x18, 0x32_0401 | 30 << 5), frame: frame())
    guest.vcpu.complete(value: 0xfedc_ba98_7654_3210)
    expectStepped(guest, 30, 0xfedc_ba98_7654_3210)
  }

  @Test("B-31: a read of a system register into XZR is discarded")
  func systemRegisterIntoXZR() {
    var guest = TestGuest()
    _ = guest.exit(esr: esr(0x18, 0x32_0401 | 31 << 5), frame: frame())
    guest.vcpu.complete(value: .max)
    expectStepped(guest)
  }

  @Test("B-31: a system register's exit moves the PC when it is completed, not before")
  func systemRegisterPC() {
    var guest = TestGuest()
    _ = guest.exit(esr: esr(0x18, 0x32_0400), frame: frame())
    #expect(guest.vcpu.frame.elr == TrapFrame.distinct.elr)
    guest.vcpu.complete(value: .max)
    expectStepped(guest)
  }

  @Test(arguments: [0x1e0_0000, 0x1e0_0001, 0x1e0_0066, 0x1e0_00a7] as [UInt64])
  func aWaitTakesNoValue(iss: UInt64) {
    var guest = TestGuest()
    _ = guest.exit(esr: esr(0x01, iss), frame: frame())
    guest.vcpu.complete(value: .max)
    expectStepped(guest)
  }

  @Test(
    "B-19: an SMC is answered in x0 and stepped over; it doesn't reach the machine",
    arguments: [0xc600_0001, 0x8400_0000, 0x8400_0009, 0xc400_0001, 0xb200_0000] as [UInt64])
  func secureMonitorCall(function: UInt64) {
    var guest = TestGuest()
    _ = guest.exit(esr: esr(0x17), frame: frame(function: function))
    let isDone = guest.vcpu.complete(value: SMCCC.notSupported)
    #expect(isDone)
    expectStepped(guest, 0, .max, function: function)
    #expect(guest.vcpu.machine.calls == [.run])
  }

  @Test(
    "B-3: an HVC is answered in x0; its PC is already after the instruction",
    arguments: [0xc600_0001, 0x8400_0000] as [UInt64])
  func hypervisorCall(function: UInt64) {
    var guest = TestGuest()
    _ = guest.exit(esr: esr(0x16), frame: frame(function: function))
    let isHypercall = function != 0x8400_0000
    let isDone =
      isHypercall ? guest.vcpu.completeHypercall(value: 42) : guest.vcpu.complete(value: 42)
    #expect(isDone)
    var expected = TrapFrame.initial
    frame()(&expected)
    expected.setGPR(0, 42)
    #expect(guest.vcpu.frame.words == expected.words)
    #expect(guest.vcpu.exit == nil)
  }

  @Test func onlyAnHVCIsCompletedAsAHypercall() {
    let calls: [(syndrome: UInt64, function: UInt64)] = [
      (esr(0x16), 0x8400_0000), (esr(0x17), 0xc600_0001), (esr(0x01), 0),
    ]
    for (syndrome, function) in calls {
      var guest = TestGuest()
      let reason = guest.exit(esr: syndrome, frame: frame(function: function))
      let isDone = guest.vcpu.completeHypercall(value: 42)
      #expect(!isDone)
      #expect(guest.vcpu.exit == reason)
      #expect(guest.vcpu.gpr(0) == function)
    }
  }

  @Test("B-2: after an interrupt or an abort there is nothing to complete")
  func nothingToComplete() {
    let exits: [(TrapKind, UInt64)] = [
      (.irq, 0), (.fiq, 0), (.serror, 0), (.synchronous, esr(0x24, 0x07)),
      (.synchronous, esr(0x24, 0x100_0107)), (.synchronous, esr(0x24, 0x100_0087)),
      (.synchronous, esr(0x20, 0x07)), (.synchronous, esr(0x07)), (.synchronous, esr(0x2f)),
    ]
    for (kind, syndrome) in exits {
      var guest = TestGuest()
      let reason = guest.exit(kind, esr: syndrome, frame: frame())
      let before = guest.vcpu.frame.words
      let isDone = guest.vcpu.complete(value: .max)
      #expect(!isDone, "\(reason)")
      #expect(guest.vcpu.frame.words == before)
      #expect(guest.vcpu.exit == reason)
    }
    var guest = TestGuest()
    let isDone = guest.vcpu.complete(value: .max)
    #expect(!isDone)
    #expect(guest.vcpu.gpr(0) == 0xd7b)
  }

  @Test func anInstructionIsFinishedOnce() {
    var guest = TestGuest()
    _ = guest.exit(esr: esr(0x17), frame: frame())
    guest.vcpu.complete(value: 1)
    let again = guest.vcpu.complete(value: 2)
    #expect(!again)
    expectStepped(guest, 0, 1)

    _ = guest.exit(esr: esr(0x17), frame: frame())
    guest.vcpu.skip()
    let afterSkip = guest.vcpu.complete(value: 2)
    #expect(!afterSkip)
    expectStepped(guest)

    _ = guest.exit(esr: esr(0x17), frame: frame())
    guest.vcpu.inject(.undefined)
    let afterInjection = guest.vcpu.complete(value: 2)
    #expect(!afterInjection)
  }

  @Test("B-3: skipping moves the PC by 4 and clears BTYPE and SS")
  func skip() {
    var guest = TestGuest()
    _ = guest.exit(esr: esr(0x24, Bits.cm | Bits.wnr | 7), frame: frame())
    guest.vcpu.skip()
    expectStepped(guest)
  }

  @Test("B-3: the PC wraps around as the CPU's does")
  func wrapping() {
    var guest = TestGuest()
    _ = guest.exit(esr: esr(0x01, 0x1e0_0000)) { $0.elr = 0xffff_ffff_ffff_fffc }
    guest.vcpu.complete()
    #expect(guest.vcpu.frame.elr == 0)
  }

  @Test(
    "B-3, B-34: in AArch32 the PC moves by the instruction's length and ITSTATE advances",
    arguments: [
      // IL, SPSR before, bytes, SPSR after. SS is bit 21, T bit 5.
      // A32: always four bytes.
      (true, 0x0020_0010, 4, 0x0000_0010),
      // T32, 32-bit and 16-bit.
      (true, 0x0020_0030, 4, 0x0000_0030),
      (false, 0x0020_0030, 2, 0x0000_0030),
      // E, A and the GE flags aren't ITSTATE.
      (false, 0xf80f_0330, 2, 0xf80f_0330),
      // ITSTATE 0x06 (IT[7:2] in 15:10, IT[1:0] in 26:25): EQ, two more to come: 0x0c, then 0x18, 0.
      (false, 0x0400_0430, 2, 0x0000_0c30),
      (false, 0x0000_0c30, 2, 0x0000_1830),
      (false, 0x0000_1830, 2, 0x0000_0030),
      // ITSTATE 0xe1: AL, four instructions: 0xe2.
      (true, 0x0200_e030, 4, 0x0400_e030),
      // ITSTATE 0xdf: bit 4 is shifted out: 0xde.
      (true, 0x0600_dc30, 4, 0x0400_dc30),
    ] as [(Bool, UInt64, UInt64, UInt64)])
  func aarch32(isLong: Bool, before: UInt64, byteCount: UInt64, after: UInt64) {
    var guest = TestGuest()
    let syndrome = isLong ? esr(0x01, 0x1e0_0000) : esr(0x01, 0x1e0_0000) & ~(1 << 25)
    _ = guest.exit(esr: syndrome) {
      $0.elr = 0x8000
      $0.spsr = before
    }
    guest.vcpu.complete()
    #expect(guest.vcpu.frame.elr == 0x8000 + byteCount)
    #expect(guest.vcpu.frame.spsr == after)
  }
}
