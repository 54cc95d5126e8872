import ArmVCpu
import GDBRemote
import TestSupport
import Testing

@testable import VCpuDebug

/// The tables while permission is taken from pages, and what is left of it.
@Suite struct Stage2TablesTests {
  private typealias Fixture = ProtectionFixture

  @Test(
    arguments: [(.write, 0x80), (.read, 0x40), (.any, 0xc0)] as [(Watchpoint.Access, UInt64)])
  func onlyThePageLacksThePermission(kind: Watchpoint.Access, lacking: UInt64) throws {
    let fixture = try Fixture()
    let before = try fixture.mappings()
    #expect(try fixture.entry(of: Fixture.variable).level == 2)
    _ = try fixture.watch(for: kind)
    var expected = before
    expected[0x4030_0000, default: 0] &= ~lacking
    #expect(before.count == 0x402)
    #expect(try fixture.mappings() == expected)
    #expect(try fixture.entry(of: Fixture.variable).level == 3)
    #expect(fixture.session.protection.interest == .exits)
  }

  /// The entry is invalid, and no TLB has it, before it leads to the table.
  @Test func aBlockIsBrokenBeforeTheTableIsMade() throws {
    let fixture = try Fixture()
    let place: UInt64 = try {
      let tables = try Stage2Tables(fixture.session.access, fixture.session.memory)
      return try #require(try tables.entries(mapping: [Fixture.variable])[0]).place
    }()
    _ = fixture.target.takeTrace()
    _ = try fixture.watch()
    let steps = fixture.target.takeTrace().flatMap { $0.components(separatedBy: " | ") }.compactMap
    {
      step -> String? in
      if step.hasPrefix("tlbi") { return "tlbi" }
      guard step.hasPrefix("M 0x") else { return nil }
      let hex = String(place, radix: 16)
      if step.hasPrefix("M 0x\(hex)") { return "entry" }
      return step.hasPrefix("M 0x44f00") ? "table" : nil
    }
    #expect(steps == ["table", "entry", "tlbi", "entry", "tlbi", "table", "tlbi"], "\(steps)")
  }

  @Test func whatIsNoLongerWantedIsAsItWas() throws {
    let fixture = try Fixture()
    let before = try fixture.mappings()
    let number = try fixture.watch().number
    let other = try fixture.watch("guest:0x40300080", for: .any).number
    try fixture.session.breakpoints.delete(number)
    #expect(try fixture.entry(of: Fixture.variable).bits & 0xc0 == 0)
    try fixture.session.breakpoints.update(other) { $0.isEnabled = false }
    #expect(try fixture.mappings() == before)
    #expect(try fixture.entry(of: Fixture.variable).level == 2)
    let spare = fixture.target.memory.read(Fixture.spare, byteCount: 4096, .physical)
    #expect(spare == [UInt8](repeating: 0, count: 4096))
    #expect(fixture.session.protection.interest == [])
    // It is taken again.
    try fixture.session.breakpoints.update(other) { $0.isEnabled = true }
    #expect(try fixture.entry(of: Fixture.variable).bits & 0xc0 == 0)
  }

  /// A hypervisor that gives the permission back: at the next exit it is taken again.
  @Test func whatTheHypervisorGivesBackIsTakenAgain() throws {
    let fixture = try Fixture()
    _ = try fixture.watch()
    let tables = try Stage2Tables(fixture.session.access, fixture.session.memory)
    let entry = try #require(try tables.entries(mapping: [Fixture.variable])[0])
    _ = try fixture.session.points.addCatchpoint(.exit([.any]))
    let event = try fixture.resume(
      .stop { target in
        target.stand(at: .mmioWrite)
        _ = target.memory.write(littleEndian(entry.bits | 0x80), at: entry.place, .physical)
      })
    #expect(SessionFixture.numbers(event) == [2])
    #expect(try fixture.entry(of: Fixture.variable).bits == entry.bits)
  }

  // MARK: Other changes of the tables

  /// A frame that the hypervisor maps instead, read-only: it isn't given what was taken from another.
  @Test func anotherFrameKeepsItsPermissions() throws {
    let fixture = try Fixture()
    _ = try fixture.watch()
    let tables = try Stage2Tables(fixture.session.access, fixture.session.memory)
    let entry = try #require(try tables.entries(mapping: [Fixture.variable])[0])
    let other = entry.bits ^ 0x1_0000
    _ = fixture.target.memory.write(littleEndian(other), at: entry.place, .physical)
    fixture.session.access.forget()
    try fixture.session.breakpoints.delete(1)
    let now = fixture.target.memory.read(entry.place, byteCount: 8, .physical)
    #expect(now == littleEndian(other))
  }

  /// Sixteen pages in a row with the hint that they are contiguous: they get it back.
  @Test func contiguousPagesAreSeparatedForATime() throws {
    let fixture = try Fixture()
    _ = try fixture.watch()
    let tables = try Stage2Tables(fixture.session.access, fixture.session.memory)
    let group = UInt64(0x4031_0000)
    let addresses = (0..<16).map { group + UInt64($0) << 12 }
    for entry in try tables.entries(mapping: addresses) {
      let found = try #require(entry)
      _ = fixture.target.memory.write(
        littleEndian(found.bits | 1 << 52), at: found.place, .physical)
    }
    fixture.session.access.forget()
    let before = try tables.entries(mapping: addresses)
    let added = try fixture.watch("guest:0x40313000")
    let during = try tables.entries(mapping: addresses)
    #expect(during.allSatisfy { $0?.isContiguous == false })
    #expect(during.count { ($0?.bits ?? 0) & 0x80 == 0 } == 1)
    try fixture.session.breakpoints.delete(added.number)
    #expect(try tables.entries(mapping: addresses) == before)
  }

