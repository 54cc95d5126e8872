/// The operand of cache maintenance by set and way (Arm ARM DDI 0487, C5.3, "DC CISW").
///
/// | bits | what |
/// |---|---|
/// | 31:32-A | the way, A = log2 of the number of ways |
/// | L+S-1:L | the set, S = log2 of the number of sets, L = log2 of the line size in bytes |
/// | 3:1 | the level of the cache, less 1 |
///
/// An operand that doesn't name one of the CPU's lines may be UNDEFINED, even at EL2, so a guest's operand must
/// not be used unchecked.
enum SetWay {
  /// The line of a data or unified cache that `operand` names, with its reserved bits clear; nil if there is no
  /// such line.
  ///
  /// - Parameters:
  ///   - clidr: CLIDR_EL1.
  ///   - isWide: whether CCSIDR_EL1 has the 64-bit form (FEAT_CCIDX).
  ///   - ccsidr: CCSIDR_EL1 for a value of CSSELR_EL1; called only for caches that exist.
  static func line(
    of operand: UInt64, clidr: UInt64, isWide: Bool, ccsidr: (UInt64) -> UInt64
  ) -> UInt64? {
    let level = operand >> 1 & 7
    // Ctype, three bits for each of seven levels: 2 is a data cache, 3 separate data and instruction caches, 4 a
    // unified cache.
    guard level < 7, 2...4 ~= clidr >> (3 * level) & 7 else { return nil }
    let size = ccsidr(level << 1)
    let lineShift = (size & 7) + 4
    let lastWay = size >> 3 & (isWide ? 0x1f_ffff : 0x3ff)
    let lastSet = isWide ? size >> 32 & 0xff_ffff : size >> 13 & 0x7fff
    // 0 to 21 bits, from the top of the lower 32.
    let wayShift = 32 - UInt64(UInt64.bitWidth - lastWay.leadingZeroBitCount)
    let way = (operand & 0xffff_ffff) >> wayShift
    let set = (operand & ((1 << wayShift) - 1)) >> lineShift
    guard way <= lastWay, set <= lastSet else { return nil }
    return way << wayShift | set << lineShift | level << 1
  }
}
