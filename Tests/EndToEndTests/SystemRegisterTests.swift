import Foundation
import GDBRemote
import Testing

@testable import ArmVCpu
@testable import VCpuDebug

/// Whether `scripts/test --soak` asks for what takes long.
private let isSoak = ProcessInfo.processInfo.environment["VCPU_SHELL_SOAK"] == "1"

extension EndToEnd {
  /// Every system register that has a name, read and written by the CPU itself, at the first instruction of a guest's
  /// vector.
  @Suite(
    .enabled(
      if: ForeignHypervisor.problem == nil, Comment(rawValue: ForeignHypervisor.problem ?? "")))
  struct SystemRegisters {
    /// A CPU, and whether its EL2 has EL1's registers (HCR_EL2.E2H).
    struct Subject: CustomTestStringConvertible {
      let model: ForeignMachine.Model
      var isVHE = false
      var testDescription: String { model.rawValue + (isVHE ? ", VHE" : "") }

      static let all = [
        Self(model: .cortexA57), Self(model: .cortexA76), Self(model: .max),
        Self(model: .max, isVHE: true),
      ]

      /// At the second exit of a guest of `VectorsOnly`: a hypercall.
      func start() throws -> LiveSession {
        let image = try ForeignHypervisor.vectorsOnly.image(isVHE ? [.vhe] : [])
        let live = try LiveSession(
          ForeignMachine(boot: ["-m", "128M", "-kernel", image.path], model: model))
        _ = try live.session.points.addCatchpoint(.exit([.any]))
        for _ in 0..<2 { try live.continueToExit() }
        return live
      }
    }

    @Test(arguments: Subject.all)
    func readsAgreeAndKeepEverything(subject: Subject) throws {
      let live = try subject.start()
      try Self.expectReads(live, isVHE: subject.isVHE)
      try Self.expectUnharmed(live)
    }

    @Test(arguments: Subject.all)
    func whatIsWrittenIsReadBack(subject: Subject) throws {
      let live = try subject.start()
      try Self.expectWrites(live)
      try Self.expectUnharmed(live)
    }

    /// One register costs four round trips, and each that follows it one more.
    @Test(arguments: Subject.all)
    func aReadTakesFourRoundTrips(subject: Subject) throws {
      let live = try subject.start()
      let system = live.session.registers.system
      // QEMU's stub shows neither; the second one isn't implemented.
      let vtr = try #require(SystemRegister(named: "ich_vtr_el2"))
      let undefined = try #require(SystemRegister(named: "mpamidr_el1"))
      // This first read makes the discoveries that are made once per target.
      _ = try system.answers(for: [vtr])
      for (registers, limit) in [
        ([vtr], 4), (Array(repeating: vtr, count: 60), 63),
        // A trap's syndrome is restored: it is read, and up to three registers are written.
        ([undefined], 4 + 6), (Array(repeating: undefined, count: 60), 63 + 6),
      ] {
        try live.continueToExit()
        _ = try live.session.requireState()
        let count = try live.roundTrips { _ = try system.answers(for: registers) }
        #expect(count <= limit, "\(registers.count) registers: \(count) round trips")
      }
    }

    /// The same at KVM's vector, with a real hypervisor.
    @Test(
      .enabled(if: isSoak && KVM.problem == nil, "it takes long"),
      arguments: ForeignMachine.Model.allCases)
    func kvmsAreReadAndWritten(model: ForeignMachine.Model) throws {
      let machine = try KVM.start(KVM.Run(wait: 1), model: model, isStopped: false)
      try machine.expect("READY")
      let live = try LiveSession(machine)
      _ = try live.session.points.addCatchpoint(.exit([.hvc]))
      try live.continueToExit()
      try Self.expectReads(live, isVHE: model == .max)
      try Self.expectWrites(live)
      try live.session.detach()
      try machine.end(within: .seconds(120))
      #expect(machine.lines.contains("vmm: powered off by vcpu 0"))
      #expect(KVM.reports(of: machine).map(\.step) == Array(1...10))
    }

    // MARK: Reads

