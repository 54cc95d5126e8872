import Testing

@testable import GDBRemote

struct RegisterMapTests {
  private let map = RegisterMap([
    .init(name: "x30", number: 30, bitWidth: 64),
    .init(name: "cpsr", number: 33, bitWidth: 32),
    .init(name: "fpsr", number: 66, bitWidth: 32),
    .init(name: "FPSR", number: 90, bitWidth: 64),
    .init(name: "SCTLR", number: 73, bitWidth: 64),
    .init(name: "VBAR_EL1", number: 74, bitWidth: 64),
    .init(name: "ESR_EL2", number: 72, bitWidth: 64),
    .init(name: "ESR_EL2", number: 80, bitWidth: 64),
  ])

  @Test(arguments: [
    ("ESR_EL2", 72), ("esr_el2", 72), ("fpsr", 66), ("FPSR", 90), ("Fpsr", nil),
    ("SCTLR", 73), ("SCTLR_EL1", 73), ("sctlr_el1", 73), ("sctlr", 73),
    ("VBAR", 74), ("VBAR_EL1", 74), ("vbar", 74), ("lr", 30), ("LR", 30), ("pstate", 33),
    ("nothing", nil), ("", nil), ("fp", nil),
  ])
  func findsNames(name: String, number: Int?) {
    #expect(map[name]?.number == number)
  }

  @Test func findsNumbers() {
    #expect(map[number: 80]?.name == "ESR_EL2")
    #expect(map[number: 1] == nil)
  }

  @Test func anExactNameGoesBeforeAnotherName() {
    let map = RegisterMap([
      .init(name: "SCTLR", number: 1, bitWidth: 64),
      .init(name: "SCTLR_EL1", number: 2, bitWidth: 64),
    ])
    #expect(map["SCTLR"]?.number == 1)
    #expect(map["SCTLR_EL1"]?.number == 2)
    #expect(map["sctlr_el1"]?.number == 2)
  }

  @Test func cutsAGeneralPacket() {
    let map = RegisterMap([
      .init(name: "b", number: 1, bitWidth: 32), .init(name: "a", number: 0, bitWidth: 64),
      .init(name: "c", number: 9, bitWidth: 64),
    ])
    let raw = RegisterBytes([1, 0, 0, 0, 0, 0, 0, 0x80, 2, 0, 0, 0], missing: [])
    let general = GeneralRegisters(raw, in: map)
    #expect(general.registers.map(\.name) == ["a", "b"])
    #expect(general["a"] == 0x8000_0000_0000_0001)
    #expect(general["b"] == 2)
    #expect(general["c"] == nil)
    #expect(general[number: 1] == 2)
    #expect(general[number: -1] == nil)
    #expect(general.values == ["a": 0x8000_0000_0000_0001, "b": 2])
  }

  @Test func unavailableValuesAreNil() {
    let map = RegisterMap([
      .init(name: "a", number: 0, bitWidth: 16), .init(name: "b", number: 1, bitWidth: 16),
    ])
    let general = GeneralRegisters(RegisterBytes(parsing: Array("01xx0200".utf8))!, in: map)
    #expect(general["a"] == nil)
    #expect(general["b"] == 2)
  }

  @Test func turnsIntegersIntoBytes() {
    let register = RegisterDescription(name: "w", number: 0, bitWidth: 32)
    #expect(register.bytes(of: 0x1234_5678) == [0x78, 0x56, 0x34, 0x12])
    #expect(register.bytes(of: 0x1_0000_0000) == nil)
    #expect(RegisterDescription.integer([0x78, 0x56, 0x34, 0x12]) == 0x1234_5678)
    #expect(RegisterDescription.integer([UInt8](repeating: 0, count: 9)) == nil)
    let wide = RegisterDescription(name: "v", number: 0, bitWidth: 128)
    #expect(wide.bytes(of: 1)?.count == 16)
  }
}
