import Foundation
import Glibc
import Testing

extension EndToEnd {
  /// The emulator or the shell is killed.
  @Suite struct Loss {
    private let folder: TemporaryFolder
    private let endless: String
    private let hypercalls: String

    init() throws {
      folder = try TemporaryFolder()
      endless = try GuestProgram.endless.write(to: folder)
      hypercalls = try GuestProgram.hypercalls.write(to: folder)
    }

    /// A shell whose guest runs and never stops.
    private func running(at place: ShellProcess.Place = .streams) throws -> ShellProcess {
      let shell = try ShellProcess(
        [
          "launch", endless, "-q", "-ex", "tbreak *guest:0x40200000", "-ex", "continue", "-ex",
          "echo going", "-ex", "continue",
        ] + (place == .streams ? ["--batch"] : []), at: place)
      try shell.expect("going")
      return shell
    }

    private func expectLoss(
      _ shell: ShellProcess, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
      #expect(try shell.end() == 4, sourceLocation: sourceLocation)
      #expect(
        shell.errors == "error: the target is lost: the emulator ended with signal 9\n",
        "\(shell.errors)", sourceLocation: sourceLocation)
    }

    /// An emulator that can't write its output blocks: 3000 exits make it print more than a pipe holds.
    @Test func anEmulatorThatPrintsMuchGoesOn() throws {
      let run = try ShellRun(
        [
          "launch", hypercalls, "--batch", "--qemu-arg=-d", "--qemu-arg=int", "-ex",
          "catch exit if $exit.count == 3000", "-ex", "continue",
        ])
      #expect(run.status == 0)
      #expect(run.output.contains("exit 3000, vcpu 0: hvc"))
    }

    @Test func theEmulatorDiesAtThePrompt() throws {
      let shell = try ShellProcess(["launch", "-q"], at: .terminal)
      try shell.expect("(vcpu) ")
      kill(try shell.requireEmulator(), SIGKILL)
      // The shell reports it without any input.
      try shell.expect("error: the target is lost: the emulator ended with signal 9\r\n")
      try shell.expect("(vcpu) ")
      try shell.enter("continue")
      try shell.expect("error: the target is lost")
      try shell.expect("(vcpu) ")
      try shell.enter("quit")
      #expect(try shell.end() == 4)
    }

    @Test func theEmulatorDiesWhileTheGuestRuns() throws {
      let shell = try running()
      kill(try shell.requireEmulator(), SIGKILL)
      try expectLoss(shell)
    }

    @Test func theEmulatorDiesBetweenExits() throws {
      let script = try folder.file(
        "loop.vcpu", "catch exit\ncommands\nsilent\ninfo exit -b\ncontinue\nend\ncontinue\n")
      let shell = try ShellProcess(["launch", hypercalls, "--batch", "-x", script])
      try shell.expect("#50 ")
      kill(try shell.requireEmulator(), SIGKILL)
      #expect(try shell.end() == 4)
      #expect(
        shell.errors.contains("the target is lost: the emulator ended with signal 9\n"),
        "\(shell.errors)")
      #expect(shell.errors.count { $0 == "\n" } == 1, "\(shell.errors)")
    }

    @Test func theEmulatorDiesWhileCommandsAreAwaited() throws {
      let shell = try ShellProcess(["launch", endless])
      try shell.enter("echo ready")
      try shell.expect("ready")
      kill(try shell.requireEmulator(), SIGKILL)
      // Standard input is still open, and empty.
      try expectLoss(shell)
    }

    @Test func aResetOfTheMachineIsItsEnd() throws {
      let run = try ShellRun.launch(
        guest: GuestProgram.reset.write(to: folder), "catch exit", "continue", "delete", "continue")
      #expect(run.status == 0 || run.status == 5, "\(run.description)")
      expect(run, prints: "SYSTEM_RESET")
    }

    // MARK: The shell

    @Test func theEmulatorDiesWithAKilledShell() throws {
      let waiting = try ShellProcess(["launch", "-q"], at: .terminal)
      try waiting.expect("(vcpu) ")
      for shell in [waiting, try running()] {
        _ = try shell.requireEmulator()
        shell.send(SIGKILL)
        // Checks that no process is left.
        #expect(try shell.end() == 128 + SIGKILL)
      }
    }

    @Test(arguments: [SIGTERM, SIGHUP])
    func theShellEndsWhenAskedTo(signal: Int32) throws {
      let waiting = try ShellProcess(["launch", "-q"], at: .terminal)
      try waiting.expect("(vcpu) ")
      let reading = try ShellProcess(["launch", endless])
      try reading.enter("echo ready")
      try reading.expect("ready")
      for shell in [waiting, reading, try running(), try running(at: .terminal)] {
        _ = try shell.requireEmulator()
        shell.send(signal)
        try shell.end(within: .seconds(10))
      }
    }

    @Test func theShellEndsWithItsTerminal() throws {
      let waiting = try ShellProcess(["launch", "-q"], at: .terminal)
      try waiting.expect("(vcpu) ")
      for shell in [waiting, try running(at: .terminal)] {
        shell.closeTerminal()
        try shell.end(within: .seconds(10))
      }
    }
  }
}
