import Foundation
import Testing

extension EndToEnd {
  /// 'info interrupts' on real machines: what it says is true, and it changes nothing.
  @Suite struct Interrupts {
    /// At every exit of the tour, whose guest checks its results.
    @Test(arguments: ["cortex-a57", "max"])
    func theTourGoesOnAsBefore(cpu: String) throws {
      let folder = try TemporaryFolder()
      let script = try folder.file("script.vcpu", Self.everyExit)
      let run = try ShellRun(["launch", "tour", "--cpu", cpu, "--batch", "-x", script])
      expectSuccess(run)
      let steps = Tour.stepCount
      expect(
        run, prints: "the guest waits, and nothing is pending for it",
        "tour: done, \(steps) ok, 0 failed", "the guest has powered off")
      let controllers = run.lines(beginning: "controller")
      #expect(controllers.count > steps)
      // The tour leaves the controller as it is at reset.
      #expect(
        Set(controllers) == [
          "controller  GICv3, distributor at 0x8000000, redistributor at 0x80a0000; forwards nothing"
        ])
      #expect(run.lines(beginning: "not read").isEmpty)
      #expect(run.lines(beginning: "  EL2 virtual").isEmpty == (cpu != "max"))
    }

    fileprivate static let everyExit = """
      catch exit
      commands
        silent
        info interrupts
        continue
      end
      continue

      """

    /// A CPU that executes nothing can't be asked, but the rest is still shown. By the time of the stop its timer may
    /// have woken it, and then it can be asked.
    @Test(.enabled(if: Built.hasLinux, "there is no .linux: scripts/setup --linux fetches it"))
    func anIdleCPUTellsWhatItWaitsFor() throws {
      let shell = try ShellProcess(["launch", "linux", "--append", "quiet", "-q"], at: .terminal)
      try shell.expect("(vcpu) ")
      try shell.enter("continue")
      try shell.expect("linux# ", within: .seconds(120))
      let emulator = try shell.requireEmulator()
      var text = ""
      for _ in 0..<10 {
        #expect(eventually(within: .seconds(20)) { ChildProcess.isWaiting(emulator) })
        try shell.press(.interrupt)
        try shell.expect("interrupted", within: .seconds(10))
        try shell.expect("(vcpu) ")
        try shell.enter("info interrupts")
        text = try shell.expect("(vcpu) ")
        if text.contains("the CPU is at EL2 and waits in WFI") { break }
        try shell.enter("continue")
        #expect(eventually { shell.hasGivenTerminalAway })
      }
      for line in [
        "the CPU is at EL2 and waits in WFI",
        "controller  GICv3, distributor at 0x8000000, redistributor at 0x80a0000",
        "not read    CNTPCT_EL0 ISR_EL1 ICC_… ICH_…: the stub does not show it",
        "the CPU waits, and nothing is known to be pending that ends it: the virtual timer will",
        "EL1 takes the machine's interrupts itself",
      ] {
        #expect(text.contains(line), "\(line) in \(text)")
      }
      try shell.enter("kill")
      try shell.expect("(vcpu) ")
      try shell.leave()
      #expect(try shell.end() == 0)
    }

    /// QEMU's GICv2 isn't read on a machine with several CPUs, where reading ends the emulator; with one CPU it is.
    @Test(arguments: [1, 2])
    func aGICv2IsReadWhereItCanBe(cpuCount: Int) throws {
      let machine = try ForeignMachine(
        boot: ["-M", "gic-version=2", "-m", "64M"], cpuCount: cpuCount)
      let folder = try TemporaryFolder()
      let script = try folder.file("script.vcpu", "info interrupts\nmonitor info status\nkill\n")
      let run = try ShellRun(["attach", machine.endpoint, "--batch", "-x", script])
      expectSuccess(run)
      expect(
        run, prints: "the CPU is at EL2\n",
        cpuCount == 1
          ? "controller  GICv2, distributor at 0x8000000; forwards nothing"
          : "controller  not read: it is a GICv2 on a machine with several CPUs",
        "VM status: paused")
    }
  }

  /// The same for hypervisors that aren't ours, which print each exit that they handle.
  @Suite(
    .enabled(
      if: ForeignHypervisor.problem == nil, Comment(rawValue: ForeignHypervisor.problem ?? "")))
  struct ForeignInterrupts {
    @Test(arguments: ForeignHypervisor.allCases, [1, 2])
    func itsGuestsGoOnAsBefore(hypervisor: ForeignHypervisor, cpuCount: Int) throws {
      let image = try hypervisor.image()
      let machine = try hypervisor.start(cpuCount: cpuCount)
      let folder = try TemporaryFolder()
      let script = try folder.file("script.vcpu", Interrupts.everyExit)
      let symbols = hypervisor == .armVCpuContract ? ["--symbols", image.path] : []
      let run = try ShellRun(
        ["attach", machine.endpoint] + symbols + ["--batch", "-x", script])
      try machine.end()
      expectSuccess(run)
      expect(run, prints: "the guest waits", "the machine has powered off")
      let printed = try machine.printed
      #expect(printed.panics.isEmpty)
      let exits = (0..<cpuCount).map { printed.exits(ofCPU: $0).count }.reduce(0, +)
      #expect(run.lines.count { $0 == "what ends a wait" } == exits)
      #expect(run.lines(beginning: "not read").isEmpty)
    }
  }

  /// The same for a kernel's hypervisor, and for one that uses list registers.
  @Suite(.enabled(if: KVM.problem == nil, Comment(rawValue: KVM.problem ?? "")))
  struct KVMInterrupts {
    @Test func itsGuestGetsTheSame() throws {
      let machine = try KVM.start(KVM.Run(wait: 1), isStopped: false)
      try machine.expect("READY")
      let folder = try TemporaryFolder()
      let script = try folder.file("script.vcpu", Interrupts.everyExit)
      let run = try ShellRun(
        ["attach", machine.endpoint, "--batch", "-x", script], within: .seconds(120))
      try machine.end()
      expectSuccess(run)
      #expect(machine.lines.contains("vmm: powered off by vcpu 0"))
      let reports = KVM.reports(of: machine)
      #expect(reports.map(\.step) == Array(1...10))
      for report in reports where report.step != 8 {
        #expect(report.value == KVMHosts.values[report.step], "\(report)")
      }
      let controllers = Set(run.lines(beginning: "controller"))
      #expect(
        controllers == [
          "controller  GICv3, distributor at 0x8000000, redistributor at 0x80a0000; forwards group 0 and group 1"
        ])
    }
  }

  @Suite(.enabled(if: Xen.problem == nil, Comment(rawValue: Xen.problem ?? "")))
  struct XenInterrupts {
    @Test func itsListRegistersAreShown() throws {
      let machine = try Xen.start(wait: 0)
      let folder = try TemporaryFolder()
      let script = try folder.file(
        "script.vcpu",
        """
        catch exit irq
        ignore 1 300
        continue
        info interrupts
        delete
        continue

        """)
      let run = try ShellRun(
        ["attach", machine.endpoint, "--batch", "-x", script], within: .seconds(280))
      try machine.end()
      expectSuccess(run)
      expect(
        run, prints: "the CPU is at EL2\n", "to EL2: IRQ FIQ SError", "pending: IRQ\n",
        "interface   guest: on, group 0 off, group 1 on", "forwards group 0 and group 1",
        " reaches the CPU\n", "the machine has powered off")
      #expect(machine.lines.contains("END"))
    }
  }
}
