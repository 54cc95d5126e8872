import Foundation
import TestSupport
import Testing

@testable import vcpu_shell

@Suite struct TAPRendererTests {
  private func text(_ events: [ShellEvent]) -> (output: String, errors: String) {
    let fixture = OutputFixture()
    let renderer = TAPRenderer(fixture.output)
    for event in events { renderer.render(event) }
    return (fixture.text, fixture.errors)
  }

  @Test func theDocument() throws {
    let text = text([
      .begin(nil), .test(ResultFixture.passed("boots")), .console(Array("hello\n".utf8)),
      .test(ResultFixture.failed("version", number: 2)),
      .test(ResultFixture.skipped("later", number: 3, reason: "no KVM")), .end(3),
    ])
    let visible = VisibleText.lines(ResultFixture.hostile)
      .replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
      .replacing("\n", with: "\\n")
    #expect(
      text.output == """
        TAP version 14
        ok 1 - boots
        #  guest| hello
        not ok 2 - version
          ---
          message: "assertion failed: $x0 == 5: the version"
          severity: fail
          code: "assertionFailed"
          at:
            file: "dir:1/boot.vcpu"
            line: 12
            column: 3
          values:
            - text: "$x0"
              value: "0x4 (4)"
          console:
            - "one"
            - "\(visible)"
          exits:
            - "exit 3, vcpu 0: wfi, guest pc 0x1000"
          ...
        ok 3 - later # SKIP no KVM
        1..3

        """)
    #expect(text.errors == "")
    let document = try TAPDocument(text.output)
    #expect(document.plan == 3)
    #expect(document.points.map(\.isOK) == [true, false, true])
    #expect(document.points.map(\.skip) == [nil, nil, "no KVM"])
    #expect(document.comments == ["guest| hello"])
  }

  /// A name that looks like something else is still read as a name, by the specification's own rules.
  @Test(arguments: [
    "plain", "42", "a # SKIP b", "ends in \\", "\\# both \\\\", "# TODO", " - dash", "",
    "# skip", "a#b", "C:\\path #1",
  ])
  func namesComeBack(name: String) throws {
    let document = try TAPDocument(
      text([
        .test(ResultFixture.passed(name)),
        .test(ResultFixture.skipped(name, number: 2, reason: name)), .end(0),
      ]).output)
    let wanted = name.trimmingCharacters(in: .whitespaces)
    let first = try #require(document.points.first)
    let second = try #require(document.points.last)
    // The dash before a description isn't a part of it, nor is a dash that it begins with.
    #expect(first.description == wanted && first.skip == nil && first.isOK)
    #expect(second.description == wanted && second.skip == wanted)
  }

  @Test func nothingBreaksALine() throws {
    let failed = ResultFixture.failed(ResultFixture.hostile, text: ResultFixture.hostile)
    let events: [ShellEvent] = [
      .test(failed), .test(ResultFixture.skipped("x", number: 2, reason: ResultFixture.hostile)),
      .note(ResultFixture.hostile), .console(Array("Subtest: x\nok 7\n1..9\n".utf8)),
      .failure(ErrorReport(ResultFixture.hostile, status: .commandFailed)), .end(1),
    ]
    let document = try TAPDocument(text(events).output)
    #expect(document.points.map(\.number) == [1, 2])
    #expect(document.bailOut?.contains("ok 9") == true)
    #expect(document.plan == nil)
  }

  @Test func aSessionThatFailsOutsideOfTestsBailsOut() throws {
    let error = ErrorReport("no such thing", status: .commandFailed, place: "a.vcpu:3")
    let text = text([
      .test(ResultFixture.passed("boots")), .error(error), .failure(error), .end(1),
    ])
    #expect(text.output == "TAP version 14\nok 1 - boots\nBail out! a.vcpu:3: no such thing\n")
    #expect(text.errors == "error: a.vcpu:3: no such thing\n")
    #expect(try TAPDocument(text.output).bailOut == "a.vcpu:3: no such thing")
  }

  @Test func noTestIsAPlanOfNone() throws {
    let document = try TAPDocument(text([.begin(nil), .end(0)]).output)
    #expect(document.plan == 0 && document.planReason == "no test was run")
  }

  /// The output of the system shell's commands is in comments too, and output to a file has no marks.
  @Test func whatOthersPrintIsInComments() throws {
    let folder = try ScratchFolder()
    let fixture = OutputFixture()
    let renderer = TAPRenderer(fixture.output)
    let answer = MessageAnswer(text: "ok 5")
    try fixture.output.withSink(.pipe("cat; echo ok 6; printf 'ok 7'")) {
      renderer.render(.answer(answer, .full, of: "echo", isPartial: false))
    }
    try fixture.output.withSink(.file(folder.path + "/file", append: false)) {
      renderer.render(.answer(answer, .full, of: "echo", isPartial: false))
    }
    renderer.inJSON { renderer.render(.answer(answer, .full, of: "echo", isPartial: false)) }
    renderer.render(.end(0))
    let document = try TAPDocument(fixture.text)
    #expect(
      document.comments == ["ok 5", "ok 6", "ok 7", #"{"kind":"message","text":"ok 5"}"#])
    #expect(document.points == [])
    #expect(try folder.text(of: "file") == "ok 5\n")
  }

  @Test func yamlReadsIt() throws {
    let check = try PythonRun(["-c", "import yaml"])
    try #require(check.status == 0, "no yaml module", sourceLocation: #_sourceLocation)
    let failed = ResultFixture.failed("x", text: "two\nlines")
    let block = try #require(
      TAPDocument(text([.test(failed), .end(3)]).output).points.first?.diagnostic)
    let run = try PythonRun(
      ["-c", "import sys, yaml, json; print(json.dumps(yaml.safe_load(sys.stdin)))"],
      input: block.joined(separator: "\n"))
    #expect(run.status == 0, "\(run.errors)")
    let values = try #require(
      JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any])
    #expect(values["message"] as? String == "two\nlines")
    #expect(values["console"] as? [String] == ["one", VisibleText.lines(ResultFixture.hostile)])
    #expect((values["at"] as? [String: Any])?["line"] as? Int == 12)
  }
}
