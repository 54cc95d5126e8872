import TestSupport
import Testing

@testable import vcpu_shell

// `Testing` has an `ExitStatus` too.
private typealias Status = vcpu_shell.ExitStatus

@Suite struct TestResultTests {
  private static let failed = AssertionEvent(
    text: "$x0 == 5", isTrue: false, why: "the version",
    parts: [.init(text: "$x0", value: "0x4 (4)")], place: "a:2")
  private static let held = AssertionEvent(
    text: "1", isTrue: true, why: nil, parts: [], place: nil)

  @Test func aTestThatPasses() throws {
    let fixture = try ShellFixture()
    fixture.shell.beginTest("boots", at: "a:1")
    try fixture.shell.take(Self.held)
    fixture.shell.endTest(nil)
    fixture.shell.skipTest("later", at: "a:5", because: "no KVM")
    #expect(fixture.takeText() == "ok 1 - boots\nok 2 - later # SKIP no KVM\n")
    #expect(fixture.shell.status == .ok)
    #expect(fixture.shell.tests.results.map(\.assertionCount) == [1, 0])
  }

  @Test func anAssertionThatFails() throws {
    let fixture = try ShellFixture()
    fixture.shell.beginTest("version", at: "a:1")
    let error = #expect(throws: AssertionFailure.self) { try fixture.shell.take(Self.failed) }
    fixture.shell.endTest(ScriptError(underlying: try #require(error), place: "a:2"))
    #expect(
      fixture.takeText() == """
        not ok 1 - version
          a:2: assertion failed: $x0 == 5: the version
            $x0 = 0x4 (4)

        """)
    #expect(fixture.shell.status == .assertionFailed)
    // Its status is in its result.
    fixture.shell.endTests()
    #expect(fixture.shell.tests.otherFailures.isEmpty)
  }

  @Test(
    arguments: [
      (ShellError("x"), .commandFailed), (TargetLost(description: "x"), .targetLost),
    ] as [(any Error & Sendable, Status)])
  fileprivate func whatElseEndsATest(error: any Error & Sendable, status: Status) throws {
    let fixture = try ShellFixture()
    fixture.shell.beginTest("t", at: nil)
    fixture.shell.endTest(error)
    #expect(fixture.takeText().hasPrefix("not ok 1 - t\n  x\n"))
    #expect(fixture.shell.status == status)
  }

  /// The exits as they were when they were caught, whatever the registers are now, and without requests to the
  /// target.
  @Test func aFailureHasWhatHappenedBefore() throws {
    let fixture = try ShellFixture()
    fixture.shell.console.receive(Array("before\n".utf8))
    fixture.run("catch exit")
    fixture.run("continue", .exit(.hypercall))
    fixture.run("continue", .exit(.wfi))
    fixture.shell.beginTest("t", at: nil)
    for _ in 0..<9 { fixture.run("continue", .exit(.hypercall)) }
    fixture.shell.console.receive(Array("in the test\nand \u{1b}".utf8))
    fixture.run("print $x0 = 77")
    _ = fixture.target.takeTrace()
    fixture.shell.endTest(ShellError("x"))
    #expect(fixture.target.takeTrace() == [])
    let result = try #require(fixture.shell.tests.results.first)
    #expect(result.console == ["before", "in the test", "and \\e"])
    #expect(result.output == ["in the test", "and \\e"])
    #expect(result.exits.count == 10)
    #expect(result.exits.first?.contains("vcpu 0: wfi") == true, "\(result.exits)")
    #expect(
      result.exits.dropFirst().allSatisfy {
        $0.contains("vcpu 0: hvc") && $0.contains("guest at 0x")
      }, "\(result.exits)")
  }

  @Test func exitsOutliveTheSession() throws {
    let fixture = try ShellFixture()
    fixture.run("catch exit")
    fixture.run("continue", .exit(.wfi))
    fixture.run("detach")
    #expect(fixture.shell.session == nil)
    fixture.shell.beginTest("t", at: nil)
    fixture.shell.endTest(ShellError("x"))
    let exits = try #require(fixture.shell.tests.results.first).exits
    #expect(exits.count == 1 && exits[0].contains("wfi"), "\(exits)")
  }

  @Test func aSessionThatFailsWithoutAWordHasAFailure() throws {
    let fixture = try ShellFixture()
    fixture.run("continue", .terminated(signal: 6))
    fixture.shell.endTests()
    #expect(fixture.shell.tests.otherFailures.map(\.text) == ["the guest has ended with an error"])
    #expect(fixture.shell.tests.otherFailures.map(\.status) == [.guestEnded])
  }

  @Test func anEndWithinATestIsAFailure() throws {
    let fixture = try ShellFixture()
    fixture.shell.beginTest("t", at: nil)
    fixture.raise(.terminate)
    fixture.shell.endTests()
    #expect(fixture.shell.tests.results.map(\.failure?.code) == [.interrupted])
    #expect(fixture.shell.status == .commandFailed)
    #expect(fixture.shell.tests.otherFailures.count == 1)
  }

  /// A failed command that the user typed isn't a failure of the session.
  @Test func whatIsTypedInVainIsNone() throws {
    let fixture = try ShellFixture()
    fixture.shell.isTyped = true
    fixture.run("nonsense")
    fixture.shell.endTests()
    #expect(fixture.shell.tests.otherFailures.isEmpty && fixture.shell.status == .ok)
  }

  @Test func eventsAreJSON() throws {
    let fixture = try JSONFixture()
    fixture.shell.beginTest("t", at: "a:1")
    #expect(throws: AssertionFailure.self) { try fixture.shell.take(Self.failed) }
    fixture.shell.endTest(AssertionFailure(assertion: Self.failed))
    let events = try fixture.takeEvents()
    #expect(events.map(\.name) == ["testBegin", "assertion", "test"])
    #expect(events[0]["name"] == "t" && events[0]["place"] == "a:1")
    #expect(events[1]["text"] == "$x0 == 5" && events[1].values["isTrue"] as? Bool == false)
    #expect(events[2]["outcome"] == "failed")
    let failure = try #require(events[2].values["failure"] as? [String: Any])
    #expect(failure["code"] as? String == "assertionFailed" && failure["status"] as? Int == 3)
    #expect(
      failure["values"] as? [[String: String]] == [["text": "$x0", "value": "0x4 (4)"]])
    #expect(events[2].values["assertionCount"] as? Int == 1)
  }
}
