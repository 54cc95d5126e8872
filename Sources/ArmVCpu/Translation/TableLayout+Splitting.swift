/// A block as a table that maps the same.
///
/// Source: Arm ARM DDI 0487, D8.3 "Translation table descriptor formats", and D8.16.1 "Using break-before-make", which
/// such a change needs.
extension TableLayout {
  /// The entry of the level above that points to a table.
  public func entry(pointingTo table: UInt64) -> UInt64 { field(of: table) | 0b11 }

  /// An entry of the table that maps the same as a block of `level` does.
  ///
  /// - Parameter index: which one: a table has `1 << granule.stride` of them.
  public func entry(_ index: Int, splitting block: UInt64, level: Int) -> UInt64 {
    guard case .leaf(let start) = descriptor(block, level: level) else { return 0 }
    // Bit 16 of a block is nT, and bit 52 is the hint that its neighbours are contiguous.
    let attributes = block & ~(addressMask | 1 << 16 | 1 << 52 | 0b11)
    let address = start &+ UInt64(index) << UInt64(shift(level + 1))
    return attributes | field(of: address) | (level + 1 == 3 ? 0b11 : 0b01)
  }

  /// How many entries in a row have the hint together that they are contiguous.
  ///
  /// Source: Arm ARM DDI 0487, D8.7.1 "The Contiguous bit".
  public func contiguousCount(_ level: Int) -> Int {
    switch granule {
    case .kib4: 16
    case .kib16: level == 3 ? 128 : 32
    case .kib64: 32
    }
  }

  /// An address as it is in a descriptor.
  private func field(of address: UInt64) -> UInt64 {
    if hasWideDescriptors {
      return address & 0x0003_ffff_ffff_f000 | (address >> 50 & 3) << 8
    }
    let low = address & 0x0000_ffff_ffff_f000
    return hasWide64KiBDescriptors ? low & ~0xffff | (address >> 48 & 15) << 12 : low
  }

  /// The bits of a page's descriptor that are its address.
  private var addressMask: UInt64 {
    if hasWideDescriptors { return 0x0003_ffff_ffff_f000 | 3 << 8 }
    return 0x0000_ffff_ffff_f000
  }
}
