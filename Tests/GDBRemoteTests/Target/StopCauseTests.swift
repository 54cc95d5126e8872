import Testing

@testable import GDBRemote

/// Why a target stopped; what QEMU doesn't report is inferred: see `QuirkTests.quirk11…`.
struct StopCauseTests {
  @Test(arguments: [
    ("T05swbreak:;20:1010000000000000;", StopCause.breakpoint([.init(.hardware, at: 0x1010)])),
    ("T05hwbreak:;20:2010000000000000;", .breakpoint([])),
    ("T05replaylog:end;", .endOfRecording), ("T05library:;", .event(name: "library", value: "")),
    ("T05fork:p1.2;", .event(name: "fork", value: "p1.2")), ("T0b", .signal(11)), ("N", .threads),
    ("w00;p1.2", .threads),
  ])
  func whatAStubSaysGoesBefore(reply: String, cause: StopCause) throws {
    let stub = FakeStub()
    let target = try RemoteTarget(transport: stub)
    try target.insertBreakpoint(.hardware, at: 0x1010)
    try target.resume(.continue(at: 0x2000))
    stub.stop(reply)
    _ = try target.waitForStop(timeout: .seconds(5))
    let count = stub.packets.count
    #expect(try target.stopCause() == cause)
    // The program counter came with the stop.
    #expect(stub.packets.count == count)
  }

  /// One thread steps, and another comes to a breakpoint.
  @Test func aStepIsThatOfTheThreadThatStepped() throws {
    let stub = RealStubs.stub(announcing: RealStubs.gdbserverFeatures + ";qXfer:features:read+")
    let first = ThreadID(process: 1, thread: 1)
    let second = ThreadID(process: 1, thread: 2)
    stub.respond = { $0.hasPrefix("vCont;") ? ["T05thread:p1.2;20:1010000000000000;"] : nil }
    let target = try RemoteTarget(transport: stub)
    try target.insertBreakpoint(.software, at: 0x1010)
    try target.resume(.threads([.init(.step, first), .init(.continue)]))
    _ = try target.waitForStop(timeout: .seconds(5))
    #expect(try target.stopCause() == .breakpoint([.init(.software, at: 0x1010)]))
    try target.resume(.threads([.init(.step, second)]))
    _ = try target.waitForStop(timeout: .seconds(5))
    #expect(try target.stopCause() == .stepped)
  }
}
