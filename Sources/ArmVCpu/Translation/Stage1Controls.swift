/// The registers that say how stage 1 translates: of the EL1&0 regime, of EL2, or of EL2&0 where HCR_EL2.E2H is 1.
///
/// Source: Arm ARM DDI 0487, D8.1 "Translation regimes", D24.2 "TCR_EL1", "TCR_EL2", "SCTLR_EL1" and "SCTLR_EL2".
public struct Stage1Controls: Equatable, Sendable {
  /// Whose addresses they are.
  public enum Regime: Hashable, Sendable, CaseIterable {
    /// EL1's and EL0's, a guest's as a rule.
    case el1
    /// EL2's, without EL0: one table, of which privileges don't depend.
    case el2
    /// EL2's and EL0's: a host's.
    case el2WithHost

    /// Whether it has tables for two halves of the addresses, and permissions of EL0.
    public var hasTwoHalves: Bool { self != .el2 }
  }

  /// Whose addresses they are.
  public var regime: Regime
  /// SCTLR_EL1 or SCTLR_EL2.
  public var sctlr: UInt64
  /// TCR_EL1 or TCR_EL2, which has TCR_EL1's layout where HCR_EL2.E2H is 1.
  public var tcr: UInt64
  /// TCR2_EL1 or TCR2_EL2; 0 on a CPU without it.
  public var tcr2: UInt64 = 0
  /// TTBR0_EL1 or TTBR0_EL2.
  public var ttbr0: UInt64
  /// TTBR1_EL1 or TTBR1_EL2.
  public var ttbr1: UInt64
  /// MAIR_EL1 or MAIR_EL2.
  public var mair: UInt64
  /// HCR_EL2: DC and TGE turn a guest's stage 1 off, NV and NV1 change its permissions.
  public var hcr: UInt64
  /// What the CPU has.
  public var features: TranslationFeatures

  /// Controls with these values; TCR2 is 0.
  public init(
    regime: Regime, sctlr: UInt64, tcr: UInt64, ttbr0: UInt64, ttbr1: UInt64 = 0, mair: UInt64 = 0,
    hcr: UInt64 = 0, features: TranslationFeatures = TranslationFeatures()
  ) {
    self.regime = regime
    self.sctlr = sctlr
    self.tcr = tcr
    self.ttbr0 = ttbr0
    self.ttbr1 = ttbr1
    self.mair = mair
    self.hcr = hcr
    self.features = features
  }

  /// Whether addresses are translated: SCTLR_ELx.M, unless HCR_EL2.DC or TGE say otherwise of a guest.
  public var isEnabled: Bool {
    sctlr & 1 != 0 && !(regime == .el1 && hcr & (Self.dc | Self.tge) != 0)
  }

  /// SCTLR_ELx.EE: tables are big-endian, as the data is.
  public var isBigEndian: Bool { sctlr >> 25 & 1 != 0 }
  /// SCTLR_ELx.WXN: what can be written isn't executed.
  var isWritableNeverExecuted: Bool { sctlr >> 19 & 1 != 0 }
  /// SCTLR_ELx.EPAN: PAN counts what EL0 may execute, too.
  var hasEnhancedPAN: Bool {
    regime.hasTwoHalves && features.hasEnhancedPAN && sctlr >> 57 & 1 != 0
  }
  /// TCR_ELx.HA: the CPU sets the access flag.
  var setsAccessFlag: Bool { features.setsAccessFlag && bit(39, el2: 21) }
  /// TCR_ELx.HD: the CPU makes a page writable whose DBM bit is set.
  public var setsDirtyState: Bool {
    setsAccessFlag && features.setsDirtyState && bit(40, el2: 22)
  }
  /// HCR_EL2.NV1 with NV: EL1 is a guest's hypervisor, and has no EL0 of its own in its tables.
  var isNested: Bool { regime == .el1 && hcr >> 42 & 3 == 3 }
  /// What the tables' form is where it isn't the usual one; nil where it is.
  public var unsupportedForm: UnsupportedTranslation? {
    if features.hasWideDescriptors, tcr2 >> 5 & 1 != 0 { return .wideDescriptors }
    if features.hasStage1Indirection, tcr2 >> 1 & 1 != 0 { return .indirectPermissions }
    return nil
  }

  static let dc: UInt64 = 1 << 12
  static let tge: UInt64 = 1 << 27

  /// A bit of TCR_ELx, which has another place in TCR_EL2 without E2H.
  private func bit(_ position: UInt64, el2: UInt64) -> Bool {
    tcr >> (regime.hasTwoHalves ? position : el2) & 1 != 0
  }

  // MARK: Halves

  /// One half of the addresses, or all that there are.
  public struct Half: Equatable, Sendable {
    /// Whether it is the upper one, TTBR1_ELx's.
    public var isUpper: Bool
    /// Its tables.
    public var layout: TableLayout
    /// EPD: its tables are turned off.
    public var isDisabled: Bool
    /// E0PD: EL0 has no access.
    public var isHiddenFromEL0: Bool
    /// HPD: what a table's descriptor forbids doesn't count.
    public var ignoresTableAttributes: Bool
    /// TBI: bits 63 to 56 of an address are a tag.
    public var ignoresTopByte: Bool
    /// TBID: not of an instruction's address.
    public var hasTagsInDataOnly: Bool
    /// SH: who shares memory, with descriptors that don't say.
    public var shareability: UInt64
    /// Whether T0SZ or T1SZ is one that tables can have.
    public var isSizeValid: Bool

