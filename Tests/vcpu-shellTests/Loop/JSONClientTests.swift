import Foundation
import GDBRemote
import Glibc
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

  @Test func linesMayBeGivenByThemselves() throws {
    let fixture = try JSONFixture()
    let events = try fixture.serve(
      request(1, "catch exit hvc"),
      #"{"id":2,"name":"commands","arguments":["1"],"lines":["silent","info exit --brief"]}"#,
      #"{"id":3,"command":"print 1","lines":[]}"#, request(4, "print 4"))
    #expect(
      events.map(\.summary) == [
        "answer breakpoint #1", "answer breakpointChange #2", "error malformedRequest #3",
        "answer value #4",
      ])
    #expect(events[2]["text"] == "'print' takes no lines")
    #expect(
      try fixture.shell.requireSession().breakpoints[1]?.commands == [
        "silent", "info exit --brief",
      ])
  }

  /// A name is a whole one: what comes after it would be taken for an argument, and what begins like it for it.
  @Test func aNameIsExact() throws {
    let events = try JSONFixture().serve(
      #"{"id":1,"name":"info","arguments":["exit"]}"#, #"{"id":2,"name":"p 1"}"#,
      #"{"id":3,"name":"print 1"}"#, #"{"id":4,"name":"prin","arguments":["1"]}"#,
      #"{"id":5,"name":"p","arguments":["1"]}"#, #"{"id":6,"name":"info exit"}"#)
    #expect(
      events.map(\.summary) == [
        "error commandFailed #1", "error commandFailed #2", "error commandFailed #3",
        "error commandFailed #4", "answer value #5", "answer exit #6",
      ])
    #expect(events[1]["text"] == "no command has the name 'p 1': 'help' lists them")
    #expect(events[4]["command"] == "p 1")
  }

  /// Nothing in an argument says where the answer goes, or how it is shown.
  @Test func anArgumentIsNothingElse() throws {
    let file = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: file) }
    let events = try JSONFixture().serve(
      #"{"id":1,"name":"info exit","arguments":["> \#(file.path)"]}"#,
      #"{"id":2,"name":"info exit","arguments":[">>","\#(file.path)"]}"#,
      #"{"id":3,"name":"info breakpoints","arguments":["| cat > \#(file.path)"]}"#,
      #"{"id":4,"name":"info exit","arguments":["--json"]}"#,
      #"{"id":5,"name":"echo","arguments":["--json","a > b"]}"#)
    #expect(
      events.map(\.summary) == [
        "error commandFailed #1", "error commandFailed #2", "error commandFailed #3",
        "error commandFailed #4", "answer message #5",
      ])
    #expect(events[4].line.contains(#""text":"--json a > b""#), "\(events[4].line)")
    #expect(!FileManager.default.fileExists(atPath: file.path))
  }

  // MARK: What isn't a request

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
    #expect(events[0]["text"] == "a line of more than 1 MiB isn't a request")
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
    #expect(events.map(\.summary) == ["running #1", "error interrupted"])
    #expect(fixture.shell.status == .targetLost)
  }

  /// It still runs: it is not lost.
  @Test func aTargetThatDoesNotStopHasAnErrorOfItsOwn() throws {
    let fixture = try JSONFixture()
    fixture.shell.report(StopNotSeen.late)
    let events = try fixture.takeEvents()
    #expect(events.map(\.summary) == ["error notStopped"])
    #expect(events[0].values["status"] as? Int == 4)
    #expect(events[0]["text"] == "the target did not stop within 5 seconds of being asked to")
    #expect(fixture.shell.status == .targetLost)
  }

  /// The usual race: it has stopped, or ended, before the request came.
  @Test func anInterruptThatComesTooLateHasAnErrorOfItsOwn() throws {
    let fixture = try JSONFixture()
    let stopped = try fixture.serve(request(1, "interrupt"))
    #expect(stopped.map(\.summary) == ["error notRunning #1"])
    #expect(stopped[0]["text"] == "the target is stopped already")
    fixture.shell.isDone = false
    fixture.target.script = [.ended(status: 0)]
    let ended = try fixture.serve(request(2, "continue"))
    #expect(ended.map(\.summary) == ["running #2", "stop ended"])
    fixture.shell.isDone = false
    let late = try fixture.serve(request(3, "interrupt"))
    #expect(late.map(\.summary) == ["error notRunning #3"])
    #expect(late[0]["text"] == "the target has ended already")
    #expect(fixture.shell.status == .ok)
  }

  /// How the guest has ended is what counts, and not what is asked afterwards.
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

  /// What has come before it keeps its turn.
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

  /// It is over then: what comes after it is awaited as ever.
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

  /// Whoever writes all at once and goes away gets an answer that takes its time.
  @Test func theEndOfTheInputEndsNoWaitThatIsShort() throws {
    let fixture = try JSONFixture()
    fixture.target.cpus.append((ThreadID(process: 1, thread: 2), "CPU#1 [running]"))
    fixture.target.onSelection = { [unowned fixture] _, _ throws(RemoteError) in
      for _ in 0..<30 {
        guard !fixture.shell.isWaitOver else { throw RemoteError(.cancelled, "too soon") }
        usleep(10_000)
      }
    }
    let events = try fixture.serve(request(1, "thread 2"), request(2, "quit"))
    #expect(events.map(\.summary) == ["answer thread #1", "done #2"])
  }

  /// A pipe that nobody writes to is a script without an end.
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

  /// A client that writes without an end fills no memory.
  @Test func notAllIsReadAhead() throws {
    let file = try script(
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
    // It is served after that, up to the end of its input, and nothing has failed.
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
