import ArmVCpu
import TestSupport
import Testing

@testable import VCpuDebug

/// `catch entry` with our own hypervisor.
@Suite struct EntryCatchingTests {
  let fixture: SessionFixture
  var session: HypervisorSession { fixture.session }
  var target: FakeTarget { fixture.target }

  init() throws { fixture = try SessionFixture() }

  /// The next stop is before an entry of the vCPU whose context is at the usual address, after the hypervisor changed
  /// it.
  private func entry(_ exit: FakeExit, hcr: UInt64? = nil) -> FakeTarget.Event {
    .stop {
      $0.stand(at: exit)
      $0.stand(at: FixtureImages.entry, level: 2)
      $0["x0"] = FakeTarget.context
      if let hcr { $0["HCR_EL2"] = hcr }
    }
  }

  @Test func whatTheHypervisorMadeOfTheExit() throws {
    _ = try session.points.addCatchpoint(.entry)
    let exit = FakeExit.hypercall
    let event = try fixture.resume(
      .exit(exit),
      entry(
        exit.with {
          $0.x[0] = 0
          $0.pc += 4
        }, hcr: 0x8008_2099))
    #expect(event == .entry([try #require(session.breakpoints[1])]))
    #expect(session.exit?.moment == .entering)
    let changes = try #require(session.exits.changes)
    #expect(changes.exit.reason.exitClass == .hvc)
    #expect(
      changes.changes == [
        .init(part: .gpr(0), before: 0xc600_0001, after: 0),
        .init(part: .pc, before: exit.pc, after: exit.pc + 4),
      ])
    #expect(changes.resumption == .skipsNext)
    #expect(changes.hcr?.before == HCR_EL2(rawValue: 0x8008_2019))
    #expect(changes.hcr?.after == HCR_EL2(rawValue: 0x8008_2099))
  }

  @Test func theRegistersAreTheGuestsAndCanBeSet() throws {
    _ = try session.points.addCatchpoint(.entry)
    _ = try fixture.resume(.exit(.hypercall), entry(.hypercall))
    #expect(try session.value(of: "$x0").bits == 0xc600_0001)
    #expect(try session.value(of: "$hv.x0").bits == FakeTarget.context)
    try session.assign("$x0 = 0x44")
    #expect(
      target.memory.read(FakeTarget.context, byteCount: 8, .physical) == littleEndian(0x44))
    // It is the entry that changed, not the exit.
    #expect(
      try #require(session.exits.changes).changes == [
        .init(part: .gpr(0), before: 0xc600_0001, after: 0x44)
      ])
  }

  @Test func anExitThatIsWantedIsNoEntry() throws {
    _ = try session.points.addCatchpoint(.entry)
    _ = try session.points.addCatchpoint(.exit([.wfi]))
    #expect(SessionFixture.numbers(try fixture.resume(.exit(.wfi))) == [2])
    #expect(session.exits.changes == nil)
    #expect(SessionFixture.numbers(try fixture.resume(entry(.wfi))) == [1])
    #expect(session.breakpoints.all.map(\.hitCount) == [1, 1])
  }

  @Test func aConditionOfTheEntry() throws {
    _ = try session.points.addCatchpoint(.entry, condition: "$x0 == 2")
    let away = FakeTarget.Event.exit(.hypercall)
    let event = try fixture.resume(
      away, entry(FakeExit.hypercall.with { $0.x[0] = 1 }), away,
      entry(FakeExit.hypercall.with { $0.x[0] = 2 }))
    #expect(SessionFixture.numbers(event) == [1])
    #expect(target.script.isEmpty)
  }

  @Test("the first entry has no exit before it")
  func theFirstEntry() throws {
    _ = try session.points.addCatchpoint(.entry)
    let event = try fixture.resume(entry(FakeExit.wfi.with { $0.count = 0 }))
    #expect(SessionFixture.numbers(event) == [1])
    #expect(session.exits.changes == nil)
    #expect(try session.value(of: "$pc").bits == FakeExit.wfi.pc)
    #expect(throws: DebugError.notAtExit(.neverEntered)) {
      try session.value(of: "$exit.kind")
    }
  }

  @Test func anExitThatWasNotSeenHasNoChanges() throws {
    _ = try session.points.addCatchpoint(.entry)
    let event = try fixture.resume(entry(.wfi))
    #expect(SessionFixture.numbers(event) == [1])
    #expect(session.exits.changes == nil)
    // Our own hypervisor keeps it all the same.
    #expect(try session.value(of: "$exit.kind == wfi").isTrue)
  }
}
