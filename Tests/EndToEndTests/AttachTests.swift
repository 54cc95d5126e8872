import Foundation
import Glibc
import Testing

extension EndToEnd {
  /// Attaching to stubs that are already running.
  @Suite struct Attach {
    private let folder: TemporaryFolder
    private let emulator: Emulator

    init() throws {
      folder = try TemporaryFolder()
      emulator = try Emulator(
        guest: GuestProgram.hypercalls.write(to: folder),
        listeningAt: Listener(path: folder.path + "/stub"))
    }

    private func attach(
      _ commands: String..., symbols: String? = Built.image("vcpu-image")
    ) throws -> ShellRun {
      try ShellRun(
        ["attach", emulator.endpoint] + (symbols.map { ["--symbols", $0] } ?? [])
          + commands.flatMap { ["-ex", $0] } + ["--batch"])
    }

    @Test func theMachineRunsOnAfterDetach() throws {
      let first = try attach(
        "catch exit hvc", "continue", "print $exit.kind", "print /d $exit.count", "detach")
      expectSuccess(first)
      expect(first, prints: "hvc #0x0: function 0xc6000001", "\nhvc\n", "Detached")
      #expect(emulator.isAlive)
      // It has made many more calls by the time that the next session looks.
      let second = try attach("catch exit hvc", "continue", "print /d $exit.count > 3", "detach")
      expectSuccess(second)
      expect(second, prints: "Catchpoint 1", "\n1\n", "Detached")
      #expect(emulator.isAlive)
    }

    @Test func theMachineRunsOnAfterTheEndOfAScript() throws {
      for _ in 1...2 {
        let run = try attach("catch exit hvc", "continue", "print $exit.kind")
        expectSuccess(run)
        expect(run, prints: "\nhvc\n")
        #expect(emulator.isAlive)
      }
    }

    @Test func theMachineStaysStoppedAfterDisconnect() throws {
      let first = try attach("catch exit hvc", "continue 5", "info exit -b", "disconnect")
      expectSuccess(first)
      expect(first, prints: "#5 ")
      let second = try attach("info exit -b", "print $exit.count")
      expectSuccess(second)
      expect(second, prints: "#5 ", "\n5\n")
      #expect(emulator.isAlive)
    }

    /// The breakpoints of a disconnected client are still in QEMU (quirk 15); they must not stop the next one.
    @Test func aKilledShellLeavesNoBreakpoints() throws {
      let first = try ShellProcess(
        [
          "attach", emulator.endpoint, "--symbols", Built.image("vcpu-image"), "-q", "-ex",
          "break avcpu_run_guest", "-ex", "continue",
        ], at: .terminal)
      try first.expect("(vcpu) ")
      first.send(SIGKILL)
      try first.end()
      let run = try attach(
        "print $pc - avcpu_run_guest", "catch exit if $exit.count == 20", "continue",
        "print /d $exit.count")
      expectSuccess(run)
      expect(run, prints: "0\n", "exit 20, vcpu 0: hvc", "\n20\n")
      #expect(!run.output.contains("signal"))
    }

    @Test("quirk 14: a lost session's breakpoints are removed on every CPU")
    func noCPUKeepsBreakpoints() throws {
      let other = try Emulator(
        guest: GuestProgram.twoCPUs.write(to: folder), listeningAt: Listener(), cpuCount: 2)
      func attach(_ commands: String...) throws -> ShellRun {
        try ShellRun(
          ["attach", other.endpoint, "--symbols", Built.image("vcpu-image"), "--batch"]
            + commands.flatMap { ["-ex", $0] })
      }
      let first = try attach(
        "catch exit if $exit.vcpu == 1 && $exit.count == 5", "continue", "disconnect")
      expectSuccess(first)
      // Both CPUs pass the trampoline many times before this one stops.
      let second = try attach(
        "break avcpu_run_guest", "ignore 1 60", "continue", "info breakpoints")
      expectSuccess(second)
      expect(second, prints: "breakpoint 1\n", " 61 ")
      #expect(!second.output.contains("signal"), "\(second.output)")
    }

    @Test func overTCP() throws {
      let other = try Emulator(
        guest: GuestProgram.hypercalls.write(to: folder), listeningAt: Listener())
      let run = try ShellRun([
        "attach", other.endpoint, "--symbols", Built.image("vcpu-image", .release), "-ex",
        "catch exit", "-ex", "continue", "-ex", "info exit", "--batch",
      ])
      expectSuccess(run)
      expect(run, prints: "exit 1, vcpu 0: hvc", "ESR_EL2", "HVC instruction")
      #expect(other.isAlive)
    }

