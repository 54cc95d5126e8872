import Testing

@testable import VCpuDebug

@Suite struct VariableTests {
  let variables = Variables()

  @Test func variablesKeepTheirTypes() throws {
    try variables.assign("$n = -5")
    #expect(variables["n"] == Value(signed: -5))
    #expect(try variables.value(of: "$n < 0").isTrue)
    try variables.assign("$m = (uint8_t)300")
    #expect(variables["m"] == Value(44, type: .uint8))
    #expect(variables.names == ["m", "n"])
  }

  @Test(
    arguments: [
      ("$n += 2", 9), ("$n -= 8", -1), ("$n *= 3", 21), ("$n /= 2", 3), ("$n %= 4", 3),
      ("$n &= 3", 3), ("$n |= 8", 15), ("$n ^= 1", 6), ("$n <<= 2", 28), ("$n >>= 1", 3),
      ("$n++", 8), ("$n--", 6), ("$n = $n == 7", 1), ("$n *= 1 + 1", 14), ("$n=-1", -1),
    ] as [(String, Int64)])
  func operators(text: String, number: Int64) throws {
    variables["n"] = Value(signed: 7)
    #expect(try variables.assign(text).bits == UInt64(bitPattern: number))
    #expect(variables["n"]?.bits == UInt64(bitPattern: number))
  }

  @Test func whatIsNotThereIsAnError() {
    #expect(throws: ExpressionError(.unknownRegister("n"), column: 1)) {
      try variables.assign("$n += 1")
    }
    #expect(throws: DebugError.detached) { try variables.assign("*1 = 1") }
    #expect(throws: DebugError.detached) { try variables.assign("$guest = 1") }
    #expect(throws: DebugError.detached) { try variables.value(of: "*1") }
    #expect(throws: ExpressionError(.notAssignable, column: 1)) { try variables.assign("$1 = 1") }
    #expect(throws: ExpressionError(.unknownName("x"), column: 1)) { try variables.value(of: "x") }
  }

  @Test func history() throws {
    for number in 1...4 { #expect(variables.record(Value(signed: Int64(number) * 10)) == number) }
    for (text, number) in [("$1", 10), ("$4", 40), ("$", 40), ("$$", 30), ("$$0", 40), ("$$3", 10)]
    {
      #expect(try variables.value(of: text).bits == UInt64(number), "\(text)")
    }
    for text in ["$0", "$5", "$$4"] {
      #expect(throws: ExpressionError(.notInHistory(text, count: 4), column: 1)) {
        try variables.value(of: text)
      }
    }
    #expect(try variables.value(of: "$-$$").bits == 10)
  }

  @Test func aRegisterWins() throws {
    let resolver = FakeResolver()
    resolver.variables["x0"] = Value(signed: -1)
    resolver.variables["mine"] = Value(signed: -1)
    #expect(try resolver.value(of: "$x0").bits == 5)
    #expect(try resolver.value(of: "$mine < 0").isTrue)
  }

  @Test func whatIsPrintedMayBeAnAssignment() throws {
    #expect(try Evaluation(parsing: "1 + 1") == .expression(Expression(parsing: "1 + 1")))
    #expect(try Evaluation(parsing: "$n++") == .assignment(Assignment(parsing: "$n++")))
    #expect(throws: ExpressionError(.expected("an operator", found: "="), column: 9)) {
      try Evaluation(parsing: "$a = $b = 1")
    }
  }
}
