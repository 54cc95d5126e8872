import CArmVCpu
import Testing

@testable import ArmVCpu

/// B-1: an access that can't be emulated changes nothing.
@Suite struct VCpuEmulationRefusalTests {
  private typealias Bits = DataAbortBits

  // ldp x1, x2, [x0], #16; stp x1, x2, [x0, #-16]!; ldr q1, [x0], #16.
  private static let ldp: UInt32 = 0xa8c1_0801
  private static let stp: UInt32 = 0xa9bf_0801
  private static let ldrQ: UInt32 = 0x3cc1_0401

  /// Emulates, and expects that registers and exit are unchanged.
  private func expectUnchanged(
    _ guest: inout TestGuest, _ exit: EmulatedAccess, _ expected: Emulation,
    _ device: FakeDevice = FakeDevice(), location: SourceLocation = #_sourceLocation
  ) {
    let reason = guest.vcpu.exit
    let outcome = guest.vcpu.emulate(device.answer)
    #expect(outcome == expected, sourceLocation: location)
    let words = guest.vcpu.frame.words
    #expect(words == exit.frame.words, sourceLocation: location)
    let after = guest.vcpu.exit
    #expect(after == reason, sourceLocation: location)
    let machine = guest.vcpu.machine
    #expect(machine.registers[.sp_el1] == EmulatedAccess.base, sourceLocation: location)
    #expect(machine.vectors == exit.vectors, sourceLocation: location)
    for call in machine.calls {
      switch call {
      case .write, .setVector: Issue.record("\(call)", sourceLocation: location)
      default: break
      }
    }
  }

  @Test(
    "B-1: an instruction that isn't a sequence of accesses is refused immediately",
    arguments: [
      (0xc85f_7c01, false),  // ldxr x1, [x0]
      (0xc802_7c01, true),  // stxr w2, x1, [x0]
      (0xf821_0002, true),  // ldadd x1, x2, [x0]
      (0xf821_8002, true),  // swp x1, x2, [x0]
      (0xc8a1_7c02, true),  // cas x1, x2, [x0]
      (0xf83f_d001, false),  // ld64b x1, [x0]
      (0x4c40_7001, false),  // ld1 {v1.16b}, [x0]
      (0xd50b_7420, true),  // dc zva, x0
      (0xd920_0801, true),  // stg x1, [x0]
      (0xa940_0401, false),  // ldp x1, x1, [x0]: unpredictable
      (0xf840_8400, false),  // ldr x0, [x0], #8: unpredictable
    ] as [(UInt32, Bool)])
  func indivisible(word: UInt32, isWrite: Bool) {
    let exit = EmulatedAccess(word: word, isWrite: isWrite)
    var guest = exit.guest()
    let device = FakeDevice()
    expectUnchanged(&guest, exit, .refused, device)
    #expect(device.accesses == [])
  }

  @Test("B-1: a device may refuse any of the accesses, and no register changes")
  func deviceRefuses() {
    for (word, isWrite, offset, count) in [
      (Self.ldp, false, 0, 2), (Self.stp, true, -16, 2), (Self.ldrQ, false, 0, 2),
      (0xadc1_0801, false, 32, 4), (0xad00_0801, true, 0, 4), (0x3840_1401, false, 0, 1),
    ] as [(UInt32, Bool, Int64, Int)] {
      for refused in 0..<count {
        let exit = EmulatedAccess(
          word: word, isWrite: isWrite, offset: offset, vectors: [1: VectorRegister(low: 1)])
        var guest = exit.guest()
        let device = FakeDevice()
        device.refused = [refused]
        expectUnchanged(&guest, exit, .refused, device)
        // The device isn't accessed after the refusal.
        #expect(device.accesses.count == refused + 1)
      }
    }
  }

  @Test("B-1: a device may refuse an access with a syndrome")
  func deviceRefusesSyndrome() {
    for isWrite in [false, true] {
      let exit = EmulatedAccess(word: 0, isWrite: isWrite, iss: Bits.isv | Bits.sas(2) | 7)
      var guest = exit.guest()
      let device = FakeDevice()
      device.refused = [0]
      expectUnchanged(&guest, exit, .refused, device)
    }
  }

