import ArmVCpu
import GDBRemote
import TestSupport
import Testing

@testable import VCpuDebug

@Suite struct SessionMemoryTests {
  let fixture: SessionFixture
  var session: HypervisorSession { fixture.session }
  var target: FakeTarget { fixture.target }

  init() throws { fixture = try SessionFixture(at: .mmioWrite) }

  private static let store: [UInt8] = [1, 0, 0, 0xb9]

  /// The CPU in the guest, at no exit.
  private func enterGuest() throws {
    _ = try fixture.resume(.at(0x4020_0010, level: 0, signal: 2))
    _ = target.takeTrace()
  }

  // MARK: Virtual

  @Test func theHypervisorsMemoryIsReadAsItIs() throws {
    let bytes = try session.memory.read(.hypervisor, FixtureImages.trampoline, byteCount: 4)
    #expect(bytes == [0x1f, 0x20, 0x03, 0xd5])
    #expect(target.takeTrace() == ["m 0x40201000+4"])
  }

  @Test func theGuestsMemoryIsReadByWayOfEL1AndBack() throws {
    #expect(try session.memory.read(.guest, 0x4020_0010, byteCount: 4) == Self.store)
    #expect(target.takeTrace() == ["P cpsr=0x3c5 | m 0x40200010+4 | P cpsr=0x3c9"])
    #expect(target["cpsr"] == 0x3c9)
  }

  @Test func theFlagsOfPSTATEStay() throws {
    try enterGuest()
    target.script = [
      .stop(signal: 2) {
        $0.stand(at: FixtureImages.handler, level: 2)
        $0["cpsr"] = 0x6000_03c9
      }
    ]
    try session.resume()
    _ = try session.poll()
    _ = target.takeTrace()
    _ = try session.memory.read(.guest, 0x4020_0010, byteCount: 4)
    #expect(target.takeTrace() == ["P cpsr=0x600003c5 | m 0x40200010+4 | P cpsr=0x600003c9"])
  }

