import ArmVCpu
import CArmVCpu
import Foundation
import GDBRemote
import TestSupport
import Testing

@testable import VCpuDebug

extension EndToEnd {
  /// The hypervisor's evaluator of conditions and the debugger's agree on every exit of the tour.
  @Suite struct FilterAgreement {
    /// Nothing here depends on time, which differs from run to run.
    private static let leaves = [
      "$x0", "$x1", "$w1", "$x8", "$lr", "$w2", "$exit.kind", "mmio-write", "mmio-read", "psci",
      "hvc", "sysreg-read", "$exit.ec", "$exit.ipa", "$exit.va", "$exit.pc", "$exit.width",
      "$exit.write", "$exit.reg", "$exit.value", "$exit.number", "$exit.sysreg", "$exit.vcpu",
      "$exit.vm", "$exit.count", "$pc", "$sp", "$sp_el0", "$sp_el1", "$cpsr", "$pstate.m", "$nzcv",
      "$esr_el2", "$esr_el2.ec", "$esr_el2.iss", "$far_el2", "$hpfar_el2.fipa", "$hcr_el2.vm",
      "$vttbr_el2.vmid", "$vtcr_el2", "$sctlr_el1", "$sctlr_el1.m", "$vbar_el1", "$esr_el1.ec",
      "$elr_el1", "$spsr_el1", "$far_el1", "$tpidr_el1", "$ttbr0_el1", "$tcr_el1", "$mair_el1",
      "$x1[7:0]", "$x0[3]", "(int8_t)$x0", "(int)$w2", "(short)$x9", "0x24", "0xb000000",
    ]

    private struct Condition {
      let text: String
      let words: [UInt64]
      var count = 0
    }

    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// A machine that runs the tour, at its reset.
    private func machine() throws -> (Emulator, RemoteTarget) {
      let emulator = try Emulator(
        guest: tourBinary(),
        listeningAt: Listener(path: folder.path + "/\(UUID().uuidString.prefix(8))"))
      let target = try RemoteTarget(
        connectingTo: Endpoint(parsing: emulator.endpoint), timeout: .seconds(20))
      return (emulator, target)
    }

    private func tourBinary() throws -> String {
      let path = folder.path + "/tour.bin"
      if !FileManager.default.fileExists(atPath: path) {
        _ = try Programs.run("llvm-objcopy", "-O", "binary", Built.image("tour"), path)
      }
      return path
    }

    /// Conditions that run in the target as a whole.
    private func conditions(_ session: HypervisorSession, count: Int) throws -> [Condition] {
      let compiler = FilterCompiler(names: session.registers)
      var random = RandomExpression(seed: 0x17_39, leaves: Self.leaves)
      // Every exit; the compiler doesn't fold what depends on one.
      var texts = ["$exit.count == $exit.count", "$exit.count < 0"]
      var conditions: [Condition] = []
      while conditions.count < count {
        let text = texts.popLast() ?? random.text(depth: 3)
        let expression = try session.expressions.parse(text)
        let program = compiler.compile(expression, with: session.expressions)
        guard program.hostReason == nil, program.words.count > 2 || text.contains("count") else {
          continue
        }
        conditions.append(Condition(text: text, words: program.words))
      }
      return conditions
    }

    /// SYSTEM_OFF, the tour's last call.
    private static let end: UInt64 = 0x8400_0008

    /// Stops at each exit but the first, and counts where the conditions hold. What can't be evaluated counts too, as in
    /// the hypervisor.
    private func countByStops(_ conditionCount: Int) throws -> [Condition] {
      let (emulator, target) = try machine()
      defer {
        target.disconnect()
        emulator.kill()
      }
      let session = try HypervisorSession(
        target: target,
        modules: [Module(try SymbolFile(path: Built.image("vcpu-image")), in: .hypervisor)])
      _ = try session.points.addCatchpoint(.exit([.any]))
      try continueToExit(session)
      var conditions = try conditions(session, count: conditionCount)
      repeat {
        try continueToExit(session)
        let exit = try #require(session.exits.caught)
        for index in conditions.indices {
          let caught = CaughtExit(exit, of: session.exits, session.registers.system)
          let words = conditions[index].words
          let outcome = ExitFilter.evaluate(words.span, for: caught)
          #expect(caught.failure == nil, "\(conditions[index].text)")
          if outcome != .fails { conditions[index].count += 1 }
        }
      } while try session.value(of: "$exit.number").bits != Self.end
      return conditions
    }