  /// A CPU has set the dirty state of a page (DBM): the block has it, too.
  @Test func aDirtyPageMakesTheBlockDirty() throws {
    let fixture = try Fixture()
    let tables = try Stage2Tables(fixture.session.access, fixture.session.memory)
    let block = try #require(try tables.entries(mapping: [Fixture.variable])[0])
    let dirtyable = block.bits & ~0x80 | 1 << 51
    _ = fixture.target.memory.write(littleEndian(dirtyable), at: block.place, .physical)
    fixture.session.access.forget()
    _ = try fixture.watch()
    let page = try #require(try tables.entries(mapping: [0x4031_0000])[0])
    _ = fixture.target.memory.write(littleEndian(page.bits | 0x80), at: page.place, .physical)
    fixture.session.access.forget()
    try fixture.session.breakpoints.delete(1)
    let joined = try #require(try tables.entries(mapping: [Fixture.variable])[0])
    #expect(joined.level == 2 && joined.bits == dirtyable | 0x80)
  }

  // MARK: A stub that refuses

  /// Whatever packet is refused: the tables are those before or those that are wanted, never something in between that
  /// stays, and nothing else of the memory is touched.
  @Test func aRefusedPacketLeavesNothingInBetween() throws {
    let wanted = try {
      let fixture = try Fixture()
      _ = try fixture.watch()
      return try fixture.mappings()
    }()
    var failures = 0
    for index in 0..<400 {
      let fixture = try Fixture()
      let before = try fixture.mappings()
      fixture.target.refusesRequest = index
      let added = try? fixture.watch()
      let isOver = fixture.target.refusesRequest != nil
      fixture.target.refusesRequest = nil
      let after = try fixture.mappings()
      if added != nil {
        #expect(after == wanted, "request \(index)")
      } else {
        failures += 1
        #expect(after == before, "request \(index)")
        #expect(fixture.session.breakpoints.all.isEmpty)
      }
      if isOver { break }
    }
    #expect(failures > 10)
  }

  /// The same while an access is carried out, by the library or by the guest: its code is as it was, the watched memory
  /// has the old or the new value, and a permission that the guest has back is taken again at the next exit.
  @Test(arguments: ["store32", "clean"])
  func aRefusedPacketWhileAnAccessIsCarriedOut(symbol: String) throws {
    let exit = FakeExit(
      .dataAbortLower, iss: symbol == "clean" ? 0x14f : 0x4f, at: symbol,
      x: [0: Fixture.variable, 1: 6]
    ).with { $0.far = Fixture.variable }
    let code = exit.pc + FixtureImages.guestOffset
    var failures = 0
    for index in 0..<600 {
      let fixture = try Fixture()
      let before = fixture.target.memory.read(code, byteCount: 64, .physical)
      _ = try fixture.watch(for: .any)
      let lacking = try fixture.entry(of: Fixture.variable).bits
      fixture.target.script = [.exit(exit), .at(exit.pc + 4, level: 1, signal: 2)]
      try fixture.session.resume()
      fixture.target.refusesRequest = index
      var event: SessionEvent?
      var isRefused = false
      do {
        while event == nil, fixture.session.isRunning { event = try fixture.session.poll() }
      } catch {
        isRefused = true
      }
      let isOver = fixture.target.refusesRequest != nil
      fixture.target.refusesRequest = nil
      try fixture.session.access.settle()
      #expect(
        fixture.target.memory.read(code, byteCount: 64, .physical) == before, "request \(index)")
      let value = fixture.value()
      #expect(value == littleEndian(0) || symbol == "store32" && value == littleEndian(6))
      fixture.session.access.forget()
      let bits = try fixture.entry(of: Fixture.variable).bits
      #expect(
        bits == lacking || fixture.session.protection.isPending, "request \(index): \(bits)")
      let isPending = !fixture.session.protection.debugControls.isEmpty
      #expect(fixture.target["MDCR_EL2"] & 0x100 == 0 || isPending, "request \(index)")
      if isRefused || event == nil { failures += 1 }
      if case .unreadable? = event { failures += 1 }
      if isOver { break }
    }
    #expect(failures > 10, "\(failures)")
  }

  /// The same when it is given back: what a refused packet keeps from it is still wanted, and done at the next exit.
  @Test func aRefusedPacketWhileItIsGivenBack() throws {
    let before = try Fixture().mappings()
    var failures = 0
    for index in 0..<400 {
      let fixture = try Fixture()
      _ = try fixture.watch()
      fixture.target.refusesRequest = index
      try fixture.session.breakpoints.delete(1)
      let isOver = fixture.target.refusesRequest != nil
      fixture.target.refusesRequest = nil
      let isPending = fixture.session.protection.interest == .exits
      #expect(try isPending || fixture.mappings() == before, "request \(index)")
      if isPending {
        failures += 1
        #expect(try fixture.resume(.at(0x4020_0000, level: 1, signal: 2)) == .interrupted)
        #expect(try fixture.mappings() == before, "request \(index)")
      }
      #expect(fixture.session.protection.interest.isEmpty, "request \(index)")
      if isOver { break }
    }
    #expect(failures > 10)
  }
}
