import ArmVCpu
import GDBRemote
import TestSupport
import Testing

@testable import VCpuDebug

/// Exits by the vectors where something else happens in between: another CPU, a host, a reset.
@Suite struct VectorInterludeTests {
  let fixture: SessionFixture
  var session: HypervisorSession { fixture.session }
  var target: FakeTarget { fixture.target }
  private static let vectors = FixtureImages.vectors
  private static let first = ThreadID(process: 1, thread: 1)
  private static let second = ThreadID(process: 1, thread: 2)

  init() throws {
    fixture = try SessionFixture(.booted())
    target["VTTBR_EL2"] = 7 << 48 | FakeMemory.stage2Root
    _ = try session.points.addCatchpoint(.exit([.any]))
  }

  private func steps() -> [String] {
    target.takeTrace().filter { $0.hasPrefix("Hg") || $0 == "s" || $0 == "c" }
  }

  /// It is counted, and the CPU that was reported isn't reported again.
  @Test
  func aStepOfTheOtherCPU() throws {
    target.addCPU()
    _ = try fixture.resume(
      .stop {
        $0.stand(atVector: .wfi)
        for name in ["pc", "cpsr", "ESR_EL2", "ELR_EL2", "SPSR_EL2"] {
          $0[name, of: Self.second] = $0[name]
        }
      })
    try session.threads.select(2)
    let event = try fixture.step(
      1, .at(Self.vectors + 0x404, level: 2, thread: Self.second))
    #expect(event == .stepped)
    let exit = try session.exits.require()
    #expect(exit.origin.vcpu == 1 && exit.count == .seen(1) && exit.isCopy)
    _ = target.takeTrace()
    _ = try fixture.resume(
      .at(Self.vectors + 0x404, level: 2, thread: Self.first),
      .vector(.hypercall, thread: Self.second))
    #expect(steps() == ["Hg p1.1", "s", "c"])
    #expect(session.exit?.count == .seen(2))
    #expect(session.exit?.origin.vcpu == 1)
  }

  @Test("a host below EL2 handles the exit, and isn't a guest")
  func aHostAtEL1() throws {
    _ = try fixture.resume(.vector(.hypercall))
    target.script = [
      .at(Self.vectors + 0x404, level: 2),
      .untilInterrupt {
        $0.stand(at: 0xffff_0000_0000_1000, level: 1)
        $0["HCR_EL2"] = 0x8000_0000
        $0["x0"] = 0x1234
      },
    ]
    try session.resume()
    while try session.poll() == nil, !target.script.isEmpty {
      if target.script.count == 1 { try session.interrupt() }
    }
    #expect(try session.exits.require().reason.exitClass == .hvc)
    #expect(try session.value(of: "$guest.x0").bits == FakeExit.hypercall.x[0])
    #expect(try session.value(of: "$x0").bits == 0x1234)
    // With stage 2 it is the guest that runs.
    target["HCR_EL2"] = 0x8008_2019
    try session.refresh()
    #expect(throws: DebugError.notAtExit(.guestRuns)) { try session.exits.require() }
  }

  @Test func afterAResetNothingOfBeforeIsSo() throws {
    _ = try fixture.resume(.vector(.hypercall))
    _ = try fixture.resume(
      .at(Self.vectors + 0x404, level: 2),
      .stop(signal: 2) {
        for name in ["HCR_EL2", "VBAR_EL2", "SCTLR_EL2", "TTBR0_EL2"] { $0[name] = 0 }
        $0.stand(at: 0x4020_0000, level: 2)
      })
    #expect(throws: DebugError.notAtExit(.notSeen)) { try session.exits.require() }
    #expect(session.exits.vectorTables.isEmpty)
  }

  /// Once the vectors are known, a fault of the hypervisor itself stops without a catchpoint.
  @Test func faultsStopWithoutACatchpoint() throws {
    _ = try fixture.resume(.vector(.hypercall))
    try session.breakpoints.delete(1)
    let event = try fixture.resume(
      .stop {
        $0.stand(at: Self.vectors + 0x200, level: 2)
        $0["ESR_EL2"] = 0x9600_0005
        $0["ELR_EL2"] = FixtureImages.handler
      })
    #expect(event == .hypervisorFault([]))
    #expect(session.exits.fault?.pc == FixtureImages.handler)
  }

  @Test(
    "with a breakpoint in the hypervisor every exit is watched, so that the exit is known there")
  func aBreakpointInTheHandler() throws {
    try session.breakpoints.delete(1)
    _ = try session.points.addCatchpoint(.exit([.hvc]))
    #expect(session.breakpoints.interest.isDisjoint(with: [.irqs]))
    _ = try session.points.add("*hv:\(FixtureImages.handler)")
    #expect(session.breakpoints.interest.isSuperset(of: .everyExit))
    _ = try fixture.resume(.vector(.hypercall))
    let event = try fixture.resume(
      .at(Self.vectors + 0x404, level: 2), .at(FixtureImages.handler, level: 2))
    #expect(SessionFixture.numbers(event) == [3])
    #expect(try session.exits.require().reason.exitClass == .hvc)
  }

  @Test func aBreakpointAtAVectorIsNamedToo() throws {
    _ = try session.points.add("*hv:\(Self.vectors + 0x400)")
    let event = try fixture.resume(.vector(.hypercall))
    #expect(SessionFixture.numbers(event) == [1, 2])
  }
}
