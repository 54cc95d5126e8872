import Testing

@testable import vcpu_shell

extension EndToEnd {
  /// The transcripts in the manuals of commands that need a launched machine. `TranscriptTests` has the others.
  @Suite struct Manuals {
    @Test(arguments: ["run", "start", "starti", "send console"])
    func theTranscriptIsWhatItPrints(name: String) throws {
      let (lines, typed) = try transcript(of: name)
      let run = try ShellRun(
        ["launch", "--console", "/dev/null", "--batch"] + typed.flatMap { ["-ex", $0] })
      expectSuccess(run)
      let wanted = lines.filter { !$0.hasPrefix("(vcpu) ") }.map(Self.withoutNumbers)
      #expect(run.output.split(separator: "\n").map { Self.withoutNumbers(String($0)) } == wanted)
    }

    /// The same as lines of JSON: each is valid under the schema, by a validator that isn't ours.
    @Test(
      .enabled(if: Programs.validatingPython != nil, "there is no jsonschema: run scripts/setup"),
      arguments: [
        ("run", "begin answer running stop end"), ("starti", "begin answer end"),
        ("start", "begin running stop end"),
      ])
    func itsJSONIsValid(name: String, events: String) throws {
      let python = try #require(Programs.validatingPython)
      let told = try Programs.run(
        "timeout",
        [
          "120", python, Built.file("Tests/EndToEndTests/Python/client_test.py"),
          "lines_of_commands", Built.shell, Built.file("docs/schema/answers-1.0.json"),
        ] + transcript(of: name).typed)
      #expect(told == events + "\n")
    }

    /// The lines of the transcript in a command's manual, and the commands typed in them.
    private func transcript(of name: String) throws -> (lines: [String], typed: [String]) {
      let lines = try CommandTable.standard.command(named: name).transcript.split(separator: "\n")
        .map(String.init)
      return (lines, lines.filter { $0.hasPrefix("(vcpu) ") }.map { String($0.dropFirst(7)) })
    }

    /// Addresses and lines differ in each build of the images.
    private static func withoutNumbers(_ line: String) -> String {
      line.replacing(#/0x[0-9a-f]+|\+[0-9]+|:[0-9]+$/#, with: "N")
    }
  }
}
