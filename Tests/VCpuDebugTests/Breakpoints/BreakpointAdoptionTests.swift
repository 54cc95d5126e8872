import TestSupport
import Testing

@testable import VCpuDebug

/// The breakpoints of a machine that restarts.
@Suite struct BreakpointAdoptionTests {
  let fixture: SessionFixture
  var session: HypervisorSession { fixture.session }

  init() throws { fixture = try SessionFixture(at: .mmioWrite) }

  @Test func theyStayAsTheyWere() throws {
    _ = try session.points.add("handle_exit", condition: "1 == 1", isTemporary: true)
    _ = try session.points.add("*hv:0x40201004")
    // An address in the old machine, which has a different value now.
    let last = try session.points.add("*$pc")
    _ = try session.points.addCatchpoint(.exit([.wfi]))
    try session.breakpoints.update(2) { $0.ignoreCount = 3 }
    try session.breakpoints.update(4) { $0.isEnabled = false }
    let next = try SessionFixture().session
    #expect(try next.points.adopt(session.breakpoints).isEmpty)
    #expect(next.breakpoints.all == session.breakpoints.all)
    #expect(next.breakpoints[last.number]?.kind == last.kind)
    // Numbers are never reused.
    #expect(try next.points.add("handle_exit").number == 5)
  }

  @Test func hitsAreForgotten() throws {
    _ = try session.points.addCatchpoint(.exit([.wfi]))
    _ = try fixture.resume(.exit(.wfi))
    #expect(session.breakpoints[1]?.hitCount == 1)
    let next = try SessionFixture().session
    _ = try next.points.adopt(session.breakpoints)
    #expect(next.breakpoints[1]?.hitCount == 0)
  }

  /// The symbol of a rebuilt program has moved, or no longer exists.
  @Test func symbolsAreLookedUpAgain() throws {
    _ = try session.points.add("handle_exit")
    _ = try session.points.add("*hv:0x40201004")
    let next = try HypervisorSession(target: FakeTarget.booted())
    let lost = try next.points.adopt(session.breakpoints)
    #expect(lost.map(\.number) == [1])
    #expect(lost.first?.reason.contains("no symbol or word 'handle_exit'") == true)
    #expect(next.breakpoints.all.map(\.isEnabled) == [false, true])
  }
}
