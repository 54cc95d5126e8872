import Foundation
import GDBRemote
import Glibc
import TestSupport
import Testing

@testable import vcpu_shell

/// Requests while the target runs, and while its stub is silent.
@Suite struct JSONRunTests {
  @Test func continueIsAnsweredAtOnceAndTheStopFollows() throws {
    let fixture = try JSONFixture()
    fixture.target.script = [.exit(.hypercall), .ended(status: 0)]
    let events = try fixture.serve(
      request(1, "catch exit"), request(2, "continue"))
    #expect(events.map(\.summary) == ["answer breakpoint #1", "running #2", "stop exit"])
    #expect(events[2].request == nil)
  }

  @Test func aTargetThatRunsTakesAnInterrupt() throws {
    let fixture = try JSONFixture()
    fixture.target.script = [
      .untilInterrupt { $0.stand(at: FixtureImages.guestAddress("wait"), level: 1) }
    ]
    let events = try fixture.serve(
      until: "stop",
      request(1, "continue"), request(2, "info exit"), request(3, "echo on"),
      request(4, "continue"),
      request(5, "info breakpoints"), request(6, "run"), "nonsense", request(7, "interrupt"),
      request(8, "interrupt"), request(9, "print 1"))
    #expect(
      events.map(\.summary) == [
        "running #1", "error targetRunning #2", "answer message #3", "error targetRunning #4",
        "answer breakpoints #5", "error targetRunning #6", "error malformedRequest", "done #7",
        "done #8", "error targetRunning #9", "stop interrupt",
      ])
    #expect(fixture.target.takeTrace().filter { $0 == "^C" }.count == 1)
  }

  @Test func theEndOfTheInputWhileTheTargetRunsIsTheEnd() throws {
    let fixture = try JSONFixture()
    fixture.target.script = [.untilInterrupt()]
    let events = try fixture.serve(request(1, "continue"))
    #expect(events.map(\.summary) == ["running #1"])
    #expect(fixture.shell.isDone)
    #expect(fixture.shell.status == .ok)
  }

  @Test func quitWhileTheTargetRuns() throws {
    let fixture = try JSONFixture()
    fixture.target.script = [.untilInterrupt()]
    let events = try fixture.serve(
      request(1, "continue"), request(2, "quit"), request(3, "print 1"))
    #expect(events.map(\.summary) == ["running #1", "done #2"])
    #expect(fixture.shell.status == .ok)
  }

  @Test func aSignalThatEndsTheShellWhileTheTargetRuns() throws {
    let fixture = try JSONFixture()
    fixture.target.script = [.untilInterrupt()]
    fixture.onWrite { [unowned fixture] in
      fixture.onWrite {}
      fixture.raise(.terminate)
    }
    let events = try fixture.serve(until: nil, request(1, "continue"))
    #expect(events.map(\.summary) == ["running #1", "error interrupted"])
    #expect(fixture.shell.status == .targetLost)
  }

  /// It is still running: it isn't lost.
  @Test func aTargetThatDoesNotStopHasAnErrorOfItsOwn() throws {
    let fixture = try JSONFixture()
    fixture.shell.report(StopNotSeen.late)
    let events = try fixture.takeEvents()
    #expect(events.map(\.summary) == ["error notStopped"])
    #expect(events[0].values["status"] as? Int == 4)
    #expect(events[0]["text"] == "the target did not stop within 5 seconds of being asked to")
    #expect(fixture.shell.status == .targetLost)
  }

  /// The usual race: the target had stopped, or ended, before the request came.
  @Test func anInterruptThatComesTooLateHasAnErrorOfItsOwn() throws {
    let fixture = try JSONFixture()
    let stopped = try fixture.serve(request(1, "interrupt"))
    #expect(stopped.map(\.summary) == ["error notRunning #1"])
    #expect(stopped[0]["text"] == "the target is already stopped")
    fixture.shell.isDone = false
    fixture.target.script = [.ended(status: 0)]
    let ended = try fixture.serve(request(2, "continue"))
    #expect(ended.map(\.summary) == ["running #2", "stop ended"])
    fixture.shell.isDone = false
    let late = try fixture.serve(request(3, "interrupt"))
    #expect(late.map(\.summary) == ["error notRunning #3"])
    #expect(late[0]["text"] == "the target has already ended")
    #expect(fixture.shell.status == .ok)
  }

  /// The status is determined by how the guest ended, not by later requests.
  @Test(arguments: [(0, .ok), (3, .guestEnded)] as [(UInt64, vcpu_shell.ExitStatus)])
  func whatIsAskedOfATargetThatHasEndedIsNoFailure(
    status: UInt64, end: vcpu_shell.ExitStatus
  ) throws {
    let fixture = try JSONFixture()
    fixture.target.script = [.ended(status: status)]
    let events = try fixture.serve(
      request(1, "continue"), request(2, "info exit"), request(3, "x/4xg 0x40200000"))
    #expect(
      events.map(\.summary) == [
        "running #1", "stop ended", "error targetEnded #2", "error targetEnded #3",
      ])
    #expect(fixture.shell.status == end)
  }

  @Test func aSignalThatEndsTheShellWhileItWaits() throws {
    let fixture = try JSONFixture()
    fixture.onWrite { [unowned fixture] in fixture.raise(.terminate) }
    let events = try fixture.serve(until: nil, request(1, "print 1"))
    #expect(events.map(\.summary) == ["answer value #1"])
    #expect(fixture.shell.isDone)
  }

  @Test func theLossOfTheTargetIsToldOnce() throws {
    let fixture = try JSONFixture()
    fixture.target.script = [.lost]
    let events = try fixture.serve(request(1, "continue"), request(2, "print $pc"))
    #expect(events.map(\.summary) == ["running #1", "error targetLost", "error targetLost #2"])
    #expect(fixture.shell.status == .targetLost)
  }

  // MARK: While a stub is silent

  /// Requests that came before it keep their turn.
  @Test func anInterruptEndsTheWaitForAnAnswer() throws {
    let fixture = try JSONFixture()
    fixture.silenceStub()
    let events = try fixture.serve(
      until: "done", request(1, "thread 2"), request(2, "print 2"), "nonsense",
      #"{"id":3,"name":"interrupt"}"#)
    #expect(
      events.map(\.summary) == [
        "error interrupted #1", "answer value #2", "error malformedRequest", "done #3",
      ])
    #expect(events[0]["text"] == "interrupted: the stub has not answered yet")
    #expect(fixture.shell.status == .ok)
  }

  /// Between its lines, though the stub answers immediately.
  @Test func anInterruptEndsALongCommand() throws {
    let fixture = try JSONFixture()
    let count = 1_000_000
    let events = try fixture.serve(
      request(1, "x/\(count)xb hv:0x40210000"), request(2, "interrupt"), request(3, "print 3"))
    #expect(
      events.map(\.summary) == ["error interrupted #1", "done #2", "answer value #3"])
    #expect(fixture.target.takeTrace().count < 10)
  }

  /// The interrupt then has ended: later waits are normal.
  @Test func anInterruptEndsOneWait() throws {
    let fixture = try JSONFixture()
    fixture.silenceStub()
    let events = try fixture.serve(
      request(1, "thread 2"), request(2, "interrupt"), request(3, "interrupt"),
      request(4, "print 4"), request(5, "interrupt"))
    #expect(
      events.map(\.summary) == [
        "error interrupted #1", "done #2", "done #3", "answer value #4", "done #5",
      ])
  }

  @Test func quitEndsTheWaitForAnAnswer() throws {
    let fixture = try JSONFixture()
    fixture.silenceStub()
    let events = try fixture.serve(until: nil, request(1, "thread 2"), request(2, "quit"))
    #expect(events.map(\.summary) == ["error interrupted #1", "done #2"])
    #expect(fixture.shell.status == .ok)
  }

  @Test func theEndOfTheInputEndsTheWaitForAnAnswer() throws {
    let fixture = try JSONFixture()
    fixture.silenceStub()
    let events = try fixture.serve(request(1, "thread 2"), request(2, "print 2"))
    #expect(events.map(\.summary) == ["error interrupted #1", "answer value #2"])
    #expect(fixture.shell.isDone)
  }

  /// A client that writes everything and disconnects still gets an answer that takes time.
  @Test func theEndOfTheInputEndsNoWaitThatIsShort() throws {
    let fixture = try JSONFixture()
    fixture.target.cpus.append((ThreadID(process: 1, thread: 2), "CPU#1 [running]"))
    fixture.target.onSelection = { [unowned fixture] _, _ throws(RemoteError) in
      if eventually(within: .milliseconds(300), { fixture.shell.isWaitOver }) {
        throw RemoteError(.cancelled, "too soon")
      }
    }
    let events = try fixture.serve(request(1, "thread 2"), request(2, "quit"))
    #expect(events.map(\.summary) == ["answer thread #1", "done #2"])
  }

  /// A pipe without a writer is a script without an end.
  @Test func aScriptThatDoesNotComeIsInterrupted() throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path
    try #require(mkfifo(path, 0o600) == 0)
    defer { unlink(path) }
    let writer = open(path, O_RDWR)
    defer { close(writer) }
    let events = try JSONFixture().serve(
      until: "done", request(1, "source \(path)"), request(2, "interrupt"))
    #expect(events.map(\.summary) == ["error interrupted #1", "done #2"])
  }

  /// A client that writes endlessly doesn't fill memory.
  @Test func notAllIsReadAhead() throws {
    let file = try scriptFile(
      String(repeating: request(1, "print 1") + "\n", count: 10_000) + request(2, "interrupt"))
    defer { try? FileManager.default.removeItem(at: file) }
    var queue = RequestQueue(try InputLines(path: file.path))
    for _ in 0..<100 { queue.lookAhead() }
    #expect(!queue.takeInterrupts() && !queue.isEnding)
    var count = 0
    while case .entry = try queue.next() {
      count += 1
      queue.read()
    }
    #expect(count == 10_001)
  }

  // MARK: During the steps of the command line

  @Test func aStepThatRunsTheTargetTakesAnInterrupt() throws {
    let fixture = try JSONFixture()
    fixture.target.script = [
      .untilInterrupt { $0.stand(at: FixtureImages.guestAddress("wait"), level: 1) }
    ]
    let events = try fixture.serve(
      until: "answer", after: "continue", replies: ["stop": request(4, "print 4")],
      request(1, "info exit"), request(2, "help nonsense"), request(3, "interrupt"))
    #expect(
      events.map(\.summary) == [
        "running", "error targetRunning #1", "error commandFailed #2", "done #3",
        "stop interrupt", "answer value #4",
      ])
    // The client is served after that, up to the end of its input, and the session hasn't failed.
    #expect(fixture.shell.isDone)
    #expect(fixture.shell.status == .ok)
  }

  @Test func theEndOfTheInputEndsAStepThatRunsTheTarget() throws {
    let fixture = try JSONFixture()
    fixture.target.script = [.untilInterrupt()]
    let events = try fixture.serve(until: "running", after: "continue")
    #expect(events.map(\.summary) == ["running"])
    #expect(fixture.shell.isDone)
    #expect(fixture.shell.status == .ok)
  }

  @Test func aStepThatFailsEndsTheSession() throws {
    let fixture = try JSONFixture()
    let events = try fixture.serve(until: nil, after: "nonsense", request(1, "print 1"))
    #expect(events.map(\.summary) == ["error commandFailed"])
    #expect(fixture.shell.status == .commandFailed)
  }
}
