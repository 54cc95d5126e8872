import Foundation
import TestSupport
import Testing

@testable import vcpu_shell

/// A client's events for each request, and for lines that aren't requests.
@Suite struct JSONRequestTests {
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
    // A client's request that fails isn't a failure of the session.
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

  /// Memory ends within the requested range: the readable part comes first, and the error ends the request.
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

  /// A name has to be complete: a word after it would be taken for an argument, and an abbreviation for another name.
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

  /// An argument can't say where the answer goes, or how it is shown.
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

  // MARK: Invalid requests

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

  /// It is reported once, and the next line is read.
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
}