  @Test(
    "B-1: an instruction that another vCPU has replaced isn't emulated but repeated, a few times")
  func changedInstruction() {
    for (word, isWrite, offset) in [
      (0xd503_201f, false, 0),  // nop
      (0xf980_0000, false, 0),  // prfm pldl1keep, [x0]
      (Self.ldp, true, 0),  // a load where a store faulted
      (Self.stp, false, -16),  // a store where a load faulted
      (Self.ldp, false, -1), (Self.ldp, false, 16),  // next to the fault
      (Self.stp, true, 0), (Self.ldp, false, 0x1000),
      (0xf820_1c01, false, 7), (0xf820_1c01, false, 0x1_0000),  // ldraa x1, [x0, #8]!
    ] as [(UInt32, Bool, Int64)] {
      let exit = EmulatedAccess(word: word, isWrite: isWrite, offset: offset)
      var guest = exit.guest()
      let device = FakeDevice()
      for _ in 0..<8 {
        expectUnchanged(&guest, exit, .retry, device)
        exit.exit(&guest)
      }
      expectUnchanged(&guest, exit, .refused, device)
      #expect(device.accesses == [])
      // The guest's handler may try again.
      exit.exit(&guest)
      expectUnchanged(&guest, exit, .retry, device)
    }
  }

  @Test func theFaultMayBeAnywhereInTheAccess() {
    for offset: Int64 in [-16, -15, -8, -1] {
      var guest = EmulatedAccess(word: Self.stp, isWrite: true, offset: offset).guest()
      let device = FakeDevice()
      let outcome = guest.vcpu.emulate(device.answer)
      #expect(outcome == .completed)
      #expect(device.accesses.map(\.address) == [load(-16, 8), load(-8, 8)].map(\.address))
    }
  }

  @Test("B-1: an instruction that can't be read is repeated, a few times")
  func unreadableInstruction() {
    let exit = EmulatedAccess(word: Self.ldp, isWrite: false)
    var guest = exit.guest()
    guest.vcpu.machine.instructions = [:]
    for _ in 0..<8 {
      expectUnchanged(&guest, exit, .retry)
      exit.exit(&guest)
    }
    expectUnchanged(&guest, exit, .refused)
  }

  @Test func aRepetitionThatSucceedsIsAsGoodAsTheFirst() {
    let exit = EmulatedAccess(word: Self.ldp, isWrite: false)
    var guest = exit.guest()
    for _ in 0..<3 {
      for _ in 0..<8 {
        guest.vcpu.machine.instructions = [:]
        let repeated = guest.vcpu.emulate(FakeDevice().answer)
        #expect(repeated == .retry)
        exit.exit(&guest)
      }
      guest.vcpu.machine.instructions = [EmulatedAccess.pc: Self.ldp]
      let outcome = guest.vcpu.emulate(FakeDevice().answer)
      #expect(outcome == .completed)
      exit.exit(&guest)
    }
  }

