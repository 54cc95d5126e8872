/// The addresses that A64 code forms in two instructions: a page by `adrp`, and what is in it by the offset of an
/// `add`, a load or a store (Arm ARM DDI 0487, C6.2 "ADRP", "ADD (immediate)", "LDR (immediate)").
///
/// It gets the instructions in the order of their addresses. A page is forgotten as soon as an instruction may have
/// changed its register, and at each branch, so that an address is right if no other code branches to between the two.
public struct PageReferences {
  /// The page that a register holds.
  private var pages: [UInt32: UInt64] = [:]
  private var next: UInt64?

  /// References of code whose first instruction is still to come.
  public init() {}

  /// The address that an instruction forms with an earlier `adrp`; nil if it does not.
  public mutating func address(formedBy word: UInt32, at address: UInt64) -> UInt64? {
    if address != next { pages.removeAll() }
    next = address &+ 4
    let destination = word & 0x1f
    if word & 0x9f00_0000 == 0x9000_0000 {
      let immediate = (word >> 5 & 0x7_ffff) << 2 | word >> 29 & 3
      let offset = UInt64(bitPattern: Int64(Int32(bitPattern: immediate << 11) >> 11) << 12)
      pages[destination] = address & ~0xfff &+ offset
      return nil
    }
    guard let use = Use(word), let page = pages[use.base] else {
      forgetWhatChanges(word)
      return nil
    }
    // A store leaves its registers as they are.
    if use.changesDestination { pages[destination] = nil }
    return page &+ use.offset
  }

  private mutating func forgetWhatChanges(_ word: UInt32) {
    // Branches, exceptions and system instructions have 101 in bits 28:26 (C4.1).
    if word >> 26 & 7 == 0b101 {
      pages.removeAll()
      return
    }
    // Any field of a register may be what the instruction writes: pairs, writeback, exclusive status.
    for shift in [0, 5, 10, 16] { pages[word >> shift & 0x1f] = nil }
  }

  /// An instruction that adds an immediate to a register.
  private struct Use {
    let base: UInt32
    let offset: UInt64
    let changesDestination: Bool

    init?(_ word: UInt32) {
      base = word >> 5 & 0x1f
      let immediate = UInt64(word >> 10 & 0xfff)
      if word & 0xff80_0000 == 0x9100_0000 {
        offset = word >> 22 & 1 == 1 ? immediate << 12 : immediate
        changesDestination = true
      } else if word & 0x3b00_0000 == 0x3900_0000 {
        // A load or store with an unsigned offset, in units of its size.
        let isVector = word >> 26 & 1 == 1
        let operation = word >> 22 & 3
        let scale = isVector && operation >= 2 ? 4 : word >> 30
        offset = immediate << UInt64(scale)
        changesDestination = operation != 0 && !isVector
      } else {
        return nil
      }
    }
  }
}
