import Foundation
import Testing

extension EndToEnd {
  /// Our own hypervisor, treated as another's: exits are found by its vectors, or by the trampoline that it shares
  /// with arm_vcpu.
  @Suite struct CatchWays {
    private func tour(way: String, cpuCount: Int = 1) throws -> ShellRun {
      let folder = try TemporaryFolder()
      let script = try folder.file(
        "script.vcpu",
        """
        set catch-way \(way)
        catch exit
        commands
        silent
        info exit --brief
        continue
        end
        continue

        """)
      return try ShellRun(
        ["launch", "tour", "--cpus", "\(cpuCount)", "--batch", "-x", script])
    }

    /// The acceptance criterion: the tour finds nothing wrong, and each way sees the same exits.
    @Test(arguments: [1, 2])
    func eachSeesTheSameExits(cpuCount: Int) throws {
      let ours = try tour(way: "context", cpuCount: cpuCount)
      let exits = ours.lines(beginning: "#")
      #expect(exits.count >= Tour.stepCount)
      for way in ["vectors", "trampoline"] {
        let run = try tour(way: way, cpuCount: cpuCount)
        expectSuccess(run)
        #expect(
          run.output.hasPrefix("exits are found by '\(way)': "),
          Comment(rawValue: run.description))
        expect(run, prints: "tour: done, \(Tour.stepCount) ok, 0 failed", "has powered off")
        #expect(run.lines(beginning: "#") == exits, Comment(rawValue: run.description))
      }
    }

    /// Changing the way at an exit takes effect from the next exit.
    @Test func theWayIsChangedAtAnExit() throws {
      let run = try ShellRun.launch(
        "catch exit", "continue 3", "set catch-way vectors", "continue 2", "print $exit.kind",
        "info hypervisor", "set catch-way trampoline", "continue", "set catch-way auto",
        "continue", "print $exit.count", "delete", "continue")
      expectSuccess(run)
      expect(
        run, prints: "exit 3, vcpu 0: ", "exits are found by 'vectors': it was requested",
        " seen, vmid ", "guests leave through them", "exits are found by 'trampoline'",
        "exits are found by 'context'", "exit 6, vcpu 0: ", "\n6\n",
        "tour: done, \(Tour.stepCount) ok, 0 failed")
    }

    @Test func aWayThatIsNotThereIsRefused() throws {
      let folder = try TemporaryFolder()
      let emulator = try Emulator(
        guest: GuestProgram.hypercalls.write(to: folder),
        listeningAt: Listener(path: folder.path + "/stub"))
      let run = try ShellRun(
        [
          "attach", emulator.endpoint, "--batch", "-ex", "catch exit hvc", "-ex", "continue", "-ex",
          "set catch-way trampoline",
        ])
      expectOneError(run, "vmexit_trampoline")
      let other = try ShellRun.launch("set catch-way magic")
      expectOneError(other, "'auto', 'context', 'trampoline', 'vectors'")
    }
  }
}
