import ArmVCpu
import TestSupport
import Testing

@testable import VCpuDebug

/// What of a condition runs in the target, and as which program.
@Suite struct FilterCompilerTests {
  let fixture: SessionFixture
  var session: HypervisorSession { fixture.session }

  init() throws { fixture = try SessionFixture(at: .mmioWrite) }

  private func compiled(_ text: String) throws -> CompiledCondition {
    let expression = try session.expressions.parse(text)
    try session.expressions.check(expression)
    _ = fixture.target.takeTrace()
    let condition = FilterCompiler(names: session.registers).compile(
      expression, with: session.expressions)
    #expect(fixture.target.takeTrace() == [], "the target isn't read")
    if !condition.words.isEmpty { try ExitFilter.verify(condition.words.span) }
    return condition
  }

  /// The program's operations, without the numbers of the words.
  private func operations(_ text: String) throws -> [String] {
    let condition = try compiled(text)
    #expect(condition.hostReason == nil)
    return FilterDisassembly.lines(condition.words).map { String($0.dropFirst(5)) }
  }

  @Test func programs() throws {
    #expect(
      try operations("$exit.kind == mmio-write && $exit.ipa >= 0x9000000") == [
        "field kind", "constant 5", "equal", "jumpIfFalse 8", "field ipa", "constant 150994944",
        "lessUnsigned", "not",
      ])
    #expect(
      try operations("(int8_t)$x1 >> $w2") == [
        "gpr 1", "extend 8 signed", "gpr 2", "bits 31:0", "shiftRightSigned",
      ])
    #expect(
      try operations("$x0 << (int)$x1") == [
        "gpr 0", "gpr 1", "extend 32 signed", "checkDistance", "shiftLeft",
      ])
    #expect(
      try operations("$esr_el2.ec == 0x24 ? $x3[7:4] : $lr") == [
        "field esr", "bits 31:26", "constant 36", "equal", "popAndJumpIfFalse 8", "gpr 3",
        "bits 7:4", "jump 9", "gpr 30",
      ])
    #expect(
      try operations("!$x0 || -$x1") == [
        "gpr 0", "not", "jumpIfTrue 6", "gpr 1", "negate", "boolean",
      ])
  }

  @Test(
    arguments: [
      ("$sp_el0", ["field spEL0"]), ("$sp_el1", ["register sp_el1"]), ("$pc", ["field pc"]),
      ("$elr_el2", ["field pc"]), ("$guest.pc", ["field pc"]), ("$pstate", ["field pstate"]),
      ("$SPSR_EL2", ["field pstate"]), ("$esr_el2", ["field esr"]), ("$far_el2", ["field far"]),
      ("$hpfar_el2.fipa", ["field hpfar", "bits 47:4", "constant 12", "shiftLeft"]),
      ("$hpfar_el2.fipa.raw", ["field hpfar", "bits 47:4"]), ("$fp", ["gpr 29"]),
      ("$guest.w3", ["gpr 3", "bits 31:0"]), ("$hcr_el2.vm", ["register hcr_el2", "bits 0:0"]),
      ("$nzcv", ["field pstate", "constant 4026531840", "and"]),
      ("$cpsr.m", ["field pstate", "bits 4:0"]), ("$esr_el2.il", ["field esr", "bits 25:25"]),
      ("$vttbr_el2.vmid", ["register vttbr_el2", "bits 63:48"]),
    ] as [(String, [String])])
  func registers(text: String, program: [String]) throws {
    var program = program
    if text == "$nzcv" { program[1] = "wideConstant 0xf0000000" }
    #expect(try operations(text) == program)
  }

  @Test func knownValues() throws {
    try session.expressions.assign("$mine = 0x900000000")
    session.expressions.variables.record(Value(7))
    #expect(try operations("$mine + 1") == ["wideConstant 0x900000001"])
    #expect(try operations("$1 == $x0") == ["constant 7", "gpr 0", "equal"])
    let store = FixtureImages.guestAddress("store32")
    #expect(
      try operations("$pc == (guest:store32)") == ["field pc", "constant \(store)", "equal"])
    #expect(try operations("sizeof(long)") == ["constant 8"])
  }

  @Test(
    arguments: [
      ("*(int *)(guest:$x1) == 5", "`*(int *)(guest:$x1)` reads memory"),
      ("$hv.x0", "`$hv.x0` is a register of the hypervisor"),
      ("$x0[$x1]", "`$x0[$x1]` has bits that depend on the exit"),
      ("$x0[64:0]", "`$x0[64:0]` has no such bits"),
      (
        "$esr_el2.iss.srt",
        "`$esr_el2.iss.srt` isn't at the same place in every value of the register"
      ),
      ("$vbar_el2", "`$vbar_el2` isn't one of the registers that a filter reads"),
      ("$vmid == 1", "`$vmid` is only known to the debugger"),
      ("$pc - $exit.ipa", "`$pc - $exit.ipa` mixes addresses of two spaces"),
      ("ipa:$pc", "`ipa:$pc` translates an address"),
      ("sizeof $x0", "`sizeof $x0` is only known to the debugger"),
      ("1 / 0", "`1 / 0` has no value: division by zero"),
    ] as [(String, String)])
  func whatRunsOnTheHost(text: String, reason: String) throws {
    #expect(try compiled(text) == CompiledCondition(words: [], hostReason: reason))
    // Other operands of `&&` run in the target.
    let rest = try compiled("$x0 == 1 && (\(text)) && $x2")
    #expect(rest.hostReason == reason)
    #expect(try rest.words == compiled("$x0 == 1 && $x2").words)
  }

  @Test func whatIsTooLong() throws {
    let group = "(" + (0..<30).map { "$x\($0)" }.joined(separator: " + ") + ")"
    let sum = [String](repeating: group, count: 10).joined(separator: " + ")
    let condition = try compiled("$x1 == 1 && (\(sum)) && $x2 == 2")
    #expect(condition.words == (try compiled("$x1 == 1 && $x2 == 2").words))
    #expect(condition.hostReason?.hasSuffix("is too long for a filter") == true)
    let deep = (0..<20).map { "$x\($0) + (" }.joined() + "1" + String(repeating: ")", count: 20)
    let deepest = try compiled(deep)
    #expect(deepest.words.isEmpty)
    #expect(deepest.hostReason?.hasSuffix("needs too many numbers at once for a filter") == true)
  }

  /// A condition that the filter evaluates is read from the exit alone; its errors are the evaluator's.
  @Test func conditionsAtStops() throws {
    _ = try session.points.addCatchpoint(.exit([.any]), condition: "$w1 / ($x9 - 9) == 0x41")
    _ = try fixture.resume(.exit(.mmioWrite.with { $0.x[9] = 10 }))
    _ = fixture.accesses()
    let event = try fixture.resume(
      .exit(.mmioWrite.with { $0.x[9] = 8 }), .exit(.mmioWrite.with { $0.x[9] = 10 }))
    #expect(SessionFixture.numbers(event) == [1])
    #expect(
      fixture.accesses().filter { !$0.hasPrefix("c") } == [stopAtKnownContext, stopAtKnownContext])
    let failure = try fixture.resume(.exit(.mmioWrite.with { $0.x[9] = 9 }))
    guard case .conditionFailed(1, "division by zero", _)? = failure else {
      Issue.record("\(failure as Any)")
      return
    }
  }

  /// Variables have the values of the last resume.
  @Test func variablesChange() throws {
    try session.expressions.assign("$mine = 1")
    _ = try session.points.addCatchpoint(.exit([.any]), condition: "$x9 == $mine")
    #expect(SessionFixture.numbers(try fixture.resume(.exit(.wfi.with { $0.x[9] = 1 }))) == [1])
    try session.expressions.assign("$mine = 2")
    let event = try fixture.resume(
      .exit(.wfi.with { $0.x[9] = 1 }), .exit(.wfe.with { $0.x[9] = 2 }))
    #expect(SessionFixture.numbers(event) == [1])
    #expect(session.exit?.reason.exitClass == .wfe)
  }
}
