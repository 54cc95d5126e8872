import Testing

@testable import VCpuDebug

@Suite struct ExpressionTextTests {
  @Test(
    arguments: [
      ("((1)+2)*3", "(1 + 2) * 3"), ("1+(2*3)", "1 + 2 * 3"), ("1-(2-3)", "1 - (2 - 3)"),
      ("(1-2)-3", "1 - 2 - 3"), ("0x2A", "0x2A"), ("- - 5", "--5"), ("-($x0+1)", "-($x0 + 1)"),
      ("*(hv:0x10)", "*(hv:0x10)"), ("*hv:0x10", "*(hv:0x10)"), ("( pa:1 )+8", "(pa:1) + 8"),
      ("*( unsigned  int*)$sp", "*(unsigned int *)$sp"),
      ("(int8_t)($x0)", "(int8_t)$x0"), ("($x0)[3:0]", "$x0[3:0]"), ("(-1)[63]", "(-1)[63]"),
      ("1?2:3", "1 ? 2 : 3"), ("(1?2:3)?4:5", "(1 ? 2 : 3) ? 4 : 5"), ("&sym", "&sym"),
      ("'a b'", "'a b'"), ("$$2+$", "$$2 + $"), ("$x0[hv : 0]", "$x0[hv : 0]"), ("'a'", "'a'"),
    ] as [(String, String)])
  func asShortAsCanBe(text: String, wanted: String) throws {
    #expect(try Expression(parsing: text).description == wanted)
    #expect(try Expression(parsing: wanted).description == wanted)
  }

  @Test(
    arguments: [
      ("$x0 == 6", ["$x0 5"]), ("$x0 + 1 == $x1", ["$x0 + 1 6", "$x0 5", "$x1 3"]),
      ("$x0 == 5 && $x0 < $x1", ["$x0 5", "$x1 3"]), ("$x0 == 6 && $x1", ["$x0 5"]),
      ("$x0 == 5 || $x1", ["$x0 5"]), ("*$sp", ["*$sp 1234605616436508552", "$sp 4096"]),
      ("1 < 2", []), ("$exit.kind == hvc", ["$exit.kind 4"]), ("$mine > -1", ["$mine -3"]),
      ("$x0 ? $x1 : $sp", ["$x0 5", "$x1 3"]), ("(int8_t)$x0 < 0", ["(int8_t)$x0 5", "$x0 5"]),
      ("$sp == vmexit_trampoline", ["$sp 4096", "vmexit_trampoline 1074266112"]),
      ("*0xbad == 1", []), ("!($x0 == 5)", ["$x0 5"]),
    ] as [(String, [String])])
  func explanations(text: String, parts: [String]) throws {
    let resolver = FakeResolver()
    resolver.variables["mine"] = Value(signed: -3)
    let explanation = try resolver.parse(text).explanation(with: resolver)
    #expect(explanation.map { "\($0.text) \($0.value.decimal)" } == parts)
  }

  @Test(
    arguments: [
      ("$x0 < 0", ["$x0 is unsigned: '$x0 < 0' is never true; write (int64_t)$x0 < 0"]),
      ("0 <= $x0", ["$x0 is unsigned: '0 <= $x0' is always true; write (int64_t)$x0 >= 0"]),
      (
        "$x0 - 10 < 0 && 1",
        ["$x0 - 10 is unsigned: '$x0 - 10 < 0' is never true; write (int64_t)($x0 - 10) < 0"]
      ),
      (
        "$x0 > -5",
        ["$x0 is unsigned: in '$x0 > -5' -5 is 0xfffffffffffffffb; write (int64_t)$x0 > -5"]
      ),
      ("$x0[3:0] == 16", ["'$x0[3:0] == 16' is never true: $x0[3:0] is 0 to 15"]),
      ("(int8_t)$x0 == 0xff", ["'(int8_t)$x0 == 0xff' is never true: (int8_t)$x0 is -128 to 127"]),
      ("(uint8_t)$x0 < 0", ["(uint8_t)$x0 is unsigned: '(uint8_t)$x0 < 0' is never true"]),
      ("$x0 == -1", []), ("$x0 != 0", []), ("$x0 > 0", []), ("$x0 == 0", []), ("-1 < 0", []),
      ("(int64_t)$x0 < 0", []), ("$mine < 0", []), ("$x0 < $x1", []), ("$x0 < 1", []),
      ("(uint8_t)$x0 == 0xff", []), ("$x0[7:0] == 0xff", []), ("(int8_t)$x0 < 0u + 1", []),
    ] as [(String, [String])])
  func doubts(text: String, doubts: [String]) throws {
    let resolver = FakeResolver()
    resolver.variables["mine"] = Value(signed: -3)
    #expect(try resolver.parse(text).doubts(with: resolver) == doubts)
  }
}
