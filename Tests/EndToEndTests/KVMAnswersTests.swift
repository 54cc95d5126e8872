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

    /// With VHE the kernel at EL2 has its names in memory.
    @Test(.enabled(if: isSoak)) func itsHostHasNames() throws {
      let machine = try KVM.start(KVM.Run(guest: .loop, wait: 1), model: .max, isStopped: false)
      try machine.expect("READY")
      let run = try ShellRun(
        ["attach", machine.endpoint, "--batch"]
          + ["tcatch exit hvc", "continue", "frame hv", "info symbol hv:$pc"].flatMap {
            ["-ex", $0]
          },
        within: .seconds(120))
      machine.kill()
      expectSuccess(run)
      expect(
        run, prints: "names of hv are from kallsyms of Linux 6.", "in __kvm_hyp_vector ()",
        "__kvm_hyp_vector+1024")
    }

    /// A watchpoint by stage 2 in KVM's tables, of code that is put into the guest: a store, a load and an exclusive
    /// pair. KVM sees none of the exits.
    @Test(
      arguments: isSoak ? ForeignMachine.Model.allCases : [.cortexA57], isSoak ? [1, 2] : [1])
    func accessesExitOnlyForTheDebugger(model: ForeignMachine.Model, cpuCount: Int) throws {
      let words: [UInt32] = [
        0xf900_00b9,  // str x25, [x5]
        0xf940_00a2,  // ldr x2, [x5]
        0xc85f_7ca0,  // ldxr x0, [x5]
        0x9100_0400,  // add x0, x0, #1
        0xc802_7ca0,  // stxr w2, x0, [x5]
        0xaa1e_03fe,  // mov x30, x30
        0x17ff_ff7b,  // b 0x80000004
      ]
      let machine = try KVM.start(
        KVM.Run(guest: .loop, vcpuCount: cpuCount, callCount: 40, wait: 1), model: model,
        isStopped: false)
      try machine.expect("READY")
      let folder = try TemporaryFolder()
      let script = try folder.file(
        "script.vcpu",
        """
        tcatch exit hvc
        continue
        \(words.enumerated().map { "set *(uint32_t *)guest:(0x80000200 + \($0 * 4)) = \($1)" }
          .joined(separator: "\n"))
        awatch --stage2 guest:0x80000800, 8
        set $x5 = 0x80000800
        set $guest.pc = 0x80000200
        continue
        x/i $pc
        continue
        continue
        info breakpoints
        delete
        continue
        """)
      let run = try ShellRun(
        ["attach", machine.endpoint, "--batch", "-x", script], within: .seconds(240))
      try machine.end()
      expectSuccess(run)
      let values = run.lines.filter { $0.hasPrefix("  old ") || $0.hasPrefix("  value ") }
      #expect(values.count == 3 && values[1].hasPrefix("  value 0x"), "\(run.description)")
      expect(
        run,
        prints: "  by guest:0x80000200:  str x25, [x5]", "=> 0x80000204:\tldr x2, [x5]",
        "  by guest:0x80000204:  ldr x2, [x5]", "  by guest:0x80000208:  ldxr x0, [x5]",
        "acc watch   keep  y    3     guest:0x80000800, 8 bytes, by stage 2 at ipa:0x80000800")
      #expect(machine.lines.contains("vmm: powered off by vcpu 0"))
      // The call before has the PC that was set at it.
      let seen = try KVM.trace(of: machine).filter {
        $0.cause == "TRAP" && $0.exceptionClass == 0x24
          && (0x8000_0200..<0x8000_021c).contains($0.pc)
      }
      #expect(seen.isEmpty, "\(seen)")
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
