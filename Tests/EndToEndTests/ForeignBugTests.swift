import Foundation
import Testing

extension EndToEnd {
  /// Hypervisors with a bug, without symbols: how the shell shows the bug.
  @Suite(
    .enabled(
      if: ForeignHypervisor.problem == nil, Comment(rawValue: ForeignHypervisor.problem ?? "")))
  struct ForeignBugs {
    private func attach(_ machine: ForeignMachine, _ commands: String...) throws -> ShellRun {
      try ShellRun(
        ["attach", machine.endpoint, "--batch"] + commands.flatMap { ["-ex", $0] })
    }

    @Test(arguments: ForeignHypervisor.allCases)
    func theInstructionAfterACallIsSkipped(hypervisor: ForeignHypervisor) throws {
      let machine = try hypervisor.start(.skipsAfterHVC, .rounds(1))
      let run = try attach(
        machine, "catch entry", "continue", "print /x $guest.pc", "continue", "info exit",
        "print /x $exit.number", "print /x $pc", "print /x $x0", "continue 2", "delete",
        "continue")
      try machine.end()
      expectSuccess(run)
      expect(
        run, prints: "Catchpoint 1: entry", "entry of vcpu 0, whose exit was not seen",
        "guest pc 0x40200000:  mov x19, x0", "\n0x40200000\n",
        "entry after exit 1 seen, vmid 7, vcpu 0: hvc #0x1",
        "guest pc 0x40200048:  mov x1, x0",
        "pc       0x40200044 -> 0x40200048: the instruction after the hvc is skipped",
        "x0       0xc6000001 -> 0xbeef\n",
        // The exit is unchanged, and the registers are what the guest gets.
        "exit 1 seen, vmid 7, vcpu 0: hvc #0x1: function 0xc6000001",
        "guest pc 0x40200040:  hvc #0x1  (pc is after it)",
        "the guest is about to be entered again",
        "0xc6000001\n0x40200048\n0xbeef\n",
        "pc       0x40200064 -> 0x40200068: goes on after the strb",
        "the machine has powered off")
    }

    /// Before its first entry a guest has no exit, whatever the CPU has in ESR_EL2.
    @Test(arguments: ForeignHypervisor.allCases, ["info exit", "print $exit.kind"])
    func theFirstEntryIsAfterNoExit(hypervisor: ForeignHypervisor, command: String) throws {
      let machine = try hypervisor.start()
      let run = try attach(machine, "catch entry", "continue", command)
      expectOneError(run, "the guest is about to be entered, for the first time")
      try machine.end()
    }

    /// Without the bug, and with a host at EL1 whose calls also return by `eret`.
    @Test(arguments: [[], [ForeignHypervisor.Option.hostAtEL1]])
    func entriesAreShown(options: [ForeignHypervisor.Option]) throws {
      let image = try ForeignHypervisor.vectorsOnly.image(options)
      for cpuCount in [1, 2] {
        let machine = try ForeignMachine(
          boot: ["-m", "128M", "-kernel", image.path], cpuCount: cpuCount)
        let folder = try TemporaryFolder()
        let script = try folder.file(
          "script.vcpu",
          """
          catch entry
          commands
          continue
          end
          continue

          """)
        let run = try ShellRun(["attach", machine.endpoint, "--batch", "-x", script])
        try machine.end()
        expectSuccess(run)
        // Each exit except the last of each CPU, after which nothing is entered; and the first entries.
        #expect(
          run.lines(beginning: "entry after exit ").count == 57 * cpuCount,
          Comment(rawValue: run.description))
        #expect(run.lines.count { $0.hasSuffix("whose exit was not seen") } == cpuCount)
        #expect(!run.output.contains("is skipped"))
        for text in [
          ": goes on after the hvc", ": goes on after the smc", ": the stp is executed again",
          ": goes on where it was",
        ] {
          #expect(
            run.lines.count { $0.hasPrefix("  pc  ") && $0.hasSuffix(text) } >= 3 * cpuCount,
            Comment(rawValue: "\(text): \(run.description)"))
        }
      }
    }

    @Test(arguments: ForeignHypervisor.allCases)
    func aFaultComesAgain(hypervisor: ForeignHypervisor) throws {
      let machine = try hypervisor.start(.retriesFaults)
      let run = try attach(
        machine, "catch exit dabt if $exit.kind == dabt", "continue", "continue", "continue",
        "info exit", "catch entry", "continue", "kill")
      expectSuccess(run)
      expect(
        run, prints: "dabt: write of IPA 0x8040000010: translation fault, level 2",
        "guest pc 0x402000ec:  stp x20, x21, [x1, #16]\nexit ",
        "  the same fault again, 2 in a row", "  the same fault again, 3 in a row",
        "the syndrome does not describe the instruction (ISV 0); it stores 2 × 8 bytes",
        "pc       0x402000ec: the stp is executed again\n", "nothing else changed")
    }

    @Test(arguments: ForeignHypervisor.allCases, [1, 2])
    func theHypervisorTakesAFaultItself(hypervisor: ForeignHypervisor, cpuCount: Int) throws {
      for symbols in [try hypervisor.image(.faults(after: 3)).path, nil] {
        let machine = try hypervisor.start(.faults(after: 3), cpuCount: cpuCount)
        let run = try ShellRun(
          ["attach", machine.endpoint, "--batch"] + (symbols.map { ["--symbols", $0] } ?? [])
            + ["catch exit if $exit.count > 100", "continue", "info exit", "continue"]
            .flatMap { ["-ex", $0] })
        try machine.end()
        let comment = Comment(rawValue: run.description)
        #expect(run.status == 5 && run.errors.isEmpty, comment)
        expect(
          run, prints: "the hypervisor took a fault at EL2: unknown reason (EC 0x00)\n  hv pc 0x",
          "msr scr_el3, x", symbols == nil ? "\n" : "exits.c:",
          "ESR_EL2 0x0000000002000000", "its own handler is next, at 0x",
          // The exit that it was handling is still known.
          "exit 3 seen, vmid 7, vcpu 0: mmio-write of 1 byte", "the machine has powered off")
        #expect(try machine.printed.panics.count == 1)
      }
    }

    /// A run that waits only for a fault gets it, and that isn't an error.
    @Test(arguments: ForeignHypervisor.allCases)
    func aFaultIsCaughtAlone(hypervisor: ForeignHypervisor) throws {
      let machine = try hypervisor.start(.faults(after: 3))
      let run = try attach(machine, "catch fault", "continue", "print /x $esr_el2", "continue")
      try machine.end()
      expectSuccess(run)
      expect(
        run, prints: "Catchpoint 1: fault", "the hypervisor took a fault at EL2", "0x2000000\n",
        "the machine has powered off")
    }
  }
}
