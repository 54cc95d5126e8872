import Foundation
import Testing

extension EndToEnd {
  /// Debian's kernel as the guest, with interrupts and devices passed through.
  @Suite(.enabled(if: Built.hasLinux, "there is no .linux: scripts/setup --linux fetches it"))
  struct Linux {
    /// A boot takes two seconds on a quiet machine, and `max` ten.
    private static let patience = Duration.seconds(120)

    private func boot(
      _ options: [String] = [], append: String = "vcpu.poweroff quiet", script: String? = nil,
      images: Built.Configuration = .release
    ) throws -> ShellRun {
      let folder = try TemporaryFolder()
      let file = folder.path + "/script.vcpu"
      try (script ?? "continue\n").write(toFile: file, atomically: true, encoding: .utf8)
      return try ShellRun(
        ["launch", "linux", "--append", append] + options + ["--batch", "-x", file],
        environment: ["VCPU_SHELL_IMAGES": Built.images(images)], within: Self.patience)
    }

    /// While one CPU steps, the other doesn't move.
    @Test func oneCPUStepsWhileTheOtherWaits() throws {
      let run = try boot(
        ["--cpus", "2"],
        script: """
          catch exit if $exit.vcpu == 1
          continue
          continue 20
          set $there = $hv.pc
          set $count = $exit.count
          thread 1
          stepi 200
          stepi 200
          thread 2
          assert $hv.pc == $there && $exit.count == $count
          quit 0
          """)
      expectSuccess(run)
    }

    /// The acceptance criterion: its first exits, decoded, and then to its end.
    @Test(arguments: ["cortex-a57", "max"])
    func itsExitsAreCaught(cpu: String) throws {
      let run = try boot(
        ["--cpu", cpu],
        script: """
          tcatch exit psci
          continue
          info exit
          tcatch exit mmio
          continue
          info exit
          print $exit.ipa
          tcatch exit wfi
          continue
          info exit
          continue
          """)
      expectSuccess(run)
      expect(
        run, prints: "hypervisor: EL2, guest of 512 MiB, 1 vCPU", "psci by hvc: PSCI_VERSION",
        "hvc #0x0", "ESR_EL2    0x000000005a000000", "EC            0x16",
        "linux: 6.", " with 1 CPU(s) at EL1", "mmio-read of 4 bytes from IPA 0xb000040 into w",
        "IPA 0xb000040, read of 4 bytes", "DFSC        0x7", "EL0", "ipa:0xb000040",
        "wfi: waits for an interrupt", "\n  guest pc 0xffff", ":  wfi\n",
        "ESR_EL2    0x0000000007e00000", "the guest has powered off")
      #expect(run.output.contains("linux: the emulated device answers 0x75706376\n"))
      #expect(run.output.contains("slept a second\n"))
    }

    /// The other CPUs are started by CPU_ON.
    @Test(arguments: ["cortex-a57", "max"])
    func itHasFourCPUs(cpu: String) throws {
      let run = try boot(
        ["--cpu", cpu, "--cpus", "4"],
        script: """
          tcatch exit psci if $x0 == 0xc4000003
          continue
          print $x1
          continue
          """)
      expectSuccess(run)
      expect(
        run, prints: "4 vCPU", "CPU_ON", "\n1\n", "linux: 6.", " with 4 CPU(s) at EL1",
        "the emulated device answers 0x75706376", "slept a second", "the guest has powered off")
    }

    @Test func itBootsOnACortexA72() throws {
      let run = try boot(["--cpu", "cortex-a72"])
      expectSuccess(run)
      expect(run, prints: "with 1 CPU(s) at EL1", "slept a second", "the guest has powered off")
    }

    /// Unoptimized code takes other paths, and they must not need a heap, which EL2 doesn't have.
    @Test func itBootsOnTheDebugImages() throws {
      let run = try boot(["--cpus", "2"], images: .debug)
      expectSuccess(run)
      expect(run, prints: "with 2 CPU(s) at EL1", "slept a second", "the guest has powered off")
    }

    /// The timer interrupts of an idle guest wake it, and nothing runs between them.
    @Test func anIdleGuestLeavesTheHostAlone() throws {
      let shell = try ShellProcess(["launch", "linux", "--append", "quiet"], at: .terminal)
      try shell.expect("(vcpu) ")
      try shell.enter("continue")
      try shell.expect("linux# ", within: Self.patience)
      let emulator = try shell.requireEmulator()
      let before = try ChildProcess.processorTime(of: emulator)
      try shell.enter("sleep 3; echo $((6*7))")
      try shell.expect("\n42\r", within: Self.patience)
      let used = try ChildProcess.processorTime(of: emulator) - before
      // A guest that spins would have used all three seconds.
      #expect(used < .seconds(1.5), "\(used)")
      try powerOff(shell)
    }

