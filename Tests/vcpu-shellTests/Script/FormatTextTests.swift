import Testing

@testable import vcpu_shell

/// The numbers of `printf`.
@Suite struct FormatTextTests {
  private func text(_ format: String, _ bits: UInt64) throws -> String {
    let parts = try FormatText(parsing: "\"\(format)\", value").parts
    return parts.map { part in
      switch part {
      case .text(let text): text
      case .conversion(let conversion): conversion.text(of: bits)
      }
    }.joined()
  }

  @Test(
    arguments: [
      ("%hhd", 0x1ff, "-1"), ("%hhd", 0x80, "-128"), ("%hhd", 0x17f, "127"), ("%hhi", 0xff, "-1"),
      ("%hhu", .max, "255"), ("%hhx", 0x1234, "34"), ("%hd", 0xffff, "-1"),
      ("%hd", 0x1_8000, "-32768"), ("%hx", 0x12345, "2345"), ("%ho", 0x10007, "7"),
      // An int has 64 bits here.
      ("%d", 0xffff_ffff, "4294967295"), ("%lld", .max, "-1"), ("%jd", .max, "-1"),
    ] as [(String, UInt64, String)])
  func lengths(format: String, bits: UInt64, expected: String) throws {
    #expect(try text(format, bits) == expected)
  }

  @Test(
    arguments: [
      ("[%.0d]", "[]"), ("[%.d]", "[]"), ("[%3.0d]", "[   ]"), ("[%-3.0u]", "[   ]"),
      ("[%+.0d]", "[+]"), ("[%.0x]", "[]"), ("[%#.0x]", "[]"), ("[%.0o]", "[]"), ("[%#.0o]", "[0]"),
      ("[%.1d]", "[0]"), ("[%d]", "[0]"), ("[%#x]", "[0]"), ("[%#o]", "[0]"), ("[%p]", "[0x0]"),
    ])
  func nothingOfZero(format: String, expected: String) throws {
    #expect(try text(format, 0) == expected)
  }

  /// Every combination of flags, width, precision and length.
  @Test func asInC() throws {
    for flags in 0..<32 {
      let flags = zip("-#0 +", 0...).filter { flags >> $1 & 1 == 1 }.map { String($0.0) }.joined()
      for width in ["", "1", "12"] {
        for precision in ["", ".", ".0", ".1", ".9"] {
          for length in ["", "hh", "h", "l", "ll"] {
            let spelling = "%\(flags)\(width)\(precision)\(length)"
            try FormatOracle.check(
              "\"" + "diuxXo".map { spelling + String($0) }.joined() + "\", 1, 2, 3, 4, 5, 6")
          }
        }
      }
    }
  }
}