    private func continueToExit(_ session: HypervisorSession) throws {
      try session.resume()
      let deadline = ContinuousClock.now + .seconds(30)
      while ContinuousClock.now < deadline {
        if let event = try session.poll() {
          guard case .exit = event else { throw HarnessError("\(event)") }
          return
        }
        var descriptor = pollfd(fd: session.fileDescriptor, events: Int16(POLLIN), revents: 0)
        poll(&descriptor, 1, 100)
      }
      throw HarnessError("there was no exit")
    }

    /// Runs the tour from its second exit with a filter of conditions that never stop, and returns how often each held.
    private func countInTarget(_ conditions: [Condition]) throws -> [Int] {
      let (emulator, target) = try machine()
      defer {
        target.disconnect()
        emulator.kill()
      }
      let module = Module(try SymbolFile(path: Built.image("vcpu-image")), in: .hypervisor)
      func address(_ name: String) throws -> UInt64 { try #require(module.address(of: name)) }
      let observer = try address("avcpu_observer")
      func stop(at address: UInt64) throws {
        try target.insertBreakpoint(.software, at: address, length: 4)
        try target.resume(.continue(), after: [])
        _ = try target.waitForStop(timeout: .seconds(30))
        try target.removeBreakpoint(.software, at: address, length: 4)
        let pc = try target.batch([.register(target.register(named: "pc"))])[0].bytes()
        #expect(RegisterDescription.integer(pc) == address)
      }
      func write(_ words: [UInt64], at offset: some BinaryInteger) throws {
        let bytes = words.flatMap { word in
          (0..<8).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) }
        }
        try target.batch([.writeMemory(at: observer + UInt64(offset), bytes)])[0].check()
      }
      try stop(at: try address("vmexit_trampoline"))
      // The last entry stops at the end; the others pass over every match.
      let isEnd: [UInt64] = [
        FilterWord(.field, a: ExitField.number.rawValue).rawValue,
        FilterWord(.wideConstant).rawValue, Self.end, FilterWord(.equal).rawValue,
      ]
      let programs = conditions.map(\.words) + [isEnd]
      var start = 0
      for (index, words) in programs.enumerated() {
        let ignored: UInt64 = index < conditions.count ? 1 << 62 : 0
        try write(
          [
            UInt64(ExitClass.any.bit), UInt64(start) | UInt64(words.count) << 32, ignored, 0, 0,
            1 << UInt64(AVCPU_FILTER_ENABLED),
          ], at: Int(AVCPU_OBSERVER_ENTRIES) + index * Int(AVCPU_FILTER_ENTRY_SIZE))
        try write(words, at: Int(AVCPU_OBSERVER_WORDS) + start * 8)
        start += words.count
      }
      try write(
        [.max, .max, 1, 0, 0, UInt64(programs.count) | UInt64(start) << 32],
        at: AVCPU_OBSERVER_KINDS)
      try write([1 << UInt64(AVCPU_OBSERVE_FILTER)], at: AVCPU_OBSERVER_FLAGS)
      try stop(at: try address("vmexit_debug_hook"))
      func read(_ offset: some BinaryInteger) throws -> UInt64 {
        let bytes = try target.readMemory(at: observer + UInt64(offset), byteCount: 8)
        return try #require(RegisterDescription.integer(bytes))
      }
      #expect(try read(AVCPU_OBSERVER_REFUSAL) == 0)
      #expect(try read(AVCPU_OBSERVER_VERIFIED) == 1)
      return try conditions.indices.map {
        let entry = Int(AVCPU_OBSERVER_ENTRIES) + $0 * Int(AVCPU_FILTER_ENTRY_SIZE)
        #expect(try read(entry + Int(AVCPU_FILTER_ENTRY_MATCHED)) == 0)
        return Int(try read(entry + Int(AVCPU_FILTER_ENTRY_PASSED)))
      }
    }

    @Test func theTargetCountsWhatTheHostCounts() throws {
      var rest = try countByStops(120)[...]
      let exits = try #require(rest.first { $0.text == "$exit.count == $exit.count" }).count
      #expect(exits > 60)
      // Most conditions hold at some exits and not at others.
      #expect(rest.count { 1..<exits ~= $0.count } > 30)
      while !rest.isEmpty {
        // As many as fit.
        var batch: [Condition] = []
        while let next = rest.first, batch.count < ExitFilter.maximumEntryCount - 1,
          batch.reduce(next.words.count + 4, { $0 + $1.words.count }) <= ExitFilter.maximumWordCount
        {
          batch.append(rest.removeFirst())
        }
        for (condition, count) in zip(batch, try countInTarget(batch)) {
          let program = FilterDisassembly.lines(condition.words).joined(separator: "\n")
          #expect(
            count == condition.count, "of \(exits) exits: \(condition.text)\n\(program)")
        }
      }
    }
  }
}
