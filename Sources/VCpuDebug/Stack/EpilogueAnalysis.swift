/// What the last instructions of an A64 function still have to do before it returns.
///
/// Arm ARM DDI 0487, C4.1 "A64 instruction set encoding", and C6.2 for each instruction.
struct EpilogueAnalysis: Equatable {
  /// How far SP is below where it was at the call.
  private(set) var frameByteCount: UInt64 = 0
  /// Where the registers are that are still to be loaded, by number, as bytes above SP.
  private(set) var saved: [Int: UInt64] = [:]

  /// No epilogue has more instructions.
  static let instructionLimit = 16

  /// Nil if the instructions don't do anything but load registers from the stack, take the frame down and return, or
  /// branch to another function.
  ///
  /// - Parameters:
  ///   - instructions: from the PC on.
  ///   - pc: the address of the first of them.
  ///   - function: the code of the function.
  init?(_ instructions: some Sequence<UInt32>, at pc: UInt64, in function: Range<UInt64>) {
    var address = pc
    for word in instructions.prefix(Self.instructionLimit) {
      if Self.isReturn(word) { return }
      // B to elsewhere: the last call is made without a frame.
      if word >> 26 == 0b000101 {
        let distance = Int64(Int32(bitPattern: word << 6) >> 6) * 4
        guard !function.contains(address &+ UInt64(bitPattern: distance)) else { return nil }
        return
      }
      guard step(word) else { return nil }
      address &+= 4
    }
    return nil
  }

  private mutating func step(_ word: UInt32) -> Bool {
    let first = Int(word & 31)
    let second = Int(word >> 10 & 31)
    // AUTIASP, AUTIBSP.
    if word == 0xd503_23bf || word == 0xd503_23ff { return true }
    // Everything else is relative to SP.
    guard word >> 5 & 31 == 31 else { return false }
    switch word {
    // LDP of X registers: post-index, and with an offset; and of D registers.
    case _ where word & 0xffc0_0000 == 0xa8c0_0000:
      load(first, at: 0)
      load(second, at: 8)
      move(by: Self.pairOffset(word))
    case _ where word & 0xffc0_0000 == 0xa940_0000:
      load(first, at: Self.pairOffset(word))
      load(second, at: Self.pairOffset(word) + 8)
    case _ where word & 0xffc0_0000 == 0x6cc0_0000: move(by: Self.pairOffset(word))
    case _ where word & 0xffc0_0000 == 0x6d40_0000: break
    // LDR of an X register: post-index, and with an offset.
    case _ where word & 0xffe0_0c00 == 0xf840_0400:
      load(first, at: 0)
      move(by: Int64(Int32(bitPattern: word << 11) >> 23))
    case _ where word & 0xffc0_0000 == 0xf940_0000: load(first, at: Int64(word >> 10 & 0xfff) * 8)
    // ADD SP, SP, #imm.
    case _ where word & 0xff80_001f == 0x9100_001f:
      move(by: Int64(word >> 10 & 0xfff) << (word >> 22 & 1 == 1 ? 12 : 0))
    default: return false
    }
    return true
  }

  private mutating func load(_ register: Int, at offset: Int64) {
    let distance = Int64(bitPattern: frameByteCount) &+ offset
    if register < 31, distance >= 0 { saved[register] = UInt64(distance) }
  }

  private mutating func move(by bytes: Int64) {
    frameByteCount = UInt64(bitPattern: Int64(bitPattern: frameByteCount) &+ bytes)
  }

  private static func pairOffset(_ word: UInt32) -> Int64 {
    Int64(Int32(bitPattern: word << 10) >> 25) * 8
  }

  /// RET, and RETAA and RETAB.
  private static func isReturn(_ word: UInt32) -> Bool {
    word & 0xffff_fc1f == 0xd65f_0000 || word & 0xffff_fbff == 0xd65f_0bff
  }
}
