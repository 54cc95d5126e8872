import Testing

@testable import VCpuDebug

@Suite struct EvaluationTests {
  let resolver = FakeResolver()

  @Test(
    arguments: [
      ("0", 0), ("42", 42), ("0x2a", 42), ("0X2A", 42), ("0b10_1010", 42), ("052", 42),
      ("0o52", 42),
      ("0x4000_0000", 0x4000_0000), ("10UL", 10), ("0xffffffffffffffff", .max),
      ("18446744073709551615", .max),
      ("'a'", 97), ("'\\n'", 10), ("'\\0'", 0), ("'\\x41'", 0x41), ("'\\''", 0x27), ("' '", 32),
      ("'é'", 0xe9),
    ] as [(String, UInt64)])
  func literals(text: String, bits: UInt64) throws {
    #expect(try resolver.value(of: text).bits == bits)
  }

  @Test(
    arguments: [
      ("1 + 2 * 3", 7), ("(1 + 2) * 3", 9), ("10 - 3 - 2", 5), ("100 / 10 / 5", 2), ("7 % 4", 3),
      ("1 << 2 + 1", 8), ("1 + 1 << 2", 8), ("0xf0 >> 4 & 3", 3), ("6 & 3 == 3", 0),
      ("6 & 3 | 8 ^ 1", 11), ("1 | 2 && 0", 0), ("1 || 0 && 0", 1), ("5 < 6 == 1", 1),
      ("3 <= 3", 1), ("3 >= 4", 0), ("3 > 2 > 1", 0), ("3 != 3", 0),
      ("-1", .max), ("~0", .max), ("!0", 1), ("!5", 0), ("+5", 5), ("- - 5", 5), ("!!7", 1),
      ("~0xff & 0xfff", 0xf00), ("0 - 1", .max), ("0xffffffffffffffff + 1", 0),
      ("0x8000000000000000 * 2", 0), ("-1 < 0", 1),
      ("1 << 63", 1 << 63), ("1 << 64", 0), ("1 >> 64", 0), ("-1 >> 1", .max),
      ("-1 >> 64", .max), ("-1 >> 1000000000000", .max), ("-1u >> 63", 1), ("-1u >> 64", 0),
      ("1 ? 2 : 3", 2), ("0 ? 2 : 3", 3), ("0 ? 1 : 0 ? 2 : 3", 3), ("1 ? 0 ? 4 : 5 : 6", 5),
      ("0 || 1 ? 10 : 20", 10), ("1?2:3", 2), ("((((((1))))))", 1),
    ] as [(String, UInt64)])
  func operators(text: String, bits: UInt64) throws {
    #expect(try resolver.value(of: text).bits == bits)
  }

  @Test(
    arguments: [
      ("$x0", 5), ("$x0+$x1", 8), ("$x0-$x1", 2), ("$guest.x0", 7), ("$hv.x0", 9),
      ("$esr_el2.ec == 0x16", 1), ("$sp&~0xfff", 0x1000), ("$exit.kind == mmio-write", 1),
      ("$exit.kind==hvc", 0), ("mmio - 1", 2), ("mmio -write", 2), ("mmio-1", 2),
      ("mmio-write-1", 3),
      ("mmio-vmexit_trampoline", 3 &- 0x4008_0000), ("sysreg-read", 5),
      ("vmexit_trampoline", 0x4008_0000), ("&vmexit_trampoline + 4", 0x4008_0004),
      ("'$e4main3fooyyF'", 0x4008_1000), ("VCpu.run", 0x4008_2000), ("'VCpu.run' - VCpu.run", 0),
      // Words win over symbols unless quoted.
      ("hvc", 2), ("'hvc'", 0x9999), ("&hvc", 0x9999), ("hv", 0x7777), ("0 ? 1 : hv", 0x7777),
      ("*0x1000", 0x1122_3344_5566_7788), ("*$sp >> 56", 0x11), ("*vmexit_trampoline + 1", 43),
      ("**&vmexit_trampoline", 0), ("*(hv:0x1000) & 0xff", 0x88),
    ] as [(String, UInt64)])
  func names(text: String, bits: UInt64) throws {
    var resolver = resolver
    resolver.memory[42] = 0
    #expect(try resolver.value(of: text).bits == bits)
  }

