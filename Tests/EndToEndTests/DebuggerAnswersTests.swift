import Foundation
import Testing

extension EndToEnd {
  /// Exits that the debugger answers in the hypervisor's place: the guest checks what it got, and expects in each
  /// step something that the hypervisor wouldn't have answered.
  @Suite struct DebuggerAnswers {
    private static let count = Tour.stepCount + TourAnswers.stepCount

    private func tour(
      way: String, options: [String] = [], images: Built.Configuration = .release
    ) throws -> ShellRun {
      let folder = try TemporaryFolder()
      let script = try folder.file(
        "script.vcpu", "set catch-way \(way)\n" + TourAnswers.script + "continue\n")
      return try ShellRun(
        ["launch", "tour", "--batch", "-x", script] + options,
        environment: ["VCPU_SHELL_IMAGES": Built.images(images)])
    }

    /// The acceptance criterion.
    @Test(arguments: ["context", "trampoline", "vectors"], [1, 2])
    func theGuestGetsEach(way: String, cpuCount: Int) throws {
      expectAllAnswered(try tour(way: way, options: ["--cpus", "\(cpuCount)"]))
    }

    /// `max` has SVE, and its stub has only Z registers.
    @Test(arguments: ["cortex-a76", "max"])
    func theGuestGetsEachOn(cpu: String) throws {
      expectAllAnswered(try tour(way: "vectors", options: ["--cpu", cpu]))
    }

    @Test func theGuestGetsEachWithoutOptimization() throws {
      expectAllAnswered(try tour(way: "trampoline", images: .debug))
    }

    private func expectAllAnswered(_ run: ShellRun) {
      expectSuccess(run)
      expect(run, prints: "tour: done, \(Self.count) ok, 0 failed", "has powered off")
      // All except the step that only turns the interface on for the next one.
      let answers = ["completed: ", "skipped: ", "injected: "].flatMap { run.lines(beginning: $0) }
      #expect(answers.count == TourAnswers.stepCount, Comment(rawValue: run.description))
    }

    /// Each step fails if nothing answers it, so the debugger's answers make them succeed above.
    @Test func theHypervisorAnswersNone() throws {
      let run = try ShellRun.launch(
        "tbreak guest:tour_main", "continue", "set guest:tour_debugger_answers = 1", "continue")
      expectSuccess(run)
      expect(
        run, prints: "tour: done, \(Tour.stepCount) ok, \(TourAnswers.stepCount) failed",
        "the guest has powered off")
    }

