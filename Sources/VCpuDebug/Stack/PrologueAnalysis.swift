/// What the instructions of an A64 function have done to its frame before a certain one, as far as they run straight on.
///
/// Arm ARM DDI 0487, C4.1 "A64 instruction set encoding", and C6.2 for each instruction.
struct PrologueAnalysis: Equatable {
  /// How far SP is below where it was at the call.
  private(set) var frameByteCount: UInt64 = 0
  /// Where the caller's registers were saved, by number, as bytes below SP at the call.
  private(set) var saved: [Int: UInt64] = [:]
  /// How far the frame pointer is below SP at the call; nil until it points to a frame record.
  private(set) var framePointer: UInt64?
  /// Whether all instructions up to the wanted one were looked at, and none was a branch or a call.
  private(set) var isStraight = true
  /// Whether one of the instructions is a call, after which the link register holds something else.
  private(set) var hasCall = false

  /// Looks at a function's instructions from its start up to, and without, the wanted one.
  init(_ instructions: some Sequence<UInt32>) {
    for word in instructions {
      if isStraight { isStraight = step(word) }
      if Self.isCall(word) { hasCall = true }
    }
  }

  private static let stackPointer: UInt32 = 31

  /// Takes one instruction into account. Returns false for one after which others may be executed.
  private mutating func step(_ word: UInt32) -> Bool {
    let first = Int(word & 31)
    let base = word >> 5 & 31
    let second = Int(word >> 10 & 31)
    switch word {
    // STP Xt1, Xt2, [Xn, #imm]!, [Xn, #imm] and STP of D registers, which only moves SP.
    case _ where word & 0xffc0_0000 == 0xa980_0000 && base == Self.stackPointer:
      move(by: Self.offset(ofPair: word))
      save(first, at: 0)
      save(second, at: 8)
    case _ where word & 0xffc0_0000 == 0xa900_0000 && base == Self.stackPointer:
      save(first, at: Self.offset(ofPair: word))
      save(second, at: Self.offset(ofPair: word) + 8)
    case _ where word & 0xffc0_0000 == 0x6d80_0000 && base == Self.stackPointer:
      move(by: Self.offset(ofPair: word))
    // STR Xt, [Xn, #simm]! and STR Xt, [Xn, #imm].
    case _ where word & 0xffe0_0c00 == 0xf800_0c00 && base == Self.stackPointer:
      move(by: Int64(Int32(bitPattern: word << 11) >> 23))
      save(first, at: 0)
    case _ where word & 0xffc0_0000 == 0xf900_0000 && base == Self.stackPointer:
      save(first, at: Int64(word >> 10 & 0xfff) * 8)
    // SUB and ADD (immediate) of SP and to the frame pointer.
    case _ where word & 0xff80_0000 == 0xd100_0000 && base == Self.stackPointer && first == 31:
      move(by: -Self.immediate(word))
    case _ where word & 0xff80_0000 == 0x9100_0000 && base == Self.stackPointer && first == 29:
      let distance = Int64(bitPattern: frameByteCount) - Self.immediate(word)
      framePointer = distance >= 0 ? UInt64(distance) : nil
    // B, BL, B.cond, CBZ, TBZ, BR and RET.
    case _ where word >> 26 & 0b11111 == 0b00101, _ where word >> 24 == 0x54,
      _ where word >> 25 & 0b111111 == 0b011010, _ where word >> 25 & 0b111111 == 0b011011,
      _ where word >> 25 == 0b1101011:
      return false
    default:
      // SP changed by something else: what is known stays true for the frame pointer alone.
      if changesStackPointer(word) { return false }
    }
    return true
  }

  /// ADD, SUB and logical operations to SP in other forms, and loads and stores that write SP back.
  private func changesStackPointer(_ word: UInt32) -> Bool {
    if word & 31 == Self.stackPointer {
      // ADD and SUB (immediate, extended register); with S they are comparisons, which write no register.
      let isAddition = word & 0x1f80_0000 == 0x1100_0000 || word & 0x1fe0_0000 == 0x0b20_0000
      if isAddition { return word >> 29 & 1 == 0 }
      // AND, ORR and EOR (immediate); ANDS is a test.
      if word & 0x1f80_0000 == 0x1200_0000 { return word >> 29 & 0b11 != 0b11 }
    }
    guard word >> 5 & 31 == Self.stackPointer else { return false }
    return word & 0x3a80_0000 == 0x2880_0000 || word & 0x3b20_0400 == 0x3800_0400
  }

  private mutating func move(by bytes: Int64) {
    frameByteCount = UInt64(clamping: Int64(bitPattern: frameByteCount) &- bytes)
  }

  private mutating func save(_ register: Int, at offset: Int64) {
    // Later stores to the same place are the function's own.
    guard register < 31, saved[register] == nil else { return }
    let below = Int64(bitPattern: frameByteCount) - offset
    guard below > 0, !saved.values.contains(UInt64(below)) else { return }
    saved[register] = UInt64(below)
  }

  private static func offset(ofPair word: UInt32) -> Int64 {
    Int64(Int32(bitPattern: word << 10) >> 25) * 8
  }

  private static func immediate(_ word: UInt32) -> Int64 {
    Int64(word >> 10 & 0xfff) << (word >> 22 & 1 == 1 ? 12 : 0)
  }

  /// Whether an instruction is BL, BLR, BLRAA or another of that kind.
  static func isCall(_ word: UInt32) -> Bool {
    word >> 26 == 0b100101 || word & 0xfeff_f000 == 0xd63f_0000
  }
}
