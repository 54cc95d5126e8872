import GDBRemote
import TestSupport
import Testing

@testable import VCpuDebug

/// Registers with more than 64 bits, their parts and their elements.
@Suite struct VectorRegisterTests {
  private func fixture() throws -> SessionFixture { try SessionFixture() }

  private func sveFixture() throws -> SessionFixture { try SessionFixture(FakeTarget(.sveMachine)) }

  @Test func aRegisterOfMoreThan64Bits() throws {
    let fixture = try fixture()
    let error = #expect(throws: DebugError.self) { try fixture.session.value(of: "$v0") }
    #expect(
      error?.description == "cannot read $v0: it has 128 bits; $v0.d[0] is a part of it")
  }

  /// Parts by the names of instructions, elements by those of the stub's types.
  @Test(
    arguments: [
      ("$d0", Value(0xf102_0304_0506_0708)), ("$s0", Value(0x0506_0708)), ("$h0", Value(0x0708)),
      ("$b0", Value(0x08)), ("$v0.d[0]", Value(0xf102_0304_0506_0708)),
      ("$v0.d.u[1]", Value(0)), ("$v0.d.s[0]", Value(signed: -0x0efd_fcfb_faf9_f8f8)),
      ("$v0.b[7]", Value(0xf1, type: .uint8)), ("$v0.b.s[7] + 0", Value(signed: -15)),
      ("$hv.v0.d[0]", Value(0xf102_0304_0506_0708)),
      ("$q0.d[0] == $d0", Value(1, type: .int64, displayType: .boolean)),
    ] as [(String, Value)])
  func partsOfAVectorRegister(text: String, value: Value) throws {
    let fixture = try fixture()
    try fixture.session.assign("$v0 = 0xf102030405060708")
    #expect(try fixture.session.value(of: text) == value)
    try fixture.session.expressions.check(fixture.session.expressions.parse(text))
  }

  @Test func aPartThatIsSetClearsTheRest() throws {
    let fixture = try fixture()
    #expect(throws: DebugError.readOnly("b0", reason: "0x1ff does not fit its 8 bits")) {
      try fixture.session.assign("$b0 = 0x1ff")
    }
    #expect(throws: DebugError.readOnly("w1", reason: "0x100000000 does not fit its 32 bits")) {
      try fixture.session.assign("$w1 = 0x100000000")
    }
    try fixture.session.assign("$b0 = -1")
    #expect(try fixture.session.value(of: "$d0") == Value(0xff))
    try fixture.session.assign("$v0 = 0xf102030405060708")
    try fixture.session.assign("$b0 = 0x7f")
    #expect(try fixture.session.value(of: "$d0") == Value(0x7f))
  }

  @Test(arguments: [
    ("$v0.d[2]", "cannot read $v0.d[2]: its elements are 0 to 1"),
    (
      "$v0.d.f[0]",
      "cannot read $v0.d.f[0]: it is a floating-point number, but expressions need whole numbers, as in '.u'"
    ),
    ("$v0.x[0]", "$v0 has no field 'x': it has d b"),
    ("$v0.x", "$v0 has no field 'x': it has d b"),
    ("$v0[0]", "$v0 has no field '[…]': it has d b"),
    ("$v0.d", "cannot read $v0.d: it has 128 bits; $v0.d[0] is a part of it"),
    ("$v0 + 1", "cannot read $v0: it has 128 bits; $v0.d[0] is a part of it"),
  ])
  func noPartOfAVectorRegister(text: String, words: String) throws {
    let fixture = try fixture()
    let error = #expect(throws: (any Error).self) { try fixture.session.value(of: text) }
    #expect(error.map { "\($0)" } == words)
    // It is found before any hit of a condition, without reading the register.
    _ = fixture.target.takeTrace()
    let early = #expect(throws: (any Error).self) {
      try fixture.session.expressions.check(fixture.session.expressions.parse(text))
    }
    #expect(early.map { "\($0)" } == words)
    #expect(fixture.target.takeTrace() == [])
  }

  @Test func aNegativeNumberFillsARegister() throws {
    let fixture = try fixture()
    try fixture.session.assign("$v0 = -2")
    #expect(try fixture.session.value(of: "$v0.d[0]") == Value(0xffff_ffff_ffff_fffe))
    #expect(try fixture.session.value(of: "$v0.d[1]") == Value(UInt64.max))
    try fixture.session.assign("$v0 = 0xffffffffffffffff")
    #expect(try fixture.session.value(of: "$v0.d[1]") == Value(0))
  }

  // MARK: Elements that are set

  @Test func anElementIsSetAndTheOthersStay() throws {
    let fixture = try fixture()
    try fixture.session.assign("$v0 = 0xf102030405060708")
    try fixture.session.assign("$v0.d[1] = 0x1122334455667788")
    try fixture.session.assign("$v0.b[7] = -1")
    try fixture.session.assign("$v0.b.s[8] -= 8")
    #expect(try fixture.session.value(of: "$v0.d[0]") == Value(0xff02_0304_0506_0708))
    #expect(try fixture.session.value(of: "$v0.d[1]") == Value(0x1122_3344_5566_7780))
  }

  @Test(arguments: [
    ("$v0.b[0] = 0x100", "cannot set $v0.b[0]: 256 does not fit its 8 bits"),
    ("$v0.b[0] = -129", "cannot set $v0.b[0]: -129 does not fit its 8 bits"),
    ("$v0.d[2] = 1", "cannot read $v0.d[2]: its elements are 0 to 1"),
    (
      "$v0.d.f[0] = 1",
      "cannot read $v0.d.f[0]: it is a floating-point number, but expressions need whole numbers, as in '.u'"
    ),
    ("$v0.x[0] = 1", "$v0 has no field 'x': it has d b"),
    ("$v0[3:0] = 1", "cannot read $v0: it has 128 bits; $v0.d[0] is a part of it"),
  ])
  func anElementThatCannotBeSet(text: String, words: String) throws {
    let fixture = try fixture()
    try fixture.session.assign("$v0 = 0xf102030405060708")
    let error = #expect(throws: (any Error).self) { try fixture.session.assign(text) }
    #expect(error.map { "\($0)" } == words)
    #expect(try fixture.session.value(of: "$v0.d[0]") == Value(0xf102_0304_0506_0708))
  }

  @Test func bitsOfARegisterAreSet() throws {
    let fixture = try fixture()
    try fixture.session.assign("$x0 = 0x1234")
    try fixture.session.assign("$x0[7:4] = 0xf")
    try fixture.session.assign("$x0[0] = 1")
    try fixture.session.assign("$x0[63:60] = -1")
    #expect(try fixture.session.value(of: "$x0") == Value(0xf000_0000_0000_12f5))
    try fixture.session.assign("$flags = 0")
    try fixture.session.assign("$flags[3] = 1")
    try fixture.session.assign("$flags[3:2] += 1")
    #expect(try fixture.session.value(of: "$flags").bits == 12)
    for (text, words) in [
      ("$x0[3:0] = 16", "16 does not fit 4 bits"), ("$x0[0] = 2", "2 does not fit 1 bit"),
      ("$x0[64] = 1", "no bit 64: bits are numbered from 0 to 63"),
    ] {
      let error = #expect(throws: ExpressionError.self) { try fixture.session.assign(text) }
      #expect(error?.description == words)
    }
    #expect(try fixture.session.value(of: "$x0") == Value(0xf000_0000_0000_12f5))
  }

  // MARK: SVE

  /// QEMU's stub shows `z0` and no `v0` where the CPU has SVE.
  @Test func theLowPartOfASVERegister() throws {
    let fixture = try sveFixture()
    try fixture.session.assign("$z0.d[3] = 7")
    try fixture.session.assign("$v0.d[1] = 0x1122334455667788")
    try fixture.session.assign("$v0.d[0] = 0xf102030405060708")
    for (text, value) in [
      ("$d0", 0xf102_0304_0506_0708), ("$b0", 0x08), ("$q0.d[1]", 0x1122_3344_5566_7788),
      ("$V0.d.u[1]", 0x1122_3344_5566_7788), ("$z0.d[3]", 7),
    ] as [(String, UInt64)] {
      #expect(try fixture.session.value(of: text) == Value(value), "\(text)")
      try fixture.session.expressions.check(fixture.session.expressions.parse(text))
    }
    let register = try #require(fixture.session.registers.wideRegister(named: "v0"))
    #expect(register.bitWidth == 128)
    #expect(
      try fixture.session.registers.bytes(of: register)
        == [8, 7, 6, 5, 4, 3, 2, 0xf1, 0x88, 0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11])
    #expect(fixture.session.registers.names.contains("v0"))
    #expect(!fixture.session.registers.names.contains("v1"))
  }

  @Test(arguments: [
    ("$v0.d[2]", "cannot read $v0.d[2]: its elements are 0 to 1"),
    ("$v0", "cannot read $v0: it has 128 bits; $v0.d[0] is a part of it"),
    ("$z0", "cannot read $z0: it has 256 bits; $z0.d[0] is a part of it"),
    ("$v1", "no register or variable $v1"),
  ])
  func noPartOfASVERegister(text: String, words: String) throws {
    let error = #expect(throws: (any Error).self) { try sveFixture().session.value(of: text) }
    #expect(error.map { "\($0)" } == words)
  }

  /// As with an instruction that writes a part. (Arm ARM DDI 0487, B1.2.2.)
  @Test(arguments: ["$v0", "$q0", "$d0", "$b0"])
  func aWriteOfAPartClearsTheRestOfASVERegister(name: String) throws {
    let fixture = try sveFixture()
    for index in 0..<4 { try fixture.session.assign("$z0.d[\(index)] = -1") }
    try fixture.session.assign("\(name) = 5")
    for (index, value) in [5, 0, 0, 0].enumerated() {
      #expect(try fixture.session.value(of: "$z0.d[\(index)]") == Value(UInt64(value)))
    }
  }
}
