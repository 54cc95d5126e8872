/// What a CPU has of what changes the meaning of translation tables.
///
/// Source: Arm ARM DDI 0487, D24.2 "ID_AA64MMFR0_EL1" to "ID_AA64MMFR3_EL1".
public struct TranslationFeatures: Equatable, Sendable {
  /// How wide a physical address is: 32 to 56 bits.
  public var physicalAddressBitWidth: Int
  /// FEAT_LVA: virtual addresses of 52 bits with a granule of 64 KiB.
  public var hasLargeVirtualAddresses = true
  /// FEAT_LPA2 with a granule of 4 KiB: TCR_ELx.DS and VTCR_EL2.DS.
  public var hasWide4KiBDescriptors = true
  /// FEAT_LPA2 with a granule of 16 KiB.
  public var hasWide16KiBDescriptors = true
  /// FEAT_TTST: tables of fewer than 25 bits.
  public var hasSmallTables = true
  /// FEAT_XNX: stage 2 tells EL0's instructions from EL1's.
  public var hasStage2ExecutePermissions = true
  /// FEAT_HAFDBS: the CPU sets the access flag itself.
  public var setsAccessFlag = true
  /// FEAT_HAFDBS: the CPU makes a page writable itself whose DBM bit is set.
  public var setsDirtyState = true
  /// FEAT_PAN3: SCTLR_ELx.EPAN.
  public var hasEnhancedPAN = true
  /// FEAT_E0PD.
  public var hasE0PD = true
  /// FEAT_S1PIE: TCR2_EL1.PIE.
  public var hasStage1Indirection = true
  /// FEAT_S2PIE: VTCR_EL2.S2PIE.
  public var hasStage2Indirection = true
  /// FEAT_D128: descriptors of 128 bits.
  public var hasWideDescriptors = true

  /// All features.
  public init(physicalAddressBitWidth: Int = 52) {
    self.physicalAddressBitWidth = physicalAddressBitWidth
  }

  /// Those of a CPU with these values of its feature registers.
  public init(mmfr0: UInt64, mmfr1: UInt64, mmfr2: UInt64, mmfr3: UInt64) {
    physicalAddressBitWidth = Self.bitWidth(ofRange: mmfr0 & 15)
    hasWide4KiBDescriptors = mmfr0 >> 28 & 15 == 1
    hasWide16KiBDescriptors = mmfr0 >> 20 & 15 == 2
    setsAccessFlag = mmfr1 & 15 >= 1
    setsDirtyState = mmfr1 & 15 >= 2
    hasEnhancedPAN = mmfr1 >> 20 & 15 >= 3
    hasStage2ExecutePermissions = mmfr1 >> 28 & 15 >= 1
    hasLargeVirtualAddresses = mmfr2 >> 16 & 15 >= 1
    hasSmallTables = mmfr2 >> 28 & 15 >= 1
    hasE0PD = mmfr2 >> 60 & 15 >= 1
    hasStage1Indirection = mmfr3 >> 8 & 15 >= 1
    hasStage2Indirection = mmfr3 >> 12 & 15 >= 1
    hasWideDescriptors = mmfr3 >> 32 & 15 >= 1
  }

  /// The width that ID_AA64MMFR0_EL1.PARange, TCR_EL1.IPS and VTCR_EL2.PS mean.
  static func bitWidth(ofRange field: UInt64) -> Int {
    switch field & 7 {
    case 0: 32
    case 1: 36
    case 2: 40
    case 3: 42
    case 4: 44
    case 5: 48
    case 6: 52
    default: 56
    }
  }

  /// Whether DS means something with a granule.
  func hasWideDescriptors(of granule: TranslationGranule) -> Bool {
    switch granule {
    case .kib4: hasWide4KiBDescriptors
    case .kib16: hasWide16KiBDescriptors
    case .kib64: false
    }
  }
}