  @Test("B-1: an access that crosses the end of a page is refused, the last one before it isn't")
  func pageCrossing() {
    // x0 is 0x400 in its page; stp x1, x2, [x0, #-16]!, with the base near the end.
    for (base, far, expected) in [
      (0x1000, 0xff0, .completed), (0x1008, 0xff8, .refused), (0x1008, 0x1000, .refused),
      (0x1010, 0x1000, .completed), (0x100f, 0xfff, .refused),
    ] as [(Int64, Int64, Emulation)] {
      let page: Int64 = -0x400
      let exit = EmulatedAccess(
        word: Self.stp, isWrite: true, offset: page + far,
        registers: [0: EmulatedAccess.address(page + base)])
      var guest = exit.guest()
      let device = FakeDevice()
      let outcome = guest.vcpu.emulate(device.answer)
      #expect(outcome == expected)
      #expect(device.accesses.isEmpty == (expected == .refused))
      guard expected == .completed else { continue }
      #expect(
        device.accesses.map(\.address.rawValue)
          == [far, far + 8].map {
            EmulatedAccess.ipa &+ UInt64(bitPattern: page + $0)
          })
    }
  }

  @Test("B-1, B-7, B-8, B-11: only an unmapped access of the instruction itself is emulated")
  func otherAborts() {
    for iss in [
      Bits.cm | 7, Bits.s1ptw | 7, 0x0f, 0x0b, 0x03, 0x10, 0x21, 0x35, Bits.isv | Bits.s1ptw | 7,
      Bits.isv | Bits.sas(3) | 0x0f,
    ] {
      let exit = EmulatedAccess(word: Self.ldp, isWrite: false, iss: iss)
      var guest = exit.guest()
      let device = FakeDevice()
      let outcome = guest.vcpu.emulate(device.answer)
      #expect(outcome == .refused, "\(String(iss, radix: 16))")
      #expect(device.accesses == [])
    }
  }

  /// The offset of the end of the device's page from `EmulatedAccess.base`.
  private static let pageEnd: Int64 = 0xc00

  @Test(
    "an access that the syndrome describes, across the end of the device's page",
    arguments: [false, true])
  func describedAccessOverThePageEnd(isWrite: Bool) {
    // FAR_EL2 is where the access begins, in the device's page: ldr or str x1, [x0].
    let exit = EmulatedAccess(
      word: isWrite ? 0xf900_0001 : 0xf940_0001, isWrite: isWrite, offset: Self.pageEnd - 4,
      registers: [0: EmulatedAccess.address(Self.pageEnd - 4)],
      iss: Bits.isv | Bits.sas(3) | Bits.sf | Bits.srt(1) | 7)
    var guest = exit.guest()
    let device = FakeDevice()
    expectUnchanged(&guest, exit, .refused, device)
    #expect(device.accesses == [])
  }

  @Test(
    "an access that the syndrome describes, and that begins before the device's page",
    arguments: [false, true])
  func describedAccessFromThePageBefore(isWrite: Bool) {
    // FAR_EL2 is the first byte of the device's page, four bytes after the start of the access.
    var exit = EmulatedAccess(
      word: isWrite ? 0xf900_0001 : 0xf940_0001, isWrite: isWrite, offset: Self.pageEnd,
      registers: [0: EmulatedAccess.address(Self.pageEnd - 4)],
      iss: Bits.isv | Bits.sas(3) | Bits.sf | Bits.srt(1) | 7)
    let device = FakeDevice()
    var guest = exit.guest()
    expectUnchanged(&guest, exit, .refused, device)
    // Another vCPU has changed the instruction meanwhile: it doesn't make this access.
    exit.word = isWrite ? 0xf900_0801 : 0xf940_0801
    guest = exit.guest()
    expectUnchanged(&guest, exit, .retry, device)
    exit.word = 0xd503_201f
    guest = exit.guest()
    expectUnchanged(&guest, exit, .retry, device)
    #expect(device.accesses == [])

    // An access that does begin there is carried out.
    exit.registers[0] = EmulatedAccess.address(Self.pageEnd)
    exit.word = isWrite ? 0xf900_0001 : 0xf940_0001
    guest = exit.guest()
    let outcome = guest.vcpu.emulate(device.answer)
    #expect(outcome == .completed)
    #expect(device.accesses.map(\.address.rawValue) == [EmulatedAccess.ipa + UInt64(Self.pageEnd)])
  }

  @Test("B-34: in AArch32 there is no instruction to read")
  func aarch32() {
    let exit = EmulatedAccess(word: Self.ldp, isWrite: false, pstate: 0x10)
    var guest = exit.guest()
    expectUnchanged(&guest, exit, .refused)
  }

  @Test func otherExitsHaveNothingToEmulate() {
    for syndrome in [esr(0x16), esr(0x20, 7), esr(0x18, 0x32_0400), esr(0x01), esr(0x07)] {
      var guest = TestGuest()
      let reason = guest.exit(esr: syndrome)
      let outcome = guest.vcpu.emulate(FakeDevice().answer)
      #expect(outcome == .refused)
      #expect(guest.vcpu.exit == reason)
    }
    var guest = TestGuest()
    let outcome = guest.vcpu.emulate(FakeDevice().answer)
    #expect(outcome == .refused)
  }
}
