import GDBRemote
import TestSupport
import Testing

@testable import VCpuDebug

@Suite struct BreakpointDoubtTests {
  let fixture: SessionFixture
  var session: HypervisorSession { fixture.session }
  var target: FakeTarget { fixture.target }

  init() throws { fixture = try SessionFixture() }

  /// What follows on the next page may not be mapped, as where a system maps a program page by page.
  @Test func theNextPageIsNotAskedFor() throws {
    let address: UInt64 = 0x4020_1fe0
    let breakpoint = try session.addBreakpoint("*hv:0x40201fe0")
    _ = target.takeTrace()
    _ = try session.doubt(about: breakpoint)
    let count = session.symbols?.contents(at: address, byteCount: 64)?.count ?? 0
    #expect(count > 32, "the file has nothing there")
    #expect(target.takeTrace() == ["m 0x40201fe0+32"])
  }
}
