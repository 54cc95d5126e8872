import Foundation
import Testing

extension EndToEnd {
  /// Exits that the debugger answers instead of a hypervisor that isn't ours, which prints every exit that it
  /// handles.
  @Suite(
    .enabled(
      if: ForeignHypervisor.problem == nil, Comment(rawValue: ForeignHypervisor.problem ?? "")))
  struct ForeignAnswers {
    /// How the exits are found.
    enum Way: CaseIterable {
      case trampoline, vectorsOfArmVCpu, vectors, vectorsWithHost, vectorsWithVHE

      var hypervisor: ForeignHypervisor {
        switch self {
        case .trampoline, .vectorsOfArmVCpu: .armVCpuContract
        case .vectors, .vectorsWithHost, .vectorsWithVHE: .vectorsOnly
        }
      }
      var options: [ForeignHypervisor.Option] {
        switch self {
        case .trampoline, .vectorsOfArmVCpu, .vectors: []
        case .vectorsWithHost: [.hostAtEL1]
        case .vectorsWithVHE: [.vhe]
        }
      }
      var models: [ForeignMachine.Model] {
        self == .vectorsWithVHE ? [.max] : ForeignMachine.Model.allCases
      }
      /// The arguments of `attach`.
      func arguments(_ image: ForeignHypervisor.Image) -> [String] {
        self == .trampoline ? ["--symbols", image.path] : []
      }
    }

    /// The device returns stored values inverted.
    private static let storedByte: UInt64 = 0x88

    @Test(arguments: Way.allCases, [1, 2])
    func theGuestGetsThemAndTheHypervisorSeesNone(way: Way, cpuCount: Int) throws {
      for model in way.models {
        try expect(
          AnsweringGuest.answers(storedByte: Self.storedByte), way, model: model, cpuCount: cpuCount
        )
      }
    }

    /// A virtual interrupt controller supplies the number, once.
    @Test(arguments: [Way.trampoline, .vectors])
    func aListRegisterHasANumber(way: Way) throws {
      try expect(
        AnsweringGuest.answers(storedByte: Self.storedByte, hasVirtualInterface: true), way,
        [.virtualInterface], model: .max, cpuCount: 1)
    }

    private func expect(
      _ answers: [AnsweringGuest.Answer], _ way: Way, _ options: [ForeignHypervisor.Option] = [],
      model: ForeignMachine.Model, cpuCount: Int
    ) throws {
      let image = try way.hypervisor.image([.answers] + way.options + options)
      let machine = try ForeignMachine(
        boot: ["-m", "128M", "-kernel", image.path], model: model, cpuCount: cpuCount)
      let folder = try TemporaryFolder()
      let script = try folder.file("script.vcpu", AnsweringGuest.script(answers))
      let run = try ShellRun(
        ["attach", machine.endpoint] + way.arguments(image) + ["--batch", "-x", script])
      try machine.end()
      expectSuccess(run)
      EndToEndTests.expect(run, prints: "the machine has powered off")
      let printed = try machine.printed
      #expect(printed.panics.isEmpty)
      try Answered.expect(answers, in: run, reports: printed.reports, vcpuCount: cpuCount)

      for exit in try Answered.all(in: run) {
        #expect(
          !printed.exits(ofCPU: exit.vcpu).contains {
            $0.elr == exit.pc && $0.exceptionClass == exit.exceptionClass
          }, "the hypervisor has seen the exit of step \(exit.step)")
      }
      for cpu in 0..<cpuCount {
        // Each report, the store before step 16 and the load after it, and SYSTEM_OFF.
        let count = printed.reports(ofCPU: cpu).count + 3
        #expect(printed.exits(ofCPU: cpu).count == count && printed.exitCounts[cpu] == count)
      }
    }
  }
}