    /// Both CPUs call all the time, often simultaneously: each gets its own answer, to each of its calls. Our context
    /// counts exits; with other ways the session does.
    @Test(arguments: ["context", "trampoline", "vectors"])
    func eachOfTwoCPUsGetsItsOwn(way: String) throws {
      let folder = try TemporaryFolder()
      let script = try folder.file(
        "both.vcpu",
        """
        set catch-way \(way)
        catch exit hvc if $x0 == 0xc6000001
        commands
        silent
        info exit --brief
        complete $exit.vcpu + 0x50
        print /x $x0
        continue
        end
        catch exit hvc if $exit.count == 100
        continue

        """)
      let run = try ShellRun([
        "launch", GuestProgram.twoCPUs.write(to: folder), "--cpus", "2", "--batch", "-x", script,
      ])
      expectSuccess(run)
      let lines = run.lines
      var numbers: [String: [Int]] = [:]
      for (index, line) in lines.enumerated() {
        guard let exit = line.firstMatch(of: #/^#(\d+) +vcpu (\d) /#)?.output else { continue }
        let vcpu = String(exit.2)
        numbers[vcpu, default: []].append(try #require(Int(exit.1)))
        let answer = lines[(index + 1)...].prefix(2)
        #expect(
          answer.first?.hasPrefix("completed: hvc, x0 0xc6000001 -> 0x5\(vcpu);") == true
            && answer.last == "0x5\(vcpu)", Comment(rawValue: run.description))
      }
      for vcpu in ["0", "1"] {
        let seen = numbers[vcpu] ?? []
        // How often each runs is the host's scheduler's affair: one has 100 calls, the other some.
        #expect(seen.count > 2 && seen == Array(seen[0]...(seen[0] + seen.count - 1)), "\(seen)")
      }
    }

    /// Pending interrupts end with the machine.
    @Test func anotherMachineHasNothingPending() throws {
      let run = try ShellRun.launch(
        "catch exit hvc if $x0 == 0xc6000001", "continue", "inject irq", "run", "complete 0x1234",
        "delete", "continue")
      expectSuccess(run)
      expect(
        run, prints: "injected: virtual IRQ", "completed: hvc",
        "tour: 72 virtual irq ok", "tour: done, \(Tour.stepCount) ok, 0 failed")
    }

    // MARK: Where the guest continues

    /// `$exit` has ended, and the guest's next instruction hasn't been executed yet.
    @Test(arguments: ["context", "trampoline", "vectors"])
    func theGuestStandsWhereItGoesOn(way: String) throws {
      let run = try ShellRun.launch(
        "set catch-way \(way)", "tcatch exit mmio-read if $exit.width == 4", "continue",
        "set $x9 = $pc", "complete 0x77", "print $pc - $x9", "print /x $x2", "stepi",
        "tcatch exit hvc if $x1 == 0x1234", "continue", "set $x1 = $pc", "skip",
        "print $pc - $x1", "print /x $x0", "continue")
      expectSuccess(run)
      expect(
        run, prints: "completed: mmio-read, x2 0xffffffffffffffff -> 0x77; the guest goes on at 0x",
        "<load32+", "\nguest:0x4\n0x77\n", "EL1 0x",
        "tour: 7 mmio read 4 bytes FAIL got 0x77 want 0xcafebabe",
        "skipped: hvc; the guest goes on at 0x", "<hypercall_echo+", "\nguest:0x0\n0xc6000001\n",
        "tour: 20 hvc echo FAIL got 0xc6000001 want 0x1234", "\(Tour.stepCount - 2) ok, 2 failed")
    }

    /// The guest powers off at the end. If that call is skipped, it waits forever.
    @Test func aSkippedPowerCallIsWarnedOf() throws {
      let run = try ShellRun.launch(
        "tcatch exit psci if $exit.number == 0x84000008", "continue", "skip", "tcatch exit wfi",
        "continue", "skip")
      expectSuccess(run)
      expect(
        run, prints: "SYSTEM_OFF", "skipped: psci; the guest goes on at 0x", "<tour_power_off+",
        "warning: its hypervisor has not seen this power call", "vcpu 0: wfi", "skipped: wfi")
    }

    // MARK: Refusals

    /// What can't be done at a stop: the command, and part of the error.
    struct Refusal: CustomTestStringConvertible {
      let stop: String
      let command: String
      let reason: String
      var testDescription: String { "\(command) at '\(stop)'" }

      init(_ stop: String, _ command: String, _ reason: String) {
        self.stop = stop
        self.command = command
        self.reason = reason
      }

      static let all = [
        Refusal("tcatch exit mmio-write", "complete 1", "mmio-write loads nothing"),
        Refusal("tcatch exit sysreg-write", "complete 1", "sysreg-write loads nothing"),
        Refusal("tcatch exit mmio-read", "complete 1, 2", "loads 1 register"),
        Refusal("tcatch exit hvc", "complete 1, 2", "1 register"),
        Refusal("tcatch exit hvc", "complete 1, 2, 3", "two values"),
        Refusal("tcatch exit hvc", "inject irq 40", "ICH_HCR_EL2.En is 0"),
        Refusal("tcatch exit hvc", "inject fiq 40", "takes no value"),
        Refusal("tcatch exit hvc", "inject smc", "'undef', 'dabt'"),
        Refusal("tcatch exit iabt", "complete", "iabt has no instruction"),
        Refusal("tcatch exit iabt", "skip", "iabt has no instruction"),
        Refusal("\(ldxr)", "complete 1", "not a sequence of accesses"),
        Refusal("tbreak guest:tour_print", "complete", "not at an exit"),
        Refusal("tbreak guest:tour_print", "skip", "not at an exit"),
        Refusal("tbreak guest:tour_print", "inject undef", "not at an exit"),
        Refusal("tcatch entry", "skip", "has answered the exit"),
        Refusal("tcatch entry", "complete", "has answered the exit"),
      ]
      private static let ldxr =
        "tcatch exit dabt if $exit.kind == dabt && $exit.pc >= (guest:load_exclusive)"
        + " && $exit.pc < (guest:load_exclusive) + 64"
    }

    /// The refused commands have changed nothing: all steps of the tour succeed.
    @Test(arguments: Refusal.all)
    func whatCannotBeDoneIsRefused(_ refusal: Refusal) throws {
      let shell = try ShellProcess(["launch", "tour", "-q"], at: .terminal)
      for line in [refusal.stop, "continue", refusal.command] {
        try shell.expect("(vcpu) ")
        try shell.enter(line)
      }
      try shell.expect("error: ")
      let rest = try shell.expect("\r\n")
      #expect(rest.contains(refusal.reason), "\(rest)")
      try shell.expect("(vcpu) ")
      try shell.enter("continue")
      try shell.expect("tour: done, \(Tour.stepCount) ok, 0 failed")
      try shell.expect("(vcpu) ")
      try shell.enter("quit")
      try shell.end()
    }

    /// One instruction after the stop the hypervisor has begun to handle it.
    @Test(arguments: ["skip", "complete", "inject undef"])
    func whatIsHandledIsRefused(command: String) throws {
      let run = try ShellRun.launch("catch exit hvc", "continue", "stepi", command)
      expectOneError(run, "nothing was done", "has begun to handle the exit")
      expectOneError(try ShellRun.launch(command), "not at a guest exit")
    }

    /// A guest with the machine's interrupts has no virtual ones, but SErrors are still the hypervisor's.
    @Test(arguments: [("irq", "IMO"), ("fiq", "FMO")])
    func noInterruptIsInjectedWhereTheyArePassedThrough(kind: String, control: String) throws {
      let folder = try TemporaryFolder()
      let guest = try GuestProgram.wait.write(to: folder)
      let options = ["--interrupts", "passthrough"]
      let run = try ShellRun.launch(
        guest: guest, options: options, "catch exit wfi", "continue", "inject \(kind)")
      expectOneError(run, "nothing was done", "HCR_EL2.\(control) is 0")
      let serror = try ShellRun.launch(
        guest: guest, options: options, "catch exit wfi", "continue", "inject serror")
      expectSuccess(serror)
      expect(serror, prints: "injected: virtual SError", "the guest goes on at 0x41200000")
    }

    /// An interrupt has no instruction; an injected exception is taken where the interrupt came.
    @Test(
      .enabled(
        if: ForeignHypervisor.problem == nil, Comment(rawValue: ForeignHypervisor.problem ?? "")),
      arguments: ForeignHypervisor.allCases)
    func anInterruptIsNotSkipped(hypervisor: ForeignHypervisor) throws {
      for (command, reason) in [
        ("skip", "irq has no instruction"), ("complete", "irq has no instruction"),
        ("inject undef", nil),
      ] {
        let machine = try hypervisor.start(cpuCount: 1)
        let run = try ShellRun([
          "attach", machine.endpoint, "--symbols", try hypervisor.image().path, "--batch", "-ex",
          "catch exit irq", "-ex", "continue", "-ex", command, "-ex", "kill",
        ])
        try machine.end()
        if let reason {
          expectOneError(run, reason)
        } else {
          expectSuccess(run)
          expect(run, prints: "vcpu 0: irq", "injected: undefined instruction")
        }
      }
    }
  }
}
