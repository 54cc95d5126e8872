/// The loads and stores that a syndrome describes: of one general-purpose register, without writeback (Arm ARM DDI 0487,
/// "ESR_EL2", ISV). It finds out where such an instruction accesses memory, which is all that the syndrome leaves open,
/// and takes a third of the instructions that decoding all of it takes.
enum PlainAccess {
  /// The address of the access; nil for all other instructions, which `MemoryInstruction` decodes.
  ///
  /// Arm ARM DDI 0487, C4.1, "Load/store register (unsigned immediate)", "(unscaled immediate)", "(unprivileged)" and
  /// "(register offset)", LDAPR, "Load/store ordered" and "LDAPR/STLR (unscaled immediate)".
  ///
  /// - Parameters:
  ///   - base: the value of a base register, where 31 is SP.
  ///   - index: the value of an index register, where 31 is XZR.
  @inline(__always)
  static func address(
    of word: UInt32, base: (UInt8) -> UInt64, index: (UInt8) -> UInt64
  ) -> UInt64? {
    let start = base(UInt8(truncatingIfNeeded: word &>> 5) & 31)
    let isUnscaled = word & 0x3f20_0c00 == 0x1900_0000
    // Bits 29:27 are 111, V and bit 25 are clear.
    guard word & 0x3e00_0000 == 0x3800_0000 || isUnscaled else {
      return word & 0x3fa0_0000 == 0x0880_0000 ? start : nil
    }
    // A bit for each opc of each size: those that are neither a prefetch nor unallocated.
    let size = word &>> 30
    let opc = word &>> 22 & 3
    guard UInt32(0x37ff) &>> (size &<< 2 | opc) & 1 != 0 else {
      return isLDAPR(word) ? start : nil
    }
    if word & 1 << 24 != 0, !isUnscaled {
      return start &+ UInt64(word &>> 10 & 0xfff) &<< UInt64(size)
    }
    switch word & 0x0020_0c00 {
    case 0, 0x0800:
      let offset = Int32(bitPattern: word &<< 11) &>> 23
      return start &+ UInt64(bitPattern: Int64(offset))
    // Bit 14 of the option is set in all that are allocated.
    case 0x0020_0800 where word & 1 << 14 != 0:
      var offset = index(UInt8(truncatingIfNeeded: word &>> 16) & 31)
      if word & 1 << 13 == 0 {
        // UXTW and SXTW.
        let isSigned = word & 1 << 15 != 0
        offset =
          isSigned
          ? UInt64(bitPattern: Int64(Int32(truncatingIfNeeded: offset))) : offset & 0xffff_ffff
      }
      return start &+ offset &<< (word & 1 << 12 != 0 ? UInt64(size) : 0)
    case 0x0020_0000: return isLDAPR(word) ? start : nil
    default: return nil
    }
  }

  /// LDAPR of any size: it is among the atomics, whose size and opc mean something else.
  @inline(always)
  private static func isLDAPR(_ word: UInt32) -> Bool { word & 0x3fe0_fc00 == 0x38a0_c000 }
}
