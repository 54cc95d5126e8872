import Foundation
import GDBRemote
import TestSupport
import Testing
import VCpuDebug

@testable import vcpu_shell

@Suite struct JSONClientTests {
  private func request(_ id: Int, _ command: String) -> String {
    #"{"id":\#(id),"command":"\#(command)"}"#
  }

  // MARK: Answers

  @Test func eachRequestHasOneEventThatEndsIt() throws {
    let fixture = try JSONFixture()
    let events = try fixture.serve(
      request(1, "info exit"), request(2, "catch exit hvc"), request(3, "print 6 * 7"),
      request(4, "delete"), request(5, "print"), request(6, "nonsense"),
      #"{"id":7,"name":"info breakpoints","arguments":[]}"#)
    #expect(
      events.map(\.summary) == [
        "answer exit #1", "answer breakpoint #2", "answer value #3",
        "answer breakpointChange #4", "error commandFailed #5", "error commandFailed #6",
        "answer breakpoints #7",
      ])
    #expect(events.map { $0.values["sequence"] as? Int } == Array(2...8))
    #expect(events[2]["command"] == "print 6 * 7")
    #expect(events[6]["command"] == "info breakpoints")
    // What a client asks for in vain is no failure of the session.
    #expect(fixture.shell.status == .ok)
    #expect(fixture.shell.isDone)
  }

