import ArmVCpu
import TestSupport
import Testing

@testable import VCpuDebug

/// A condition's names are looked up when it is set, without accessing the target.
@Suite struct ConditionCheckTests {
  let fixture: SessionFixture
  var session: HypervisorSession { fixture.session }

  init() throws { fixture = try SessionFixture(at: .mmioWrite) }

  @Test(
    arguments: [
      ("nosuch == 1", .unknownName("nosuch"), 1), ("1 && nosuch", .unknownName("nosuch"), 6),
      ("0 ? $nosuch : 1", .unknownRegister("nosuch"), 5), ("&nosuch", .notASymbol("nosuch"), 1),
      ("*(uint8_t *)($x0 + nosuch)", .unknownName("nosuch"), 20),
      ("$exit.nosuch", .unknownRegister("exit.nosuch"), 1),
      ("$guest.nosuch", .unknownRegister("guest.nosuch"), 1),
      ("$x0[nosuch:0]", .unknownName("nosuch"), 5), ("$9 == 1", .notInHistory("$9", count: 0), 1),
      ("guest:nosuch", .unknownName("nosuch"), 7),
    ] as [(String, ExpressionError.Code, Int)])
  func unknownNames(text: String, code: ExpressionError.Code, column: Int) throws {
    _ = fixture.target.takeTrace()
    #expect(throws: ExpressionError(code, column: column)) {
      try session.points.addCatchpoint(.exit([.any]), condition: text)
    }
    #expect(session.breakpoints.all.isEmpty)
    try session.expressions.assign("$mine = 1")
    let point = try session.points.addCatchpoint(.exit([.any]), condition: "$mine == 1")
    #expect(throws: ExpressionError(code, column: column)) {
      try session.points.setCondition(text, of: point.number)
    }
    #expect(session.breakpoints[point.number]?.condition?.text == "$mine == 1")
  }

  @Test(arguments: [
    "$x0", "$X0", "$w0", "$lr", "$sp", "$guest.x0", "$hv.x0", "$guest.sp_el0", "$esr_el2.ec",
    // A field that this exit's syndrome does not have, and one in a field.
    "$esr_el2.imm16", "$esr_el2.iss.srt", "$hcr_el2.vm", "$vbar_el1", "$exit.ipa", "hvc", "store32",
    "guest:store32", "&shared", "*0x10", "$cpsr", "$guest.pc", "$far_el2",
  ])
  func knownNames(text: String) throws {
    let expression = try session.expressions.parse(text)
    _ = fixture.target.takeTrace()
    try session.expressions.check(expression)
    #expect(fixture.target.takeTrace() == [])
  }

  @Test func unknownFields() throws {
    for (text, column) in [("$esr_el2.nosuch", 1), ("1 && $x0.lo", 6), ("-$hcr_el2.vm.x", 2)] {
      let checked = #expect(throws: ExpressionError.self) {
        try session.expressions.check(session.expressions.parse(text))
      }
      let evaluated = #expect(throws: ExpressionError.self) { try session.value(of: text) }
      for error in [checked, evaluated] {
        #expect(error?.column == column)
        guard case .noSuchField? = error?.code else {
          Issue.record("\(text): \(String(describing: error))")
          continue
        }
      }
    }
    let assigned = #expect(throws: ExpressionError.self) {
      try session.expressions.assign("$esr_el2.nosuch = 1")
    }
    #expect(assigned?.column == 1)
  }

  @Test func doubts() throws {
    let point = try session.points.addCatchpoint(.exit([.hvc]), condition: "$x0 < 0")
    #expect(session.points.conditionDoubts(of: point).count == 1)
    let other = try session.points.addCatchpoint(.exit([.hvc]), condition: "(int64_t)$x0 < 0")
    #expect(session.points.conditionDoubts(of: other).isEmpty)
  }

  /// The probe values together have every field that some value has.
  @Test func theProbesHaveEveryField() {
    var random = RandomExpression(seed: 13)
    for register in DecodableRegister.all {
      var names: Set<String> = []
      for value in register.probes { names.formUnion(Self.fields(of: register, value)) }
      for _ in 0..<2000 {
        let value = UInt64(random.below(.max)) << 1 ^ UInt64(random.below(.max))
        let missing = Self.fields(of: register, value).subtracting(names)
        #expect(missing.isEmpty, "\(register.name) 0x\(String(value, radix: 16))")
        if !missing.isEmpty { break }
      }
    }
  }

  private static func fields(of register: DecodableRegister, _ value: UInt64) -> Set<String> {
    var list = FieldList()
    register.describe(value, into: &list)
    return Set(list.fields.map { $0.name.description })
  }

  @Test func typedMemory() throws {
    #expect(try session.value(of: "*(uint32_t *)$pc") == Value(0xb900_0001, type: .uint32))
    #expect(try session.value(of: "*(int32_t *)$pc < 0").isTrue)
    _ = fixture.target.takeTrace()
    try session.assign("*(int16_t *)0x40300000 = -2")
    #expect(fixture.target.memory.read(0x4130_0000, byteCount: 2, .physical) == [0xfe, 0xff])
    #expect(throws: DebugError.valueTooWide(0x1_0000, byteCount: 2)) {
      try session.assign("*(int16_t *)0x40300000 = 0x10000")
    }
    try session.assign("*(uint8_t *)0x40300000 += 1")
    #expect(fixture.target.memory.read(0x4130_0000, byteCount: 2, .physical) == [0xff, 0xff])
  }

  /// A write to a symbol has the symbol's size.
  @Test func aSymbolHasItsSize() throws {
    let address = try session.value(of: "&tick_count").bits + FixtureImages.guestOffset
    func bytes() -> [UInt8]? { fixture.target.memory.read(address, byteCount: 4, .physical) }
    #expect(bytes() == [0x34, 0x12, 0xaa, 0xaa])
    try session.assign("tick_count += 1")
    #expect(bytes() == [0x35, 0x12, 0xaa, 0xaa])
    try session.assign("guest:tick_count = -1")
    #expect(bytes() == [0xff, 0xff, 0xaa, 0xaa])
    try session.assign("tick_count >>= 4")
    #expect(bytes() == [0xff, 0x0f, 0xaa, 0xaa])
    #expect(throws: DebugError.valueTooWide(0x1_0000, byteCount: 2)) {
      try session.assign("tick_count = 0x10000")
    }
    try session.assign("tick_count = 0x12345678", byteCount: 4)
    #expect(bytes() == [0x78, 0x56, 0x34, 0x12])
    #expect(throws: DebugError.sizeOfSymbol("message", byteCount: 24)) {
      try session.assign("message = 1")
    }
    #expect(throws: DebugError.sizeOfSymbol("vmexit_trampoline", byteCount: 8)) {
      try session.assign("vmexit_trampoline = 1")
    }
    #expect(throws: DebugError.sizeOfRegister("x0")) {
      try session.assign("$x0 = 1", byteCount: 2)
    }
    #expect(throws: DebugError.sizeOfRegister("name")) {
      try session.assign("$name = 1", byteCount: 2)
    }
  }

  @Test func registersAreChangedInPlace() throws {
    try session.assign("$x0 += 1")
    #expect(try session.value(of: "$x0").bits == 0x900_0001)
    #expect(session.expressions.variables.names.isEmpty)
  }
}
