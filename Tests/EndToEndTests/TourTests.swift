import Foundation
import Testing

extension EndToEnd {
  /// The guest that checks the hypervisor, and the sessions in the documentation.
  @Suite struct Tour {
    static let stepCount = 76

    @Test(arguments: ["cortex-a57", "cortex-a72", "max"], Built.Configuration.allCases)
    func passesOn(cpu: String, images: Built.Configuration) throws {
      let run = try ShellRun.launch(
        options: ["--cpu", cpu], environment: ["VCPU_SHELL_IMAGES": Built.images(images)],
        "continue")
      expectSuccess(run)
      let steps = run.lines.filter { $0.firstMatch(of: #/^guest\| tour: \d+ /#) != nil }
      #expect(steps.count == Self.stepCount, Comment(rawValue: run.description))
      for (index, step) in steps.enumerated() {
        #expect(
          step.hasPrefix("guest| tour: \(index + 1) ") && step.contains(" ok got "), "\(step)")
      }
      expect(
        run, prints: "tour: done, \(Self.stepCount) ok, 0 failed", "the guest has powered off")
    }

    @Test func runsOnTheFirstOfTwoCPUs() throws {
      let run = try ShellRun.launch(
        options: ["--cpus", "2"], "catch exit mmio-write", "continue", "print $exit.vcpu",
        "info threads", "delete", "continue")
      expectSuccess(run)
      expect(run, prints: "2 vCPU", "exit 1, vcpu 0: ", "\n0\n", "* 1 ", "  2 ", "0 failed")
    }

    /// The acceptance criterion: one command shows a decoded exit.
    @Test func anExitIsShownDecoded() throws {
      let run = try ShellRun.launch(
        "catch exit mmio-write", "continue", "info exit", "print $exit.ipa", "print $exit.width",
        "print $exit.value", "print $exit.reg", "print $exit.write", "print $pc - $exit.pc",
        "print $exit.pc - (guest:store8)")
      expectSuccess(run)
      expect(
        run, prints: "exit 1, vcpu 0: mmio-write of 1 byte: 0x5a from w1 to IPA 0xb000000",
        "guest pc 0x402", "<store8+", "strb w1, [x8]",
        "IPA 0xb000000, write of 1 byte, register w1, value 0x5a", "ESR_EL2    0x0000000093010046",
        "EC            0x24", "SAS", "byte", "SRT         0x1", "WnR         0x1", "FAR_EL2",
        "0x000000000b000000", "HPFAR_EL2  0x00000000000b0000", "EL1",
        "ipa:0xb000000\n1\n0x5a (90)\n1\n1\n0\n8\n")
    }

    /// The session of scripts/demo without a terminal; the script itself calls `swift build`, which a test of the
    /// package must not run.
    @Test func theDemoShowsEveryExitAndTheChangedRegister() throws {
      let run = try ShellRun(
        ["launch", "tour", "--batch", "-x", Built.file("scripts/demo.vcpu")])
      expectSuccess(run)
      let numbers = run.lines.compactMap { $0.firstMatch(of: #/^#(\d+) +vcpu 0  0x/#)?.1 }
        .compactMap { Int($0) }
      #expect(numbers == Array(1...numbers.count), Comment(rawValue: run.description))
      #expect(numbers.count >= Self.stepCount)
      expect(
        run, prints: "0x1234", "tour: 20 hvc echo FAIL got 0x2a want 0x1234",
        "tour: done, \(Self.stepCount - 1) ok, 1 failed", "the guest has powered off")

      let counting = try ShellRun.launch(
        "break guest:tour_power_off", "catch exit if $exit.count > 1000000", "continue",
        "catch exit", "continue", "print $exit.count")
      expectSuccess(counting)
      #expect(counting.output.contains("(\(numbers.count))\n"), Comment(rawValue: counting.output))
    }
  }
}
