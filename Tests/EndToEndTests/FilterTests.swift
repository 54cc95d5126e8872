import Foundation
import Testing

extension EndToEnd {
  /// Catchpoints that the hypervisor evaluates.
  @Suite struct Filter {
    /// The stop replies that the stub sent after the first resume.
    private func stops(in log: String) throws -> Int {
      let lines = try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n")
      let first = try #require(
        lines.firstIndex { $0.contains("-> $c") || $0.contains("-> $vCont;c") })
      return lines[first...].count { $0.contains("<- ") && $0.contains("$T05") }
    }

    @Test(arguments: [
      "catch exit any if $exit.number == 0x12345678",
      "catch exit mmio-write if $exit.ipa == 0x1234 || $exit.value == 0x777",
      "catch exit sve", "catch exit hvc if $vbar_el1 == 1 || $x0 == 1 && $exit.vcpu == 7",
    ])
    func aConditionThatDoesNotHoldStopsNothing(catchpoint: String) throws {
      let folder = try TemporaryFolder()
      let log = folder.path + "/log"
      let run = try ShellRun.launch(options: ["--rsp-log", log], catchpoint, "continue")
      expectSuccess(run)
      expect(run, prints: "0 failed", "the guest has powered off")
      #expect(try stops(in: log) == 0)
    }

    /// As many stops as exits match, whatever the others are.
    @Test func eachMatchStopsOnce() throws {
      let folder = try TemporaryFolder()
      let log = folder.path + "/log"
      let script = try folder.file(
        "hvc.vcpu",
        """
        set $hits = 0
        catch exit hvc
        commands
        silent
        set $hits += 1
        continue
        end
        on end
        printf "%d hypercalls\\n", $hits
        end
        continue
        """)
      let run = try ShellRun(
        ["launch", "--rsp-log", log, "-x", script, "--batch"])
      expectSuccess(run)
      let count = try #require(
        run.lines.compactMap { $0.firstMatch(of: #/^(\d+) hypercalls$/#).flatMap { Int($0.1) } }
          .first)
      #expect(count > 15)
      #expect(try stops(in: log) == count)
    }

    /// The target passes over matches without stopping, and counts them.
    @Test func ignoredMatchesAreCountedInTheTarget() throws {
      let folder = try TemporaryFolder()
      let log = folder.path + "/log"
      let run = try ShellRun.launch(
        options: ["--rsp-log", log], "catch exit hvc", "ignore 1 6", "continue",
        "print $exit.number",
        "info breakpoints", "delete", "catch exit hvc", "continue 3", "print $exit.number")
      expectSuccess(run)
      expect(run, prints: "exit ", "1    catchpoint  keep  y    7     exit hvc", "exit ")
      // The first, and three after it.
      #expect(try stops(in: log) == 4)
      // One by one it is the same exit.
      let single = try ShellRun.launch("catch exit hvc", "continue 7", "print $exit.number")
      expectSuccess(single)
      #expect(
        run.lines(beginning: "exit ").first == single.lines(beginning: "exit ").first)
    }

    /// A guest on two CPUs, whose exits match all the time on both.
    @Test func aTemporaryCatchpointStopsOneCPU() throws {
      let run = try ShellRun.launch(
        options: ["--cpus", "2"], "tcatch exit psci if $exit.vcpu == 0", "continue",
        "info breakpoints", "continue")
      expectSuccess(run)
      expect(run, prints: "vcpu 0: psci", "No breakpoints or catchpoints.", "0 failed")
    }

    /// What the debugger writes at the hook is what the hypervisor decodes, as at the trampoline.
    @Test func anExitAtTheHookCanBeChanged() throws {
      let run = try ShellRun.launch(
        "catch exit hvc if $x0 == 0xc600ffff", "continue", "bt 1", "set $x0 = 0xc6000001",
        "set $x1 = 0x77", "stepi", "stepi", "print $guest.x0", "finish", "print $x0")
      expect(run, prints: "vmexit_debug_hook ()")
      let complete = try ShellRun.launch(
        "catch exit hvc if $x0 == 0xc600ffff", "continue", "complete 0x55",
        "print $x0", "print $exit.number")
      expect(complete, prints: "completed")
    }