    /// A user at the console: keys, the guest's Ctrl-C and the shell's, and the end.
    @Test func aPersonWorksAtItsConsole() throws {
      let shell = try ShellProcess(["launch", "linux", "--append", "quiet"], at: .terminal)
      try shell.expect("(vcpu) ")
      try shell.enter("continue")
      try shell.expect("linux# ", within: Self.patience)
      try shell.enter("echo $((6*7))")
      try shell.expect("\n42\r", within: Self.patience)
      try shell.expect("linux# ")
      // Ctrl-] c: the guest's Ctrl-C. An interactive shell between two commands wouldn't end on it.
      try shell.enter("sh -c 'echo $((7*7)); exec sleep 1000'")
      try shell.expect("\n49\r", within: Self.patience)
      try shell.type("\u{1d}c")
      try shell.expect("linux# ", within: Self.patience)
      // Ctrl-C is the shell's, and the guest then continues where it was.
      try shell.press(.interrupt)
      try shell.expect("interrupted", within: .seconds(10))
      try shell.expect("(vcpu) ")
      try shell.enter("print 6*7")
      try shell.expect("0x2a (42)")
      try shell.expect("(vcpu) ")
      try shell.enter("continue")
      try powerOff(shell)
    }

    /// The acceptance criterion: the kernel waits, the CPU is in the hypervisor's own WFI, and the exit lasts.
    @Test(arguments: ["context", "trampoline", "vectors"])
    func anIdleGuestIsStoppedInItsWFI(way: String) throws {
      let shell = try ShellProcess(["launch", "linux", "--append", "quiet", "-q"], at: .terminal)
      try shell.expect("(vcpu) ")
      try shell.enter("set catch-way \(way)")
      try shell.expect("exits are found by '\(way)'")
      try shell.expect("(vcpu) ")
      if way != "context" {
        // What isn't in a hypervisor's memory must have been seen at the exit.
        try shell.enter("catch exit if $exit.count == 0")
        try shell.expect("(vcpu) ")
      }
      try shell.enter("continue")
      try shell.expect("linux# ", within: Self.patience)
      // Nothing happens at the prompt: the kernel soon becomes idle.
      let emulator = try shell.requireEmulator()
      #expect(eventually(within: .seconds(20)) { ChildProcess.isWaiting(emulator) })
      try shell.press(.interrupt)
      try shell.expect("interrupted", within: .seconds(10))
      try shell.expect("(vcpu) ")
      try shell.enter("info exit")
      try shell.expect("vcpu 0: wfi: waits for an interrupt")
      try shell.expect("guest pc 0xffff")
      try shell.expect(":  wfi")
      try shell.expect("(vcpu) ")
      try shell.enter("print /x $guest.pc >> 48")
      try shell.expect("0xffff\r\n(vcpu) ")
      try shell.enter("print $exit.kind")
      try shell.expect("\nwfi\r\n(vcpu) ")
      if way != "context" {
        try shell.enter("delete")
        try shell.expect("(y or n) ")
        try shell.enter("y")
        try shell.expect("(vcpu) ")
      }
      try shell.enter("continue")
      // With another hypervisor, a power-off may end more than its guest.
      try powerOff(shell, owner: way == "context" ? "guest" : "machine")
    }

    private func powerOff(_ shell: ShellProcess, owner: String = "guest") throws {
      // What is typed before the terminal is the guest's goes to the shell.
      #expect(eventually { shell.hasGivenTerminalAway })
      try shell.enter("")
      try shell.expect("linux# ", within: Self.patience)
      try shell.enter("poweroff")
      try shell.expect("the \(owner) has powered off", within: Self.patience)
      try shell.expect("(vcpu) ")
      try shell.leave()
      #expect(try shell.end() == 0)
    }

    // MARK: Its machine

    /// The last output reaches the user, although the machine ends right after it.
    @Test func itsLastWordsAreShown() throws {
      let run = try boot(append: "vcpu.poweroff")
      expectSuccess(run)
      expect(run, prints: "reboot: Power down\n", "the guest has powered off")
    }

    @Test func theDeviceTreeIsTheGuests() throws {
      let run = try boot(["--memory", "256"], append: "vcpu.poweroff")
      expectSuccess(run)
      expect(
        run, prints: "hypervisor: EL2, guest of 256 MiB",
        // Every byte above the hypervisor's 16 MiB.
        "[mem 0x0000000041000000-0x0000000050ffffff]", "psci: PSCIv1.1 detected in firmware",
        "Kernel command line: vcpu.poweroff", "CPU: All CPU(s) started at EL1",
        "[mem 0x4010000000-0x401fffffff]")
    }

    /// A disk: the controller writes to the guest's memory at the addresses that the guest gives it, and interrupts
    /// the guest with a message that the interrupt controller looks up in the guest's memory.
    @Test func aDeviceReachesTheGuestsMemory() throws {
      let folder = try TemporaryFolder()
      let text = "sector of a disk"
      let disk = try folder.file("disk", Data(text.utf8) + Data(count: 1 << 20))
      let options = [
        "-drive", "file=\(disk),format=raw,if=none,id=disk", "-device", "nvme,drive=disk,serial=1",
      ]
      let run = try boot(options.flatMap { ["--qemu-arg", $0] })
      expectSuccess(run)
      expect(
        run, prints: "linux: /dev/nvme0n1 begins with \(text)\n", "the guest has powered off")
    }
  }
}
