/// How the tables of one stage are laid out, or those of one half of stage 1's addresses: what the fields of TCR_ELx
/// and VTCR_EL2 come to.
///
/// Source: Arm ARM DDI 0487, D8.2 "Translation process" and D8.3 "Translation table descriptor formats".
public struct TableLayout: Equatable, Sendable {
  /// The size of a page, and of a table.
  public var granule: TranslationGranule
  /// How many bits of an address are translated.
  public var inputBitWidth: Int
  /// The level of the first table: -1 to 3.
  public var startLevel: Int
  /// Where the first table is. Stage 1 of a guest has an intermediate physical address here.
  public var root: UInt64
  /// How wide an address may be that a descriptor has.
  public var outputBitWidth: Int
  /// DS: descriptors of 4 and 16 KiB have addresses of 52 bits, and no shareability (FEAT_LPA2).
  public var hasWideDescriptors: Bool
  /// Descriptors of 64 KiB have addresses of 52 bits: those of a CPU with FEAT_LPA. An address that is wider than the
  /// output is a fault.
  public var hasWide64KiBDescriptors: Bool
  /// TTBR has 52 bits, too: where TCR_ELx asks for as many.
  public var hasWide64KiBRoot: Bool

  /// The number of the lowest address bit that an entry of `level` translates.
  public func shift(_ level: Int) -> Int { granule.shift + (3 - level) * granule.stride }

  /// How many entries a table of `level` has. The first one has as many as the input needs: at stage 2 up to sixteen
  /// tables in a row.
  public func entryCount(_ level: Int) -> Int {
    level == startLevel ? 1 << max(0, inputBitWidth - shift(level)) : 1 << granule.stride
  }

  /// Where the entry is that translates an address.
  func entryAddress(_ level: Int, in table: UInt64, for input: UInt64) -> UInt64 {
    let index = input >> UInt64(shift(level)) & UInt64(entryCount(level) - 1)
    return table &+ index * 8
  }

  /// Reads a descriptor of a table of `level`.
  public func descriptor(_ bits: UInt64, level: Int) -> TableDescriptor {
    guard bits & 1 != 0 else { return .invalid }
    if bits & 0b10 != 0 {
      return level < 3
        ? .table(address(in: bits, alignedTo: granule.shift))
        : .leaf(address(in: bits, alignedTo: granule.shift))
    }
    guard hasBlocks(level) else { return .invalid }
    return .leaf(address(in: bits, alignedTo: shift(level)))
  }

  /// Whether a descriptor of `level` may be a block's.
  public func hasBlocks(_ level: Int) -> Bool {
    switch granule {
    case .kib4: level == 1 || level == 2 || level == 0 && hasWideDescriptors
    case .kib16: level == 2 || level == 1 && hasWideDescriptors
    case .kib64: level == 2 || level == 1 && hasWide64KiBDescriptors
    }
  }

  /// The address in a descriptor. Of 52 bits the upper four are elsewhere: in 15:12 with 64 KiB, otherwise in 9:8 and
  /// 49:48.
  private func address(in bits: UInt64, alignedTo shift: Int) -> UInt64 {
    let below: UInt64 = (1 << UInt64(shift)) - 1
    if hasWideDescriptors {
      return bits & 0x0003_ffff_ffff_ffff & ~below | (bits >> 8 & 3) << 50
    }
    let low = bits & 0x0000_ffff_ffff_ffff & ~below
    return hasWide64KiBDescriptors ? low | (bits >> 12 & 15) << 48 : low
  }

  /// The address in a register that points to the first table, aligned to the table's size.
  func root(in register: UInt64) -> UInt64 {
    let isWide = hasWideDescriptors || hasWide64KiBRoot
    let tableShift = inputBitWidth - shift(startLevel) + 3
    let alignment = UInt64(1) << UInt64(isWide ? max(tableShift, 6) : max(tableShift, 1))
    let low = register & 0x0000_ffff_ffff_ffff & ~(alignment - 1)
    return isWide ? low | (register >> 2 & 15) << 48 : low
  }

  /// Whether an address has bits beyond the width of the output. It is a fault also in the address of an entry.
  public func isTooWide(_ address: UInt64) -> Bool { address >> UInt64(outputBitWidth) != 0 }
}

/// What an entry of a table says.
public enum TableDescriptor: Equatable, Sendable {
  /// Nothing is mapped.
  case invalid
  /// The address of the table of the next level.
  case table(UInt64)
  /// The address of a block or of a page.
  case leaf(UInt64)
}
