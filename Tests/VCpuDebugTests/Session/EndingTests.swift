import GDBRemote
import TestSupport
import Testing

@testable import VCpuDebug

@Suite struct EndingTests {
  let fixture: SessionFixture
  var session: HypervisorSession { fixture.session }

  init() throws { fixture = try SessionFixture(at: .wfi) }

  /// How the session gets to wait: each is a state in which the target may end.
  enum Wait: String, CaseIterable {
    case running, stepping, steppingOver, interrupting

    func begin(in fixture: SessionFixture) throws {
      switch self {
      case .running: try fixture.session.resume()
      case .stepping: try fixture.session.step(count: 3)
      case .steppingOver:
        _ = try fixture.session.points.addCatchpoint(.exit([.any]))
        fixture.target.script = [.at(FixtureImages.trampoline, level: 1)]
        try fixture.session.resume()
        #expect(try fixture.session.poll() == nil)
      case .interrupting:
        try fixture.session.resume()
        try fixture.session.interrupt()
      }
    }
  }

  private func expectEnded(_ words: String) {
    #expect(session.exit == nil)
    #expect(session.state == nil)
    #expect(!session.isRunning)
    let error = #expect(throws: DebugError.self) { try session.value(of: "$x0") }
    #expect(error == .ended(words))
    #expect(throws: DebugError.ended(words)) { try session.resume() }
    #expect(throws: DebugError.ended(words)) { try session.step() }
    #expect(throws: DebugError.ended(words)) { try session.assign("$x0 = 1") }
    #expect(throws: DebugError.ended(words)) { try session.exits.require() }
    #expect(throws: DebugError.ended(words)) {
      try session.memory.read(.hypervisor, 0x4020_0000, byteCount: 4)
    }
  }

  @Test(arguments: Wait.allCases)
  func powerOff(wait: Wait) throws {
    try wait.begin(in: fixture)
    fixture.target.script = [.ended(status: 0)]
    #expect(try session.poll() == .ended(status: 0))
    #expect(session.ending == .ended(status: 0))
    expectEnded("the machine has powered off")
    #expect(try session.poll() == nil)
  }

  @Test(arguments: Wait.allCases)
  func anEndWithAStatus(wait: Wait) throws {
    try wait.begin(in: fixture)
    fixture.target.script = [.ended(status: 3)]
    #expect(try session.poll() == .ended(status: 3))
    expectEnded("the target has ended")
  }

  @Test func aSignalsEndHasTheStatusOfAShell() throws {
    try session.resume()
    fixture.target.script = [.terminated(signal: 9)]
    #expect(try session.poll() == .killed(signal: 9))
    expectEnded("the target has ended")
  }

  @Test(arguments: Wait.allCases)
  func aLostTarget(wait: Wait) throws {
    try wait.begin(in: fixture)
    fixture.target.script = [.lost]
    let error = #expect(throws: RemoteError.self) { try session.poll() }
    #expect(error?.code == .connectionClosed)
    expectEnded("the target is lost")
    #expect(session.ending == nil)
  }

  @Test func aTargetThatIsLostWhileItIsStopped() throws {
    fixture.target.disconnect()
    #expect(throws: DebugError.ended("the target is lost")) { try session.value(of: "$x0") }
    #expect(throws: DebugError.ended("the target is lost")) { try session.resume() }
  }

  @Test func aRunningTargetCannotBeLookedAt() throws {
    fixture.target.script = [.untilInterrupt()]
    try session.resume()
    _ = fixture.target.takeTrace()
    #expect(throws: DebugError.running) { try session.value(of: "$x0") }
    #expect(throws: DebugError.running) { try session.value(of: "$exit.kind") }
    #expect(throws: DebugError.running) { try session.assign("$x0 = 1") }
    #expect(throws: DebugError.running) { try session.assign("*(hv:0x40400000) = 1") }
    #expect(throws: DebugError.running) {
      try session.memory.read(.guest, 0x4020_0000, byteCount: 4)
    }
    #expect(throws: DebugError.running) { try session.exits.require() }
    #expect(throws: DebugError.running) { try session.resume() }
    // Any byte would stop it (quirk 9).
    #expect(fixture.target.takeTrace() == [])
    #expect(try session.value(of: "1 + store32").bits == FixtureImages.guestAddress("store32") + 1)
  }
}
