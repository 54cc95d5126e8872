/// The result of translating an intermediate physical address in stage 2.
public enum Stage2Translation: Equatable, Sendable {
  /// It is mapped to the address, by a descriptor of this level.
  case mapped(PhysicalAddress, descriptor: UInt64, level: Int)
  /// The walk ends at an invalid descriptor of this level.
  case unmapped(level: Int)
  /// The address is wider than the input of the tables.
  case outOfRange
  /// The descriptor at this address isn't in memory.
  case unreadable(PhysicalAddress)
  /// VTCR_EL2 selects a granule or a start level that this walker doesn't support.
  case unsupported
}

extension Stage2 {
  /// Walks the tables of `vttbr` as VTCR_EL2 describes them: 4 KiB granule, start level 0 to 2,
  /// including concatenated tables. `descriptor` reads the doubleword at a physical address, or
  /// returns nil.
  public static func translation(
    of input: IntermediatePhysicalAddress, vttbr: UInt64, vtcr: UInt64,
    descriptor: (PhysicalAddress) -> UInt64?
  ) -> Stage2Translation {
    let startField = vtcr >> 6 & 3
    // Bit 32 is DS: with FEAT_LPA2, descriptors have another format.
    guard vtcr >> 14 & 3 == 0, startField <= 2, vtcr >> 32 & 1 == 0 else { return .unsupported }
    var level = 2 - Int(startField)
    let inputBitWidth = 64 - (vtcr & 63)
    // At least one bit, and at most sixteen tables of 512 entries, to index at the start level.
    guard inputBitWidth <= 48, inputBitWidth > shift(level), inputBitWidth <= shift(level) + 13
    else { return .unsupported }
    guard input.rawValue >> inputBitWidth == 0 else { return .outOfRange }
    // The first table may be up to sixteen concatenated ones: its index isn't cut to 9 bits.
    var table = vttbr & 0x0000_ffff_ffff_fffe
    var index = input.rawValue >> shift(level)
    while true {
      let address = PhysicalAddress(table + index * 8)
      guard let entry = descriptor(address) else { return .unreadable(address) }
      let isTableOrPage = entry & tableOrPage != 0
      // Level 0 has no blocks, level 3 only pages.
      guard entry & valid != 0, isTableOrPage || level == 1 || level == 2 else {
        return .unmapped(level: level)
      }
      if level == 3 || !isTableOrPage {
        let offset = (UInt64(1) << shift(level)) - 1
        let output = entry & addressMask & ~offset | input.rawValue & offset
        return .mapped(PhysicalAddress(output), descriptor: entry, level: level)
      }
      table = entry & addressMask
      level += 1
      index = input.rawValue >> shift(level) & 511
    }
  }
}
