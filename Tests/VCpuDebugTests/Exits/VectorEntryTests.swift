import ArmVCpu
import TestSupport
import Testing

@testable import VCpuDebug

/// `catch entry` and `catch fault` by the vectors and the exception returns of EL2 alone.
@Suite struct VectorEntryTests {
  private let target: FakeTarget
  private let fixture: SessionFixture
  private var session: HypervisorSession { fixture.session }
  private static let vectors = FixtureImages.vectors
  /// The fixture's own, and two that are put beside it.
  private static let returns: [UInt64] = [0x4020_5080, 0x4020_5084]

  init() throws {
    target = try .booted()
    for address in Self.returns {
      _ = target.memory.write([0xe0, 0x03, 0x9f, 0xd6], at: address, .physical)
    }
    fixture = try SessionFixture(target)
  }

  /// The next stop is before an exception return to the guest's PC.
  private func entry(
    _ exit: FakeExit, at address: UInt64 = returns[0], hcr: UInt64 = 0x8008_2019
  ) -> FakeTarget.Event {
    .stop {
      // What the CPU recorded meanwhile is not the exit's.
      $0.stand(atVector: exit)
      $0["ESR_EL2"] = 0x5a00_0000
      $0["HCR_EL2"] = hcr
      $0.stand(at: address, level: 2)
    }
  }

  private var afterStep: FakeTarget.Event { .at(Self.vectors + 0x404, level: 2) }

  @Test func whatTheHypervisorMadeOfTheExit() throws {
    _ = try session.points.addCatchpoint(.entry)
    let exit = FakeExit.mmioRead
    let event = try fixture.resume(
      .vector(exit), afterStep,
      entry(
        exit.with {
          $0.x[3] = 0x5a
          $0.pc += 4
        }, hcr: 0x8008_2099))
    #expect(event == .entry([try #require(session.breakpoints[1])]))
    let changes = try #require(session.exits.changes)
    #expect(
      changes.changes == [
        .init(part: .gpr(3), before: 0, after: 0x5a),
        .init(part: .pc, before: exit.pc, after: exit.pc + 4),
      ])
    #expect(changes.resumption == .afterInstruction)
    #expect(changes.hcr?.after.contains(.vi) == true)
    // The cause is that of the exit, with its number.
    #expect(try session.value(of: "$exit.kind == mmio-read").isTrue)
    #expect(session.exit?.count == .seen(1))
    #expect(try session.value(of: "$pc").bits == exit.pc + 4)
    try session.assign("$x3 = 0x77")
    #expect(target["x3"] == 0x77)
  }

  @Test func theReturnsAreNarrowedToThoseThatEnterGuests() throws {
    _ = try session.points.addCatchpoint(.entry)
    #expect(session.exits.search.entryCount == 3)
    let other = FakeTarget.Event.stop {
      // A return of the hypervisor to its host, at EL1 without stage 2.
      $0["HCR_EL2"] = 0x8000_0000
      $0.stand(at: Self.returns[1], level: 2)
    }
    let event = try fixture.resume(
      other, .at(0x4020_0000, level: 1),
      .stop {
        $0["HCR_EL2"] = 0x8008_2019
        $0.stand(atVector: .wfi)
      }, afterStep, entry(.wfi))
    #expect(SessionFixture.numbers(event) == [1])
    _ = target.takeTrace()
    _ = try fixture.resume(.ended(status: 0))
    #expect(target.takeTrace().filter { $0.hasPrefix("z") } == ["z0 0x40205084"])
  }

  @Test func aReturnWithinEL2IsNoEntry() throws {
    _ = try session.points.addCatchpoint(.entry)
    let within = FakeExit.wfi.with { $0.pstate = 0x3c9 }
    let event = try fixture.resume(
      entry(within), .at(FixtureImages.handler, level: 2), .ended(status: 0))
    #expect(event == .ended(status: 0))
    #expect(session.breakpoints[1]?.hitCount == 0)
  }

  @Test func anEntryWhoseExitWasNotSeenHasNoCause() throws {
    _ = try session.points.addCatchpoint(.entry)
    #expect(SessionFixture.numbers(try fixture.resume(entry(.wfi))) == [1])
    #expect(session.exits.changes == nil)
    #expect(throws: DebugError.notAtExit(.notSeenBeforeEntry)) {
      try session.value(of: "$exit.kind")
    }
    #expect(try session.value(of: "$pc").bits == FakeExit.wfi.pc)
  }

  // MARK: Faults

  private func fault(
    _ exceptionClass: UInt64 = 0x25, hcr: UInt64 = 0x8008_2019
  ) -> FakeTarget.Event {
    .stop {
      $0["ESR_EL2"] = exceptionClass << 26 | 1 << 25 | 0x45
      $0["FAR_EL2"] = 0xdead_0000
      $0["ELR_EL2"] = FixtureImages.handler + 4
      $0["SPSR_EL2"] = 0x3c9
      $0["HCR_EL2"] = hcr
      $0.stand(at: Self.vectors + 0x200, level: 2)
    }
  }

  @Test func aFaultStopsWhereEL2HasNoBusinessToTakeOne() throws {
    _ = try session.points.addCatchpoint(.exit([.wfi]))
    #expect(try fixture.resume(fault()) == .hypervisorFault([]))
    let fault = try #require(session.exits.fault)
    #expect(fault.pc == FixtureImages.handler + 4)
    #expect(fault.vector == Self.vectors + 0x200)
    #expect(fault.address == 0xdead_0000)
    #expect(fault.status?.name.description.contains("ranslation") == true)
    // It continues at its own handler.
    let next = try fixture.resume(.at(Self.vectors + 0x204, level: 2), .vector(.wfi))
    #expect(SessionFixture.numbers(next) == [1])
    #expect(session.exits.fault == nil)
  }

  @Test func aFaultOfAnotherKindHasNoAddress() throws {
    _ = try session.points.addCatchpoint(.exit([.wfi]))
    _ = try fixture.resume(fault(0))
    #expect(try #require(session.exits.fault).address == nil)
    #expect(try #require(session.exits.fault).status == nil)
  }

  @Test("a host with E2H takes them all the time: only 'catch fault' stops there")
  func aHostsFaults() throws {
    target["HCR_EL2"] = 0x4_8008_2019
    let fixture = try SessionFixture(target)
    _ = try fixture.session.points.addCatchpoint(.exit([.any]))
    _ = try fixture.resume(.vector(.wfi))
    #expect(!target.takeTrace().contains("Z0 0x40203200"))
    _ = try fixture.session.points.addCatchpoint(.fault)
    let event = try fixture.resume(afterStep, fault(hcr: 0x4_8008_2019))
    #expect(event == .hypervisorFault([try #require(fixture.session.breakpoints[2])]))
    #expect(target.takeTrace().contains("Z0 0x40203200"))
  }

  @Test func aConditionOfAFault() throws {
    target["HCR_EL2"] = 0x4_8008_2019
    let fixture = try SessionFixture(target)
    _ = try fixture.session.points.addCatchpoint(.fault, condition: "$esr_el2.ec == 0x25")
    let event = try fixture.resume(
      fault(0, hcr: 0x4_8008_2019), .at(Self.vectors + 0x204, level: 2),
      fault(hcr: 0x4_8008_2019))
    #expect(event == .hypervisorFault([try #require(fixture.session.breakpoints[1])]))
    #expect(target.script.isEmpty)
  }
}
