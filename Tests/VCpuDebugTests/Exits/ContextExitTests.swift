import ArmVCpu
import GDBRemote
import TestSupport
import Testing

@testable import VCpuDebug

/// Exits of our own hypervisor: their place between the vector and the next entry.
@Suite struct ContextExitTests {
  let fixture: SessionFixture
  var session: HypervisorSession { fixture.session }
  var target: FakeTarget { fixture.target }
  private static let second = ThreadID(process: 1, thread: 2)

  init() throws { fixture = try SessionFixture() }

  /// Catches an exit, and steps on into the hypervisor.
  private func handle(_ exit: FakeExit) throws {
    _ = try session.points.addCatchpoint(.exit([.any]))
    _ = try fixture.resume(.exit(exit))
    _ = try fixture.step(1, .at(FixtureImages.handler, level: 2))
    _ = target.takeTrace()
  }

  @Test func theDescriptorIsTheReason() {
    #expect(session.exits.way == .context)
    #expect(session.exits.reason == "the hypervisor's vcpu_debug_descriptor is at hv:0x40206000")
    #expect(session.exits.notes.isEmpty)
  }

  // MARK: An exit lasts

  @Test func aStepLaterTheExitIsTheCPUsCurrentContexts() throws {
    try handle(.mmioWrite)
    #expect(session.exit == nil)
    let exit = try session.exits.require()
    #expect(exit.moment == .handled)
    #expect(exit.storage == .context(at: FakeTarget.context))
    #expect(exit.reason.exitClass == .mmioWrite)
    #expect(exit.count == .kept(1))
    #expect(!exit.isCopy)
    #expect(
      target.takeTrace() == ["p TPIDR_EL2", "m 0x404092e0+8", "m 0x40404000+344"])
    // Bare names are the CPU's; the guest's have their prefix.
    target["x1"] = 0x77
    try session.refresh()
    #expect(try session.value(of: "$x1").bits == 0x77)
    #expect(try session.value(of: "$guest.x1").bits == 0x1_0000_0041)
    #expect(try session.value(of: "$guest.pc").addressSpace == .guest)
    #expect(try session.value(of: "$exit.kind == mmio-write").isTrue)
    #expect(try session.registers.selectedWorld() == .hypervisor)
  }

  @Test("Ctrl-C in the hypervisor, without any catchpoint")
  func anInterruptInTheHypervisor() throws {
    _ = try fixture.resume(
      .untilInterrupt {
        $0.stand(at: .hypercall)
        $0.stand(at: FixtureImages.handler + 4, level: 2)
      })
    try session.interrupt()
    #expect(try fixture.poll() == .interrupted)
    #expect(try session.exits.require().reason.exitClass == .hvc)
  }

  @Test func whatIsSetInAHandledExitIsInItsMemory() throws {
    try handle(.mmioWrite)
    for (text, offset, value) in [
      ("$guest.x1 = 5", 8, 5), ("$guest.x30 = 6", 240, 6),
      ("$guest.pc = 0x40200014", 256, 0x40200014),
      ("$guest.pstate = 0x3c4", 264, 0x3c4), ("$guest.sp_el0 = 7", 248, 7),
      // EL1t now: its stack pointer is SP_EL0.
      ("$guest.sp = 8", 248, 8), ("$guest.esr_el2 = 0x5a000000", 280, 0x5a00_0000),
    ] as [(String, UInt64, UInt64)] {
      try session.assign(text)
      #expect(
        target.memory.read(FakeTarget.context + offset, byteCount: 8, .physical)
          == littleEndian(value), "\(text)")
    }
    #expect(try session.value(of: "$exit.kind == hvc").isTrue)
    #expect(try session.value(of: "$guest.x1").bits == 5)
    // The hypervisor's own are as they were.
    #expect(target["x1"] == 0 && target["pc"] == FixtureImages.handler)
  }

  @Test func anotherCPUsExitIsItsOwn() throws {
    target.addCPU()
    _ = try session.points.addCatchpoint(.exit([.any]))
    _ = try fixture.resume(.exit(.mmioWrite))
    _ = try fixture.step(1, .at(FixtureImages.handler, level: 2))
    _ = try fixture.resume(
      .exit(
        FakeExit.hypercall.with { $0.vcpu = 1 }, context: FakeTarget.otherContext,
        thread: Self.second))
    #expect(session.exit?.origin.vcpu == 1)
    try session.threads.select(1)
    let first = try session.exits.require()
    #expect(first.moment == .handled)
    #expect(first.origin.vcpu == 0)
    #expect(first.storage == .context(at: FakeTarget.context))
    try session.assign("$guest.x0 = 0x99")
    try session.threads.select(2)
    #expect(session.exit?.moment == .caught)
    #expect(try session.value(of: "$x0").bits == 0xc600_0001)
  }

  // MARK: No exit

  @Test(arguments: [
    FixtureImages.vectors + 0x400, FixtureImages.vectors + 0x40c, FixtureImages.vectors + 0x7fc,
    FixtureImages.save, FixtureImages.save + 4,
  ])
  func whileItIsSavedThereIsNone(pc: UInt64) throws {
    try handle(.mmioWrite)
    target.stand(at: pc, level: 2)
    try session.refresh()
    #expect(throws: DebugError.notAtExit(.isBeingSaved)) { try session.exits.require() }
    #expect(throws: DebugError.notAtExit(.isBeingSaved)) {
      try session.assign("$guest.x0 = 1")
    }
    // The CPU's own registers are available.
    #expect(try session.value(of: "$pc").bits == pc)
  }

  @Test func aroundTheSavingTheExitIsThere() throws {
    try handle(.mmioWrite)
    for pc in [FixtureImages.vectors + 0x3fc, FixtureImages.trampoline + 4] {
      target.stand(at: pc, level: 2)
      try session.refresh()
      #expect(try session.exits.require().moment == .handled)
    }
  }

  @Test func whileTheGuestIsLoadedThereIsNone() throws {
    try handle(.mmioWrite)
    for offset in stride(from: UInt64(4), to: 0x50, by: 4) {
      target.stand(at: FixtureImages.entry + offset, level: 2)
      try session.refresh()
      #expect(throws: DebugError.notAtExit(.isBeingEntered), "\(offset)") {
        try session.exits.require()
      }
    }
    target.stand(at: FixtureImages.guestAddress("store32"), level: 1)
    try session.refresh()
    #expect(throws: DebugError.notAtExit(.guestRuns)) { try session.exits.require() }
  }

  @Test func beforeTheFirstEntryThereIsNone() throws {
    // Entered, and never left: the count is 0.
    target.stand(at: FakeExit.mmioWrite.with { $0.count = 0 })
    target.stand(at: FixtureImages.handler, level: 2)
    try session.refresh()
    #expect(throws: DebugError.notAtExit(.neverEntered)) { try session.exits.require() }
    // No context.
    _ = target.memory.write(
      littleEndian(0), at: FakeTarget.cpuLocal + FakeTarget.currentContextOffset, .physical)
    try session.refresh()
    #expect(throws: DebugError.notAtExit(.neverEntered)) { try session.exits.require() }
    // Before boot.S.
    target["TPIDR_EL2"] = 0
    try session.refresh()
    #expect(throws: DebugError.notAtExit(.neverEntered)) { try session.exits.require() }
  }

  @Test func aCurrentContextThatIsNoneIsDamaged() throws {
    try handle(.mmioWrite)
    _ = target.memory.write(littleEndian(9), at: FakeTarget.context + 304, .physical)
    #expect(throws: DebugError.damagedContext(FakeTarget.context)) {
      try session.exits.require()
    }
  }

  /// The target can be inspected, and the error is thrown when the exit is requested.
  @Test func attachingWhereAContextIsDamaged() throws {
    let target = try FakeTarget.booted()
    target.stand(at: .wfi)
    target["sp"] = 0x10
    let session = try HypervisorSession.fake(target)
    #expect(session.exit == nil)
    #expect(throws: DebugError.damagedContext(0x10)) { try session.exits.require() }
    #expect(try session.value(of: "$hv.sp").bits == 0x10)
  }

  @Test(arguments: [
    (FixtureImages.halt, true), (FixtureImages.halt + 4, true), (FixtureImages.halt + 8, true),
    (FixtureImages.halt + 12, false), (FixtureImages.halt - 4, false),
  ])
  func halted(pc: UInt64, isHalted: Bool) throws {
    target.stand(at: pc, level: 2)
    try session.refresh()
    #expect(session.exits.isHalted(try session.requireState()) == isHalted)
    target.stand(at: pc, level: 1)
    try session.refresh()
    #expect(!session.exits.isHalted(try session.requireState()))
  }

  @Test func aTargetThatRefusesTheBreakpointAtTheHaltRunsWithout() throws {
    target.refusedBreakpoints = [FixtureImages.halt]
    _ = try session.points.addCatchpoint(.exit([.any]))
    #expect(SessionFixture.numbers(try fixture.resume(.exit(.wfi))) == [1])
    #expect(SessionFixture.numbers(try fixture.resume(.exit(.hypercall))) == [1])
    #expect(target.takeTrace().filter { $0 == "Z0 0x40204000" }.count == 1)
  }
}
