import ArmVCpu
import GDBRemote
import TestSupport
import Testing

@testable import VCpuDebug

/// Cases in which a CPU can't execute anything: one line each, and nothing is changed.
@Suite struct ExecutionObstacleTests {
  private func refusals(_ fixture: AgentFixture) throws -> [String] {
    let before = (fixture.state, fixture.target.takeTrace())
    let session = fixture.session
    var texts: [String] = []
    for body: () throws -> Void in [
      { _ = try session.value(of: "$ich_hcr_el2") },
      { _ = try session.assign("$tpidr_el1 = 1") },
      { _ = try session.agent.translation(of: 0x4020_0000, in: .guest) },
    ] {
      let error = #expect(throws: DebugError.self) { try body() }
      texts.append(error?.description ?? "")
    }
    #expect(fixture.state == before.0)
    #expect(fixture.target.takeTrace().allSatisfy { !$0.contains("M ") && !$0.contains("P ") })
    return texts
  }

  @Test func aCPUInItsGuest() throws {
    let fixture = try AgentFixture(at: .mmioWrite)
    fixture.target.stand(at: 0x4020_0000, level: 1)
    try fixture.session.refresh()
    #expect(
      try refusals(fixture) == [
        "cannot read $ich_hcr_el2: the stub does not show it; the CPU is at EL1, and only EL2 can reach it: "
          + "'catch exit' stops there",
        "cannot set $tpidr_el1: the CPU is at EL1, and only EL2 can reach it: 'catch exit' stops there",
        "the CPU cannot execute an instruction for it: the CPU is at EL1, and only EL2 can reach it: "
          + "'catch exit' stops there",
      ])
  }

  @Test func aCPUAtEL3() throws {
    let fixture = try AgentFixture(at: .mmioWrite)
    fixture.target["cpsr"] = 0x3cd
    try fixture.session.refresh()
    for text in try refusals(fixture) { #expect(text.contains("the CPU is at EL3")) }
  }

  @Test func aHaltedCPU() throws {
    let fixture = try AgentFixture(at: .mmioWrite)
    fixture.target.cpus[0].description = "CPU#0 [halted ]"
    // It was interrupted: a CPU that reaches a breakpoint isn't halted.
    fixture.target.executesInstructions = false
    fixture.target.script = [.untilInterrupt { $0.stand(at: FixtureImages.handler, level: 2) }]
    try fixture.session.resume()
    try fixture.session.interrupt()
    _ = try fixture.session.poll()
    for text in try refusals(fixture) { #expect(text.contains("waits in WFI or WFE, or is off")) }
  }

  @Test func aReplay() throws {
    let fixture = try AgentFixture(at: .mmioWrite)
    fixture.target.isReplaying = true
    for text in try refusals(fixture) { #expect(text.contains("replays a recording")) }
  }

  @Test func aStubThatDoesNotSayWhichCPU() throws {
    let fixture = try AgentFixture(at: .mmioWrite)
    fixture.target.forgetThread()
    for text in try refusals(fixture) { #expect(text.contains("does not say which CPU it shows")) }
  }

  @Test func noMemoryAtThePC() throws {
    let fixture = try AgentFixture(at: .mmioWrite)
    fixture.target["pc"] = 0x10
    try fixture.session.refresh()
    for text in try refusals(fixture) {
      #expect(text.contains("no memory at the CPU's PC, hv:0x10"))
    }
  }

  @Test func aProgram() throws {
    let fixture = try SessionFixture(FakeTarget(.aarch64Program))
    let error = #expect(throws: DebugError.self) {
      try fixture.session.agent.translation(of: 0, in: .guest)
    }
    #expect(
      error?.description
        == "this target is AArch64 without a hypervisor: there are no translations to request from the CPU"
    )
    for action: GuestAction in [.skip, .complete([]), .inject(.undefined)] {
      let error = #expect(throws: DebugError.self) { try fixture.session.perform(action) }
      #expect(error?.description.contains("there are no guest exits to answer") == true)
    }
  }
}
