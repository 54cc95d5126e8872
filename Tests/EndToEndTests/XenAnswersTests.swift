import Foundation
import Testing

/// Whether `scripts/test --soak` asks for what takes long.
private let isSoak = ProcessInfo.processInfo.environment["VCPU_SHELL_SOAK"] == "1"

extension EndToEnd {
  /// Exits of Xen's dom0 that the debugger answers.
  @Suite(
    .enabled(if: isSoak && Xen.problem == nil, Comment(rawValue: Xen.problem ?? "it takes long")))
  struct XenAnswers {
    /// HYPERVISOR_console_io, in x16, with CONSOLEIO_write in x0 and a count of bytes in x1; HYPERVISOR_xen_version
    /// with XENVER_version. (Xen, public/xen.h and public/version.h.)
    private static let consoleIO = "$x16 == 18 && $x0 == 0 && $x1"
    private static let version = "$x16 == 17 && $x0 == 0"

    /// From reset to dom0's end: an access to its interrupt controller, the Xen version that it gets, an interrupt of
    /// its timer, and a line that Xen doesn't print.
    @Test(arguments: ForeignMachine.Model.allCases)
    func dom0GetsThem(model: ForeignMachine.Model) throws {
      let machine = try Xen.start(model: model, wait: 1)
      // GICD_PIDR2: GICv3.
      let run = try attach(
        machine,
        """
        tcatch exit mmio-read if $exit.ipa == 0x800ffe8
        continue
        complete 0x30
        catch exit hvc if \(Self.version)
        commands
        silent
        complete 0x5002a
        continue
        end
        tcatch exit wfi
        continue
        inject irq 27
        tcatch exit hvc if \(Self.consoleIO) == 4
        continue
        x/4c $x2
        skip
        continue
        """)
      try machine.end()
      expectSuccess(run)
      expect(
        run, prints: "completed: mmio-read, x0 ", " -> 0x30; ",
        "injected: interrupt 27, ich_lr0_el2 0x50a000000000001b; ",
        "69 'E'\t78 'N'\t68 'D'\t10 '\\n'\n", "skipped: hvc; ", "the machine has powered off")
      #expect(run.lines(beginning: "completed: hvc, x0 0x0 -> 0x5002a; ").count >= 2)
      let lines = machine.lines
      #expect(lines.contains { $0.hasPrefix("dom0: ") && $0.contains(" on xen 5.42 with ") })
      #expect(lines.contains("READY") && !machine.console.contains("END"))
    }

    /// dom0's kernel doesn't survive an undefined instruction in its own code, and says so.
    @Test func dom0TakesAnException() throws {
      let machine = try Xen.start(wait: 2, isStopped: false)
      try machine.expect("READY")
      let run = try attach(
        machine,
        """
        tcatch exit hvc if \(Self.consoleIO) == 4
        continue
        inject undef
        detach
        """)
      expectSuccess(run)
      expect(run, prints: "injected: undefined instruction, ", "esr_el1 0x2000000")
      try machine.expect("Oops - Undefined instruction: 0000000002000000")
      #expect(!machine.lines.contains("END"))
    }

    private func attach(_ machine: ForeignMachine, _ script: String) throws -> ShellRun {
      let folder = try TemporaryFolder()
      return try ShellRun(
        [
          "attach", machine.endpoint, "--batch", "-x",
          folder.file("script.vcpu", script + "\n"),
        ], within: .seconds(280))
    }
  }
}
