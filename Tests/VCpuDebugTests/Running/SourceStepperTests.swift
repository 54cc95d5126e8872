import GDBRemote
import TestSupport
import Testing

@testable import VCpuDebug

/// Steps by source line on a machine. `handle_exit` has three lines of an instruction each, 18 to 20, and `shared` is
/// after it.
@Suite struct SourceStepperTests {
  private static let handler = FixtureImages.handler
  private static let shared = FixtureImages.handler + 12

  let fixture: SessionFixture
  var session: HypervisorSession { fixture.session }
  var target: FakeTarget { fixture.target }

  init() throws {
    let target = try FakeTarget.booted()
    target.stand(at: Self.handler, level: 2)
    fixture = try SessionFixture.symbolised(target)
  }

  /// A call of `shared` by the second line.
  private static var call: FakeTarget.Event {
    .stop {
      $0.stand(at: shared, level: 2)
      $0["x30"] = handler + 8
    }
  }

  private func step(
    _ kind: SourceStep.Kind, count: Int = 1, _ events: FakeTarget.Event...
  ) throws -> SessionEvent? {
    target.script = events
    try session.step(kind, count: count)
    return try fixture.poll()
  }

  /// Whether nothing is left of a step: the next run has no breakpoints.
  private func expectNothingIsLeft() throws {
    _ = target.takeTrace()
    #expect(session.breakpoints.locations.isEmpty)
    _ = try fixture.resume(.ended(status: 0))
    #expect(!target.takeTrace().contains { $0.hasPrefix("Z0") })
  }

  @Test(arguments: [SourceStep.Kind.into, .over, .until, .overInstruction])
  func toTheNextLine(kind: SourceStep.Kind) throws {
    #expect(try step(kind, .at(Self.handler + 4, level: 2)) == .stepped)
    #expect(fixture.accesses().filter { $0 == "s" || $0 == "c" } == ["s"])
    try expectNothingIsLeft()
  }

  @Test func severalLines() throws {
    let event = try step(
      .over, count: 2, .at(Self.handler + 4, level: 2), .at(Self.handler + 8, level: 2))
    #expect(event == .stepped)
    #expect(session.state?.pc == Self.handler + 8)
  }

  @Test func aCallIsRunToItsEnd() throws {
    target.stand(at: Self.handler + 4, level: 2)
    try session.refresh()
    let event = try step(.over, Self.call, .at(Self.handler + 8, level: 2))
    #expect(event == .stepped)
    let trace = target.takeTrace()
    #expect(trace.contains("Z0 0x40205008"))
    #expect(trace.filter { $0 == "s" || $0 == "c" } == ["s", "c"])
    try expectNothingIsLeft()
  }

  @Test func theEndOfAFunction() throws {
    target.stand(at: Self.shared, level: 2)
    target["x30"] = Self.handler + 8
    try session.refresh()
    target.script = [.at(Self.handler + 8, level: 2)]
    try session.finish(session.stack.shownFrame())
    #expect(try fixture.poll() == .breakpoint([]))
    #expect(session.hasReturned)
    #expect(target.takeTrace().contains("Z0 0x40205008"))
    try expectNothingIsLeft()
  }

  @Test func aBreakpointEndsIt() throws {
    let breakpoint = try session.points.add("*hv:0x4020500c")
    target.stand(at: Self.handler + 4, level: 2)
    try session.refresh()
    #expect(SessionFixture.numbers(try step(.over, Self.call)) == [breakpoint.number])
    #expect(session.breakpoints.locations.keys.sorted() == [Self.shared])
  }

  @Test func ctrlC() throws {
    target.stand(at: Self.handler + 4, level: 2)
    try session.refresh()
    target.script = [
      Self.call, .untilInterrupt { $0.stand(at: FixtureImages.trampoline + 4, level: 2) },
    ]
    try session.step(.over)
    #expect(try fixture.poll() == nil)
    #expect(session.isRunning)
    try session.interrupt()
    #expect(try fixture.poll() == .interrupted)
    try expectNothingIsLeft()
  }

  /// The end of a step may come before the stop that was asked for.
  @Test func ctrlCWhileItSteps() throws {
    target.script = [.at(Self.handler + 1, level: 2), .at(Self.handler + 4, level: 2)]
    try session.step(.over)
    try session.interrupt()
    #expect(try fixture.poll() == .interrupted)
    try expectNothingIsLeft()
  }

  @Test func theGuest() throws {
    let event = try step(.over, .at(FixtureImages.guestAddress("store32"), level: 1))
    #expect(event == .crossed(to: .guest))
  }

  @Test func aTargetThatEnds() throws {
    #expect(try step(.over, .ended(status: 3)) == .ended(status: 3))
    #expect(session.breakpoints.locations.isEmpty)
  }

  @Test func aRefusedBreakpoint() throws {
    target.stand(at: Self.handler + 4, level: 2)
    try session.refresh()
    target.failNext("Z0 0x40205008")
    guard case .unreadable(let reason)? = try step(.over, Self.call) else {
      Issue.record("it has ended otherwise")
      return
    }
    #expect(reason.hasPrefix("the step has ended early: the target refused the breakpoint"))
    try expectNothingIsLeft()
  }

  @Test func aLostConnection() throws {
    #expect(throws: RemoteError.self) { try step(.over, .lost) }
    #expect(session.breakpoints.locations.isEmpty)
  }

  @Test func withoutCodeThatIsKnown() throws {
    target.stand(at: 0x4100_0000, level: 2)
    try session.refresh()
    #expect(throws: DebugError.noBounds) { try session.step(.over) }
    #expect(!session.isRunning)
  }

  // MARK: return

  @Test func aFunctionIsLeft() throws {
    target.stand(at: Self.shared, level: 2)
    target["x30"] = Self.handler + 8
    try session.refresh()
    let caller = try session.leave(session.stack.shownFrame(), returning: 7)
    #expect(caller.pc == Self.handler + 8)
    #expect(target["pc"] == Self.handler + 8 && target["x0"] == 7)
  }

  @Test func aFrameWithoutACaller() throws {
    target["x30"] = 0
    try session.refresh()
    let frame = try session.stack.shownFrame()
    #expect(throws: DebugError.noCaller(frame.number)) { try session.leave(frame) }
    #expect(throws: DebugError.noCaller(frame.number)) { try session.finish(frame) }
  }
}
