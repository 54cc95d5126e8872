/// The preferred spellings that Capstone 4 does not print: hints that it gives by number (pointer
/// authentication, branch targets, barriers; Arm ARM DDI 0487, "Hints" in C4.1), and `mov` for the
/// wide moves (C6.2, "MOV (wide immediate)" and "MOV (inverted wide immediate)").
enum InstructionAlias {
  static func text(of word: UInt32) -> (mnemonic: String, operands: String)? {
    if word == 0xd503_30ff { return ("sb", "") }
    return move(word) ?? hint(word)
  }

  private static func hint(_ word: UInt32) -> (mnemonic: String, operands: String)? {
    // HINT #imm7 is 0xd503201f with the number in bits 11:5.
    guard word & 0xffff_f01f == 0xd503_201f else { return nil }
    return names[word >> 5 & 0x7f]
  }

  private static func move(_ word: UInt32) -> (mnemonic: String, operands: String)? {
    let isWide = word >> 31 == 1
    let inverts = word >> 23 & 0xff == 0b00_100101
    guard inverts || word >> 23 & 0xff == 0b10_100101 else { return nil }
    let immediate = UInt64(word >> 5 & 0xffff)
    let shift = UInt64(word >> 21 & 3) * 16
    guard isWide || shift < 32, immediate != 0 || shift == 0,
      !inverts || isWide || immediate != 0xffff
    else { return nil }
    let number = word & 31
    let register = number == 31 ? (isWide ? "xzr" : "wzr") : (isWide ? "x" : "w") + String(number)
    // An inverted move gives a negative number, -(n + 1), which cannot overflow.
    let magnitude = (immediate << shift) + (inverts ? 1 : 0)
    return ("mov", register + (inverts ? ", #-0x" : ", #0x") + String(magnitude, radix: 16))
  }

  private static let names: [UInt32: (mnemonic: String, operands: String)] = [
    6: ("dgh", ""), 7: ("xpaclri", ""),
    8: ("pacia1716", ""), 10: ("pacib1716", ""), 12: ("autia1716", ""), 14: ("autib1716", ""),
    16: ("esb", ""), 17: ("psb", "csync"), 18: ("tsb", "csync"), 20: ("csdb", ""),
    24: ("paciaz", ""), 25: ("paciasp", ""), 26: ("pacibz", ""), 27: ("pacibsp", ""),
    28: ("autiaz", ""), 29: ("autiasp", ""), 30: ("autibz", ""), 31: ("autibsp", ""),
    32: ("bti", ""), 34: ("bti", "c"), 36: ("bti", "j"), 38: ("bti", "jc"),
  ]
}
