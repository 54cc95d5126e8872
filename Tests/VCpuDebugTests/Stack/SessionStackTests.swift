import TestSupport
import Testing

@testable import VCpuDebug

/// The stack of a CPU with two programs on it.
@Suite struct SessionStackTests {
  @Test func exitGoesOnWithTheGuest() throws {
    let target = try FakeTarget.booted()
    target.stand(at: .mmioWrite)
    let session = try HypervisorSession.fake(target)
    let segments = try session.stack.segments()
    #expect(segments.map(\.space) == [.hypervisor, .guest])
    let frames = try session.stack.frames()
    #expect(frames.map(\.number) == Array(frames.indices))
    #expect(frames[0].name == "vmexit_trampoline")
    // At the vector's end the registers are the guest's: they don't lead to EL2's callers.
    #expect(segments[0].frames.count == 1)
    #expect(segments[1].frames[0].kind == .boundary("exit: mmio-write"))
    let guest = segments[1].frames[1]
    #expect(guest.name == "store32")
    #expect(guest.pc == FixtureImages.guestAddress("store32"))
    #expect(guest.registers[0] == 0x900_0000 && guest.registers[1] == 0x1_0000_0041)
    #expect(guest.registers.place(of: 0) == .saved)
  }

  @Test func limitIsOfAllFunctions() throws {
    let target = try FakeTarget.booted()
    target.stand(at: .mmioWrite)
    let session = try HypervisorSession.fake(target)
    let segments = try session.stack.segments(limit: 1)
    #expect(segments.count == 1 && segments[0].frames.count == 1)
  }

  @Test func fewRoundTrips() throws {
    let target = try FakeTarget.booted()
    target.stand(at: .mmioWrite)
    let session = try HypervisorSession.fake(target)
    _ = try session.stack.segments()
    _ = target.takeTrace()
    // Nothing has changed: all of it is known.
    _ = try session.stack.segments()
    #expect(target.takeTrace().filter { $0.contains("m ") }.isEmpty)
  }

  /// The frame stays selected while the exit, memory and registers are changed, and not after the CPU went on.
  @Test func aSelectionOutlivesChanges() throws {
    let target = try FakeTarget.booted()
    target.stand(at: .mmioWrite)
    let session = try HypervisorSession.fake(target)
    try session.stack.select(0)
    _ = try session.assign("$x1 = 7")
    #expect(try session.stack.selectedFrame()?.name == "vmexit_trampoline")
    _ = try session.memory.write(.hypervisor, FakeTarget.context, [1, 2, 3, 4, 5, 6, 7, 8])
    #expect(try session.stack.selectedFrame()?.name == "vmexit_trampoline")
    session.stack.deselect()
    #expect(try session.stack.selectedFrame() == nil)
    try session.stack.select(0)
    target.script = [.at(FixtureImages.trampoline + 4, level: 2)]
    try session.step()
    while try session.poll() == nil {}
    #expect(try session.stack.selectedFrame() == nil)
  }
}
