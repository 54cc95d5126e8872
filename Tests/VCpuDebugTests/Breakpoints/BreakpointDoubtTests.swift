import GDBRemote
import TestSupport
import Testing

@testable import VCpuDebug

@Suite struct BreakpointDoubtTests {
  let fixture: SessionFixture
  var session: HypervisorSession { fixture.session }
  var target: FakeTarget { fixture.target }

  init() throws { fixture = try SessionFixture() }

  /// The next page may not be mapped, for example if a system maps a program page by page.
  @Test func theNextPageIsNotAskedFor() throws {
    let address: UInt64 = 0x4020_1fe0
    let breakpoint = try session.points.add("*hv:0x40201fe0")
    _ = target.takeTrace()
    _ = try session.points.doubt(about: breakpoint)
    let count = session.modules.hypervisor?.contents(at: address, byteCount: 64)?.bytes.count ?? 0
    #expect(count > 32, "the file has nothing there")
    #expect(target.takeTrace() == ["m 0x40201fe0+32"])
  }

  @Test func whatTheFileHasIsBeyondDoubt() throws {
    let breakpoint = try session.points.add("handle_exit")
    #expect(try session.points.doubt(about: breakpoint) == nil)
    let catchpoint = try session.points.addCatchpoint(.exit([.any]))
    #expect(try session.points.doubt(about: catchpoint) == nil)
  }

  /// For example if another program is in memory, or the same one somewhere else.
  @Test func otherInstructionsAreDoubtful() throws {
    let handler = FixtureImages.handler
    let bytes = [UInt8](repeating: 0xa5, count: 64)
    _ = target.memory.write(bytes, at: handler, .physical)
    let breakpoint = try session.points.add("handle_exit")
    let path = try #require(session.modules.hypervisor?.modules.first?.name)
    #expect(
      try session.points.doubt(about: breakpoint)
        == .otherContents(.hypervisor, handler, path: path))
  }

  /// Linux patches its own instructions.
  @Test func fewOtherInstructionsAreNot() throws {
    let handler = FixtureImages.handler
    _ = target.memory.write([0x1f, 0x20, 0x03, 0xd5], at: handler, .physical)
    let breakpoint = try session.points.add("handle_exit")
    #expect(try session.points.doubt(about: breakpoint) == nil)
  }

  @Test func whereNothingIsMappedIsDoubtful() throws {
    let breakpoint = try session.points.add("*hv:0xffff800008000000")
    #expect(
      try session.points.doubt(about: breakpoint)
        == .nothingMapped(.hypervisor, 0xffff_8000_0800_0000))
  }

  /// Without stage 2 the guest's addresses would be the machine's, and its memory the hypervisor's.
  @Test func aGuestThatHasNotBegunIsNotLookedAt() throws {
    target["HCR_EL2"] = 0
    let breakpoint = try session.points.add("*guest:0x50000000")
    #expect(try session.points.doubt(about: breakpoint) == nil)
    target["HCR_EL2"] = 1
    #expect(try session.points.doubt(about: breakpoint) == .nothingMapped(.guest, 0x5000_0000))
  }
}