  @Test func anErrorOfAnExpressionHasItsCode() throws {
    let fixture = try JSONFixture(at: nil)
    let events = try fixture.serve(
      request(1, "print 1 +"), request(2, "info exit"), request(3, "delete 9"),
      request(4, "thread 9"))
    #expect(
      events.map(\.summary) == [
        "error badExpression #1", "error notAtExit #2", "error noSuchBreakpoint #3",
        "error noSuchThread #4",
      ])
  }

  /// Memory ends within what was asked for: what there is comes first, and the error ends the request.
  @Test func whatThereIsComesBeforeTheErrorThatEndsIt() throws {
    let fixture = try JSONFixture()
    let events = try fixture.serve(
      request(1, "x/8xw 0x40401ff0"), request(2, "print 1"))
    #expect(
      events.map(\.summary) == [
        "answer memory #1", "error memoryInaccessible #1", "answer value #2",
      ])
    #expect(events.map { $0.values["isPartial"] as? Bool } == [true, nil, false])
  }

  @Test func linesAfterACommandBelongToIt() throws {
    let fixture = try JSONFixture()
    let events = try fixture.serve(
      request(1, "catch exit hvc"),
      request(2, #"commands 1\nsilent\n# why\n\ninfo exit --brief\nend"#),
      request(3, #"commands 1\nsilent"#), request(4, #"print 1\nprint 2"#))
    #expect(
      events.map(\.summary) == [
        "answer breakpoint #1", "answer breakpointChange #2", "error commandFailed #3",
        "error malformedRequest #4",
      ])
    #expect(
      try fixture.shell.requireSession().breakpoints[1]?.commands == [
        "silent", "info exit --brief",
      ])
  }

  // MARK: What is no request

  @Test func whatIsNoRequestChangesNothing() throws {
    let fixture = try JSONFixture()
    let events = try fixture.serve(
      "nonsense", "", "  ", "[]", #"{"id":1}"#, #"{"id":2,"command":"delete","force":true}"#,
      "\u{0}",
      request(3, "print 1"))
    #expect(
      events.map(\.summary) == [
        "error malformedRequest", "error malformedRequest", "error malformedRequest #1",
        "error malformedRequest #2", "error malformedRequest", "answer value #3",
      ])
    #expect(fixture.target.takeTrace() == [])
    #expect(fixture.shell.status == .ok)
  }

  @Test func halfALineAtTheEndIsAnError() throws {
    let fixture = try JSONFixture()
    let text = request(1, "print 1") + "\n" + request(2, "print 2").dropLast()
    let events = try fixture.serve(bytes: Array(text.utf8))
    #expect(events.map(\.summary) == ["answer value #1", "error malformedRequest"])
    #expect(fixture.shell.isDone)
  }

  @Test func aLastLineNeedsNoNewline() throws {
    let events = try JSONFixture().serve(bytes: Array(request(1, "print 1").utf8))
    #expect(events.map(\.summary) == ["answer value #1"])
  }

  @Test func bytesThatAreNotUTF8AreAnError() throws {
    let bytes = Array(#"{"id":1,"command":"echo "#.utf8) + [0xc3, 0x28] + Array("\"}\n".utf8)
    let events = try JSONFixture().serve(bytes: bytes + Array((request(2, "print 2") + "\n").utf8))
    #expect(events.map(\.summary) == ["error malformedRequest", "answer value #2"])
    #expect(events[0]["text"] == "the line isn't UTF-8")
  }

  /// It is told once, and the next line is taken.
  @Test func aLineOf100MBIsRefused() throws {
    let long = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: long) }
    try Data().write(to: long)
    let handle = try FileHandle(forWritingTo: long)
    let piece = Data(repeating: UInt8(ascii: "x"), count: 1_000_000)
    for _ in 0..<100 { try handle.write(contentsOf: piece) }
    try handle.write(contentsOf: Data(("\n" + request(1, "print 1") + "\n").utf8))
    let fixture = try JSONFixture()
    let events = try fixture.serve(path: long.path)
    #expect(events.map(\.summary) == ["error malformedRequest", "answer value #1"])
    #expect(events[0]["text"] == "a line of more than 1 MiB is no request")
  }

  @Test func aRequestOfTheLimitIsTaken() throws {
    let text = String(repeating: "x", count: InputLines.lineLimit - request(1, "echo ").utf8.count)
    let line = request(1, "echo " + text)
    #expect(line.utf8.count == InputLines.lineLimit)
    #expect(try JSONFixture().serve(line).map(\.summary) == ["answer message #1"])
    #expect(try JSONFixture().serve(line + " ").map(\.summary) == ["error malformedRequest"])
  }

  // MARK: While the target runs

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
    #expect(events.map(\.summary) == ["running #1", "error targetLost"])
    #expect(fixture.shell.status == .targetLost)
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

  // MARK: Scripts

  private func script(_ text: String) throws -> URL {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try Data(text.utf8).write(to: file)
    return file
  }

  /// The commands of a script are told, and the end of the request is the end of the script.
  @Test func aScriptIsOneRequest() throws {
    let file = try script("print 1\ncatch exit\ncontinue\nprint 2\n")
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
    let file = try script("print 1\nnonsense\nprint 2\n")
    defer { try? FileManager.default.removeItem(at: file) }
    let events = try JSONFixture().serve(request(1, "source \(file.path)"))
    #expect(events.map(\.summary) == ["answer value", "error commandFailed #1"])
    #expect(events[1]["place"] == "\(file.path):2")
    #expect(events[1]["text"] == "no command 'nonsense': 'help' lists them")
  }

  /// The stop was told; the request has to end all the same.
  @Test func aScriptThatIsInterruptedEnds() throws {
    let file = try script("continue\nprint 2\n")
    defer { try? FileManager.default.removeItem(at: file) }
    let fixture = try JSONFixture()
    fixture.target.script = [
      .untilInterrupt { $0.stand(at: FixtureImages.guestAddress("wait"), level: 1) }
    ]
    let events = try fixture.serve(
      until: "error", request(1, "source \(file.path)"), request(2, "interrupt"))
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

  /// A person does not see a silent stop; a client that was told `running` is told each `stop`, and each run after it.
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

  /// Events stay where they are read; the answer alone goes elsewhere, and the request ends.
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

  // MARK: The first events

  @Test func whatIsToldBeforeTheFirstEventComesAfterIt() throws {
    var bytes: [UInt8] = []
    let renderer = JSONRenderer(Output { some, _ in bytes += some })
    renderer.render(.note("early"))
    renderer.render(.warning("early too"))
    #expect(bytes.isEmpty)
    renderer.render(.begin(nil))
    renderer.render(.end(.ok))
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    let names = lines.map { $0.split(separator: "\"event\":\"")[1].prefix { $0 != "\"" } }
    #expect(names == ["begin", "note", "warning", "end"])
  }

  @Test func aConsoleIsToldLineByLine() throws {
    var bytes: [UInt8] = []
    let renderer = JSONRenderer(Output { some, _ in bytes += some })
    renderer.render(.begin(nil))
    bytes = []
    renderer.render(.console(Array("one\r\n\ntwo \u{1b}[31m".utf8) + [0xff]))
    let texts = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map {
      $0.split(separator: "\"text\":", maxSplits: 1)[1]
    }
    #expect(
      texts == [
        "\"one\",\"isPartial\":false}", "\"\",\"isPartial\":false}",
        "\"two \\u001b[31m\u{fffd}\",\"isPartial\":true}",
      ])
  }
}
