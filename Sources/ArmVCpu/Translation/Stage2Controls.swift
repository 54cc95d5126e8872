/// The registers that say how stage 2 translates a guest's addresses.
///
/// Source: Arm ARM DDI 0487, D24.2 "VTCR_EL2", "VTTBR_EL2" and "HCR_EL2".
public struct Stage2Controls: Equatable, Sendable {
  /// VTCR_EL2.
  public var vtcr: UInt64
  /// VTTBR_EL2.
  public var vttbr: UInt64
  /// HCR_EL2: VM, DC, PTW, FWB, CD and ID count.
  public var hcr: UInt64
  /// SCTLR_EL2.EE: the tables are big-endian.
  public var isBigEndian = false
  /// What the CPU has.
  public var features: TranslationFeatures

  /// Controls with these values, of a CPU whose tables are little-endian.
  public init(
    vtcr: UInt64, vttbr: UInt64, hcr: UInt64 = 1,
    features: TranslationFeatures = TranslationFeatures()
  ) {
    self.vtcr = vtcr
    self.vttbr = vttbr
    self.hcr = hcr
    self.features = features
  }

  /// Whether addresses are translated: HCR_EL2.VM, or DC, with which VM counts as 1. A host with E2H and TGE has no
  /// stage 2.
  public var isEnabled: Bool {
    hcr & (1 | Stage1Controls.dc) != 0 && !(hcr & Stage1Controls.tge != 0 && hcr >> 34 & 1 != 0)
  }
  /// HCR_EL2.PTW: tables of stage 1 in a device's memory are a permission fault.
  var protectsWalks: Bool { hcr >> 2 & 1 != 0 && hcr & Stage1Controls.tge == 0 }
  /// HCR_EL2.FWB: MemAttr of a descriptor decides on its own.
  public var forcesWriteBack: Bool { hcr >> 46 & 1 != 0 }
  /// HCR_EL2.CD, or ID for instructions: stage 2 makes memory non-cacheable.
  func isUncached(isInstruction: Bool) -> Bool { hcr >> (isInstruction ? 33 : 32) & 1 != 0 }
  /// VTCR_EL2.HA: the CPU sets the access flag.
  var setsAccessFlag: Bool { features.setsAccessFlag && vtcr >> 21 & 1 != 0 }
  /// VTCR_EL2.HD: the CPU makes a page writable whose DBM bit is set.
  var setsDirtyState: Bool { setsAccessFlag && features.setsDirtyState && vtcr >> 22 & 1 != 0 }
  /// VTCR_EL2.SH0.
  var shareability: UInt64 { vtcr >> 12 & 3 }
  /// What the tables' form is where it isn't the usual one; nil where it is.
  public var unsupportedForm: UnsupportedTranslation? {
    if features.hasWideDescriptors, vtcr >> 38 & 1 != 0 { return .wideDescriptors }
    if features.hasStage2Indirection, vtcr >> 36 & 1 != 0 { return .indirectPermissions }
    return nil
  }

  /// The tables; nil where T0SZ, SL0 and SL2 fit no tables, and every address is a translation fault.
  public var layout: TableLayout? {
    let granule = TranslationGranule(tg0: vtcr >> 14)
    let hasDS = vtcr >> 32 & 1 != 0 && features.hasWideDescriptors(of: granule)
    let width = 64 - Int(vtcr & 63)
    let physical = min(features.physicalAddressBitWidth, 52)
    let widest = physical == 52 && !hasDS && granule != .kib64 ? 48 : physical
    let narrowest = features.hasSmallTables ? (granule == .kib64 ? 17 : 16) : 25
    guard let level = startLevel(granule, hasDS: hasDS, physical: physical),
      (narrowest...max(widest, narrowest)).contains(width)
    else { return nil }
    var layout = TableLayout(
      granule: granule, inputBitWidth: width, startLevel: level,
      range: TranslationFeatures.bitWidth(ofRange: vtcr >> 16), hasDS: hasDS, features: features)
    // At least one bit to index the first table with, and at most sixteen tables in a row.
    let least = layout.shift(level) + 1
    guard (least...least + granule.stride + 3).contains(width) else { return nil }
    layout.root = layout.root(in: vttbr)
    return layout
  }

  /// The level that SL0, and with DS SL2, mean; nil for those that a CPU of so many bits of physical addresses can't
  /// start at.
  private func startLevel(_ granule: TranslationGranule, hasDS: Bool, physical: Int) -> Int? {
    let field = vtcr >> 6 & 3
    switch granule {
    case .kib4:
      if hasDS, vtcr >> 33 & 1 != 0 { return field == 0 && physical == 52 ? -1 : nil }
      return switch field {
      case 0: 2
      case 1: 1
      case 2: physical >= 44 ? 0 : nil
      default: features.hasSmallTables ? 3 : nil
      }
    case .kib16:
      return switch field {
      case 0: 3
      case 1: 2
      case 2: physical >= 42 ? 1 : nil
      default: hasDS && physical == 52 ? 0 : nil
      }
    case .kib64:
      return switch field {
      case 0: 3
      case 1: 2
      case 2: physical >= 44 ? 1 : nil
      default: nil
      }
    }
  }
}

/// A form of tables that the walk doesn't know.
public enum UnsupportedTranslation: Equatable, Sendable {
  /// FEAT_D128: descriptors of 128 bits.
  case wideDescriptors
  /// FEAT_S1PIE and FEAT_S2PIE: permissions by an index.
  case indirectPermissions
}
