import Foundation
import TestSupport
import Testing

@testable import vcpu_shell

/// Scripts and breakpoints' commands as a client sees them.
@Suite struct JSONScriptTests {
  /// A script's commands are reported, and the request ends when the script ends.
  @Test func aScriptIsOneRequest() throws {
    let file = try scriptFile("print 1\ncatch exit\ncontinue\nprint 2\n")
    defer { try? FileManager.default.removeItem(at: file) }
    let fixture = try JSONFixture()
    fixture.target.script = [.exit(.hypercall)]
    let events = try fixture.serve(request(1, "source \(file.path)"), request(2, "print 3"))
    #expect(
      events.map(\.summary) == [
        "answer value", "answer breakpoint", "running", "stop exit", "answer value", "done #1",
        "answer value #2",
      ])
  }

  @Test func aScriptThatFailsSaysWhere() throws {
    let file = try scriptFile("print 1\nnonsense\nprint 2\n")
    defer { try? FileManager.default.removeItem(at: file) }
    let events = try JSONFixture().serve(request(1, "source \(file.path)"))
    #expect(events.map(\.summary) == ["answer value", "error commandFailed #1"])
    #expect(events[1]["place"] == "\(file.path):2")
    #expect(events[1]["text"] == "no command 'nonsense': 'help' lists them")
  }

  /// The stop was reported; the request still has to end.
  @Test func aScriptThatIsInterruptedEnds() throws {
    let file = try scriptFile("continue\nprint 2\n")
    defer { try? FileManager.default.removeItem(at: file) }
    let fixture = try JSONFixture()
    fixture.target.script = [
      .untilInterrupt { $0.stand(at: FixtureImages.guestAddress("wait"), level: 1) }
    ]
    let events = try fixture.serve(
      until: "error", replies: ["running": request(2, "interrupt")],
      request(1, "source \(file.path)"))
    #expect(
      events.map(\.summary) == ["running", "done #2", "stop interrupt", "error interrupted #1"])
  }

  @Test func theCommandsOfABreakpointAreToldWithoutARequest() throws {
    let fixture = try JSONFixture()
    fixture.target.script = [.exit(.hypercall), .untilInterrupt()]
    let events = try fixture.serve(
      request(1, "catch exit"), request(2, #"commands 1\ninfo exit --brief\ncontinue\nend"#),
      request(3, "continue"), request(4, "quit"))
    #expect(
      events.map(\.summary) == [
        "answer breakpoint #1", "answer breakpointChange #2", "running #3", "stop exit",
        "answer exit", "running", "done #4",
      ])
  }

  /// At the prompt a silent stop isn't shown; a client that got `running` gets each `stop`, and each run after it.
  @Test func aSilentStopIsToldAndSoIsGoingOn() throws {
    let fixture = try JSONFixture()
    fixture.target.script = [.exit(.hypercall), .exit(.wfi), .exit(.irq)]
    let events = try fixture.serve(
      request(1, "catch exit hvc wfi"), request(2, #"commands 1\nsilent\ncontinue\nend"#),
      request(3, "catch exit irq"), request(4, "continue"))
    #expect(
      events.dropFirst(3).map(\.summary) == [
        "running #4", "stop exit", "running", "stop exit", "running", "stop exit",
      ])
    #expect(events.compactMap { $0.values["isSilent"] as? Bool } == [true, true, false])
  }

  /// Events stay in the output; only the answer goes elsewhere, and the request ends.
  @Test func anAnswerThatGoesElsewhereEndsItsRequest() throws {
    let folder = try ScratchFolder()
    let fixture = try JSONFixture()
    let path = folder.path + "/answer"
    let events = try fixture.serve(
      request(1, "info breakpoints > \(path)"), request(2, "info breakpoints > /dev/full"),
      request(3, "log \(path)"), request(4, "print 1 +"))
    #expect(
      events.map(\.summary) == [
        "done #1", "error outputFailed #2", "error commandFailed #3", "error badExpression #4",
      ])
    #expect(try folder.text(of: "answer") == #"{"kind":"breakpoints","breakpoints":[]}"# + "\n")
    #expect(events[3]["expression"] == "1 +")
    #expect(events[3].values["column"] as? Int == 4)
  }
}
