import GDBRemote
import TestSupport
import Testing

@testable import VCpuDebug

/// Running to a location, and going on at one.
@Suite struct AdvanceTests {
  private static let second = ThreadID(process: 1, thread: 2)
  private static let handler = FixtureImages.handler

  let fixture: SessionFixture
  var session: HypervisorSession { fixture.session }
  var target: FakeTarget { fixture.target }

  init() throws {
    let target = try FakeTarget.booted()
    target.stand(at: Self.handler + 8, level: 2)
    target.cpus.append((Self.second, "CPU#1 [running]"))
    fixture = try SessionFixture.symbolised(target)
  }

  private func place(_ location: String) throws -> CodeLocation {
    try session.points.location(of: location)
  }

  // MARK: To a location

  @Test func onlyTheSelectedCPUStops() throws {
    let number = try session.points.addInternal(at: try place("handle_exit"))
    #expect(number < 0)
    #expect(session.breakpoints.all.isEmpty)
    let event = try fixture.resume(
      .stop(thread: Self.second) { $0.stand(at: Self.handler, level: 2) },
      .stop(thread: Self.second) { $0.stand(at: Self.handler + 4, level: 2) },
      .at(Self.handler, level: 2))
    #expect(SessionFixture.numbers(event) == [number])
    #expect(target.selectedThread?.thread == 1)
    // The second CPU went on with a step of its own.
    #expect(target.takeTrace().filter { $0 == "s" } == ["s"])
    session.points.removeInternal(number)
    _ = try fixture.resume(.ended(status: 0))
    #expect(target.takeTrace().contains("z0 0x40205000"))
  }

  /// A guest has code at the same address.
  @Test func anotherWorldIsPassed() throws {
    let number = try session.points.addInternal(at: try place("*hv:0x40205000"))
    let event = try fixture.resume(
      .at(Self.handler, level: 1), .at(Self.handler + 4, level: 1), .at(Self.handler, level: 2))
    #expect(SessionFixture.numbers(event) == [number])
    #expect(session.state?.isAtEL2 == true)
  }

  @Test func aRestartedTargetHasNone() throws {
    _ = try session.points.add("handle_exit")
    _ = try session.points.addInternal(at: try place("*hv:0x40205004"))
    let next = try SessionFixture()
    #expect(try next.session.points.adopt(session.breakpoints).isEmpty)
    _ = try next.resume(.at(Self.handler, level: 2))
    let trace = next.target.takeTrace()
    #expect(trace.contains("Z0 0x40205000") && !trace.contains("Z0 0x40205004"))
  }

  @Test(arguments: ["*hv:0x40205002", "*pa:0x40205000", "nothing"])
  func noLocation(text: String) throws {
    #expect(throws: (any Error).self) { try place(text) }
  }

  // MARK: From one

  @Test func aJumpSetsThePCOfTheSelectedCPUAlone() throws {
    let before = target["pc", of: Self.second]
    target.script = [.ended(status: 0)]
    try session.jump(to: try place("handle_exit"))
    #expect(target["pc"] == Self.handler)
    #expect(target["pc", of: Self.second] == before)
    #expect(target.takeTrace().last == "c")
  }

  /// The CPU stops there before it executes anything, as in GDB.
  @Test func aBreakpointAtTheLocationIsHit() throws {
    _ = try session.points.add("handle_exit")
    target.script = [.at(Self.handler, level: 2)]
    try session.jump(to: try place("handle_exit"))
    #expect(SessionFixture.numbers(try fixture.poll()) == [1])
    #expect(!target.takeTrace().contains("s"))
  }

  @Test func theHypervisorDoesNotGoOnAtAGuestsAddress() throws {
    let pc = target["pc"]
    let place = try place("*guest:0x40200010")
    #expect(
      throws: DebugError.cannotJump(
        "the CPU executes hv: addresses now, and this is guest:0x40200010")
    ) { try session.jump(to: place) }
    #expect(target["pc"] == pc)
    #expect(!session.isRunning)
  }

  @Test func aReplayHasItsOwnPC() throws {
    let place = try place("handle_exit")
    target.isReplaying = true
    let pc = target["pc"]
    #expect(throws: DebugError.cannotJump("the machine records or replays what it does")) {
      try session.jump(to: place)
    }
    #expect(target["pc"] == pc)
  }

  /// Nothing is different after a refusal.
  @Test func aJumpThatFailsLeavesThePC() throws {
    let pc = target["pc"]
    _ = try session.points.add("*hv:0x40205004")
    target.failNext("Z0 0x40205004")
    let place = try place("handle_exit")
    #expect(throws: DebugError.self) { try session.jump(to: place) }
    #expect(target["pc"] == pc)
    _ = target.takeTrace()
    _ = try fixture.resume(.at(0x4020_5004, level: 2))
    #expect(Array(target.takeTrace().suffix(3)) == ["Z0 0x40205004", "c", "g"])
  }
}
