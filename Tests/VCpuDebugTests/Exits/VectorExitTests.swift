import ArmVCpu
import GDBRemote
import TestSupport
import Testing

@testable import VCpuDebug

/// Exits of a hypervisor of which only the vectors are known, which are at VBAR_EL2.
@Suite struct VectorExitTests {
  let fixture: SessionFixture
  var session: HypervisorSession { fixture.session }
  var target: FakeTarget { fixture.target }
  private static let vectors = FixtureImages.vectors
  private static let first = ThreadID(process: 1, thread: 1)
  private static let second = ThreadID(process: 1, thread: 2)

  private static let registers = [
    "ESR_EL2", "FAR_EL2", "HPFAR_EL2", "HCR_EL2", "VTTBR_EL2", "ELR_EL2", "SPSR_EL2", "SP_EL0",
    "SP_EL1", "VMPIDR_EL2",
  ].map { "p \($0)" }

  init() throws {
    fixture = try SessionFixture(.booted())
    target["VTTBR_EL2"] = 7 << 48 | FakeMemory.stage2Root
  }

  private func catchAll() throws { _ = try session.points.addCatchpoint(.exit([.any])) }

  /// Where the CPU is after the step that leaves a vector.
  private var afterStep: FakeTarget.Event { .at(Self.vectors + 0x404, level: 2) }

