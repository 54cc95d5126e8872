/// How an AArch64 instruction accesses memory. Defined for all 2³² words.
public enum MemoryInstruction: Equatable, Sendable {
  /// It moves registers to or from memory.
  case loadStore(LoadStoreInstruction)
  /// It may access memory, but can't be carried out as a sequence of device accesses: exclusives, atomics,
  /// tags, 64-byte accesses, memory copies, vector structures, SVE and SME, DC ZVA. This includes the
  /// encodings that the architecture leaves unpredictable, and those of the class "Loads and Stores" that it
  /// doesn't allocate (yet).
  case indivisible
  /// It doesn't access memory, or can't fault there, such as PRFM: this word isn't the one that faulted.
  case other

  /// The instruction of a word (Arm ARM DDI 0487, C4.1, "A64 instruction set encoding", by op0 in bits
  /// 28:25).
  ///
  /// | 28:25 | class | here |
  /// |---|---|---|
  /// | x1x0 | Loads and Stores | `loadStore`, `indivisible`; PRFM `other` |
  /// | 0000, 0010 | SME and reserved, SVE | `indivisible` |
  /// | 101x | Branches, exception generation and system instructions | SYS, where DC ZVA is, `indivisible` |
  /// | rest | Data processing, unallocated | `other` |
  public init(_ word: UInt32) { self = Self.decode(word) }

  /// The same, where it is worth the space of another copy.
  @inline(always)
  static func decode(_ word: UInt32) -> MemoryInstruction {
    if word & 0x0a00_0000 == 0x0800_0000 {
      LoadStoreInstruction.decode(word)
    } else if word & 0x1a00_0000 == 0 || word & 0xfff8_0000 == 0xd508_0000 {
      .indivisible
    } else {
      .other
    }
  }
}
