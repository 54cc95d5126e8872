import ArmVCpu
import GDBRemote
import TestSupport
import Testing

@testable import VCpuDebug

@Suite struct CatchingTests {
  let fixture: SessionFixture
  var session: HypervisorSession { fixture.session }
  var target: FakeTarget { fixture.target }

  init() throws { fixture = try SessionFixture() }

  // MARK: Round trips

  @Test func theFirstExitIsTwoRoundTripsAndTheNextOne() throws {
    _ = try session.points.addCatchpoint(.exit([.any]))
    #expect(SessionFixture.numbers(try fixture.resume(.exit(.mmioWrite))) == [1])
    #expect(session.exit?.reason.exitClass == .mmioWrite)
    #expect(fixture.accesses() == ["c", stopWithoutContext, "m 0x40404000+344"])
    #expect(SessionFixture.numbers(try fixture.resume(.exit(.wfi))) == [1])
    #expect(session.exit?.reason.exitClass == .wfi)
    #expect(fixture.accesses() == ["c 0x40201004", stopAtKnownContext])
  }

  @Test func anotherVCpusContextIsReadWhereItIs() throws {
    _ = try session.points.addCatchpoint(.exit([.any]))
    _ = try fixture.resume(.exit(.mmioWrite))
    _ = fixture.accesses()
    let other = FakeExit.wfi.with { $0.vcpu = 1 }
    _ = try fixture.resume(.exit(other, context: FakeTarget.otherContext))
    #expect(fixture.accesses() == ["c 0x40201004", stopAtKnownContext, "m 0x40405000+344"])
    #expect(session.exit?.origin.vcpu == 1)
    #expect(session.exit?.storage == .context(at: FakeTarget.otherContext))
    _ = try fixture.resume(.exit(other, context: FakeTarget.otherContext))
    #expect(fixture.accesses() == ["c 0x40201004", "g | m 0x40405000+344 | m 0x40201000+4"])
  }

