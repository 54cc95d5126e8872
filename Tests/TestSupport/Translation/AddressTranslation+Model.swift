import ArmVCpu

extension AddressTranslation {
  /// By the registers of the model.
  package init(_ registers: ModelRegisters) {
    var features = TranslationFeatures(physicalAddressBitWidth: registers.physicalRange)
    features.hasLargeVirtualAddresses = registers.hasLVA
    features.hasWide4KiBDescriptors = registers.hasLPA2
    features.hasWide16KiBDescriptors = registers.hasLPA2
    features.hasSmallTables = registers.hasTTST
    features.hasStage2ExecutePermissions = registers.hasXNX
    features.setsAccessFlag = registers.hasHAFDBS
    features.setsDirtyState = registers.hasHAFDBS
    features.hasEnhancedPAN = registers.hasPAN3
    features.hasE0PD = registers.hasE0PD
    features.hasWideDescriptors = false
    features.hasStage1Indirection = false
    features.hasStage2Indirection = false
    let regime: Stage1Controls.Regime =
      switch registers.regime {
      case .el10: .el1
      case .el2: .el2
      case .el20: .el2WithHost
      }
    let hasStage2 = registers.regime == .el10 && registers.hasStage2
    self.init(
      stage1: Stage1Controls(
        regime: regime, sctlr: registers.sctlr & ~(1 << 25), tcr: registers.tcr,
        ttbr0: registers.ttbr0, ttbr1: registers.ttbr1, mair: registers.mair,
        hcr: hasStage2 ? registers.hcr : 0, features: features),
      stage2: hasStage2
        ? Stage2Controls(
          vtcr: registers.vtcr, vttbr: registers.vttbr, hcr: registers.hcr, features: features)
        : nil)
  }
}

extension ModelRegisters {
  /// Features that the walk takes for granted, because their bits are reserved where they aren't there.
  package var withoutUnknownFeatures: ModelRegisters {
    var registers = self
    registers.hasHPDS = true
    registers.hasTBID = true
    registers.hasPAN = true
    registers.hasS2FWB = true
    registers.hasNV = true
    registers.hasXS = true
    registers.hasMTE2 = true
    registers.hasLPA = registers.physicalRange == 52
    return registers
  }
}
