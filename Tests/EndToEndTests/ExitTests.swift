import Foundation
import Testing

extension EndToEnd {
  /// Catching exits, and changing their outcome.
  @Suite struct Exits {
    @Test(arguments: [
      "mmio-read", "mmio-write", "hvc", "smc", "psci", "sysreg-read", "sysreg-write", "wfi", "dabt",
      "iabt",
    ])
    func eachClassIsCaught(word: String) throws {
      // The classes of the second kind include others, which come first in the tour.
      let condition = ["dabt", "smc"].contains(word) ? " if $exit.kind == \(word)" : ""
      let run = try ShellRun.launch(
        "catch exit \(word)\(condition)", "continue", "print $exit.kind", "print $exit.count > 0")
      expectSuccess(run)
      expect(run, prints: ", vcpu 0: \(word)", "\n\(word)\n1\n")
    }

    @Test func withoutAClassEachIsCaught() throws {
      let run = try ShellRun.launch(
        "catch exit any", "continue", "print $exit.count", "continue", "print $exit.count",
        "continue 5", "print $exit.count")
      expectSuccess(run)
      expect(run, prints: "exit 1, ", "\n1\n", "exit 2, ", "\n2\n", "exit 7, ", "\n7\n")
    }

    @Test func aClassThatIncludesOthersCatchesThem() throws {
      let run = try ShellRun.launch(
        "catch exit dabt", "continue", "print $exit.kind", "delete", "catch exit smc", "continue",
        "print $exit.kind", "delete", "catch exit hvc if $x0 == 0x84000008", "continue",
        "print $exit.kind")
      expectSuccess(run)
      expect(run, prints: "\nmmio-write\n", "\npsci\n", "SYSTEM_OFF", "\npsci\n")
    }

    @Test func aTemporaryCatchpointStopsOnce() throws {
      let run = try ShellRun.launch(
        "tcatch exit mmio-read", "continue", "info breakpoints", "continue")
      expectSuccess(run)
      expect(
        run, prints: "Temporary catchpoint 1", "mmio-read", "No breakpoints or catchpoints.",
        "0 failed")
    }

    /// Both vCPUs exit all the time, often simultaneously: the exits of each are counted without a gap.
    @Test func noExitOfTwoCPUsIsMissed() throws {
      let folder = try TemporaryFolder()
      let script = try folder.file(
        "both.vcpu",
        """
        catch exit
        commands
        silent
        info exit --brief
        continue
        end
        catch exit if $exit.count == 200
        continue
        info threads

        """)
      let run = try ShellRun(
        ["launch", GuestProgram.twoCPUs.write(to: folder), "--cpus", "2", "--batch", "-x", script])
      expectSuccess(run)
      let exits = run.lines.compactMap { $0.firstMatch(of: #/^#(\d+) +vcpu (\d) /#)?.output }
      for vcpu in ["0", "1"] {
        let numbers = exits.filter { $0.2 == vcpu }.compactMap { Int($0.1) }
        #expect(!numbers.isEmpty && numbers == Array(1...numbers.count), "vCPU \(vcpu): \(numbers)")
      }
      expect(run, prints: "CPU_ON of 0x1 at 0x4020001c, context 0x77", "x1 0x77", "exit 200, vcpu ")
    }

    // MARK: Changing exits

    @Test func aGuestRegisterIsChanged() throws {
      let run = try ShellRun.launch(
        "catch exit hvc if $x1 == 0x1234", "continue", "set $x1 = 0xabcdef", "print /x $x1",
        "print /x $guest.x1", "continue")
      expectSuccess(run)
      expect(
        run, prints: "0xabcdef\n0xabcdef\n", "tour: 20 hvc echo FAIL got 0xabcdef want 0x1234")
    }

    /// The hypervisor decodes the captured syndrome: if a load's register becomes XZR, its value is lost.
    @Test func theSyndromeIsChanged() throws {
      let run = try ShellRun.launch(
        "catch exit mmio-read if $exit.width == 4", "continue", "print $exit.reg",
        "set $esr_el2.srt = 31", "print $esr_el2.srt", "print $exit.reg", "delete", "continue")
      expectSuccess(run)
      expect(
        run, prints: "into w2", "\n2\n", "0x1f (31)\n0x1f (31)\n",
        "tour: 7 mmio read 4 bytes FAIL got 0xffffffffffffffff want 0xcafebabe",
        "tour: done, \(EndToEnd.Tour.stepCount - 1) ok, 1 failed")
    }

    /// The hypervisor finishes an exit by advancing the PC that it finds: if the PC is at the instruction after a
    /// store, that instruction is skipped instead.
    @Test func theGuestPCIsChanged() throws {
      let run = try ShellRun.launch(
        "catch exit wfi", "continue", "set $x0 = $pc", "set $pc = $pc + 4", "print /x $pc - $x0",
        "set $pc = $x0", "tbreak *guest:$pc + 4", "continue", "print /x $pc - $x0 + 0x40",
        "set $pc = $pc - 4", "continue", "print $exit.kind", "print $exit.count")
      expectSuccess(run)
      // The WFI is executed once more.
      expect(
        run, prints: "exit 32, vcpu 0: wfi", "\n0x4\n", "breakpoint 2\n", "exit 33, vcpu 0: wfi",
        "\nwfi\n", "0x21 (33)")
    }

    @Test func guestMemoryIsChanged() throws {
      let run = try ShellRun.launch(
        "catch exit mmio-write", "continue", "set guest:0x40300000 = 0x1122334455667788",
        "print /x *(ipa:0x40300000)", "x/xg pa:0x41300000")
      expectSuccess(run)
      expect(run, prints: "0x1122334455667788\n", "0x1122334455667788\n")
    }

    /// QEMU's stub answers OK to such a write and drops it (quirk 3); the CPU writes what can be written.
    @Test func aSystemRegisterIsWrittenByTheCPU() throws {
      // ACTLR_EL1 doesn't trap then, and is the CPU's own.
      let run = try ShellRun.launch(
        "tcatch exit hvc", "continue", "set $hcr_el2.tacr = 0", "print $hcr_el2.tacr",
        "tcatch exit sysreg-write", "continue", "print $exit.count > 40", "continue")
      expectSuccess(run)
      expect(
        run, prints: "exit 20, ", "\n0\n", "tour: 29 mrs actlr_el1 FAIL got 0x0",
        "sysreg-write of CNTP_CVAL_EL0", "\n1\n", "\(Tour.stepCount - 1) ok, 1 failed")
      let refused = try ShellRun.launch("catch exit hvc", "continue", "set $midr_el1 = 0")
      expectOneError(refused, "cannot set $midr_el1", "read-only")
      let forced = try ShellRun.launch("catch exit hvc", "continue", "set $ttbr0_el2 = 0")
      expectOneError(forced, "cannot set $ttbr0_el2", "'set force $ttbr0_el2")
    }

    @Test func aFatalExceptionOfTheHypervisorIsReported() throws {
      let run = try ShellRun.launch(
        "catch exit mmio-write", "continue", "set $hv.x27 = 0x5ca1ab1e", "set $hv.pc = 0xdead0000",
        "continue", "print $pc - avcpu_halt", "continue")
      // There is nothing to continue.
      expectOneError(run, "halted", status: 5)
      expect(
        run, prints: "hypervisor: fatal synchronous exception at EL2: instruction abort",
        "pc   0x00000000dead0000", "esr  0x000000008600000d", "IFSC", "x27 0x000000005ca1ab1e",
        "the hypervisor took a fatal exception at EL2 and halted", "<avcpu_halt>", "\n0\n")
    }
  }
}