  @Test func fromTheGuestItIsTheOtherWayRound() throws {
    try enterGuest()
    #expect(try session.memory.read(.guest, 0x4020_0010, byteCount: 4) == Self.store)
    _ = try session.memory.read(.hypervisor, FixtureImages.trampoline, byteCount: 4)
    #expect(
      target.takeTrace() == [
        "m 0x40200010+4", "P cpsr=0x3c9 | m 0x40201000+4 | P cpsr=0x3c1",
      ])
    #expect(target["cpsr"] == 0x3c1)
  }

  @Test func aReadThatFailsRestoresToo() throws {
    #expect(throws: DebugError.unmapped(.guest, 0x5000_0000, "no memory is mapped there")) {
      try session.memory.read(.guest, 0x5000_0000, byteCount: 8)
    }
    #expect(target.takeTrace() == ["P cpsr=0x3c5 | m 0x50000000+8 | P cpsr=0x3c9"])
    #expect(target["cpsr"] == 0x3c9)
  }

  @Test func aRestoreThatFailsIsRepeated() throws {
    target.failNext("P cpsr=0x3c9")
    #expect(try session.memory.read(.guest, 0x4020_0010, byteCount: 4) == Self.store)
    #expect(
      target.takeTrace() == [
        "P cpsr=0x3c5 | m 0x40200010+4 | P cpsr=0x3c9", "P cpsr=0x3c9 | p cpsr",
      ])
    #expect(target["cpsr"] == 0x3c9)
  }

  @Test func aRestoreThatFailsTwiceIsTold() throws {
    target.failNext("P cpsr=0x3c9", 0x22)
    target.failNext("P cpsr=0x3c9", 0x22)
    let error = #expect(throws: RemoteError.self) {
      try session.memory.read(.guest, 0x4020_0010, byteCount: 4)
    }
    #expect(error?.code == .stubError(0x22))
  }

  @Test func aFlipThatFailsGivesNothingOfTheOtherWorld() throws {
    target.failNext("P cpsr=0x3c5", 0x22)
    #expect(throws: DebugError.self) {
      try session.memory.read(.guest, FixtureImages.trampoline, byteCount: 4)
    }
    #expect(target["cpsr"] == 0x3c9)
    // Nothing is left to restore, and it continues.
    #expect(try session.memory.read(.guest, 0x4020_0010, byteCount: 4) == Self.store)
  }

  /// A stub that refuses the PSTATE of the guest gets no write, which would land in the hypervisor's memory.
  @Test func aFlipThatFailsKeepsAWriteBack() throws {
    target.failNext("P cpsr=0x3c5", 0x01)
    let error = #expect(throws: DebugError.self) {
      try session.memory.write(.guest, FixtureImages.trampoline, [1, 2, 3, 4])
    }
    #expect(error?.description.contains("which the stub refuses to set") == true)
    #expect(!target.takeTrace().contains { $0.contains("M ") })
    #expect(target["cpsr"] == 0x3c9)
  }

  /// A cancelled wait leaves the CPU with the other PSTATE; the next access restores it first.
  @Test func whatAGivenUpWaitOwesIsPutBackFirst() throws {
    target.failures = [("P cpsr=0x3c5", RemoteError(.cancelled, "given up"))]
    let error = #expect(throws: RemoteError.self) {
      try session.memory.write(.guest, 0x4030_0000, [1])
    }
    #expect(error?.code == .cancelled)
    // The stub carried it out after all.
    target["cpsr"] = 0x3c5
    _ = target.takeTrace()
    _ = try session.requireState()
    #expect(target.takeTrace().first == "P cpsr=0x3c9 | p cpsr")
    #expect(target["cpsr"] == 0x3c9)
  }

  /// The context of an exit is the hypervisor's memory: a write before PSTATE is restored would go to the guest's.
  @Test func aRegisterIsNotWrittenBeforeTheDebtIsPaid() throws {
    target.failures = [("P cpsr=0x3c5", RemoteError(.cancelled, "given up"))]
    #expect(throws: RemoteError.self) { try session.memory.write(.guest, 0x4030_0000, [1]) }
    target["cpsr"] = 0x3c5
    _ = target.takeTrace()
    try session.assign("$x9 = 1")
    #expect(
      target.takeTrace().prefix(2) == ["P cpsr=0x3c9 | p cpsr", "M 0x40404048=0100000000000000"])
  }

  /// Another thread that was selected since stays selected.
  @Test func whatAThreadOwesDoesNotUndoASelection() throws {
    let (first, second) = (ThreadID(process: 1, thread: 1), ThreadID(process: 1, thread: 2))
    target.cpus.append((second, "CPU#1 [running]"))
    target.failures = [("P cpsr=0x3c5", RemoteError(.cancelled, "given up"))]
    #expect(throws: RemoteError.self) { try session.memory.write(.guest, 0x4030_0000, [1]) }
    _ = target.takeTrace()
    try session.threads.select(2)
    #expect(target.selectedThread == second)
    #expect(
      target.takeTrace() == [
        "Hg \(second)", "Hg \(first)", "P cpsr=0x3c9 | p cpsr", "Hg \(second)", stopAtKnownContext,
      ])
  }

  /// EL0 can't access its kernel's memory.
  @Test func whatEL0DoesNotSeeIsReadByWayOfEL1() throws {
    target.script = [.at(0x4020_0010, level: 0)]
    try session.resume()
    _ = try session.poll()
    _ = target.takeTrace()
    target.failNext("m 0x40200010+4")
    #expect(try session.memory.read(.guest, 0x4020_0010, byteCount: 4) == Self.store)
    #expect(
      target.takeTrace() == [
        "m 0x40200010+4", "P cpsr=0x3c5 | m 0x40200010+4 | P cpsr=0x3c1",
      ])
  }

  /// PSTATE.PAN of the guest stays set at EL2, where it would hold a kernel's view off its processes.
  @Test func privilegedAccessNeverDoesNotHideMemory() throws {
    target["cpsr"] = 0x0040_03c9
    try session.refresh()
    _ = target.takeTrace()
    _ = try session.memory.read(.guest, 0x4020_0010, byteCount: 4)
    #expect(target.takeTrace() == ["P cpsr=0x3c5 | m 0x40200010+4 | P cpsr=0x4003c9"])
  }

  @Test func theGuestsMemoryIsWrittenByWayOfEL1AndBack() throws {
    try session.memory.write(.guest, 0x4030_0000, [1, 2])
    #expect(
      target.takeTrace() == ["P cpsr=0x3c5 | p cpsr", "M 0x40300000=0102 | P cpsr=0x3c9"])
    #expect(target.memory.read(0x4130_0000, byteCount: 2, .physical) == [1, 2])
    let refusal = "the stub refuses to write there: nothing is mapped, or it is read-only"
    #expect(throws: DebugError.unmapped(.guest, 8, refusal)) {
      try session.memory.write(.guest, 8, [1])
    }
    #expect(target["cpsr"] == 0x3c9)
  }

  @Test func anotherErrorIsNotAboutTheMap() throws {
    target.failures = [("m 0x40400000+4", RemoteError(.timeout, "no answer"))]
    let error = #expect(throws: RemoteError.self) {
      try session.memory.read(.hypervisor, 0x4040_0000, byteCount: 4)
    }
    #expect(error?.code == .timeout)
  }

  // MARK: Physical

  @Test func physicalMemoryIsReadInItsMode() throws {
    #expect(try session.memory.read(.physical, 0x4120_0010, byteCount: 4) == Self.store)
    #expect(target.takeTrace() == ["physical on", "m 0x41200010+4", "physical off"])
  }

  @Test func thePhysicalModeIsLeftAlsoAfterAFailure() throws {
    target.failNext("m 0x41200010+4")
    #expect(throws: DebugError.unmapped(.physical, 0x4120_0010, "the stub answered E20")) {
      try session.memory.read(.physical, 0x4120_0010, byteCount: 4)
    }
    #expect(target.takeTrace() == ["physical on", "m 0x41200010+4", "physical off"])
  }

  // MARK: Intermediate physical

  private static let walk = [
    "p VTTBR_EL2 | p VTCR_EL2 | p SCTLR_EL2", "physical on",
  ]

  @Test func intermediateAddressesWalkStage2() throws {
    #expect(try session.memory.read(.intermediatePhysical, 0x4020_0010, byteCount: 4) == Self.store)
    // A table at level 1, a block at level 2.
    #expect(
      target.takeTrace() == Self.walk + [
        "m 0x44000008+8", "m 0x44001008+8", "physical off",
        "physical on", "m 0x41200010+4", "physical off",
      ])
  }

  @Test func eachPageIsTranslated() throws {
    _ = target.memory.write([1, 2], at: 0x4300_1ffe, .physical)
    _ = target.memory.write([3, 4], at: 0x4300_0000, .physical)
    #expect(
      try session.memory.read(.intermediatePhysical, 0x4040_0ffe, byteCount: 4) == [1, 2, 3, 4])
    let trace = target.takeTrace()
    #expect(trace.filter { $0.hasSuffix("+2") } == ["m 0x43001ffe+2", "m 0x43000000+2"])
    #expect(trace.filter { $0 == "physical on" }.count == 4)
    #expect(trace.filter { $0 == "physical off" }.count == 4)
    try session.memory.write(.intermediatePhysical, 0x4040_0ffe, [5, 6, 7, 8])
    #expect(target.memory.read(0x4300_1ffe, byteCount: 2, .physical) == [5, 6])
    #expect(target.memory.read(0x4300_0000, byteCount: 2, .physical) == [7, 8])
  }

  @Test func theGuestAndTheWalkAgree() throws {
    for address in [0x4000_0000, 0x4020_0010, 0x403f_fff8, 0x4040_0010, 0x4040_1010] as [UInt64] {
      let mark = littleEndian(address &* 0x9e37_79b9)
      try session.memory.write(.guest, address, mark)
      #expect(try session.memory.read(.intermediatePhysical, address, byteCount: 8) == mark)
    }
  }

  @Test(
    arguments: [
      (0x5000_0000, "stage 2 ends at an invalid descriptor of level 2"),
      (0x8000_0000, "stage 2 ends at an invalid descriptor of level 1"),
      (0x4040_2000, "stage 2 ends at an invalid descriptor of level 3"),
      (0x80_0000_0000, "it is beyond the 39 bits of stage 2"),
    ] as [(UInt64, String)])
  func unmappedIntermediateAddresses(address: UInt64, reason: String) throws {
    let error = #expect(throws: DebugError.self) {
      try session.memory.read(.intermediatePhysical, address, byteCount: 4)
    }
    #expect(error == .unmapped(.intermediatePhysical, address, reason))
    #expect(
      error?.description == "cannot access ipa:0x\(String(address, radix: 16)): \(reason)")
    let trace = target.takeTrace()
    #expect(trace.filter { $0 == "physical on" }.count == 1)
    #expect(trace.last == "physical off")
  }

  @Test func aTableThatCannotBeRead() throws {
    target.failNext("m 0x44000008+8")
    #expect(
      throws: DebugError.unmapped(
        .intermediatePhysical, 0x4020_0000, "its stage 2 table at 0x44000008 cannot be read")
    ) { try session.memory.read(.intermediatePhysical, 0x4020_0000, byteCount: 4) }
    #expect(target.takeTrace().last == "physical off")
  }

  @Test func aSizeThatNoTablesHave() throws {
    let vtcr = Stage2.vtcr(physicalRange: 2) | 63
    target["VTCR_EL2"] = vtcr
    #expect(
      throws: DebugError.unmapped(
        .intermediatePhysical, 0x4020_0000,
        "VTCR_EL2 is 0x\(String(vtcr, radix: 16)): no tables have such a T0SZ and SL0")
    ) { try session.memory.read(.intermediatePhysical, 0x4020_0000, byteCount: 4) }
  }
}
