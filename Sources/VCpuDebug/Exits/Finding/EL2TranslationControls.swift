/// The registers that control the translation of EL2's own addresses, decoded for a walk of its tables: stage 1
/// of the EL2 regime, or of EL2&0 if HCR_EL2.E2H is 1 (Arm ARM DDI 0487, D8.1, translation regimes).
///
/// FEAT_S1PIE (permissions by index, TCR2_EL2.PIE), FEAT_D128 and FEAT_THE aren't supported.
struct EL2TranslationControls: Equatable, Sendable {
  var ttbr0: UInt64
  /// Used only with E2H.
  var ttbr1: UInt64
  /// TCR_EL2, with the layout selected by `isE2H` (Arm ARM, D24.2 "TCR_EL2").
  var tcr: UInt64
  var sctlr: UInt64
  /// HCR_EL2.E2H.
  var isE2H: Bool

  init(ttbr0: UInt64, ttbr1: UInt64 = 0, tcr: UInt64, sctlr: UInt64, isE2H: Bool) {
    self.ttbr0 = ttbr0
    self.ttbr1 = ttbr1
    self.tcr = tcr
    self.sctlr = sctlr
    self.isE2H = isE2H
  }

  /// SCTLR_EL2.M.
  var isMMUOn: Bool { sctlr & 1 != 0 }
  /// SCTLR_EL2.EE: the tables are big-endian, as EL2's data is.
  var isBigEndian: Bool { sctlr >> 25 & 1 != 0 }
  /// SCTLR_EL2.WXN: writable memory isn't executable.
  var isWritableNeverExecuted: Bool { sctlr >> 19 & 1 != 0 }
  /// TCR_EL2.DS: addresses of 52 bits with granules of 4 and 16 KiB (FEAT_LPA2).
  var hasWideDescriptors: Bool { tcr >> (isE2H ? 59 : 32) & 1 != 0 }
  /// TCR_EL2.HA and HD: the CPU itself makes a page writable if its DBM bit is set (FEAT_HAFDBS).
  var managesDirtyState: Bool { tcr >> (isE2H ? 39 : 21) & 0b11 == 0b11 }
  /// TCR_EL2.PS, or IPS, is 52 bits.
  private var has52OutputBits: Bool { tcr >> (isE2H ? 32 : 16) & 7 == 6 }

  /// The tables of one half of the virtual addresses.
  struct Half: Equatable, Sendable {
    /// The number of the lowest address bit that a page translates: 12, 14 or 16.
    var granuleShift: Int
    /// How many bits of a virtual address are translated.
    var inputBitWidth: Int
    /// The first virtual address: 0, or with TTBR1_EL2 the upper half's.
    var base: UInt64
    var root: UInt64
    var startLevel: Int
    /// HPD: the restrictions of a table's descriptor don't apply.
    var ignoresTableAttributes: Bool
    /// TBI: bits 63 to 56 of an address are a tag.
    var ignoresTopByte: Bool
    /// Output addresses have 52 bits, in the form for `granuleShift`.
    var hasWideOutput: Bool

    /// The number of the lowest address bit that an entry of `level` translates.
    func shift(_ level: Int) -> Int { granuleShift + (3 - level) * (granuleShift - 3) }

    /// How many entries a table of `level` has; the first one has as many as the input needs.
    func entryCount(_ level: Int) -> Int {
      level == startLevel
        ? 1 << (inputBitWidth - shift(level)) : 1 << (granuleShift - 3)
    }
  }

  /// A reason, as text.
  struct Unsupported: Error, Equatable, Sendable, CustomStringConvertible {
    let description: String
  }

  /// The halves that there are tables for: one, or with E2H up to two, without those that EPD0 and EPD1 turn off.
  func halves() throws(Unsupported) -> [Half] {
    guard isE2H else {
      return [
        try half(
          ttbr: ttbr0, size: tcr & 63, granule: granule0, base: 0, hpd: tcr >> 24, tbi: tcr >> 20)
      ]
    }
    var halves: [Half] = []
    if tcr >> 7 & 1 == 0 {
      halves.append(
        try half(
          ttbr: ttbr0, size: tcr & 63, granule: granule0, base: 0, hpd: tcr >> 41, tbi: tcr >> 37))
    }
    if tcr >> 23 & 1 == 0 {
      let size = tcr >> 16 & 63
      halves.append(
        try half(
          ttbr: ttbr1, size: size, granule: granule1, base: size == 0 ? 0 : ~0 << (64 - size),
          hpd: tcr >> 42, tbi: tcr >> 38))
    }
    return halves
  }

  private var granule0: Int? {
    switch tcr >> 14 & 3 {
    case 0: 12
    case 1: 16
    case 2: 14
    default: nil
    }
  }

  private var granule1: Int? {
    switch tcr >> 30 & 3 {
    case 1: 14
    case 2: 12
    case 3: 16
    default: nil
    }
  }

  private func half(
    ttbr: UInt64, size: UInt64, granule: Int?, base: UInt64, hpd: UInt64, tbi: UInt64
  ) throws(Unsupported) -> Half {
    let text = "TCR_EL2 is 0x\(String(tcr, radix: 16))"
    guard let granule else { throw Unsupported(description: "\(text): a reserved granule") }
    let hasWideOutput = granule == 16 ? has52OutputBits : hasWideDescriptors
    let width = 64 - Int(size)
    // FEAT_LVA gives 52 bits to a granule of 64 KiB whatever DS is; FEAT_TTST goes down to 16, 17 with 64 KiB.
    let widest = granule == 16 || hasWideDescriptors ? 52 : 48
    guard width <= widest, width >= (granule == 16 ? 17 : 16) else {
      throw Unsupported(
        description: "\(text): tables of \(width) bits with a granule of \(1 << (granule - 10)) KiB"
      )
    }
    let stride = granule - 3
    let levelCount = (width - granule + stride - 1) / stride
    var half = Half(
      granuleShift: granule, inputBitWidth: width, base: base, root: 0, startLevel: 4 - levelCount,
      ignoresTableAttributes: hpd & 1 != 0, ignoresTopByte: tbi & 1 != 0,
      hasWideOutput: hasWideOutput)
    // A table is aligned to its size; CnP is bit 0, the ASID begins at bit 48. With 52 bits, those above 47 are
    // in 5:2.
    let byteCount = UInt64(half.entryCount(half.startLevel) * 8)
    half.root = ttbr & 0x0000_ffff_ffff_ffff & ~(max(byteCount, 64) - 1)
    if hasWideOutput { half.root |= (ttbr >> 2 & 15) << 48 }
    return half
  }
}
