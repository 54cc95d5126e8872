import Testing

@testable import VCpuDebug

/// C's rules, with an `int` of 64 bits (C17 6.3.1, 6.4.4.1, 6.5).
@Suite struct IntegerRuleTests {
  let resolver = FakeResolver()

  @Test(
    arguments: [
      ("0", .int64), ("9223372036854775807", .int64), ("9223372036854775808", .uint64),
      ("0x7fffffffffffffff", .int64), ("0x8000000000000000", .uint64), ("1u", .uint64),
      ("1UL", .uint64), ("1ll", .int64), ("0b1", .int64), ("'a'", .int8), ("'é'", .int64),
      ("$x0", .uint64), ("vmexit_trampoline", .uint64), ("hv:1", .uint64), ("*0x1000", .uint64),
      ("*(uint32_t *)0x1000", .uint32), ("*(int8_t *)(hv:0x1000)", .int8), ("$x0[3:0]", .uint64),
      ("1 + 1", .int64), ("1 + 1u", .uint64), ("1 + $x0", .uint64), ("$x0 == 1", .int64),
      ("!$x0", .int64), ("$x0 && $x0", .int64), ("1 << 1u", .int64), ("1u << 1", .uint64),
      ("-(uint8_t)1", .int64), ("(uint32_t)1 + (uint32_t)1", .int64), ("+'a'", .int64),
      ("-$x0", .uint64), ("~0", .int64), ("1 ? -1 : 0u", .uint64), ("1 ? 'a' : 1", .int64),
      ("(int)$x0", .int32), ("(unsigned)$x0", .uint32), ("(long)$x0", .int64),
      ("(unsigned long long int)1", .uint64), ("(char)1", .int8), ("(signed char)1", .int8),
      ("(unsigned char)1", .uint8), ("(short int)1", .int16), ("(unsigned short)1", .uint16),
      ("(size_t)1", .uint64), ("(long unsigned)1", .uint64),
    ] as [(String, IntegerType)])
  func types(text: String, type: IntegerType) throws {
    let expression = try resolver.parse(text)
    #expect(try expression.evaluated(with: resolver).type == type)
    // What is known before anything is evaluated is what comes of it.
    #expect(expression.type(with: resolver) == type)
  }

  @Test(
    arguments: [
      ("-1", -1), ("-1 < 0", 1), ("-1 < 0u", 0), ("$x0 - 6 < 0", 0), ("(int64_t)($x0 - 6) < 0", 1),
      ("-7 / 2", -3), ("-7 % 2", -1), ("7 % -2", 1), ("-7 / 2u", Int64.max - 3),
      ("-8 >> 1", -4), ("-8 >> 1u", -4), ("-8u >> 60", 15), ("(-8) << 1", -16),
      ("9223372036854775807 + 1", .min), ("-9223372036854775807 - 1 == 0x8000000000000000", 1),
      ("(-9223372036854775807 - 1) / -1", .min), ("(-9223372036854775807 - 1) % -1", 0),
      ("-(-9223372036854775807 - 1)", .min), ("(int8_t)0xff", -1), ("(uint8_t)-1", 255),
      ("(int8_t)0xff == -1", 1), ("(uint8_t)0xff == -1", 0), ("(uint32_t)-1 < 0", 0),
      ("(uint32_t)-1 > -1", 1), ("(int32_t)0x80000000", -0x8000_0000), ("(int)0x1ffffffff", -1),
      ("(int16_t)0x18000", -0x8000), ("(int8_t)-1 + (uint8_t)1", 0), ("'\\xff'", -1),
      ("~(uint8_t)0", -1), ("(char)-1 < 0", 1), ("- (int8_t) - 128", 128),
      ("$x0[2:1]", 2), ("$x0[0]", 1), ("$x0[63:0]", 5), ("(-1)[63]", 1), ("((int8_t)-1)[7:4]", 15),
      ("(int8_t)-1[7:4]", 0),
      ("0xabcd[15:8]", 0xab), ("$x0[$x1:1+1]", 1), ("$x0[1 ? 2 : 0 : 0]", 5), ("0xff[7:4][3]", 1),
      ("*(uint8_t *)0x1000", 0x88), ("*(int8_t *)0x1000", -0x78), ("*(int16_t *)$sp", 0x7788),
      ("*(uint32_t *)0x1000 == 0x55667788", 1), ("*(int8_t *)hv:0x1000", -0x78),
      ("*(uint32_t)0x1000", 0x1122_3344_5566_7788), ("1 ? -1 : $x0", -1),
      ("(1 ? -1 : $x0) > 0", 1), ("(0 ? $x0 : -1) > 0", 1), ("(1 ? -1 : 2) > 0", 0),
    ] as [(String, Int64)])
  func values(text: String, number: Int64) throws {
    #expect(try resolver.value(of: text).bits == UInt64(bitPattern: number))
  }

  @Test(
    arguments: [
      ("1 << -1", .negativeShift("-1"), 3), ("1 >> (int8_t)0x80", .negativeShift("-128"), 3),
      ("$x0[64]", .badSlice(high: "64", low: "64"), 4),
      ("$x0[0:1]", .badSlice(high: "0", low: "1"), 4),
      ("$x0[-1]", .badSlice(high: "-1", low: "-1"), 4),
      ("$x0[1:-1]", .badSlice(high: "1", low: "-1"), 4),
      ("-1 / 0", .divisionByZero, 4), ("1 % 0u", .divisionByZero, 3),
      ("$", .notInHistory("$", count: 0), 1), ("1 + $3", .notInHistory("$3", count: 0), 5),
    ] as [(String, ExpressionError.Code, Int)])
  func errors(text: String, code: ExpressionError.Code, column: Int) {
    #expect(throws: ExpressionError(code, column: column)) { try resolver.value(of: text) }
  }

  @Test(
    arguments: [
      ("(short long)1", .noSuchType("short long", like: "short"), 2),
      ("(unsigned int8_t)1", .noSuchType("unsigned int8_t", like: "unsigned"), 2),
      ("$x0[1", .expected("']'", found: nil), 6),
      ("$x0[]", .expected("a number, register, symbol or '('", found: "]"), 5),
      ("1ulu", .invalidNumber("1ulu"), 1), ("1lll", .invalidNumber("1lll"), 1),
    ] as [(String, ExpressionError.Code, Int)])
  func parsingErrors(text: String, code: ExpressionError.Code, column: Int) {
    #expect(throws: ExpressionError(code, column: column)) { try Expression(parsing: text) }
  }

  /// A cast to a pointer has a value only with debug information.
  @Test func pointersNeedTypes() throws {
    let expression = try Expression(parsing: "(uint32_t *)1")
    #expect(throws: ExpressionError(.pointer("uint32_t"), column: 1)) {
      try expression.evaluated(with: Variables())
    }
  }
}
