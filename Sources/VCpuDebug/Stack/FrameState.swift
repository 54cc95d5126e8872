/// What an A64 function has done to its frame where it has got to. It is the same however it got there.
///
/// Arm ARM DDI 0487, C4.1 "A64 instruction set encoding", and C6.2 for each instruction.
struct FrameState: Equatable {
  /// How far SP is below where it was at the call; nil where it was changed by a number that isn't known.
  private(set) var frameByteCount: Int64? = 0
  /// Where the caller's registers are, by number, as bytes below SP at the call.
  private(set) var saved: [Int: UInt64] = [:]
  /// How far the frame pointer is below SP at the call; nil while it is the caller's.
  private(set) var framePointer: Int64?
  /// Whether LR has been written by a call.
  private(set) var hasCalled = false

  /// The state before the instruction at `pc`; nil if it can't be known, such as after a table of jumps.
  ///
  /// - Parameters:
  ///   - instructions: those of the function up to it.
  ///   - start: the address of the first of them.
  static func before(_ pc: UInt64, _ instructions: [UInt32], from start: UInt64) -> FrameState? {
    var state: FrameState? = FrameState()
    // What a branch takes forward.
    var later: [UInt64: FrameState] = [:]
    var address = start
    for word in instructions {
      state = state ?? later[address]
      if let target = branchTarget(of: word, at: address), target > address, let state {
        later[target] = later[target] ?? state
      }
      if isEnd(word) { state = nil } else { state?.execute(word) }
      address &+= 4
    }
    return state ?? later[pc]
  }

  /// Whether an instruction is BL, BLR, BLRAA or another of that kind.
  static func isCall(_ word: UInt32) -> Bool {
    word >> 26 == 0b100101 || word & 0xfeff_f000 == 0xd63f_0000
  }

  /// Where B, B.cond, CBZ, CBNZ, TBZ and TBNZ go.
  private static func branchTarget(of word: UInt32, at address: UInt64) -> UInt64? {
    let distance: Int64
    switch word {
    case _ where word >> 26 == 0b000101:
      distance = Int64(Int32(bitPattern: word << 6) >> 6)
    case _ where word >> 24 == 0x54 || word >> 25 & 0b111111 == 0b011010:
      distance = Int64(Int32(bitPattern: word << 8) >> 13)
    case _ where word >> 25 & 0b111111 == 0b011011:
      distance = Int64(Int32(bitPattern: word << 13) >> 18)
    default: return nil
    }
    return address &+ UInt64(bitPattern: distance * 4)
  }

  /// Whether the next instruction isn't executed after this one: B, BR, RET and their kind, ERET, BRK.
  private static func isEnd(_ word: UInt32) -> Bool {
    word >> 26 == 0b000101 || word >> 25 == 0b1101011 && !isCall(word)
      || word & 0xffe0_001f == 0xd420_0000
  }

  private mutating func execute(_ word: UInt32) {
    if Self.isCall(word) {
      hasCalled = true
      return
    }
    let first = Int(word & 31)
    let second = Int(word >> 10 & 31)
    let pair = Int64(Int32(bitPattern: word << 10) >> 25) * 8
    let single = Int64(Int32(bitPattern: word << 11) >> 23)
    guard word >> 5 & 31 == 31 else {
      executeElsewhere(word)
      return
    }
    switch word {
    // STP and LDP of X registers, and of D registers, which only move SP.
    case _ where word & 0xffc0_0000 == 0xa980_0000:
      move(by: pair)
      save([first, second], at: 0)
    case _ where word & 0xffc0_0000 == 0xa900_0000: save([first, second], at: pair)
    case _ where word & 0xffc0_0000 == 0xa8c0_0000:
      restore([first, second])
      move(by: pair)
    case _ where word & 0xffc0_0000 == 0xa940_0000: restore([first, second])
    case _ where word & 0xffc0_0000 == 0x6d80_0000 || word & 0xffc0_0000 == 0x6cc0_0000:
      move(by: pair)
    // STR and LDR of X registers.
    case _ where word & 0xffe0_0c00 == 0xf800_0c00:
      move(by: single)
      save([first], at: 0)
    case _ where word & 0xffc0_0000 == 0xf900_0000:
      save([first], at: Int64(word >> 10 & 0xfff) * 8)
    case _ where word & 0xffe0_0c00 == 0xf840_0400:
      restore([first])
      move(by: single)
    case _ where word & 0xffc0_0000 == 0xf940_0000: restore([first])
    // ADD and SUB (immediate) of SP, and to the frame pointer.
    case _ where word & 0xff80_001f == 0xd100_001f: move(by: -Self.immediate(word))
    case _ where word & 0xff80_001f == 0x9100_001f: move(by: Self.immediate(word))
    case _ where word & 0xff80_001f == 0x9100_001d:
      framePointer = frameByteCount.map { $0 - Self.immediate(word) }
    default: if Self.writesStackPointer(word) { frameByteCount = nil }
    }
  }

  /// An instruction whose base isn't SP.
  private mutating func executeElsewhere(_ word: UInt32) {
    let isFrames = word >> 5 & 31 == 29
    switch word {
    // MOV SP, X29 and SUB SP, X29, #imm.
    case _ where word & 0xff80_001f == 0x9100_001f && isFrames:
      frameByteCount = framePointer.map { $0 - Self.immediate(word) }
    case _ where word & 0xff80_001f == 0xd100_001f && isFrames:
      frameByteCount = framePointer.map { $0 + Self.immediate(word) }
    default: if Self.writesStackPointer(word) { frameByteCount = nil }
    }
  }

  /// ADD, SUB and logical operations to SP in other forms, and loads and stores that write SP back.
  private static func writesStackPointer(_ word: UInt32) -> Bool {
    if word & 31 == 31 {
      // ADD and SUB (immediate, extended register); with S they are comparisons, which write no register.
      let isAddition = word & 0x1f80_0000 == 0x1100_0000 || word & 0x1fe0_0000 == 0x0b20_0000
      if isAddition { return word >> 29 & 1 == 0 }
      // AND, ORR and EOR (immediate); ANDS is a test.
      if word & 0x1f80_0000 == 0x1200_0000 { return word >> 29 & 0b11 != 0b11 }
    }
    guard word >> 5 & 31 == 31 else { return false }
    return word & 0x3a80_0000 == 0x2880_0000 || word & 0x3b20_0400 == 0x3800_0400
  }

  private mutating func move(by bytes: Int64) {
    frameByteCount = frameByteCount.map { $0 &- bytes }
  }

  private mutating func save(_ registers: [Int], at offset: Int64) {
    guard let frameByteCount else { return }
    for (index, register) in registers.enumerated() where register < 31 {
      let below = frameByteCount &- offset &- Int64(index) * 8
      // Later stores are the function's own: of what it got it saves each register once.
      guard below > 0, saved[register] == nil, !saved.values.contains(UInt64(below)) else {
        continue
      }
      saved[register] = UInt64(below)
    }
  }

  private mutating func restore(_ registers: [Int]) {
    for register in registers {
      saved[register] = nil
      if register == 29 { framePointer = nil }
      if register == 30 { hasCalled = false }
    }
  }

  private static func immediate(_ word: UInt32) -> Int64 {
    Int64(word >> 10 & 0xfff) << (word >> 22 & 1 == 1 ? 12 : 0)
  }
}