  @Test func unwantedExitsArePassedOverWithTheContinueAlone() throws {
    _ = try session.points.addCatchpoint(.exit([.hvc]))
    _ = try fixture.resume(.exit(.hypercall))
    _ = fixture.accesses()
    let event = try fixture.resume(
      .exit(.mmioWrite), .exit(.wfi), .exit(.sysregRead), .exit(.hypercall))
    #expect(SessionFixture.numbers(event) == [1])
    #expect(
      fixture.target.takeTrace() == [
        "c 0x40201004", stopAtKnownContext, "c 0x40201004", stopAtKnownContext,
        "c 0x40201004", stopAtKnownContext, "c 0x40201004", stopAtKnownContext,
      ])
    #expect(session.breakpoints[1]?.hitCount == 2)
  }

  @Test func aDamagedContextIsTold() throws {
    _ = try session.points.addCatchpoint(.exit([.any]))
    let event = try fixture.resume(.exit(FakeExit.wfi.with { $0.kind = 4 }))
    #expect(event == .unreadable("\(DebugError.damagedContext(FakeTarget.context))"))
    #expect(session.exit == nil)
    // The target is stopped, and can be inspected.
    #expect(try session.value(of: "$pc").bits == FixtureImages.trampoline)
  }

  @Test func aContextWithoutMemoryIsDamaged() throws {
    _ = try session.points.addCatchpoint(.exit([.any]))
    let event = try fixture.resume(.stop { $0.stand(at: .wfi, context: 0x10) })
    #expect(event == .unreadable("\(DebugError.damagedContext(0x10))"))
  }

  // MARK: Classes

  @Test(arguments: [
    (ExitClass.any, "mmio-write"), (.mmio, "mmio-write"), (.mmioWrite, "mmio-write"),
    (.dabt, "mmio-write"), (.mmioRead, "mmio-read"), (.mmio, "mmio-read"), (.dabt, "dabt"),
    (.iabt, "iabt"), (.hvc, "hvc"), (.smc, "smc"), (.psci, "psci-version"), (.hvc, "psci-version"),
    (.smc, "psci-cpu-suspend"), (.psci, "psci-cpu-suspend"), (.sysreg, "sysreg-read"),
    (.sysregRead, "sysreg-read"), (.sysregWrite, "sysreg-write"), (.wfi, "wfi"), (.wfi, "wfit"),
    (.wfe, "wfe"), (.irq, "irq"), (.fiq, "fiq"), (.serror, "serror"), (.fp, "fp"), (.sve, "sve"),
    (.debug, "debug"), (.unhandled, "unhandled"),
  ])
  func aClassCatches(wanted: ExitClass, name: String) throws {
    let exit = try #require(FakeExit.all.first { $0.name == name }).exit
    _ = try session.points.addCatchpoint(.exit([wanted]))
    #expect(SessionFixture.numbers(try fixture.resume(.exit(exit))) == [1])
  }

  @Test(arguments: [
    (ExitClass.mmioRead, "mmio-write"), (.mmio, "dabt"), (.hvc, "smc"), (.smc, "psci-version"),
    (.psci, "hvc"), (.sysregWrite, "sysreg-read"), (.wfe, "wfi"), (.irq, "fiq"), (.fp, "sve"),
    (.unhandled, "debug"),
  ])
  func aClassDoesNotCatch(wanted: ExitClass, name: String) throws {
    let exit = try #require(FakeExit.all.first { $0.name == name }).exit
    _ = try session.points.addCatchpoint(.exit([wanted]))
    #expect(try fixture.resume(.exit(exit), .ended(status: 0)) == .ended(status: 0))
    #expect(session.breakpoints[1]?.hitCount == 0)
  }

  @Test func severalClassesAndSeveralCatchpoints() throws {
    _ = try session.points.addCatchpoint(.exit([.wfi, .hvc]))
    _ = try session.points.addCatchpoint(.exit([.any]), condition: "$exit.kind == hvc")
    #expect(SessionFixture.numbers(try fixture.resume(.exit(.wfi))) == [1])
    #expect(SessionFixture.numbers(try fixture.resume(.exit(.hypercall))) == [1, 2])
    #expect(
      try fixture.resume(.exit(.mmioRead), .ended(status: 0)) == .ended(status: 0))
    #expect(session.breakpoints.all.map(\.hitCount) == [2, 1])
  }

  @Test func withoutSymbolsTheVectorsAreTheWay() throws {
    let bare = try HypervisorSession(target: target)
    _ = try bare.points.addCatchpoint(.exit([.any]))
    #expect(bare.exits.way == .vectors)
    #expect(bare.exits.addresses.contains(FixtureImages.vectors + 0x400))
  }

  /// A stub that shows EL2's syndrome, and not where its vectors are.
  @Test func withoutSymbolsAndTheRegistersOfEL2NothingIsCaught() throws {
    var model = FakeTarget.Model.machine
    model.registers.removeAll { $0.name == "VBAR_EL2" }
    let bare = try HypervisorSession(target: FakeTarget(model))
    #expect(bare.hasHypervisor)
    #expect(
      throws: DebugError.cannotFindExits(
        "the stub shows no EL2 registers, and the symbols don't help")
    ) { try bare.points.addCatchpoint(.exit([.any])) }
    #expect(bare.breakpoints.all.isEmpty)
    #expect(bare.exits.notes == ["the stub does not show VBAR_EL2"])
  }

  // MARK: Conditions

  @Test func aConditionChooses() throws {
    _ = try session.points.addCatchpoint(
      .exit([.mmio]), condition: "$exit.ipa == 0x9000018 && $exit.count > 2")
    let read = FakeExit.mmioRead
    let event = try fixture.resume(
      .exit(.mmioWrite), .exit(read), .exit(read.with { $0.count = 3 }))
    #expect(SessionFixture.numbers(event) == [1])
    #expect(session.exit?.count.value == 3)
    // A hit is one whose condition holds.
    #expect(session.breakpoints[1]?.hitCount == 1)
  }

  @Test func aConditionThatThrowsStopsAndIsTold() throws {
    _ = try session.points.addCatchpoint(.exit([.any]), condition: "1 / $x9 == 1")
    let event = try fixture.resume(.exit(.mmioWrite))
    guard case .conditionFailed(number: 1, reason: "division by zero", let hits) = event else {
      Issue.record("\(String(describing: event))")
      return
    }
    #expect(hits.map(\.number) == [1])
    #expect(!session.isRunning)
    #expect(session.exit?.reason.exitClass == .mmioWrite)
    #expect(try session.value(of: "$x0").bits == 0x900_0000)
    // And it goes on as from any exit.
    try session.points.setCondition(nil, of: 1)
    _ = fixture.accesses()
    #expect(SessionFixture.numbers(try fixture.resume(.exit(.wfi))) == [1])
    #expect(fixture.accesses() == ["c 0x40201004", stopAtKnownContext])
  }

  /// Ctrl-C ends the wait for what a condition needs. The condition isn't at fault.
  @Test func aConditionThatWasGivenUpHasNotFailed() throws {
    _ = try session.points.addCatchpoint(.exit([.any]), condition: "*pa:0x41200010 == 1")
    target.failures = [("m 0x41200010+8", RemoteError(.cancelled, "given up"))]
    let error = #expect(throws: RemoteError.self) { try fixture.resume(.exit(.wfi)) }
    #expect(error?.code == .cancelled)
    #expect(session.breakpoints[1]?.hitCount == 0)
  }

  /// When the wait for the registers of a stop is given up, they are read when they are asked for: the exit too, whose
  /// registers are not those of the CPU.
  @Test func anExitThatWasNotLookedAtIsFoundLater() throws {
    _ = try session.points.addCatchpoint(.exit([.any]))
    target.failures = [("g", RemoteError(.cancelled, "given up"))]
    #expect(throws: RemoteError.self) { try fixture.resume(.exit(.mmioWrite)) }
    #expect(session.exit == nil)
    #expect(try session.value(of: "$x29").bits == 0x29)
    #expect(try session.exits.require().pc == FakeExit.mmioWrite.pc)
    try session.registers.requireGuest()
    #expect(try session.registers.selectedWorld() == .guest)
  }

  @Test("a condition that fails does not hide another breakpoint's stop")
  func aFailedConditionAmongOthers() throws {
    _ = try session.points.addCatchpoint(.exit([.any]), isTemporary: true)
    _ = try session.points.addCatchpoint(.exit([.any]), condition: "1 / $x9 == 1")
    _ = try session.points.addCatchpoint(.exit([.wfi]))
    let event = try fixture.resume(.exit(.mmioWrite))
    guard case .conditionFailed(number: 2, _, let hits) = event else {
      Issue.record("\(String(describing: event))")
      return
    }
    #expect(hits.map(\.number) == [1, 2])
    #expect(session.breakpoints.all.map(\.number) == [2, 3])
    #expect(session.breakpoints[3]?.hitCount == 0)
  }

  @Test func aConditionThatCannotBeParsedAddsNothing() throws {
    #expect(throws: ExpressionError.self) {
      try session.points.addCatchpoint(.exit([.any]), condition: "1 +")
    }
    #expect(session.breakpoints.all.isEmpty)
    #expect(throws: ExpressionError.self) {
      try session.points.add("handle_exit", condition: "(")
    }
    #expect(session.breakpoints.all.isEmpty)
  }

  @Test func aConditionCanBeChanged() throws {
    _ = try session.points.addCatchpoint(.exit([.any]), condition: "0")
    #expect(try fixture.resume(.exit(.wfi), .ended(status: 0)) == .ended(status: 0))
    try session.points.setCondition("$exit.kind == mmio-write", of: 1)
    #expect(session.breakpoints[1]?.condition?.text == "$exit.kind == mmio-write")
    #expect(throws: DebugError.noSuchBreakpoint(2)) { try session.points.setCondition("1", of: 2) }
  }

  // MARK: Counts

  @Test func aTemporaryCatchpointIsGoneAfterItsStop() throws {
    let breakpoint = try session.points.addCatchpoint(.exit([.wfi]), isTemporary: true)
    #expect(breakpoint.isTemporary)
    let event = try fixture.resume(.exit(.hypercall), .exit(.wfi))
    #expect(SessionFixture.numbers(event) == [1])
    #expect(session.breakpoints.all.isEmpty)
    #expect(try session.points.addCatchpoint(.exit([.wfi])).number == 2)
  }

  @Test func aTemporaryCatchpointThatIgnoresItsHitStays() throws {
    _ = try session.points.addCatchpoint(.exit([.wfi]), isTemporary: true)
    try session.breakpoints.update(1) { $0.ignoreCount = 1 }
    #expect(SessionFixture.numbers(try fixture.resume(.exit(.wfi), .exit(.wfi))) == [1])
    #expect(session.breakpoints.all.isEmpty)
  }

  @Test func aDisabledCatchpointDoesNotCount() throws {
    _ = try session.points.addCatchpoint(.exit([.wfi]))
    _ = try session.points.addCatchpoint(.exit([.hvc]))
    try session.breakpoints.update(1) { $0.isEnabled = false }
    let event = try fixture.resume(.exit(.wfi), .exit(.hypercall))
    #expect(SessionFixture.numbers(event) == [2])
    #expect(session.breakpoints.all.map(\.hitCount) == [0, 1])
  }

  @Test func ignoredHitsCountDown() throws {
    _ = try session.points.addCatchpoint(.exit([.wfi]))
    try session.breakpoints.update(1) { $0.ignoreCount = 2 }
    let event = try fixture.resume(
      .exit(.wfi), .exit(.hypercall), .exit(.wfi.with { $0.count = 2 }),
      .exit(.wfi.with { $0.count = 3 }))
    #expect(SessionFixture.numbers(event) == [1])
    #expect(session.exit?.count.value == 3)
    #expect(session.breakpoints[1]?.hitCount == 3)
    #expect(session.breakpoints[1]?.ignoreCount == 0)
  }
}
