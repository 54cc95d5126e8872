import Foundation
import Testing

extension EndToEnd {
  /// Exits of hypervisors that aren't ours, each compared with the hypervisor's own output.
  @Suite(
    .enabled(
      if: ForeignHypervisor.problem == nil, Comment(rawValue: ForeignHypervisor.problem ?? "")))
  struct ForeignExits {
    /// How the shell is to find the exits of a hypervisor with arm_vcpu's contract.
    enum Knowledge: CaseIterable {
      case symbols, symbolsButVectors, nothing
    }

    @Test(arguments: Knowledge.allCases, [1, 2])
    func armVCpusAreAllCaught(knowledge: Knowledge, cpuCount: Int) throws {
      let hypervisor = ForeignHypervisor.armVCpuContract
      let machine = try hypervisor.start(cpuCount: cpuCount)
      let image = try hypervisor.image()
      let run = try CaughtRun(
        machine, symbols: knowledge == .nothing ? nil : image.path,
        before: (knowledge == .symbolsButVectors ? ["set catch-way vectors"] : [])
          + ["info hypervisor"])
      try machine.end()
      expectSuccess(run.shell)
      expect(
        run.shell,
        prints: knowledge == .symbols
          ? "exits are found by 'trampoline': the vectors save 272 bytes at SP and continue at vmexit_trampoline"
          : "exits are found by 'vectors': ", "the machine has powered off")
      run.expectAll(of: try machine.printed, cpuCount: cpuCount)
    }

    /// Without symbols, from before its first instruction: it relocates itself, and its vectors come and go.
    @Test(arguments: ForeignMachine.Model.allCases, [1, 2])
    func thoseOfVectorsAloneAreAllCaught(model: ForeignMachine.Model, cpuCount: Int) throws {
      let options: [[ForeignHypervisor.Option]] = [
        [], [.hostAtEL1], [.movesVectors(after: 2)], [.hostAtEL1, .movesVectors(after: 2)],
        [.rewritesVectors(after: 5)], [.nonsenseVectors],
      ]
      for options in model == .max ? Array(options.prefix(2)) + [[.vhe]] : options {
        let machine = try ForeignMachine(
          boot: ["-m", "128M", "-kernel", ForeignHypervisor.vectorsOnly.image(options).path],
          model: model, cpuCount: cpuCount)
        let run = try CaughtRun(machine)
        try machine.end()
        expectSuccess(run.shell)
        expect(run.shell, prints: "the machine has powered off")
        run.expectAll(of: try machine.printed, cpuCount: cpuCount)
      }
    }

    /// While guests are already running, exits are caught from some point on, and none is missed after it.
    @Test(arguments: [[], [ForeignHypervisor.Option.hostAtEL1]], [1, 2])
    func theyAreCaughtWhereTheGuestsRunAlready(
      options: [ForeignHypervisor.Option], cpuCount: Int
    ) throws {
      for model in ForeignMachine.Model.allCases {
        let image = try ForeignHypervisor.vectorsOnly.image(options + [.rounds(500)])
        let machine = try ForeignMachine(
          boot: ["-m", "128M", "-kernel", image.path], model: model, cpuCount: cpuCount,
          isStopped: false)
        for cpu in 0..<cpuCount { try machine.expect("guest cpu \(cpu) step 7") }
        let run = try CaughtRun(
          machine, before: ["catch exit if $exit.count == 60"], last: ["kill"])
        expectSuccess(run.shell)
        machine.kill()
        let printed = try machine.printed
        for cpu in 0..<cpuCount {
          // The shell stopped at the last one before it was printed.
          let own = run.caught(ofCPU: cpu).map(\.exit).dropLast()
          #expect(own.count == 59 || cpuCount == 2 && !own.isEmpty)
          #expect(
            printed.exits(ofCPU: cpu).indices.contains {
              printed.exits(ofCPU: cpu)[$0...].starts(with: own)
            }, Comment(rawValue: run.shell.description))
        }
      }
    }
  }
}
