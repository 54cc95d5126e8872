import Foundation
import Testing

extension EndToEnd {
  /// 'info interrupts' on real machines: what it says is so, and looking changes nothing.
  @Suite struct Interrupts {
    /// At every exit of the tour, whose guest checks what it gets.
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

    private static let everyExit = """
      catch exit
      commands
        silent
        info interrupts
        continue
      end
      continue

      """

    /// A model of the GICv2 that reads of several CPUs end is not read; that of one CPU is.
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
          : "controller  not read: it is a GICv2 of a machine with several CPUs",
        "VM status: paused")
    }
  }

  /// The same of a kernel's hypervisor, and of one that uses list registers.
  @Suite(.enabled(if: KVM.problem == nil, Comment(rawValue: KVM.problem ?? "")))
  struct KVMInterrupts {
    @Test func itsGuestGetsTheSame() throws {
      let machine = try KVM.start(KVM.Run(wait: 1), isStopped: false)
      try machine.expect("READY")
      let folder = try TemporaryFolder()
      let script = try folder.file(
        "script.vcpu",
        """
        catch exit
        commands
          silent
          info interrupts
          continue
        end
        continue

        """)
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
        ignore 1 100
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
        "its interrupt 26 reaches the CPU", "the machine has powered off")
      #expect(machine.lines.contains("END"))
    }
  }
}