    /// The first address of the half.
    public var base: UInt64 { isUpper ? ~0 << UInt64(layout.inputBitWidth) : 0 }

    /// Whether an address is in the half, as data.
    public func contains(_ address: UInt64) -> Bool {
      offset(of: address, isInstruction: false) != nil
    }

    /// How far into the half an address is; nil where it isn't in it.
    func offset(of address: UInt64, isInstruction: Bool) -> UInt64? {
      let hasTag = ignoresTopByte && !(isInstruction && hasTagsInDataOnly)
      // What a tag leaves is bit 55's: it chooses the half.
      let top = hasTag ? (Int64(bitPattern: address) << 8) >> 8 : Int64(bitPattern: address)
      let width = UInt64(layout.inputBitWidth)
      guard UInt64(bitPattern: top) >> width == base >> width else { return nil }
      return address & ((1 << width) - 1)
    }
  }

  /// The half that an address is in. Bit 55 chooses where there are two.
  public func half(of address: UInt64) -> Half {
    half(isUpper: regime.hasTwoHalves && address >> 55 & 1 != 0)
  }

  /// One of the halves.
  public func half(isUpper: Bool) -> Half {
    guard regime.hasTwoHalves else {
      return half(
        isUpper: false, ttbr: ttbr0, size: tcr & 63, granule: .init(tg0: tcr >> 14), epd: 0,
        e0pd: 0, hpd: tcr >> 24, tbi: tcr >> 20, tbid: tcr >> 29, sh: tcr >> 12)
    }
    if isUpper {
      return half(
        isUpper: true, ttbr: ttbr1, size: tcr >> 16 & 63, granule: .init(tg1: tcr >> 30),
        epd: tcr >> 23, e0pd: tcr >> 56, hpd: tcr >> 42, tbi: tcr >> 38, tbid: tcr >> 52,
        sh: tcr >> 28)
    }
    return half(
      isUpper: false, ttbr: ttbr0, size: tcr & 63, granule: .init(tg0: tcr >> 14), epd: tcr >> 7,
      e0pd: tcr >> 55, hpd: tcr >> 41, tbi: tcr >> 37, tbid: tcr >> 51, sh: tcr >> 12)
  }

  private func half(
    isUpper: Bool, ttbr: UInt64, size: UInt64, granule: TranslationGranule, epd: UInt64,
    e0pd: UInt64, hpd: UInt64, tbi: UInt64, tbid: UInt64, sh: UInt64
  ) -> Half {
    let hasDS = bit(59, el2: 32) && features.hasWideDescriptors(of: granule)
    let range = TranslationFeatures.bitWidth(ofRange: tcr >> (regime.hasTwoHalves ? 32 : 16))
    let widest =
      hasDS || granule == .kib64 && features.hasLargeVirtualAddresses ? 52 : 48
    let narrowest =
      features.hasSmallTables ? (granule == .kib64 ? 17 : 16) : 25
    let width = 64 - Int(size)
    var layout = TableLayout(
      granule: granule, bitWidth: min(max(width, narrowest), widest), range: range, hasDS: hasDS,
      features: features)
    layout.root = layout.root(in: ttbr)
    return Half(
      isUpper: isUpper, layout: layout, isDisabled: epd & 1 != 0,
      isHiddenFromEL0: e0pd & 1 != 0 && features.hasE0PD,
      ignoresTableAttributes: hpd & 1 != 0, ignoresTopByte: tbi & 1 != 0,
      hasTagsInDataOnly: tbid & 1 != 0, shareability: sh & 3,
      isSizeValid: (narrowest...widest).contains(width))
  }
}

extension TableLayout {
  /// The tables of stage 1: the first level is the one whose tables are no larger than they have to be.
  fileprivate init(
    granule: TranslationGranule, bitWidth: Int, range: Int, hasDS: Bool,
    features: TranslationFeatures
  ) {
    let levelCount = (bitWidth - granule.shift + granule.stride - 1) / granule.stride
    self.init(
      granule: granule, inputBitWidth: bitWidth, startLevel: 4 - levelCount, range: range,
      hasDS: hasDS, features: features)
  }

  /// Tables without their root.
  init(
    granule: TranslationGranule, inputBitWidth: Int, startLevel: Int, range: Int, hasDS: Bool,
    features: TranslationFeatures
  ) {
    let available = min(range, features.physicalAddressBitWidth, 52)
    self.init(
      granule: granule, inputBitWidth: inputBitWidth, startLevel: startLevel, root: 0,
      outputBitWidth: hasDS || granule == .kib64 ? available : min(available, 48),
      hasWideDescriptors: hasDS,
      hasWide64KiBDescriptors: granule == .kib64 && features.physicalAddressBitWidth >= 52,
      hasWide64KiBRoot: granule == .kib64 && features.physicalAddressBitWidth >= 52 && range == 52)
  }
}
