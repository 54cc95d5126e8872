import ArmVCpu
import TestSupport
import Testing

@testable import VCpuDebug

/// A program has the same result as its expression, for random ones and random exits.
@Suite struct FilterPropertyTests {
  private static let leaves = [
    "$x0", "$x1", "$w1", "$x30", "$lr", "$guest.x2", "$guest.w3", "$exit.kind", "mmio-write",
    "psci", "wfi", "$exit.ec", "$exit.ipa", "$exit.va", "$exit.pc", "$exit.width", "$exit.write",
    "$exit.reg", "$exit.value", "$exit.number", "$exit.sysreg", "$exit.vcpu", "$exit.vm",
    "$exit.count", "$exit.time", "$pc", "$sp", "$sp_el0", "$sp_el1", "$cpsr", "$pstate.m", "$nzcv",
    "$daif", "$currentel", "$spsel", "$esr_el2", "$esr_el2.ec", "$esr_el2.il", "$esr_el2.iss",
    "$far_el2", "$hpfar_el2", "$hpfar_el2.fipa", "$elr_el2", "$spsr_el2", "$hcr_el2", "$hcr_el2.vm",
    "$vttbr_el2", "$vttbr_el2.vmid", "$vtcr_el2.sl0", "$sctlr_el1", "$sctlr_el1.m", "$esr_el1.ec",
    "$mine", "$1", "store32", "(guest:store32)", "$x1[7:0]", "$x2[3]", "(guest:$x0)",
    "(ipa:$exit.ipa)",
    "(int8_t)$x0", "(unsigned short)$x3", "(int)$w2",
    // Not in the target.
    "*0x40200000", "$hv.x0", "$esr_el2.iss.wnr", "$x0[$x1]",
  ]

  /// Small numbers are as likely as large ones, so that comparisons are true at times.
  private static func number(_ random: inout RandomExpression) -> UInt64 {
    let bits = UInt64(random.below(1 << 32)) << 32 | UInt64(random.below(1 << 32))
    return bits >> UInt64(random.below(64))
  }

  private static func exit(_ random: inout RandomExpression) -> FakeExit {
    var exit = FakeExit.all[random.below(FakeExit.all.count)].exit
    for index in 0..<31 where random.below(3) > 0 { exit.x[index] = number(&random) }
    switch random.below(4) {
    case 0:
      exit.esr = number(&random)
      exit.far = number(&random)
      exit.hpfar = number(&random)
    case 1: exit.esr ^= 1 << UInt64(random.below(32))
    default: break
    }
    // Any of EL0t, EL1t, EL1h, and AArch32's modes.
    let mode = [0x0, 0x4, 0x5, 0x10, 0x13, 0x1f][random.below(6)]
    exit.pstate = UInt64(random.below(1 << 28)) << 4 & ~0x1f | UInt64(mode)
    exit.spEL0 = number(&random)
    (exit.vcpu, exit.vm) = (UInt32(random.below(8)), UInt32(random.below(3)))
    exit.count = number(&random) | 1
    exit.time = number(&random)
    return exit
  }

  /// What `expression` says: nil for an error.
  private static func truth(
    _ expression: Expression, _ session: HypervisorSession
  ) -> Bool? {
    try? session.expressions.value(of: expression).isTrue
  }

  @Test(arguments: [UInt64(1), 2, 3])
  func programsAgree(seed: UInt64) throws {
    let fixture = try SessionFixture(at: .mmioWrite)
    let (session, target) = (fixture.session, fixture.target)
    try session.expressions.assign("$mine = 0x24")
    session.expressions.variables.record(Value(signed: -3))
    let compiler = FilterCompiler(names: session.registers)
    var random = RandomExpression(seed: seed &* 0x9e37_79b9_7f4a_7c15, leaves: Self.leaves)
    var (whole, partial, faults, holding) = (0, 0, 0, 0)
    for _ in 0..<40 {
      let exit = Self.exit(&random)
      target.stand(at: exit)
      target["SCTLR"] = Self.number(&random)
      target["SP_EL1"] = Self.number(&random)
      target["ESR_EL1"] = Self.number(&random)
      try session.refresh()
      let caught = try #require(session.exits.caught)
      for _ in 0..<60 {
        let text = random.text(depth: 3)
        let expression = try session.expressions.parse(text)
        let program = compiler.compile(expression, with: session.expressions)
        guard !program.words.isEmpty else {
          #expect(program.hostReason != nil)
          continue
        }
        try ExitFilter.verify(program.words.span)
        let seen = CaughtExit(caught, of: session.exits, session.registers.system)
        let outcome = ExitFilter.evaluate(program.words.span, for: seen)
        #expect(seen.failure == nil)
        let truth = Self.truth(expression, session)
        if program.hostReason == nil {
          whole += 1
          faults += truth == nil ? 1 : 0
          holding += truth == true ? 1 : 0
          let expected = truth.map { $0 ? ExitFilter.Outcome.holds : .fails }
          let isRight =
            expected.map { $0 == outcome }
            ?? [.fault(.divisionByZero), .fault(.negativeShift)].contains(outcome)
          if !isRight {
            let lines = FilterDisassembly.lines(program.words).joined(separator: "\n")
            Issue.record("\(text) is \(truth as Any), and \(outcome):\n\(lines)\n\(exit)")
            return
          }
        } else {
          partial += 1
          // What runs in the target never hides a match.
          #expect(outcome != .fails || truth != true, "\(text)")
        }
      }
    }
    // The cases are of all kinds.
    #expect(whole > 1200 && partial > 5 && faults > 20 && holding > 300)
  }

  /// Where a field is found to be is where it is in other values too.
  @Test func fieldsAreWhereTheyAreSaidToBe() throws {
    let fixture = try SessionFixture(at: .mmioWrite)
    let registers = fixture.session.registers
    var random = RandomExpression(seed: 99)
    var count = 0
    let names =
      FilterRegister.allCases.map(\.name.description)
      + ["esr_el2", "far_el2", "hpfar_el2", "spsr_el2", "cpsr"]
    for register in names {
      for name in Set(registers.fieldNames(of: register)) {
        guard let place = registers.fixedField([name], of: register) else { continue }
        count += 1
        for _ in 0..<50 {
          let value = Self.number(&random)
          let field = try registers.field([name], of: register, in: value)
          #expect(field.highBit == place.high && field.lowBit == place.low, "\(register).\(name)")
          #expect(field.address == place.addressShift.map { field.value << $0 })
        }
      }
    }
    #expect(count > 200)
  }
}