    @Test func aSecondClientIsRefused() throws {
      let first = try ShellProcess(
        ["attach", emulator.endpoint, "--symbols", Built.image("vcpu-image"), "-q"], at: .terminal)
      try first.expect("(vcpu) ")
      let start = ContinuousClock.now
      let second = try attach("info registers")
      #expect(ContinuousClock.now - start < .seconds(8))
      expectOneError(second, "client", status: 4)
      // The first one isn't affected.
      try first.enter("tcatch exit hvc")
      try first.enter("continue")
      try first.expect("exit 1, vcpu 0: hvc")
      try first.expect("(vcpu) ")
      try first.press(.endOfFile)
      #expect(try first.end() == 0)
      #expect(emulator.isAlive)
    }

    /// The code is where QEMU has loaded it.
    @Test func withoutSymbolsExitsAreCaughtByTheVectors() throws {
      let run = try attach(
        "info registers", "x/2i $pc", "stepi", "catch exit hvc", "continue", "info hypervisor",
        symbols: nil)
      #expect(run.status == 0 && run.errors.isEmpty, Comment(rawValue: run.description))
      expect(
        run, prints: "pc      0x0000000040200000", "=> 0x40200000", "\n  EL2 0x402",
        " seen, vmid 1, vcpu 0: hvc #0x", "exits are found by 'vectors'",
        "guests exit through them")
    }

    @Test func symbolsOfAnotherProgramDoNotDo() throws {
      let run = try attach("catch exit", "info hypervisor", symbols: Built.image("tour"))
      expect(run, prints: "exits are found by 'vectors'")
      let stripped = try GuestProgram.endless.writeELF(to: folder)
      expectOneError(try attach("catch exit", symbols: stripped), "symbol")
      expectOneError(try attach("catch exit", symbols: "/bin/true"), "AArch64")
      expectOneError(try attach("catch exit", symbols: "/nonexistent"), "/nonexistent")
      #expect(emulator.isAlive)
    }

    @Test func theEndOfTheEmulatorIsNoticed() throws {
      let shell = try ShellProcess([
        "attach", emulator.endpoint, "--symbols", Built.image("vcpu-image"), "-ex", "catch exit",
        "-ex", "continue", "-ex", "echo going", "-ex", "delete", "-ex", "continue", "--batch",
      ])
      try shell.expect("going\n")
      emulator.kill()
      #expect(try shell.end() == 4)
      #expect(shell.errors.hasPrefix("error: the target is lost"), "\(shell.errors)")
      #expect(shell.errors.count { $0 == "\n" } == 1, "\(shell.errors)")
    }
  }

  /// Endpoints that aren't stubs.
  @Suite struct NoStub {
    private func attach(_ endpoint: String) throws -> ShellRun {
      try ShellRun(["attach", endpoint, "--batch"], within: .seconds(25))
    }

    @Test func nothingListens() throws {
      expectOneError(try attach("127.0.0.1:1"), "127.0.0.1:1", status: 4)
      expectOneError(try attach("unix:/nonexistent"), "unix:/nonexistent", status: 4)
    }

    @Test func aListenerThatSaysNothing() throws {
      let listener = try Listener()
      let start = ContinuousClock.now
      expectOneError(try attach(listener.endpoint), status: 4)
      #expect(ContinuousClock.now - start < .seconds(10))
    }

    @Test(arguments: [
      "SSH-2.0-OpenSSH_9.2\r\n", "+$zork#99", "+$PacketSize=ffffffffffffffffff#00",
      "+$OK#9a+$OK#9a",
    ])
    func aListenerThatTalksOtherwise(text: String) throws {
      let listener = try Listener()
      listener.serve(text)
      expectOneError(try attach(listener.endpoint), status: 4)
    }

    @Test func aListenerThatTalksWithoutEnd() throws {
      for text in [
        String(repeating: "garbage", count: 1000), "$" + String(repeating: "x", count: 5000),
      ] {
        let listener = try Listener()
        listener.serve(text, count: 20_000)
        expectOneError(try attach(listener.endpoint), status: 4)
      }
    }
  }
}
