import Foundation
import Testing

extension EndToEnd {
  /// Stubs that refuse the packets for catching and changing exits, and symbols of another build: a clear line, and a
  /// guest that behaves as it would without the shell.
  @Suite(
    .enabled(
      if: ForeignHypervisor.problem == nil, Comment(rawValue: ForeignHypervisor.problem ?? "")))
  struct ForeignLimits {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func attach(
      _ endpoint: String, symbols: String? = nil, _ commands: String...
    ) throws -> ShellRun {
      try ShellRun(
        ["attach", endpoint, "--batch"] + (symbols.map { ["--symbols", $0] } ?? [])
          + commands.flatMap { ["-ex", $0] })
    }

    /// What the guest does without a debugger.
    private func expectUndisturbed(_ machine: ForeignMachine) throws {
      try machine.end()
      let printed = try machine.printed
      #expect(printed.exits.count == 58 && printed.panics.isEmpty)
      #expect(printed.reports.map(\.value).filter { $0 == 0x10001 }.count == 3)
    }

    @Test(arguments: ForeignHypervisor.allCases, RewritingProxy.Refusal.allCases)
    func noBreakpointsAreTaken(
      hypervisor: ForeignHypervisor, refusal: RewritingProxy.Refusal
    ) throws {
      for symbols in [try hypervisor.image().path, nil] {
        let machine = try hypervisor.start()
        let folder = try TemporaryFolder()
        let proxy = try RewritingProxy(before: machine, in: folder) {
          $0.hasPrefix("Z") ? refusal : nil
        }
        let run = try attach(proxy.endpoint, symbols: symbols, "catch exit", "continue")
        #expect(run.status == 1, Comment(rawValue: run.description))
        expectOneError(run, "breakpoint")
        try expectUndisturbed(machine)
      }
    }

    @Test(arguments: RewritingProxy.Refusal.allCases)
    func noRegistersAreWritten(refusal: RewritingProxy.Refusal) throws {
      let machine = try ForeignHypervisor.vectorsOnly.start()
      let proxy = try RewritingProxy(before: machine, in: folder) {
        $0.hasPrefix("P") || $0.hasPrefix("G") ? refusal : nil
      }
      let run = try attach(
        proxy.endpoint, "catch exit hvc", "continue", "set $x1 = 3")
      expectOneError(run, "write of x1")
      expect(run, prints: "exit 1 seen")
      try expectUndisturbed(machine)
      #expect(try machine.printed.exits.first?.x[1] == 0)
    }

    /// arm_vcpu's frame is in memory, so `P` isn't needed there.
    @Test func theFrameNeedsNoRegisterWrites() throws {
      let hypervisor = ForeignHypervisor.armVCpuContract
      let machine = try hypervisor.start()
      let proxy = try RewritingProxy(before: machine, in: folder) {
        $0.hasPrefix("P") || $0.hasPrefix("G") ? .unsupported : nil
      }
      let run = try attach(
        proxy.endpoint, symbols: hypervisor.image().path, "catch exit hvc", "continue",
        "set $x1 = 3", "delete", "continue")
      try machine.end()
      expectSuccess(run)
      #expect(try machine.printed.exits.first?.x[1] == 3)
    }

    /// Symbols of another build: they are compared with memory, and the vectors are used.
    @Test(arguments: [1, 2])
    func symbolsOfAnotherBuild(cpuCount: Int) throws {
      let hypervisor = ForeignHypervisor.armVCpuContract
      let other = try hypervisor.image(.otherBuild).path
      for symbols in [other, try ForeignHypervisor.vectorsOnly.image().path] {
        let machine = try hypervisor.start(cpuCount: cpuCount)
        let run = try CaughtRun(machine, symbols: symbols, before: ["info hypervisor"])
        try machine.end()
        #expect(run.shell.status == 0, Comment(rawValue: run.shell.description))
        expect(run.shell, prints: "exits are found by 'vectors'")
        #expect(
          run.shell.output.contains("vmexit_trampoline is not used: ") == (symbols == other),
          Comment(rawValue: run.shell.description))
        run.expectAll(of: try machine.printed, cpuCount: cpuCount)
      }
    }

    /// The other way round, and while the guest runs.
    @Test func symbolsOfAnotherHypervisorWhileItRuns() throws {
      let machine = try ForeignHypervisor.vectorsOnly.start(.rounds(500), isStopped: false)
      try machine.expect("guest cpu 0 step 7")
      let run = try attach(
        machine.endpoint, symbols: try ForeignHypervisor.armVCpuContract.image().path,
        "info hypervisor", "catch exit", "continue 3", "kill")
      #expect(run.status == 0, Comment(rawValue: run.description))
      expect(
        run, prints: "exits are found by 'vectors'", "vmexit_trampoline is not used: ",
        "exit 3 seen"
      )
    }
  }
}
