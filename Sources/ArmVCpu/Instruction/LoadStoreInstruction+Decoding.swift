extension LoadStoreInstruction {
  /// Decodes a word of the class "Loads and Stores" (Arm ARM DDI 0487, C4.1, by op0 in bits 31:28, op1 in
  /// 26, op2 in 24:23, op3 in 21:16 and op4 in 11:10).
  ///
  /// | bits 29:24 | further | what |
  /// |---|---|---|
  /// | 001000 | bit 23 set, bit 21 clear | ordered: LDAR, STLR, LDLAR, STLLR |
  /// | 001000 | other | exclusive, compare and swap |
  /// | 00110x | | vector structures |
  /// | 011x00 | | literal |
  /// | 011001 | bit 21 clear, 11:10 00 | ordered, unscaled: LDAPUR, STLUR |
  /// | 011101 | bit 21 clear, 11:10 10 | the same with vectors |
  /// | 011x01 | other | ordered pairs, tags, memory copy |
  /// | 101xxx | | pair |
  /// | 111xxx | | one register |
  @inline(always)
  static func decode(_ word: UInt32) -> MemoryInstruction {
    switch word >> 27 & 0b111 {
    case 0b001: ordered(word)
    case 0b011: word & 1 << 24 == 0 ? literal(word) : orderedUnscaled(word)
    case 0b101: pair(word)
    default: single(word)
    }
  }

  /// The instruction, unless the architecture leaves it unpredictable.
  @inline(always)
  private static func predictable(_ instruction: LoadStoreInstruction) -> MemoryInstruction {
    instruction.isUnpredictable ? .indivisible : .loadStore(instruction)
  }

  /// LDAR, STLR, LDLAR and STLLR. Rs and Rt2 should be ones; a CPU that executed the instruction with
  /// other values ignored them.
  private static func ordered(_ word: UInt32) -> MemoryInstruction {
    guard word & 0x3fa0_0000 == 0x0880_0000 else { return .indivisible }
    let operation = Operation(size: word >> 30, isVector: false, opc: word >> 22 & 1)
    return .loadStore(operation.instruction(word, .offset(0)))
  }

  /// LDAPUR and STLUR with their signed variants, with general registers and vectors.
  private static func orderedUnscaled(_ word: UInt32) -> MemoryInstruction {
    let isVector = word & 1 << 26 != 0
    guard word & 0x0020_0c00 == (isVector ? 0x800 : 0) else { return .indivisible }
    let operation = Operation(size: word >> 30, isVector: isVector, opc: word >> 22 & 3)
    // The encodings that are PRFM for single registers aren't allocated here.
    guard operation.effect == .transfer else { return .indivisible }
    return .loadStore(operation.instruction(word, .offset(signed(word >> 12, bitCount: 9))))
  }

  /// LDR and LDRSW (literal). The size is in opc alone.
  private static func literal(_ word: UInt32) -> MemoryInstruction {
    let offset = signed(word >> 5, bitCount: 19) * 4
    let isVector = word & 1 << 26 != 0
    let operation: Operation
    switch (word >> 30, isVector) {
    case (0, false): operation = Operation(size: 2, isVector: false, opc: 1)
    case (1, false): operation = Operation(size: 3, isVector: false, opc: 1)
    case (2, false): operation = Operation(size: 2, isVector: false, opc: 2)
    case (0, true): operation = Operation(size: 2, isVector: true, opc: 1)
    case (1, true): operation = Operation(size: 3, isVector: true, opc: 1)
    case (2, true): operation = Operation(size: 0, isVector: true, opc: 3)
    case (_, false): return .other  // PRFM
    case (_, true): return .indivisible
    }
    var instruction = operation.instruction(word, .literal(offset))
    instruction.base = 31
    return .loadStore(instruction)
  }

  /// LDP, STP, LDNP, STNP and LDPSW.
  private static func pair(_ word: UInt32) -> MemoryInstruction {
    let opc = word >> 30
    let isVector = word & 1 << 26 != 0
    let isLoad = word & 1 << 22 != 0
    let mode = word >> 23 & 3
    let operation: Operation
    switch (opc, isVector) {
    case (0, false): operation = Operation(size: 2, isVector: false, opc: isLoad ? 1 : 0)
    case (2, false): operation = Operation(size: 3, isVector: false, opc: isLoad ? 1 : 0)
    // LDPSW, which has no form without an allocation hint; the store is STGP.
    case (1, false) where isLoad && mode != 0:
      operation = Operation(size: 2, isVector: false, opc: 2)
    case (0...1, true): operation = Operation(size: 2 + opc, isVector: true, opc: isLoad ? 1 : 0)
    case (2, true): operation = Operation(size: 0, isVector: true, opc: isLoad ? 3 : 2)
    default: return .indivisible
    }
    let offset = signed(word >> 15, bitCount: 7) * Int64(operation.byteCount)
    var instruction: LoadStoreInstruction
    switch mode {
    case 1: instruction = operation.instruction(word, .postIndex(offset))
    case 3: instruction = operation.instruction(word, .preIndex(offset))
    default: instruction = operation.instruction(word, .offset(offset))
    }
    instruction.isPair = true
    instruction.second = UInt8(truncatingIfNeeded: word >> 10 & 31)
    return predictable(instruction)
  }

  /// The many forms of LDR and STR with one register, LDAPR, LDRAA and LDRAB.
  @inline(always)
  private static func single(_ word: UInt32) -> MemoryInstruction {
    let isVector = word & 1 << 26 != 0
    let operation = Operation(size: word >> 30, isVector: isVector, opc: word >> 22 & 3)
    if word & 1 << 24 != 0 {
      let offset = Int64(word >> 10 & 0xfff) * Int64(operation.byteCount)
      return operation.decoded(word, .offset(offset), hasPrefetch: true)
    }
    let offset = signed(word >> 12, bitCount: 9)
    switch (word >> 21 & 1, word >> 10 & 3) {
    case (0, 0b00): return operation.decoded(word, .offset(offset), hasPrefetch: true)
    case (0, 0b01): return operation.decoded(word, .postIndex(offset))
    case (0, 0b11): return operation.decoded(word, .preIndex(offset))
    // LDTR and STTR; the access was permitted, otherwise it would have faulted in stage 1.
    case (0, _): return isVector ? .indivisible : operation.decoded(word, .offset(offset))
    case (1, 0b10): return registerOffset(word, operation)
    case (1, 0b00):
      // Atomics, except LDAPR, whose Rs should be ones.
      guard word & 0x3fe0_fc00 == 0x38a0_c000 else { return .indivisible }
      return .loadStore(
        Operation(size: word >> 30, isVector: false, opc: 1).instruction(word, .offset(0)))
    default: return authenticated(word)
    }
  }

  @inline(always)
  private static func registerOffset(
    _ word: UInt32, _ operation: Operation
  ) -> MemoryInstruction {
    guard let index = IndexExtension(rawValue: UInt8(truncatingIfNeeded: word >> 13 & 7)) else {
      return .indivisible
    }
    let isScaled = word & 1 << 12 != 0
    let shift = isScaled ? UInt8(operation.byteCount.trailingZeroBitCount) : 0
    let register = UInt8(truncatingIfNeeded: word >> 16 & 31)
    return operation.decoded(word, .register(register, index, shift: shift), hasPrefetch: true)
  }

  /// LDRAA and LDRAB: 64 bits, the offset in units of 8 with its sign in bit 22.
  private static func authenticated(_ word: UInt32) -> MemoryInstruction {
    guard word & 0xff20_0400 == 0xf820_0400 else { return .indivisible }
    let offset = signed((word >> 13 & 0x200) | (word >> 12 & 0x1ff), bitCount: 10) * 8
    let addressing = Addressing.authenticated(offset, writesBack: word & 1 << 11 != 0)
    let operation = Operation(size: 3, isVector: false, opc: 1)
    return predictable(operation.instruction(word, addressing))
  }

  /// The lowest bits of `value`, sign-extended.
  @inline(always)
  private static func signed(_ value: UInt32, bitCount: UInt32) -> Int64 {
    Int64(Int32(bitPattern: value << (32 - bitCount)) >> (32 - bitCount))
  }
}
