import Testing

@testable import VCpuDebug

@Suite struct AssignmentTests {
  @Test func registers() throws {
    let assignment = try Assignment(parsing: " $guest.x0 = $x1 + 1")
    #expect(assignment.target == .register(["guest", "x0"], column: 2))
    #expect(try assignment.value.evaluated(with: FakeResolver()).bits == 4)
  }

  @Test func comparisonsAreNoAssignments() throws {
    let assignment = try Assignment(parsing: "$x0 = 1 == 1")
    #expect(try assignment.value.evaluated(with: FakeResolver()) == .boolean(true))
    #expect(throws: ExpressionError(.expected("'='", found: nil), column: 9)) {
      try Assignment(parsing: "$x0 == 1")
    }
  }

  @Test(
    arguments: [
      ("*0x1000 = 1", 0x1000, nil), ("*($sp + 8) = 1", 0x1008, nil),
      ("pa:0x1000 + 8 = 1", 0x1008, .physical),
      ("vmexit_trampoline = 1", 0x4008_0000, .hypervisor),
      ("&vmexit_trampoline=1", 0x4008_0000, .hypervisor),
    ] as [(String, UInt64, AddressSpace?)])
  func memory(text: String, bits: UInt64, space: AddressSpace?) throws {
    let assignment = try Assignment(parsing: text)
    let expression: Expression
    switch assignment.target {
    case .memory(let address, nil) where text.hasPrefix("*"): expression = address
    case .place(let place) where !text.hasPrefix("*"): expression = place
    default:
      Issue.record("not that memory: \(assignment.target)")
      return
    }
    let address = try expression.evaluated(with: FakeResolver())
    #expect(address.bits == bits)
    #expect(address.addressSpace == space)
    #expect(try assignment.value.evaluated(with: FakeResolver()).bits == 1)
  }

  @Test(
    arguments: [
      ("5 = 1", .notAssignable, 1), ("$x0 + 1 = 1", .notAssignable, 5),
      ("$x0 = ", .expected("a number, register, symbol or '('", found: nil), 7),
      ("= 5", .expected("a number, register, symbol or '('", found: "="), 1),
      ("$x0", .expected("'='", found: nil), 4),
      ("$x0 = 1 = 2", .expected("an operator", found: "="), 9),
    ] as [(String, ExpressionError.Code, Int)])
  func errors(text: String, code: ExpressionError.Code, column: Int) {
    #expect(throws: ExpressionError(code, column: column)) { try Assignment(parsing: text) }
  }
}
