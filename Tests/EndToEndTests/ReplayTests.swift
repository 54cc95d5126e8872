import Foundation
import Testing

extension EndToEnd {
  /// A recorded session with QEMU, replayed without QEMU.
  @Suite struct Replay {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private static let commands = [
      "catch exit hvc", "continue", "info exit", "info registers", "x/4i $pc", "continue 3",
      "print /d $exit.count", "info exit -b", "stepi", "print $pc",
    ]

    /// A recording, and what the shell printed when it was made.
    private func record(
      _ commands: [String] = commands
    ) throws -> (path: String, output: String) {
      let path = folder.path + "/session.rsp"
      let emulator = try Emulator(
        guest: GuestProgram.hypercalls.write(to: folder),
        listeningAt: Listener(path: folder.path + "/stub"))
      let run = try ShellRun(
        ["attach", emulator.endpoint, "--symbols", Built.image("vcpu-image"), "--rsp-log", path]
          + commands.flatMap { ["-ex", $0] } + ["--batch"])
      expectSuccess(run)
      return (path, run.output)
    }

    private func replay(_ path: String, _ commands: [String]) throws -> ShellRun {
      try ShellRun(
        ["attach", "replay:" + path, "--symbols", Built.image("vcpu-image")]
          + commands.flatMap { ["-ex", $0] } + ["--batch"])
    }

    @Test func aRecordedSessionPrintsTheSameWithoutQEMU() throws {
      let (path, output) = try record()
      #expect(output.contains("hvc #0x0: function 0xc6000001"))
      let again = try replay(path, Self.commands)
      expectSuccess(again)
      #expect(again.output == output)

      // A reader of the recording doesn't have to repeat the commands.
      let other = try replay(
        path,
        ["catch exit hvc", "continue", "print $exit.kind", "info exit", "print $x0", "print $x0"])
      expectSuccess(other)
      expect(other, prints: "hvc #0x0: function 0xc6000001", "\nhvc\n")

      let missing = try replay(path, ["x/2gx hv:0x40300000"])
      expectOneError(missing, "the recording has no answer to")
    }

    @Test func aSessionByTheVectorsPrintsTheSameWithoutQEMU() throws {
      let commands = ["set catch-way vectors"] + Self.commands
      let (path, output) = try record(commands)
      #expect(output.contains("hvc #0x0: function 0xc6000001"))
      let again = try replay(path, commands)
      expectSuccess(again)
      #expect(again.output == output)
    }

    /// The packets that answer an exit are part of the session.
    @Test(arguments: ["context", "vectors"])
    func exitsThatWereAnsweredAreAnsweredAgain(way: String) throws {
      let commands = [
        "set catch-way \(way)", "catch exit hvc", "continue", "complete 5", "print $x0", "continue",
        "skip", "print $x0", "continue", "inject undef", "print /x $pc", "print /x $vbar_el2",
      ]
      let (path, output) = try record(commands)
      #expect(["completed: hvc", "skipped: hvc", "injected: "].allSatisfy(output.contains))
      let again = try replay(path, commands)
      expectSuccess(again)
      #expect(again.output == output)
      let other = try replay(path, Array(commands[..<3]) + ["inject dabt"])
      // And a warning about what may not have been restored in the CPU.
      #expect(
        other.status == 1 && other.errors.contains("the recording has no answer to"),
        Comment(rawValue: other.description))
    }

    /// What QEMU records, including the debugger's stops, it replays with the same stops: every instruction is
    /// executed in both, and the guest's memory is the same in both.
    @Test(arguments: ["context", "vectors"])
    func whatQEMURecordsHasTheSameExits(way: String) throws {
      let file = folder.path + "/recording"
      let commands = [
        "set catch-way \(way)", "catch exit hvc", "continue", "info exit", "x/2i $pc", "continue 3",
        "info exit -b", "catch exit mmio", "continue", "info exit -b", "delete", "continue",
      ]
      func run(_ mode: String, _ commands: [String]) throws -> ShellRun {
        try ShellRun(
          [
            "launch", "tour", "--qemu-arg", "-icount",
            "--qemu-arg", "shift=auto,rr=\(mode),rrfile=\(file)",
          ] + commands.flatMap { ["-ex", $0] } + ["--batch"])
      }
      let recorded = try run("record", commands)
      expectSuccess(recorded)
      expect(
        recorded, prints: "function 0xc6000002", "hypercall_sum+36>:  hvc",
        "tour: done, \(Tour.stepCount) ok, 0 failed",
        "the \(way == "context" ? "guest" : "machine") has powered off")
      let replayed = try run("replay", commands)
      expectSuccess(replayed)
      #expect(replayed.output == recorded.output)
      for command in ["set $x1 = 1", "skip", "complete 1", "inject undef"] {
        let refused = try run("replay", ["catch exit hvc", "continue", command])
        expectOneError(refused, "replays a recording")
      }
      let refused = try run("record", ["catch exit hvc", "continue", "skip"])
      expectOneError(refused, "is being recorded")
    }

    @Test func theEndOfARecordingIsSaid() throws {
      let (path, _) = try record()
      let text = try String(contentsOfFile: path, encoding: .utf8)
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      // The last line that resumes the machine, and nothing after it.
      let last = try #require(lines.lastIndex { $0.contains("-> ") && $0.contains("$vCont;s") })
      let cut = try folder.file("cut.rsp", lines[...last].joined(separator: "\n") + "\n")
      let run = try replay(cut, Self.commands)
      expectOneError(run, "the recording ends here", status: 4)

      let half = try folder.file("half.rsp", String(text.dropLast(5)))
      expectOneError(try replay(half, []), "line \(lines.count - 1) of the recording is cut off")
      expectOneError(try replay(folder.path + "/none", []), "none", "No such file")
      let other = try folder.file("other.rsp", "hello\n")
      expectOneError(try replay(other, []), "line 1 of the recording")
    }
  }
}
