import Testing

@testable import vcpu_shell

extension EndToEnd {
  /// The transcripts in the manuals of what only a launched machine can do. Those of the others are
  /// `TranscriptTests`.
  @Suite struct Manuals {
    @Test(arguments: ["run", "starti"])
    func theTranscriptIsWhatItPrints(name: String) throws {
      let command = try #require(CommandTable.standard.commands.first { $0.name == name })
      let lines = command.transcript.split(separator: "\n").map(String.init)
      let typed = lines.filter { $0.hasPrefix("(vcpu) ") }.map { String($0.dropFirst(7)) }
      let run = try ShellRun(
        ["launch", "--console", "/dev/null", "--batch"] + typed.flatMap { ["-ex", $0] })
      expectSuccess(run)
      let wanted = lines.filter { !$0.hasPrefix("(vcpu) ") }.map(Self.withoutNumbers)
      #expect(run.output.split(separator: "\n").map { Self.withoutNumbers(String($0)) } == wanted)
    }

    /// Addresses and lines are others in each build of the images.
    private static func withoutNumbers(_ line: String) -> String {
      line.replacing(#/0x[0-9a-f]+|\+[0-9]+|:[0-9]+$/#, with: "N")
    }
  }
}
