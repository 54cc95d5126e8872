import Foundation
import Testing

extension EndToEnd {
  /// `run`: restarting the launched machine from the beginning.
  @Suite struct Runs {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func breakpointsAndCatchpointsStay() throws {
      let run = try ShellRun.launch(
        "break guest:wait_for_interrupt if 1", "catch exit hvc", "ignore 2 1", "run",
        "delete 2", "run", "info breakpoints", "continue", "run", "info breakpoints")
      expectSuccess(run)
      // Hits are counted from the machine's start.
      expect(
        run, prints: "exit 21, vcpu 0: hvc", "breakpoint 1", "keep  y    1     guest:0x",
        "the guest has powered off", "breakpoint 1", "keep  y    1     guest:0x")
    }

    @Test func aMachineThatHasEndedBeginsAgain() throws {
      let run = try ShellRun.launch("continue", "run", "starti", "print $pc")
      expectSuccess(run)
      expect(
        run, prints: "the guest has powered off", "the guest has powered off",
        "  EL2 0x40200000 <_start>", "hv:0x40200000 <_start>")
    }

    @Test func nothingOfTheOldMemoryIsLeft() throws {
      let run = try ShellRun.launch(
        "tcatch exit mmio-write", "continue", "set guest:0x40300000 = 0x1122",
        "x/1xg guest:0x40300000", "tcatch exit mmio-write", "run", "x/1xg guest:0x40300000")
      expectSuccess(run)
      expect(
        run, prints: "0x40300000:\t0x0000000000001122", "exit 1, vcpu 0: mmio-write",
        "0x40300000:\t0x0000000000000000")
    }

    @Test func aChangedGuestIsReadAgain() throws {
      let path = try GuestProgram.hypercalls.write(to: folder)
      let shell = try ShellProcess(["launch", path])
      try shell.enter("catch exit")
      try shell.enter("run")
      try shell.expect("exit 1, vcpu 0: hvc")
      let other = try TemporaryFolder()
      let reset = try Data(
        contentsOf: URL(fileURLWithPath: GuestProgram.reset.write(to: other)))
      try reset.write(to: URL(fileURLWithPath: path))
      try shell.enter("run")
      try shell.expect("exit 1, vcpu 0: psci")
      try shell.expect("SYSTEM_RESET")
      try shell.enter("quit")
      #expect(try shell.end() == 0)
      #expect(shell.errors == "")
    }

    @Test func aPersonIsAskedBeforeTheMachineIsLost() throws {
      let shell = try ShellProcess(
        ["launch", "-q", "-ex", "tcatch exit hvc", "-ex", "continue"], at: .terminal)
      try shell.expect("(vcpu) ")
      try shell.enter("run")
      try shell.expect("(y or n) ")
      try shell.enter("what")
      try shell.expect("(y or n) ")
      try shell.enter("n")
      try shell.expect("(vcpu) ")
      try shell.enter("print $exit.count")
      try shell.expect("0x14 (20)")
      try shell.enter("starti")
      try shell.expect("(y or n) ")
      try shell.enter("y")
      try shell.expect("EL2 0x40200000 <_start>")
      try shell.expect("(vcpu) ")
      try shell.enter("run")
      try shell.expect("the guest has powered off")
      try shell.enter("quit")
      #expect(try shell.end() == 0)
    }

    /// If a breakpoint's commands restart the machine, they continue with the new machine.
    @Test func commandsMayBeginAgain() throws {
      let run = try ShellRun.launch(
        "break guest:wait_for_interrupt", "commands", "delete 1", "catch exit hvc", "run",
        "delete 2",
        "continue", "end", "continue")
      expectSuccess(run)
      expect(run, prints: "breakpoint 1", "exit 20, vcpu 0: hvc", "the guest has powered off")
    }

    /// A file that can't be read is reported while the machine still exists.
    @Test func aMissingHypervisorLosesNothing() throws {
      let image = folder.path + "/hypervisor"
      try FileManager.default.copyItem(atPath: Built.image("vcpu-image"), toPath: image)
      let shell = try ShellProcess(["launch", "--hypervisor", image])
      try shell.enter("tcatch exit hvc")
      try shell.enter("continue")
      try shell.expect("exit 20, vcpu 0: hvc")
      try FileManager.default.removeItem(atPath: image)
      try shell.enter("print $exit.count")
      try shell.expect("0x14 (20)")
      try shell.enter("run")
      #expect(try shell.end() == 1)
      #expect(shell.errors.contains("No such file or directory"), "\(shell.errors)")
    }
  }
}
