import Foundation
import TestSupport
import Testing
import VCpuDebug

@testable import vcpu_shell

/// Each command's answer in JSON is valid under the schema, by an implementation of JSON Schema that isn't ours.
@Suite(.enabled(if: PythonRun.hasValidator, "there is no jsonschema: run scripts/setup"))
struct JSONAnswerTests {
  /// The events of the session in each command's manual, by the command's name.
  private func events() throws -> [(command: String, lines: [String])] {
    // Only a machine that the shell has launched can be restarted: EndToEndTests have these.
    let live: Set = ["run", "start", "starti", "send console", "exits top"]
    return try CommandTable.standard.commands.filter { !live.contains($0.name) }.map { command in
      let session = try #require(TranscriptTests.sessions[command.name])
      let text = try TranscriptTests.transcript(session, rendering: Self.renderer)
      return (
        command.name, text.split(separator: "\n").map(String.init).filter { $0.hasPrefix("{") }
      )
    }
  }

  private static func renderer(_ output: Output) -> any EventRenderer {
    let renderer = JSONRenderer(output)
    renderer.render(.begin(nil))
    return renderer
  }

  /// Answers that none of those commands gives: a fault, a fault in a log, and where the CPU is before a machine has
  /// run.
  private func otherEvents() throws -> [String] {
    let fixture = try ShellFixture(.booted(), rendering: Self.renderer)
    fixture.run("catch fault")
    let fault = fixture.run(
      "continue",
      .stop {
        $0["ESR_EL2"] = 0x9600_0045
        $0["FAR_EL2"] = 0xdead_0000
        $0["ELR_EL2"] = FixtureImages.handler + 4
        $0["SPSR_EL2"] = 0x3c9
        $0.stand(at: FixtureImages.vectors + 0x200, level: 2)
      })
    let state = try fixture.session.requireState()
    let location = try #require(fixture.shell.location(of: state))
    fixture.shell.tell(.answer(location, .full, of: "starti", isPartial: false))
    // Only `vcpu-shell decode` reads logs.
    let log = "ESR = 0x93880047, FAR = 0x9000018, HPFAR_EL2 = 0x90000, PC = 0x40201234, x8 = 0x5a"
    for fault in LogFaults.all(in: Array(log.utf8)) {
      let answer = LoggedFaultAnswer(fault, by: nil)
      fixture.shell.tell(.answer(answer, .full, of: "decode", isPartial: false))
    }
    return (fault + fixture.takeText()).split(separator: "\n").map(String.init)
  }

  @Test func eachCommandsIsValid() throws {
    let all = try events()
    for (command, lines) in all { #expect(!lines.isEmpty || command == "quit", "\(command)") }
    let lines = try all.flatMap(\.lines) + otherEvents()
    let run = try validate(lines)
    #expect(run.status == 0, "\(run.output)\(run.errors)")
    #expect(run.output.hasPrefix("\(lines.count) valid"))

    // The kinds of answers in these sessions, including nested ones.
    let kinds = Set(
      lines.flatMap { $0.matches(of: #/"kind":"(\w+)"/#).map { String($0.output.1) } })
    let missing = AnswerKinds.all.map { $0.kind }.filter { !kinds.contains($0) }
    #expect(missing == [])
  }

  /// The validator rejects invalid answers: a missing key, an additional one, another type, something that isn't a
  /// number.
  @Test(arguments: [
    (#""kind":"value","#, ""), (#""text":""#, #""words":""#), (#""value":"0x2a""#, #""value":42"#),
    (#""value":"0x2a""#, #""value":"0x2A""#), (#""value":"0x2a""#, #""value":"0x02a""#),
    (#""schema":"1.0""#, #""schema":"2.0""#), (#""sequence":"#, #""extra":1,"sequence":"#),
    (#""isPartial":false,"#, ""), (#""event":"answer""#, #""event":"note""#),
  ])
  func whatIsWrongIsFound(part: String, other: String) throws {
    let fixture = try JSONFixture()
    let lines = try fixture.serve(#"{"id":1,"command":"print 42"}"#).map(\.line)
    #expect(try validate(lines).status == 0)
    let wrong = lines[0].replacingOccurrences(of: part, with: other)
    #expect(wrong != lines[0], "\(lines[0])")
    #expect(try validate([wrong]).status != 0, "\(wrong)")
  }

  private func validate(_ lines: [String]) throws -> PythonRun {
    let schema = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../../docs/schema/answers-\(EventHeader.currentSchema).json")
    let program = """
      import json, jsonschema, sys
      schema = json.load(open(sys.argv[1]))
      jsonschema.Draft202012Validator.check_schema(schema)
      validator = jsonschema.Draft202012Validator(schema)
      count = 0
      for line in sys.stdin:
          error = jsonschema.exceptions.best_match(validator.iter_errors(json.loads(line)))
          if error:
              sys.exit(f"{error.json_path}: {error.message}\\n{line}")
          count += 1
      print(f"{count} valid")
      """
    return try PythonRun(
      ["-c", program, schema.path], input: lines.map { $0 + "\n" }.joined())
  }
}
