import Foundation
import Testing

extension EndToEnd {
  /// The hypervisors that other tests debug work as they should without a debugger, so that any difference comes from
  /// the debugger.
  @Suite(
    .enabled(
      if: ForeignHypervisor.problem == nil, Comment(rawValue: ForeignHypervisor.problem ?? "")))
  struct ForeignHypervisors {
    private static let roundCount = 3

    /// What `guest.S` does in a round, as the syndromes of its exits; nil for the IRQ.
    private static let syndromes: [UInt64?] = {
      let hvc: UInt64 = 0x5a00_0000
      return [
        hvc + 1, hvc + 2,
        0x9302_0045, 0x9300_0005, hvc + 2,  // strb w2, ldrb w0
        0x935f_0045, 0x93c0_8005, hvc + 2,  // strh wzr, ldr x0
        0x6232_0401, hvc + 2, 0x6232_06a0,  // mrs x0, actlr_el1; msr actlr_el1, x21
        0x07e0_0000,  // wfi
        0x5e00_0003, hvc + 2,  // smc #3
        // stp: no syndrome. Its level 2 table exists from the start: a fault of level 2.
        0x9200_0046, hvc + 2,
        hvc + 3, nil, hvc + 2,
      ]
    }()

    /// What the guest gets in a round.
    private static func values(ofRound round: UInt64, cpu: UInt64) -> [UInt64] {
      [
        (cpu << 32 | round << 16) ^ 0xbeef, ~(0xa0 + round) & 0xff, ~0, 0xac71_0000 + cpu, 0x10001,
        round, 8 + round * 9,
      ]
    }

    private func boot(
      _ hypervisor: ForeignHypervisor, _ options: [ForeignHypervisor.Option] = [],
      model: ForeignMachine.Model = .cortexA57, cpuCount: Int = 1
    ) throws -> PrintedRun {
      let machine = try ForeignMachine(
        boot: ["-m", "128M", "-kernel", hypervisor.image(options).path], model: model,
        cpuCount: cpuCount, isStopped: false)
      try machine.end()
      return try machine.printed
    }

    @Test(arguments: ForeignHypervisor.allCases, [1, 2])
    func itsGuestsRunToTheirEnd(hypervisor: ForeignHypervisor, cpuCount: Int) throws {
      for model in ForeignMachine.Model.allCases {
        let run = try boot(hypervisor, model: model, cpuCount: cpuCount)
        for cpu in 0..<cpuCount {
          let exits = run.exits(ofCPU: cpu)
          let rounds = (0..<UInt64(Self.roundCount))
          #expect(exits.map(\.esr) == rounds.flatMap { _ in Self.syndromes } + [0x5a00_0000])
          #expect(exits.map(\.kind) == exits.map { $0.esr == nil ? 1 : 0 })
          #expect(exits.allSatisfy { $0.spsr == 0x3c5 && 0x4020_0000..<0x4020_0800 ~= $0.elr })
          #expect(
            run.reports(ofCPU: cpu).map(\.value)
              == rounds.flatMap { Self.values(ofRound: $0, cpu: UInt64(cpu)) })
          // Addresses only where they belong: the device's, and memory that is mapped on use.
          #expect(
            exits.compactMap(\.far)
              == rounds.flatMap {
                [0xb00_0000, 0xb00_0000, 0xb00_0102, 0xb00_0008, 0x80_4000_0010 + $0 << 21]
              })
          #expect(exits.allSatisfy { ($0.far == nil) == ($0.exceptionClass != 0x24) })
          #expect(exits.allSatisfy { $0.hpfar == $0.far.map { ($0 >> 12) << 4 } })
          #expect(run.exitCounts[cpu] == exits.count)
          #expect(run.translationTables[cpu].map { $0 >> 48 } == 7 + UInt64(cpu))
        }
        #expect(run.exits.count == cpuCount * 58 && run.panics.isEmpty)
        // The linker decides the address; what counts is which of its two addresses the second one runs at.
        let tables = hypervisor == .vectorsOnly ? 0x1018_0000 : 0x4008_0000 as UInt64
        #expect(run.vectorBases.count == cpuCount)
        #expect(run.vectorBases.values.allSatisfy { tables..<tables + 0x10000 ~= $0 })
      }
    }

    /// Each of them has the same exits, except for the registers.
    @Test(arguments: [1, 2])
    func theyHaveTheSameExits(cpuCount: Int) throws {
      let expected = try boot(.armVCpuContract, cpuCount: cpuCount)
      let options: [[ForeignHypervisor.Option]] = [
        [], [.hostAtEL1], [.movesVectors(after: 5)], [.rewritesVectors(after: 5)],
        [.nonsenseVectors], [.hostAtEL1, .movesVectors(after: 5)],
      ]
      for options in options {
        let run = try boot(.vectorsOnly, options, cpuCount: cpuCount)
        for cpu in 0..<cpuCount {
          #expect(run.exits(ofCPU: cpu).count == 58)
          #expect(run.exits(ofCPU: cpu) == expected.exits(ofCPU: cpu), "\(options)")
          #expect(run.reports(ofCPU: cpu) == expected.reports(ofCPU: cpu), "\(options)")
        }
      }
    }

    /// With VHE too, which changes the registers' layouts.
    @Test(arguments: ForeignHypervisor.allCases, [1, 2])
    func theyHaveTheSameExitsWithVHE(hypervisor: ForeignHypervisor, cpuCount: Int) throws {
      let expected = try boot(hypervisor, model: .max, cpuCount: cpuCount)
      let run = try boot(hypervisor, [.vhe], model: .max, cpuCount: cpuCount)
      for cpu in 0..<cpuCount {
        #expect(run.exits(ofCPU: cpu).count == 58)
        #expect(run.exits(ofCPU: cpu) == expected.exits(ofCPU: cpu))
        #expect(run.reports(ofCPU: cpu) == expected.reports(ofCPU: cpu))
      }
    }

    /// The planted bugs show in what the guest gets.
    @Test(arguments: ForeignHypervisor.allCases)
    func anInstructionIsSkipped(hypervisor: ForeignHypervisor) throws {
      let run = try boot(hypervisor, [.skipsAfterHVC, .rounds(1)])
      #expect(run.reports.map(\.value) == Self.values(ofRound: 0, cpu: 0).dropLast() + [0])
    }

    @Test(arguments: ForeignHypervisor.allCases)
    func aFaultIsRetried(hypervisor: ForeignHypervisor) throws {
      let machine = try hypervisor.start(.retriesFaults, isStopped: false)
      let line = "far 0x8040000010 hpfar 0x80400000"
      let isRepeated = eventually {
        machine.lines.suffix(10).count { $0.contains(line) } == 10
      }
      #expect(isRepeated && machine.isAlive, "\(machine.failure(""))")
    }

    @Test(arguments: ForeignHypervisor.allCases)
    func itTakesAFaultOfItsOwn(hypervisor: ForeignHypervisor) throws {
      let run = try boot(hypervisor, [.faults(after: 3)])
      #expect(run.exits.count == 3 && run.exitCounts.isEmpty)
      #expect(run.panics.count == 1)
      #expect(run.panics.first?.hasPrefix("panic cpu 0 vector 0x200 esr 0x2000000 elr ") == true)
    }
  }
}
