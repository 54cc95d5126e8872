import Foundation
import Testing

/// Whether `scripts/test --soak` asks for what takes long.
private let isSoak = ProcessInfo.processInfo.environment["VCPU_SHELL_SOAK"] == "1"

extension EndToEnd {
  /// Exits of a KVM guest that the debugger answers: the guest prints what it got, and KVM's own trace shows that KVM
  /// never saw them.
  @Suite(.enabled(if: KVM.problem == nil, Comment(rawValue: KVM.problem ?? "")))
  struct KVMAnswers {
    /// The acceptance criterion: accesses completed, calls skipped, exceptions and interrupts injected.
    @Test(arguments: isSoak ? ForeignMachine.Model.allCases : [.cortexA57])
    func theGuestGetsThemAndKVMSeesNone(model: ForeignMachine.Model) throws {
      let machine = try KVM.start(KVM.Run(guest: .answers, wait: 1), model: model, isStopped: false)
      try machine.expect("READY")
      try expectAnswers(of: machine)
    }

    /// From before the kernel's first instruction: KVM's vectors are found during the boot.
    @Test(.enabled(if: isSoak)) func theyAreAnsweredFromReset() throws {
      try expectAnswers(of: KVM.start(KVM.Run(guest: .answers, wait: 0)))
    }

    private func expectAnswers(of machine: ForeignMachine) throws {
      // The VMM's device keeps stored values.
      let answers = AnsweringGuest.answers(storedByte: 0x77, isUnderKVM: true)
      let folder = try TemporaryFolder()
      let script = try folder.file("script.vcpu", AnsweringGuest.script(answers))
      let run = try ShellRun(
        [
          "attach", machine.endpoint, "--guest-symbols", KVM.symbols(of: .answers), "--batch", "-x",
          script,
        ], within: .seconds(240))
      try machine.end()
      expectSuccess(run)
      expect(run, prints: "the machine has powered off")
      #expect(machine.lines.contains("vmm: powered off by vcpu 0"))
      let reports = KVM.reports(of: machine)
      try Answered.expect(answers, in: run, reports: reports, mask: UInt64.max >> 8)

      let trace = try KVM.trace(of: machine).filter { $0.cause == "TRAP" }
      for exit in try Answered.all(in: run) {
        #expect(
          !trace.contains { $0.pc == exit.pc && $0.exceptionClass == exit.exceptionClass },
          "KVM has seen the exit of step \(exit.step)")
      }
      // What KVM has seen: each report, the store before step 16 and the load after it.
      #expect(trace.count { $0.exceptionClass == 0x24 } == reports.count + 2)
      #expect(trace.count { $0.exceptionClass == 0x16 } == 1)  // SYSTEM_OFF
    }
  }
}