  @Test(
    arguments: [
      ("hv:0x1000", 0x1000, .hypervisor), ("guest:$sp + 8", 0x1008, .guest),
      ("ipa:1+1", 2, .intermediatePhysical),
      ("pa: 1 ? 2 : 3", 2, .physical), ("(pa:0x1000) + 8", 0x1008, .physical),
      ("8 + (pa:0x1000)", 0x1008, .physical), ("(pa:0x1234) & ~0xfff", 0x1000, .physical),
      ("guest:vmexit_trampoline", 0x4008_0000, .guest),
      ("vmexit_trampoline+4", 0x4008_0004, .hypervisor),
      ("(pa:8) - (pa:4)", 4, nil), ("(pa:8) == (hv:8)", 1, nil), ("(pa:8) * 2", 16, nil),
      ("8 - 4", 4, nil), ("pa:(pa:3)", 3, .physical),
      ("pa:vmexit_trampoline", 0x4008_0000, .physical),
    ] as [(String, UInt64, AddressSpace?)])
  func spaces(text: String, bits: UInt64, space: AddressSpace?) throws {
    let value = try resolver.value(of: text)
    #expect(value.bits == bits)
    #expect(value.addressSpace == space)
    #expect((value.displayType == .address) == (space != nil))
  }

  /// An address in one space isn't one in another: this resolver translates none.
  @Test(
    arguments: [
      ("pa:(ipa:0x8040500000)", .intermediatePhysical, .physical, nil, "no translation leads"),
      ("hv:$sp", .guest, .hypervisor, "sp", "write $hv.sp"),
      ("ipa:$sp + 8", .guest, .intermediatePhysical, nil, "no translation leads"),
      ("hv:(guest:4) + 4", .guest, .hypervisor, nil, "no translation leads"),
    ] as [(String, AddressSpace, AddressSpace, String?, String)])
  func anAddressOfAnotherSpace(
    text: String, space: AddressSpace, wanted: AddressSpace, register: String?, words: String
  ) throws {
    var resolver = resolver
    resolver.spaces["sp"] = .guest
    let error = #expect(throws: ExpressionError.self) { try resolver.value(of: text) }
    #expect(error?.code == .otherSpace(space, wanted: wanted, register: register))
    #expect(error?.description.contains(words) == true)
  }

  @Test func displayTypes() throws {
    #expect(try resolver.value(of: "1 == 1").displayType == .boolean)
    #expect(try resolver.value(of: "'a'").displayType == .character)
    #expect(try resolver.value(of: "mmio-write").displayType == .word("mmio-write"))
    #expect(try resolver.value(of: "0 ? 1 : hvc").displayType == .word("hvc"))
    #expect(try resolver.value(of: "'a' + 1").displayType == nil)
  }

  @Test func onlyWhatIsNeededIsEvaluated() throws {
    #expect(try resolver.value(of: "0 && *0xbad").bits == 0)
    #expect(try resolver.value(of: "1 || 1/0").bits == 1)
    #expect(try resolver.value(of: "1 ? 2 : *0xbad").bits == 2)
    #expect(throws: FakeResolver.Unreadable(address: 0xbad)) {
      try resolver.value(of: "1 && *0xbad")
    }
  }

  @Test(
    arguments: [
      ("1 / 0", .divisionByZero, 3), ("5 % ($x0 - 5)", .divisionByZero, 3),
      ("1 + nothing", .unknownName("nothing"), 5), ("mmio-read", .unknownName("read"), 6),
      ("&mmio", .notASymbol("mmio"), 1), ("'no such'", .unknownName("no such"), 1),
      ("$x0 + $y.z", .unknownRegister("y.z"), 7),
      ("(pa:1) + (hv:1)", .mixedSpaces(.physical, .hypervisor), 8),
    ] as [(String, ExpressionError.Code, Int)])
  func evaluationErrors(text: String, code: ExpressionError.Code, column: Int) {
    #expect(throws: ExpressionError(code, column: column)) { try resolver.value(of: text) }
  }
}