  @Test func theVectorsAreTheReason() {
    #expect(session.exits.way == .vectors)
    #expect(
      session.exits.reason == "no other way was found, and every hypervisor has vectors")
  }

  // MARK: Catching

  @Test func theVectorsThatAreInForceAreStoppedAt() throws {
    try catchAll()
    _ = target.takeTrace()
    #expect(SessionFixture.numbers(try fixture.resume(.vector(.mmioWrite))) == [1])
    let inserted = target.takeTrace().filter { $0.hasPrefix("Z") }
    #expect(
      inserted == [
        // EL2's own faults, and the eight ways in.
        "Z0 0x40203200", "Z0 0x40203400", "Z0 0x40203480", "Z0 0x40203500", "Z0 0x40203580",
        "Z0 0x40203600", "Z0 0x40203680", "Z0 0x40203700", "Z0 0x40203780",
      ])
    #expect(session.exits.vectorTables.map(\.isGuests) == [true])
  }

  @Test func anExitIsOneRoundTrip() throws {
    try catchAll()
    _ = target.takeTrace()
    _ = try fixture.resume(.vector(.mmioWrite))
    let whole = (["g"] + Self.registers).joined(separator: " | ")
    #expect(fixture.accesses() == ["c", whole])
    let exit = try #require(session.exit)
    #expect(exit.reason.exitClass == .mmioWrite)
    #expect(exit.gpr(1) == 0x1_0000_0041)
    #expect(exit.pc == FakeExit.mmioWrite.pc)
    #expect(exit.pstate.rawValue == 0x3c5)
    #expect(exit.count == .seen(1))
    #expect(exit.origin.vm == 7 && exit.origin.vcpu == 0 && exit.origin.isByRegisters)
    #expect(exit.storage == .cpu)
    // The next one: the instruction is read once, and stepped over, for it does something.
    #expect(SessionFixture.numbers(try fixture.resume(afterStep, .vector(.wfi))) == [1])
    let trace = fixture.accesses()
    #expect(trace.first == "m 0x40203400+4")
    #expect(
      trace.filter { !$0.hasPrefix("m") && !$0.hasPrefix("p VBAR") } == [
        "s", "p pc | c", whole,
      ])
  }

  @Test(
    arguments: [
      (0, false, .wfi, 0x400), (1, false, .irq, 0x480), (2, false, .fiq, 0x500),
      (3, false, .serror, 0x580), (0, true, .wfi, 0x600), (1, true, .irq, 0x680),
      (2, true, .fiq, 0x700), (3, true, .serror, 0x780),
    ] as [(UInt64, Bool, ExitClass, UInt64)])
  func theOffsetIsTheKind(kind: UInt64, isAArch32: Bool, exitClass: ExitClass, offset: UInt64)
    throws
  {
    try catchAll()
    let exit = FakeExit.wfi.with { $0.kind = kind }
    #expect(SessionFixture.numbers(try fixture.resume(.vector(exit, isAArch32: isAArch32))) == [1])
    #expect(session.exit?.reason.exitClass == exitClass)
    #expect(session.state?.pc == Self.vectors + offset)
  }

  @Test("what the CPU still has of an earlier exception is not the exit's")
  func staleRegisters() throws {
    try catchAll()
    target["FAR_EL2"] = 0xdead
    target["HPFAR_EL2"] = 0xdead0
    _ = try fixture.resume(.vector(.hypercall))
    #expect(try session.value(of: "$exit.va").bits == 0)
    #expect(try session.value(of: "$exit.ipa").bits == 0)
    #expect(try session.value(of: "$exit.ec").bits == 0x16)
    _ = try fixture.resume(afterStep, .vector(.irq))
    #expect(try session.exits.require().hasSyndrome == false)
    #expect(try session.value(of: "$exit.ec").bits == 0)
    #expect(target["ESR_EL2"] == FakeExit.hypercall.esr)
    _ = try fixture.resume(afterStep, .vector(.mmioRead))
    #expect(try session.value(of: "$exit.va").bits == 0x900_0018)
    _ = try fixture.resume(afterStep, .vector(.serror))
    #expect(try session.value(of: "$exit.ec").bits == 0x2f)
    #expect(try session.value(of: "$exit.va").bits == 0)
  }

  // MARK: Numbers

  @Test func exitsAreCountedOnce() throws {
    target.addCPU()
    try catchAll()
    _ = try fixture.resume(.vector(.wfi))
    #expect(session.exit?.count == .seen(1))
    try session.refresh()
    #expect(try session.exits.require().count == .seen(1))
    try session.threads.select(2)
    try session.threads.select(1)
    #expect(session.exit?.count == .seen(1))
    try session.memory.write(.hypervisor, 0x4050_0000, [1])
    #expect(try session.exits.require().count == .seen(1))
    _ = try fixture.resume(afterStep, .vector(.hypercall))
    #expect(session.exit?.count == .seen(2))
    #expect(throws: DebugError.self) { try session.value(of: "$exit.time") }
  }

  @Test func eachVCpuHasItsNumbers() throws {
    target.addCPU()
    try catchAll()
    _ = try fixture.resume(.vector(.wfi))
    _ = try fixture.resume(afterStep, .vector(.wfi, thread: Self.second))
    #expect(session.exit?.origin.vcpu == 1)
    #expect(session.exit?.count == .seen(1))
    _ = try fixture.resume(
      .at(Self.vectors + 0x404, level: 2, thread: Self.second), .vector(.hypercall))
    #expect(session.exit?.count == .seen(2))
  }

  @Test func theSameFaultAgainIsTold() throws {
    try catchAll()
    _ = try fixture.resume(.vector(.mmioRead))
    _ = try fixture.resume(afterStep, .vector(.mmioRead))
    #expect(session.exit?.repetition == 2)
    // A stop that isn't waited for is still an exit.
    try session.points.setCondition("$exit.count == 4", of: 1)
    _ = try fixture.resume(afterStep, .vector(.mmioRead), afterStep, .vector(.mmioRead))
    #expect(session.exit?.repetition == 4)
    try session.points.setCondition(nil, of: 1)
    _ = try fixture.resume(afterStep, .vector(.wfi))
    #expect(session.exit?.repetition == 1)
  }

  // MARK: An exit lasts

  @Test func untilItsGuestRunsAgain() throws {
    try catchAll()
    _ = try fixture.resume(.vector(.hypercall))
    _ = try fixture.step(2, afterStep, .at(FixtureImages.handler, level: 2))
    let exit = try session.exits.require()
    #expect(exit.isCopy && exit.moment == .handled)
    #expect(exit.reason.exitClass == .hvc)
    #expect(throws: DebugError.self) { try session.assign("$guest.x0 = 1") }
    // Watched, whatever stops it later on this CPU.
    _ = try fixture.resume(.at(FixtureImages.handler + 8, level: 2, signal: 2))
    #expect(try session.exits.require().count == .seen(1))
    _ = try fixture.step(1, .at(FixtureImages.guestAddress("tour_main"), level: 1))
    #expect(throws: DebugError.notAtExit(.guestRuns)) { try session.exits.require() }
    // The hypervisor again, and no exit was seen on the way.
    _ = try fixture.step(1, .at(FixtureImages.handler, level: 2))
    #expect(throws: DebugError.notAtExit(.notSeen)) { try session.exits.require() }
  }

  @Test func aRunThatNobodyWatchesEndsIt() throws {
    try catchAll()
    _ = try fixture.resume(.vector(.hypercall))
    try session.breakpoints.delete(1)
    _ = try fixture.resume(.at(FixtureImages.handler, level: 2, signal: 2))
    #expect(throws: DebugError.notAtExit(.unwatched)) { try session.exits.require() }
    #expect(throws: DebugError.notAtExit(.unwatched)) { try session.value(of: "$guest.x0") }
    #expect(try session.value(of: "$x0").bits == 0xc600_0001)
  }

  @Test("a step ends at a vector while exits are not waited for")
  func anUnwatchedVector() throws {
    #expect(try fixture.step(1, .vector(.hypercall)) == .stepped)
    #expect(session.exit == nil)
    let exit = try session.exits.require()
    #expect(exit.reason.exitClass == .hvc)
    #expect(exit.count == .seen(1))
    #expect(try session.value(of: "$guest.x1").bits == 0x11)
    // It is one exit, however often it is looked at, and it lasts.
    try session.refresh()
    #expect(try session.exits.require().count == .seen(1))
    _ = try fixture.step(1, afterStep)
    #expect(try session.exits.require().isCopy)
    #expect(try session.exits.require().reason.exitClass == .hvc)
  }

  @Test func whatIsNoGuestsIsNoExitAtAnUnwatchedVector() throws {
    target["HCR_EL2"] = 0x8000_0000
    _ = try fixture.step(1, .vector(.hypercall))
    #expect(throws: DebugError.notAtExit(.notSeen)) { try session.exits.require() }
    target["HCR_EL2"] = 0x8008_2019
    for offset in [0x200, 0x404, 0x380] as [UInt64] {
      _ = try fixture.step(1, .at(Self.vectors + offset, level: 2))
      #expect(throws: DebugError.notAtExit(.notSeen)) { try session.exits.require() }
    }
  }

  // MARK: Changing

  @Test func theGuestsGeneralRegistersAreTheCPUs() throws {
    try catchAll()
    _ = try fixture.resume(.vector(.psciVersion))
    _ = target.takeTrace()
    try session.assign("$x0 = 0xc6000001")
    #expect(target["x0"] == 0xc600_0001)
    #expect(target.takeTrace().first == "P x0=0xc6000001 | p x0")
    try session.assign("$guest.x30 = 30")
    #expect(target["x30"] == 30)
    // The exit is what it has become, and its number is the same.
    let exit = try session.exits.require()
    #expect(exit.reason.exitClass == .hvc)
    #expect(exit.count == .seen(1))
    _ = try fixture.step(1, afterStep)
    #expect(try session.value(of: "$guest.x0").bits == 0xc600_0001)
  }

  @Test(
    arguments: [
      ("pc", "ELR_EL2"), ("pstate", "SPSR_EL2"), ("sp_el0", "SP_EL0"), ("sp_el1", "SP_EL1"),
      ("esr_el2", "ESR_EL2"), ("far_el2", "FAR_EL2"), ("hpfar_el2", "HPFAR_EL2"),
    ])
  func systemRegistersAreWrittenByTheCPU(name: String, register: String) throws {
    try catchAll()
    _ = try fixture.resume(.vector(.hypercall))
    try session.assign("$\(name) = 0x45")
    #expect(target[register] == 0x45)
    #expect(target["pc"] == Self.vectors + 0x400)
    // The exit is what it has become, and its number is the same.
    #expect(try session.value(of: "$\(name)").bits == 0x45)
    #expect(try session.exits.require().count == .seen(1))
  }

  // MARK: Two CPUs

  /// The stub reports one of the two stops. The other CPU, which hasn't executed anything, stops immediately when it is
  /// resumed.
  @Test func twoCPUsAtTheirVectorsAtOnce() throws {
    target.addCPU()
    try catchAll()
    _ = try fixture.resume(
      .stop {
        $0.stand(atVector: .wfi)
        for name in ["pc", "cpsr", "ESR_EL2", "ELR_EL2", "SPSR_EL2"] {
          $0[name, of: Self.second] = $0[name]
        }
      })
    #expect(session.exit?.count == .seen(1))
    try session.threads.select(2)
    #expect(session.exit?.origin.vcpu == 1)
    #expect(session.exit?.count == .seen(1))
    let event = try fixture.resume(afterStep, .vector(.wfi, thread: Self.second))
    #expect(SessionFixture.numbers(event) == [1])
    #expect(session.exit?.count == .seen(1))
    #expect(session.exit?.repetition == 1)
    #expect(session.breakpoints[1]?.hitCount == 2)
  }

  @Test func eachCPUHasItsExit() throws {
    target.addCPU()
    try catchAll()
    _ = try fixture.resume(.vector(.hypercall))
    _ = try fixture.resume(afterStep, .vector(.mmioRead, thread: Self.second))
    #expect(session.exit?.reason.exitClass == .mmioRead)
    try session.threads.select(1)
    #expect(session.exit == nil)
    #expect(try session.exits.require().reason.exitClass == .hvc)
    #expect(try session.exits.require().isCopy)
    try session.threads.select(2)
    #expect(session.exit?.storage == .cpu)
    // The one that stopped is the one that leaves: by a step of its own.
    try session.threads.select(1)
    _ = target.takeTrace()
    _ = try fixture.resume(
      .at(Self.vectors + 0x404, level: 2, thread: Self.second), .vector(.wfi))
    #expect(
      Array(target.takeTrace().filter { $0.hasPrefix("Hg") || $0 == "s" || $0.hasSuffix("c") }) == [
        "Hg p1.2", "s", "p pc | c",
      ])
    #expect(session.exit?.count == .seen(2))
  }
}