    private static func expectReads(_ live: LiveSession, isVHE: Bool) throws {
      let access = live.session.access
      let registers = SystemRegister.allNamed.filter {
        !$0.isOperation && !$0.isEL3s && !$0.hasReadEffect
      }
      #expect(registers.count > 1200)
      let before = try live.snapshot()
      let answers = try live.session.registers.system.answers(for: registers)
      try Self.expectKept(live, before)

      var counts: [String: Int] = [:]
      for (register, answer) in zip(registers, answers) {
        switch answer {
        case .value(_, let origin): counts["\(origin)", default: 0] += 1
        case .unavailable(let reason):
          let isKnown =
            reason == "UNDEFINED on this CPU" || reason.hasPrefix("the access is trapped: ")
            || !isVHE && register.redirected != nil
              && reason == "UNDEFINED on this CPU while HCR_EL2.E2H is 0"
            || isVHE && register.typedName.hasPrefix("cntvct")
              && reason.hasPrefix("EL2 reads it without its offset")
          #expect(isKnown, "\(register.typedName): \(reason)")
          counts[String(reason.prefix(9)), default: 0] += 1
        }
      }
      // Some of the about 200 registers that a CPU here has, and some of the about 1,000 that it doesn't have.
      let comment = Comment(rawValue: "\(counts)")
      #expect(counts["stub", default: 0] > 120 && counts["executed", default: 0] > 40, comment)
      #expect(counts["UNDEFINED", default: 0] > 900, comment)

      // The CPU also reads what the stub shows.
      let shown = live.shownSystemRegisters.filter { !$0.register.isEL3s }
      let executor = try InstructionExecutor(access)
      let ground = try executor.ground()
      #expect(ground.hcr.contains(.e2h) == isVHE)
      let syndrome = ground.syndrome.map(\.register)
      // In a separate series: a trap changes these.
      let rows = [
        shown.filter { syndrome.contains($0.register) },
        shown.filter { !syndrome.contains($0.register) },
      ]
      var comparedCount = 0
      for row in rows {
        let outcomes = try executor.run(
          row.map { .read(ground.encoding(of: $0.register)) }, on: ground)
        let values = try live.values(of: row.map(\.description))
        for ((shown, outcome), value) in zip(zip(row, outcomes), values) {
          guard case .executed(let read) = outcome else { continue }
          comparedCount += 1
          #expect(read == value, "\(shown.register.typedName)")
        }
      }
      #expect(comparedCount > 120)
      try Self.expectKept(live, before)
    }

    // MARK: Writes

    /// Registers that don't keep what is written: only writing a 1 sets a bit, or they count.
    private static func keepsNothing(_ register: SystemRegister) -> Bool {
      let name = register.typedName
      return name.contains("_tval_")
        || ["pmintenset_el1", "pmcntenset_el0", "pmovsset_el0"].contains(name)
    }

    private static func expectWrites(_ live: LiveSession) throws {
      let system = live.session.registers.system
      let candidates = SystemRegister.allNamed.filter {
        !$0.isOperation && !$0.isEL3s && !$0.hasReadEffect && $0.pstateBits == nil
          && $0.redirected == nil && !keepsNothing($0)
      }
      let shown = live.shownSystemRegisters
      let before = try live.snapshot()
      var (writtenCount, changedCount, refusals) = (0, 0, [String: [String]]())
      for (register, answer) in zip(candidates, try system.answers(for: candidates)) {
        guard let old = answer.value else { continue }
        let name = register.typedName
        do {
          let write = try system.write(~old, to: register, named: name)
          let now = try #require(write.value, "\(name)")
          if let description = shown.first(where: { $0.register == register })?.description {
            #expect(try live.values(of: [description]) == [now], "\(name)")
          }
          #expect(write.differingBits == now ^ ~old, "\(name)")
          let back = try system.write(old, to: register, named: name)
          #expect(back.value == old, "\(name)")
          writtenCount += 1
          if now != old { changedCount += 1 }
        } catch DebugError.readOnly(_, let reason) {
          refusals[String(reason.prefix(24)), default: []].append(name)
        }
      }
      let comment = Comment(rawValue: "\(writtenCount), \(changedCount) changed, \(refusals)")
      #expect(writtenCount >= 120 && changedCount >= 105, comment)
      #expect(refusals["read-only on this CPU", default: []].count > 40, comment)
      #expect(
        refusals["it may break EL2's own e", default: []].allSatisfy { name in
          ["hcr_", "mair_", "sctlr_", "tcr_", "ttbr", "vbar_"].contains { name.hasPrefix($0) }
        }, comment)
      // Registers that the stub shows and no instruction at EL2 reaches: EL3's timer, the secure stage 2, and SVE and
      // SME where CPTR_EL2 traps them.
      let unreached =
        refusals["UNDEFINED on this CPU", default: []]
        + refusals["the access is trapped: ", default: []]
      #expect(
        unreached.allSatisfy { name in
          ["cntps_", "vst", "zcr_", "smcr_", "svcr"].contains { name.hasPrefix($0) }
        }, comment)
      try Self.expectKept(live, before)
    }

    private static func expectKept(
      _ live: LiveSession, _ before: LiveSession.Snapshot,
      sourceLocation: Testing.SourceLocation = #_sourceLocation
    ) throws {
      let differences = try live.snapshot().differences(from: before)
      #expect(differences.isEmpty, "\(differences)", sourceLocation: sourceLocation)
    }

    /// Expects the hypervisor to run to its end as it would without a debugger.
    private static func expectUnharmed(_ live: LiveSession) throws {
      try live.session.detach()
      try live.machine.end()
      let printed = try live.machine.printed
      #expect(printed.exits.count == 58 && printed.panics.isEmpty)
      #expect(printed.reports.count == 21 && !printed.reports.contains { $0.step == 99 })
    }
  }
}
