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

  /// The registers for a guest's addresses: stage 2's, then stage 1's.
  private static let controls =
    "p HCR_EL2 | p VTCR_EL2 | p VTTBR_EL2 | p SCTLR_EL2 | p SCTLR | p TCR_EL1 | p TTBR0_EL1 | p TTBR1_EL1 | p MAIR_EL1"
  /// A table at level 1, a block at level 2.
  private static let tables = [
    "physical on | m 0x44000000+64 | physical off", "physical on | m 0x44001000+64 | physical off",
  ]

  @Test func theGuestsMemoryIsReadWhereItsTablesLead() throws {
    #expect(try session.memory.read(.guest, 0x4020_0010, byteCount: 4) == Self.store)
    #expect(
      target.takeTrace() == [Self.controls, "monitor info mtree -f"] + Self.tables
        + ["physical on | m 0x41200010+4 | physical off"])
    // Nothing has run: the tables and the registers are known.
    #expect(try session.memory.read(.guest, 0x4020_0010, byteCount: 4) == Self.store)
    #expect(target.takeTrace() == ["physical on | m 0x41200010+4 | physical off"])
  }

  @Test func whatIsKnownOfTablesEndsWhenTheTargetRuns() throws {
    _ = try session.memory.read(.guest, 0x4020_0010, byteCount: 4)
    target.script = [.at(FixtureImages.handler, level: 2, signal: 2)]
    try session.resume()
    _ = try session.poll()
    _ = target.takeTrace()
    _ = try session.memory.read(.guest, 0x4020_0010, byteCount: 4)
    // They are expected to be the same, and read together.
    #expect(
      target.takeTrace().suffix(2) == [
        "physical on | m 0x44000000+64 | m 0x44001000+64 | physical off",
        "physical on | m 0x41200010+4 | physical off",
      ])
  }

  @Test func whatIsKnownOfTablesEndsWithAWrite() throws {
    #expect(try session.memory.read(.guest, 0x4020_0010, byteCount: 4) == Self.store)
    // The block of level 2 is invalid now.
    try session.memory.write(.physical, 0x4400_1008, littleEndian(0))
    #expect(throws: DebugError.self) {
      try session.memory.read(.guest, 0x4020_0010, byteCount: 4)
    }
  }

  @Test func fromTheGuestTheHypervisorsIsReadWhereItsTablesLead() throws {
    try enterGuest()
    #expect(try session.memory.read(.guest, 0x4020_0010, byteCount: 4) == Self.store)
    let bytes = try session.memory.read(.hypervisor, FixtureImages.trampoline, byteCount: 4)
    #expect(bytes == [0x1f, 0x20, 0x03, 0xd5])
    // EL2's MMU is off: there are no tables.
    #expect(
      target.takeTrace() == [
        "p HCR_EL2", "m 0x40200010+4",
        "p HCR_EL2 | p SCTLR_EL2 | p TCR_EL2 | p TTBR0_EL2 | p MAIR_EL2", "monitor info mtree -f",
        "physical on | m 0x40201000+4 | physical off",
      ])
  }

  @Test func aReadThatFailsSaysWhereTheWalkEnds() throws {
    let reason = "stage 2 ends at an invalid descriptor of level 2"
    #expect(throws: DebugError.unmapped(.guest, 0x5000_0000, reason)) {
      try session.memory.read(.guest, 0x5000_0000, byteCount: 8)
    }
  }

  /// EL0 can't access its kernel's memory.
  @Test func whatEL0DoesNotSeeIsReadWhereTheTablesLead() throws {
    try enterGuest()
    target.failNext("m 0x40200010+4")
    #expect(try session.memory.read(.guest, 0x4020_0010, byteCount: 4) == Self.store)
    #expect(target.takeTrace().last == "physical on | m 0x41200010+4 | physical off")
  }

  @Test func theGuestsMemoryIsWrittenWhereItsTablesLead() throws {
    try session.memory.write(.guest, 0x4030_0000, [1, 2])
    #expect(target.takeTrace().suffix(3) == ["physical on", "M 0x41300000=0102", "physical off"])
    #expect(target.memory.read(0x4130_0000, byteCount: 2, .physical) == [1, 2])
    let reason = "stage 2 ends at an invalid descriptor of level 1"
    #expect(throws: DebugError.unmapped(.guest, 8, reason)) {
      try session.memory.write(.guest, 8, [1])
    }
  }

  /// A write that reaches a page without memory changes nothing before it, either.
  @Test func aWriteIsWholeOrNothing() throws {
    let before = target.contents
    #expect(throws: DebugError.self) {
      try session.memory.write(.guest, 0x4040_1ffe, [1, 2, 3, 4])
    }
    #expect(FakeTarget.differences(before, target.contents) == [])
  }

  /// Whatever the stub refuses, and whenever: what is read is the guest's, and what is written lands there or nowhere.
  @Test func aStubThatRefusesAnyRequestMisleadsNobody() throws {
    let value: [UInt8] = [0xa5, 0x5a, 0xc3, 0x3c]
    // As many requests as one access makes.
    let writes = try Self.requests { try $0.session.memory.write(.guest, 0x4030_0000, value) }
    let reads = try Self.requests {
      _ = try $0.session.memory.read(.guest, 0x4020_0010, byteCount: 4)
    }
    #expect(writes.count > 10 && reads.count > 10)
    for request in writes {
      let fixture = try SessionFixture(at: .mmioWrite)
      let before = fixture.target.contents
      fixture.target.failNext(request, 0x22)
      let isDone = (try? fixture.session.memory.write(.guest, 0x4030_0000, value)) != nil
      var expected = before.memory
      if isDone { _ = expected.write(value, at: 0x4130_0000, .physical) }
      #expect(fixture.target.memory == expected, "\(request)")
      #expect(fixture.target.contents.values == before.values, "\(request)")
      #expect(!fixture.target.isInPhysicalMode, "\(request)")
    }
    for request in reads {
      let fixture = try SessionFixture(at: .mmioWrite)
      fixture.target.failNext(request, 0x22)
      let bytes = try? fixture.session.memory.read(.guest, 0x4020_0010, byteCount: 4)
      #expect(bytes == nil || bytes == Self.store, "\(request)")
    }
  }

  /// The requests of an access, one by one.
  private static func requests(of access: (SessionFixture) throws -> Void) throws -> [String] {
    let fixture = try SessionFixture(at: .mmioWrite)
    try access(fixture)
    return fixture.target.takeTrace().flatMap { $0.split(separator: "|") }.map {
      $0.trimmingPrefix(" ").reversed().drop { $0 == " " }.reversed().map(String.init).joined()
    }
  }

  /// Nothing that only reads memory writes a register.
  @Test func noRegisterIsWrittenToReadMemory() throws {
    for space in [AddressSpace.guest, .hypervisor, .intermediatePhysical, .physical] {
      _ = try session.memory.read(space, 0x4020_0010, byteCount: 16)
    }
    try enterGuest()
    for space in [AddressSpace.guest, .hypervisor, .intermediatePhysical, .physical] {
      _ = try session.memory.read(space, 0x4020_0010, byteCount: 16)
    }
    #expect(!target.takeTrace().contains { $0.contains("P ") || $0.contains("M ") })
  }

  /// A stub writes page by page, and so a part of what it refuses.
  @Test func aDirectWriteOverAPageBorderIsCheckedFirst() throws {
    let last = FakeMemory.ram.upperBound - 4
    #expect(throws: DebugError.self) {
      try session.memory.write(.hypervisor, last, [UInt8](repeating: 1, count: 8))
    }
    #expect(!target.takeTrace().contains { $0.contains("M ") })
  }

  /// QEMU reads zeros, and ignores writes, where the machine has nothing.
  @Test func whatGoesBeyondTheMachinesMemory() throws {
    target.monitorAnswer = """
      FlatView #0
       AS "memory", root: system
        0000000040000000-0000000044ffffff (prio 0, ram): ram
      """
    let reason = "no memory is mapped there"
    #expect(throws: DebugError.unmapped(.physical, 0x4500_0000, reason)) {
      try session.memory.read(.physical, 0x44ff_fff0, byteCount: 32)
    }
    let before = target.contents
    #expect(throws: DebugError.self) {
      try session.memory.write(.physical, 0x44ff_fff0, [UInt8](repeating: 1, count: 32))
    }
    #expect(FakeTarget.differences(before, target.contents) == [])
    #expect(throws: DebugError.self) { try session.memory.read(.guest, .max - 1, byteCount: 4) }
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
    #expect(
      target.takeTrace() == [
        "monitor info mtree -f", "physical on | m 0x41200010+4 | physical off",
      ])
  }

  @Test func thePhysicalModeIsLeftAlsoAfterAFailure() throws {
    target.failNext("m 0x41200010+4")
    #expect(throws: DebugError.unmapped(.physical, 0x4120_0010, "the stub answered E20")) {
      try session.memory.read(.physical, 0x4120_0010, byteCount: 4)
    }
    #expect(!target.isInPhysicalMode)
  }

  // MARK: Intermediate physical

  private static let walk = ["p HCR_EL2 | p VTCR_EL2 | p VTTBR_EL2 | p SCTLR_EL2"]

  @Test func intermediateAddressesWalkStage2() throws {
    #expect(try session.memory.read(.intermediatePhysical, 0x4020_0010, byteCount: 4) == Self.store)
    // A table at level 1, a block at level 2.
    #expect(
      target.takeTrace() == Self.walk + ["monitor info mtree -f"] + Self.tables
        + ["physical on | m 0x41200010+4 | physical off"])
  }

  @Test func eachPageIsTranslated() throws {
    _ = target.memory.write([1, 2], at: 0x4300_1ffe, .physical)
    _ = target.memory.write([3, 4], at: 0x4300_0000, .physical)
    #expect(
      try session.memory.read(.intermediatePhysical, 0x4040_0ffe, byteCount: 4) == [1, 2, 3, 4])
    let trace = target.takeTrace()
    #expect(trace.last == "physical on | m 0x43001ffe+2 | m 0x43000000+2 | physical off")
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
    #expect(!target.isInPhysicalMode)
  }

  @Test func aTableThatCannotBeRead() throws {
    target.failNext("m 0x44000000+64")
    #expect(
      throws: DebugError.unmapped(
        .intermediatePhysical, 0x4020_0000, "its stage 2 table at 0x44000008 cannot be read")
    ) { try session.memory.read(.intermediatePhysical, 0x4020_0000, byteCount: 4) }
    #expect(!target.isInPhysicalMode)
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