    /// A breakpoint in the hypervisor turns the filter off: the exit isn't reported once more at the trampoline.
    @Test func anExitIsNotReportedTwiceWhenTheFilterIsTurnedOff() throws {
      let run = try ShellRun.launch("catch exit mmio", "continue", "next", "finish", "info exit")
      expectSuccess(run)
      expect(
        run, prints: "exit 1, ", "<vmexit_debug_hook+4>", "Run till exit from #0", "VCpu.swift:")
      #expect(run.lines(beginning: "exit 1, ").count == 2)
      #expect(!run.output.contains("the same fault again"))
    }

    @Test func whereItIsEvaluatedIsSaid() throws {
      let run = try ShellRun.launch(
        "catch exit hvc if $x0 == 1",
        "catch exit mmio if *(int *)guest:$sp == 7 && $exit.width == 8",
        "info catch", "catch entry", "info catch", "delete", "catch exit", "info catch", "delete",
        "info catch")
      expectSuccess(run)
      expect(
        run, prints: "1    the hypervisor      exit hvc", "2    both                exit mmio",
        "in the debugger: `*(int *)(guest:$sp)` reads memory",
        "1    the debugger        exit hvc", "stops at each exit: a catchpoint of entries",
        "stops at each exit: catchpoint 4 waits for every exit", "No catchpoints.")
    }

    /// A program that something has overwritten: the hypervisor refuses it, and the session goes on.
    @Test func aDamagedFilterTurnsItselfOff() throws {
      let observer = "*(unsigned long *)hv:((unsigned long)&avcpu_observer"
      let run = try ShellRun.launch(
        "catch exit hvc if $x0 == 0xc600ffff", "tbreak guest:tour_main", "continue",
        "set \(observer) + 1344) = 0xff", "set \(observer) + 24) = 77",
        "tbreak guest:tour_power_off", "continue", "info catch", "print \(observer))",
        "continue")
      #expect(run.status == 0, Comment(rawValue: run.description))
      expect(
        run, prints: "breakpoint 2", "breakpoint 3",
        "stops at each exit: the hypervisor turned its",
        "\n1\n", "the guest has powered off")
      #expect(
        run.errors.contains(
          "warning: the hypervisor turned its filter off: a word isn't an operation")
          || run.output.contains("the hypervisor turned its filter off: a word isn't an operation"))
    }

    /// The recorder's memory is after the guest's, and nothing of stage 2 leads there.
    @Test func theGuestCannotReachTheRing() throws {
      let run = try ShellRun.launch(
        "catch exit hvc", "continue", "print /x *(unsigned long *)pa:0x45100008 != 0",
        "walk ipa:0x44000000", "walk ipa:0x45100000", "info mappings s2")
      expect(run, prints: "exit ", "0x1")
      let leading = run.lines.filter {
        $0.contains("0x45") && $0.contains("->") && !$0.contains("translation fault")
      }
      #expect(leading.isEmpty, Comment(rawValue: run.description))
    }

    @Test func detachingTurnsItOff() throws {
      let folder = try TemporaryFolder()
      let log = folder.path + "/log"
      let run = try ShellRun.launch(
        options: ["--rsp-log", log], "catch exit hvc", "continue", "detach")
      expectSuccess(run)
      let writes = try String(contentsOfFile: log, encoding: .utf8)
        .matches(of: #/\$M404[0-9a-f]+,8:([0-9a-f]{16})#/#).map { String($0.1) }
      // The recorder stays on.
      #expect(writes.first == "0200000000000000" && writes.last == "0100000000000000")
    }
  }
}
