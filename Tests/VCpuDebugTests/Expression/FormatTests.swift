import Testing

@testable import VCpuDebug

@Suite struct FormatSpecTests {
  @Test(arguments: [
    ("/4xg", FormatSpec(count: 4, letter: .hexadecimal, size: .giant)),
    ("/4gx", FormatSpec(count: 4, letter: .hexadecimal, size: .giant)),
    ("/i", FormatSpec(letter: .instruction)), ("/x", FormatSpec(letter: .hexadecimal)),
    ("/3s", FormatSpec(count: 3, letter: .string)), ("/b", FormatSpec(size: .byte)),
    ("/10", FormatSpec(count: 10)), ("/", FormatSpec()), ("", FormatSpec()),
    ("2tw", FormatSpec(count: 2, letter: .binary, size: .word)),
    ("/1000000h", FormatSpec(count: 1_000_000, size: .halfword)),
  ])
  func formats(text: String, spec: FormatSpec) throws {
    #expect(try FormatSpec(parsing: text) == spec)
  }

  @Test(
    arguments: [
      ("/q", .unknownLetter("q")), ("/4xk", .unknownLetter("k")), ("/x4", .unknownLetter("4")),
      ("/-1x", .unknownLetter("-")), ("//x", .unknownLetter("/")), ("/é", .unknownLetter("é")),
      ("/xd", .repeated("d")), ("/xx", .repeated("x")), ("/gb", .repeated("b")),
      ("/0x", .invalidCount("0")), ("/1000001x", .invalidCount("1000001")),
      ("/99999999999999999999x", .invalidCount("99999999999999999999")),
    ] as [(String, FormatSpecError)])
  func errors(text: String, error: FormatSpecError) {
    #expect(throws: error) { try FormatSpec(parsing: text) }
  }
}

@Suite struct IntegerFormatterTests {
  @Test(
    arguments: [
      (255, .hexadecimal, 64, false, "0xff"), (255, .hexadecimal, 32, true, "0x000000ff"),
      (0, .hexadecimal, 64, false, "0x0"), (.max, .hexadecimal, 16, false, "0xffff"),
      (5, .zeroPaddedHexadecimal, 64, false, "0x0000000000000005"),
      (5, .zeroPaddedHexadecimal, 9, false, "0x005"),
      (.max, .signedDecimal, 64, false, "-1"), (0xff, .signedDecimal, 8, false, "-1"),
      (0x7f, .signedDecimal, 8, false, "127"), (0xff, .signedDecimal, 16, false, "255"),
      (1 << 63, .signedDecimal, 64, false, "-9223372036854775808"),
      (1, .signedDecimal, 1, false, "-1"),
      (.max, .unsignedDecimal, 64, false, "18446744073709551615"),
      (.max, .unsignedDecimal, 8, false, "255"),
      (8, .octal, 64, false, "010"), (0, .octal, 64, false, "0"), (8, .octal, 8, true, "0010"),
      (5, .binary, 64, false, "101"), (5, .binary, 8, true, "00000101"),
      (0, .binary, 8, false, "0"),
      (0x4008_0000, .address, 64, false, "0x40080000"),
      (97, .character, 8, false, "97 'a'"), (10, .character, 8, false, "10 '\\n'"),
      (0, .character, 8, false, "0 '\\000'"), (0xff, .character, 64, false, "-1 '\\377'"),
      (0x27, .character, 8, false, "39 '\\''"), (0x141, .character, 64, false, "65 'A'"),
      (7, .unsignedDecimal, 0, false, "1"), (7, .unsignedDecimal, -5, false, "1"),
      (7, .unsignedDecimal, 1000, false, "7"),
    ] as [(UInt64, FormatLetter, Int, Bool, String)])
  func texts(bits: UInt64, letter: FormatLetter, width: Int, isPadded: Bool, text: String) {
    #expect(IntegerFormatter.text(bits, as: letter, bitWidth: width, isPadded: isPadded) == text)
  }

  @Test(arguments: [FormatLetter.floatingPoint, .string, .instruction])
  func othersAreNoIntegers(letter: FormatLetter) {
    #expect(IntegerFormatter.text(1, as: letter) == nil)
  }
}
