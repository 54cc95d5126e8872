import ArmVCpu
import GDBRemote
import TestSupport
import Testing

@testable import VCpuDebug

@Suite struct RunningTests {
  let fixture: SessionFixture
  var session: HypervisorSession { fixture.session }
  var target: FakeTarget { fixture.target }

  init() throws { fixture = try SessionFixture() }

  // MARK: Inserting

  @Test func breakpointsAreInsertedAtTheResumeAndOnce() throws {
    _ = try session.points.add("handle_exit")
    _ = try session.points.add("*0x40205004")
    _ = try session.points.add("guest:store32")
    _ = try session.points.addCatchpoint(.exit([.any]))
    #expect(target.takeTrace() == [])
    _ = try fixture.resume(.exit(.wfi))
    #expect(
      target.takeTrace().prefix(6) == [
        "Z0 0x40200010", "Z0 0x40201000", "Z0 0x40204000", "Z0 0x40205000", "Z0 0x40205004",
        // The CPU is at one of them.
        "s",
      ])
    _ = try fixture.resume(.exit(.wfi))
    #expect(target.takeTrace() == ["c 0x40201004", stopAtKnownContext])
  }

  @Test func twoBreakpointsAtAnAddressAreOneInTheTarget() throws {
    _ = try session.points.add("guest:store32")
    _ = try session.points.add("hv:store32")
    _ = try fixture.resume(.at(FixtureImages.guestAddress("store32"), level: 1))
    #expect(target.takeTrace() == ["Z0 0x40200010", "Z0 0x40204000", "c", "g"])
    try session.breakpoints.delete(1)
    _ = try fixture.resume(.ended(status: 0))
    #expect(target.takeTrace() == ["s"])
  }

  @Test func whatIsNoLongerWantedIsRemovedAtTheNextResume() throws {
    _ = try session.points.add("*0x40205004")
    _ = try session.points.add("*0x40205008")
    _ = try fixture.resume(.at(0x4020_5004, level: 2))
    _ = target.takeTrace()
    try session.breakpoints.update(1) { $0.isEnabled = false }
    try session.breakpoints.delete(2)
    #expect(target.takeTrace() == [])
    _ = try fixture.resume(.at(0x4020_5000, level: 2, signal: 6))
    #expect(Set(target.takeTrace().prefix(2)) == ["z0 0x40205004", "z0 0x40205008"])
    try session.breakpoints.update(1) { $0.isEnabled = true }
    _ = try fixture.resume(.at(0x4020_5004, level: 2))
    #expect(target.takeTrace() == ["Z0 0x40205004", "c", "g"])
  }

  @Test func anInsertionThatFailsIsTriedAgain() throws {
    _ = try session.points.add("*0x40205008")
    target.failNext("Z0 0x40205008")
    #expect(
      throws: DebugError.cannotInsert(0x4020_5008, reason: "the stub answered E20")
    ) { try session.resume() }
    #expect(!session.isRunning)
    _ = target.takeTrace()
    _ = try fixture.resume(.at(0x4020_5008, level: 2))
    #expect(target.takeTrace() == ["Z0 0x40205008", "c", "g"])
  }

  @Test func withoutSymbolsNothingIsInserted() throws {
    let bare = try HypervisorSession(target: target)
    target.script = [.at(0x4020_1000, level: 2, signal: 2)]
    try bare.resume()
    #expect(try bare.poll() == .interrupted)
    #expect(target.takeTrace() == ["g", "c", "g"])
  }

  // MARK: Whose breakpoint

  @Test func theGuestAtTheTrampolinesAddressIsPassedOver() throws {
    _ = try session.points.addCatchpoint(.exit([.any]))
    _ = try fixture.resume(
      .at(FixtureImages.trampoline, level: 1),  // quirk 12
      .at(FixtureImages.trampoline + 4, level: 1),  // after the step
      .exit(.wfi))
    #expect(session.breakpoints[1]?.hitCount == 1)
    #expect(
      fixture.accesses() == [
        "c", stopWithoutContext, "s", stopWithoutContext, "c", stopWithoutContext,
        "m 0x40404000+344",
      ])
  }

  @Test func aStepOverThatLandsOnABreakpointStopsThere() throws {
    _ = try session.points.addCatchpoint(.exit([.any]))
    _ = try session.points.add("*guest:\(FixtureImages.trampoline + 4)")
    let event = try fixture.resume(
      .at(FixtureImages.trampoline, level: 1), .at(FixtureImages.trampoline + 4, level: 1))
    #expect(event == .breakpoint([try #require(session.breakpoints[2])]))
    #expect(fixture.accesses() == ["c", stopWithoutContext, "s", stopWithoutContext])
    // From there, too, it goes on with a step and a continue.
    _ = try fixture.resume(.at(FixtureImages.trampoline + 8, level: 1), .exit(.wfi))
    #expect(
      fixture.accesses() == ["s", stopWithoutContext, "c", stopWithoutContext, "m 0x40404000+344"])
  }

  @Test func aStepOverThatLandsOnAnUnwantedBreakpointStepsAgain() throws {
    _ = try session.points.addCatchpoint(.exit([.any]))
    _ = try session.points.add("*hv:\(FixtureImages.trampoline + 4)")
    _ = try fixture.resume(
      .at(FixtureImages.trampoline, level: 1), .at(FixtureImages.trampoline + 4, level: 1),
      .at(FixtureImages.trampoline + 8, level: 1), .exit(.wfi))
    #expect(
      fixture.accesses() == [
        "c", stopWithoutContext, "s", stopWithoutContext, "s", stopWithoutContext, "c",
        stopWithoutContext, "m 0x40404000+344",
      ])
    #expect(session.breakpoints.all.map(\.hitCount) == [1, 0])
  }

  @Test func aStepOverThatEntersEL2StopsAtTheTrampoline() throws {
    _ = try session.points.addCatchpoint(.exit([.wfi]))
    let event = try fixture.resume(.at(FixtureImages.trampoline, level: 1), .exit(.wfi))
    #expect(SessionFixture.numbers(event) == [1])
    #expect(
      fixture.accesses() == ["c", stopWithoutContext, "s", stopWithoutContext, "m 0x40404000+344"])
  }

  @Test func aGuestBreakpointStopsOnlyTheGuest() throws {
    _ = try session.points.add("guest:store32")
    let address = FixtureImages.guestAddress("store32")
    let event = try fixture.resume(
      .at(address, level: 2), .at(address + 4, level: 2), .at(address, level: 1))
    #expect(SessionFixture.numbers(event) == [1])
    #expect(session.breakpoints[1]?.hitCount == 1)
    #expect(session.state?.exceptionLevel == 1)
  }

  @Test func aGuestBreakpointStopsEL0Too() throws {
    _ = try session.points.add("guest:store32")
    let event = try fixture.resume(.at(FixtureImages.guestAddress("store32"), level: 0))
    #expect(SessionFixture.numbers(event) == [1])
  }

  @Test func aHypervisorBreakpointStopsOnlyTheHypervisor() throws {
    _ = try session.points.add("handle_exit")
    let event = try fixture.resume(
      .at(0x4020_5004, level: 2), .at(0x4020_5000, level: 1), .at(0x4020_5004, level: 1),
      .at(0x4020_5000, level: 2))
    #expect(SessionFixture.numbers(event) == [1])
    #expect(fixture.accesses() == ["s", "g", "c", "g", "s", "g", "c", "g"])
  }

  @Test func aBreakpointsConditionAndIgnoreCount() throws {
    _ = try session.points.add("*0x40205004", condition: "$x0 == 2", isTemporary: true)
    try session.breakpoints.update(1) { $0.ignoreCount = 1 }
    let hit = { (x0: UInt64) in
      FakeTarget.Event.stop {
        $0.stand(at: 0x4020_5004, level: 2)
        $0["x0"] = x0
      }
    }
    let away = FakeTarget.Event.at(0x4020_5008, level: 2)
    let event = try fixture.resume(hit(1), away, hit(2), away, hit(2))
    #expect(SessionFixture.numbers(event) == [1])
    #expect(target.script.isEmpty)
    #expect(session.breakpoints.all.isEmpty)
  }

  @Test func anAddressBreakpointAtTheTrampolineIsPassedOverAfterTheNop() throws {
    _ = try session.points.add("vmexit_trampoline")
    #expect(try fixture.resume(.exit(.wfi)) == .breakpoint([try #require(session.breakpoints[1])]))
    _ = fixture.accesses()
    _ = try fixture.resume(.ended(status: 0))
    // Exits aren't waited for, so the instruction didn't come with the stop.
    #expect(fixture.accesses() == ["m 0x40201000+4", "c 0x40201004"])
  }

  @Test(arguments: ["ipa:0x40200000", "pa:0x40200000"])
  func aBreakpointNeedsAVirtualAddress(location: String) {
    let error = #expect(throws: DebugError.self) { try session.points.add(location) }
    #expect(error?.description.contains("needs a virtual address, hv: or guest:") == true)
    #expect(session.breakpoints.all.isEmpty)
  }

  @Test(
    arguments: [
      ("handle_exit", 0x4020_5000, false), ("store32", 0x4020_0010, true),
      ("*0x40205004", 0x4020_5004, false), ("*guest:store32 + 4", 0x4020_0014, true),
      ("*hv:0x10", 0x10, false), ("shared", 0x4020_500c, false),
      ("guest:shared", 0x4020_0130, true),
    ] as [(String, UInt64, Bool)])
  func locations(text: String, address: UInt64, isGuest: Bool) throws {
    let breakpoint = try session.points.add(text)
    guard case .code(let place) = breakpoint.kind else {
      Issue.record("\(breakpoint.kind)")
      return
    }
    #expect(place.addresses == [address])
    #expect(place.space == (isGuest ? .guest : .hypervisor))
    #expect(place.text == text)
  }

  // MARK: Interrupting

  @Test func anInterruptStops() throws {
    #expect(try fixture.resume(.untilInterrupt { $0.stand(at: 0x4020_0004, level: 1) }) == nil)
    #expect(session.isRunning)
    try session.interrupt()
    #expect(try fixture.poll() == .interrupted)
    #expect(session.state?.pc == 0x4020_0004)
    #expect(fixture.accesses() == ["c", "^C", "g"])
  }

  @Test func anInterruptThatABreakpointBeatStopsAllTheSame() throws {
    _ = try session.points.addCatchpoint(.exit([.hvc]))
    #expect(try fixture.resume(.untilInterrupt()) == nil)
    // The breakpoint is there before the request: its stop is the only one (quirk 10).
    try session.interrupt()
    target.script = [.exit(.wfi)]
    #expect(try fixture.poll() == .interrupted)
    #expect(session.exit?.reason.exitClass == .wfi)
    #expect(session.breakpoints[1]?.hitCount == 0)
    #expect(fixture.accesses() == ["c", "^C", stopWithoutContext, "m 0x40404000+344"])
    // The next run is as usual.
    #expect(SessionFixture.numbers(try fixture.resume(.exit(.wfi), .exit(.hypercall))) == [1])
  }

  @Test func anInterruptDuringAStepOverDoesNotResume() throws {
    _ = try session.points.addCatchpoint(.exit([.any]))
    target.script = [.at(FixtureImages.trampoline, level: 1)]
    try session.resume()
    #expect(try session.poll() == nil)
    try session.interrupt()
    target.script = [.at(FixtureImages.trampoline + 4, level: 1)]
    #expect(try session.poll() == .interrupted)
    #expect(!session.isRunning)
    #expect(fixture.accesses() == ["c", stopWithoutContext, "s", "^C", stopWithoutContext])
  }

  @Test func aStoppedTargetIsNotInterrupted() throws {
    try session.interrupt()
    #expect(target.takeTrace() == [])
    _ = try session.points.addCatchpoint(.exit([.any]))
    #expect(SessionFixture.numbers(try fixture.resume(.exit(.wfi))) == [1])
  }

  @Test func aStopThatNobodyAskedForIsTold() throws {
    #expect(try fixture.resume(.at(0x4020_5008, level: 2, signal: 2)) == .interrupted)
    #expect(try fixture.resume(.at(0x4020_5008, level: 2, signal: 11)) == .signal(11))
    #expect(try fixture.resume(.at(0x4020_5008, level: 2, signal: 5)) == .signal(5))
  }

  // MARK: Stepping

  @Test func stepsAreCounted() throws {
    let event = try fixture.step(
      3, .at(0x4020_5004, level: 2), .at(0x4020_5008, level: 2), .at(0x4020_500c, level: 2))
    #expect(event == .stepped)
    #expect(session.state?.pc == 0x4020_500c)
    #expect(fixture.accesses() == ["s", "g", "s", "g", "s", "g"])
  }

  @Test func aBreakpointOnTheWayEndsTheSteps() throws {
    _ = try session.points.add("*0x40205008")
    let event = try fixture.step(5, .at(0x4020_5004, level: 2), .at(0x4020_5008, level: 2))
    #expect(SessionFixture.numbers(event) == [1])
    #expect(target.script.isEmpty)
    #expect(fixture.accesses() == ["s", "g", "s", "g"])
  }

  @Test func stepsGoThroughOthersBreakpoints() throws {
    _ = try session.points.add("*guest:0x40205004")
    let event = try fixture.step(2, .at(0x4020_5004, level: 2), .at(0x4020_5008, level: 2))
    #expect(event == .stepped)
    #expect(session.breakpoints[1]?.hitCount == 0)
  }

  @Test func aStepToAnUnwantedExitIsAStep() throws {
    _ = try session.points.addCatchpoint(.exit([.hvc]))
    #expect(try fixture.step(1, .exit(.wfi)) == .stepped)
    #expect(session.exit?.reason.exitClass == .wfi)
  }

  @Test func anInterruptEndsTheSteps() throws {
    target.script = [.untilInterrupt { $0.stand(at: 0x4020_5004, level: 2) }]
    try session.step(count: 9)
    #expect(try session.poll() == nil)
    try session.interrupt()
    #expect(try session.poll() == .interrupted)
    #expect(fixture.accesses() == ["s", "^C", "g"])
  }

  // MARK: Faults

  @Test func aFaultOfTheHypervisorStops() throws {
    #expect(try fixture.resume(.at(FixtureImages.halt, level: 2)) == .hypervisorFault([]))
    #expect(target.takeTrace().first == "Z0 0x40204000")
    // It would wait for ever.
    #expect(throws: DebugError.halted) { try session.resume() }
    #expect(!session.isRunning)
  }

  /// The guest may have something else at that address.
  @Test func theGuestIsNotTheHaltedHypervisor() throws {
    let event = try fixture.resume(
      .at(FixtureImages.halt, level: 1), .at(FixtureImages.halt + 4, level: 1), .ended(status: 0))
    #expect(event == .ended(status: 0))
  }

  @Test func aFaultDuringStepsStops() throws {
    #expect(try fixture.step(4, .at(FixtureImages.halt, level: 2)) == .hypervisorFault([]))
    #expect(!session.isRunning)
  }
}
