/// What descriptors of stage 1 say of memory.
extension Stage1Controls {
  /// What a block or a page allows.
  ///
  /// - Parameters:
  ///   - tableBits: bits 63 to 59 of the tables' descriptors above it, ORed.
  ///   - hasPAN: PSTATE.PAN: who has privileges keeps away from what EL0 may access.
  ///
  /// Source: Arm ARM DDI 0487, D8.4.1 "Direct permissions" and the shared pseudocode, AArch64.S1DirectBasePermissions.
  public func permissions(
    of entry: UInt64, tableBits: UInt64, hasPAN: Bool = false
  ) -> AccessPermissions {
    let isDirtyable = setsDirtyState && entry >> 51 & 1 != 0
    let isReadOnly = entry >> 7 & 1 != 0 && !isDirtyable || tableBits >> 3 & 1 != 0
    guard regime.hasTwoHalves else {
      return permissions(
        isWritable: !isReadOnly, isExecutable: (entry >> 54 | tableBits >> 1) & 1 == 0)
    }
    // For a guest's hypervisor (FEAT_NV) bit 54 is PXN, and EL0 neither reads nor writes.
    let isForEL0 = !isNested && entry >> 6 & 1 != 0 && tableBits >> 2 & 1 == 0
    var permissions: AccessPermissions = isForEL0 ? [.readAtEL0] : []
    if isForEL0, !isReadOnly { permissions.insert(.writeAtEL0) }
    let neverAtEL0 = isNested ? 0 : (entry >> 54 | tableBits >> 1) & 1
    if neverAtEL0 == 0, !(isWritableNeverExecuted && permissions.contains(.writeAtEL0)) {
      permissions.insert(.executeAtEL0)
    }
    let isKeptAway =
      hasPAN && !isNested && (isForEL0 || hasEnhancedPAN && neverAtEL0 == 0)
    if !isKeptAway { permissions.formUnion(isReadOnly ? .read : [.read, .write]) }
    // What EL0 can write, who has privileges doesn't execute.
    let neverAtEL1 =
      isNested ? (entry >> 54 | tableBits >> 1) & 1 : (entry >> 53 | tableBits) & 1
    if neverAtEL1 == 0, !permissions.contains(.writeAtEL0),
      !(isWritableNeverExecuted && permissions.contains(.write))
    {
      permissions.insert(.execute)
    }
    return permissions
  }

  /// Those of EL2 without EL0, for which an access that is made as EL0's is EL2's own.
  private func permissions(isWritable: Bool, isExecutable: Bool) -> AccessPermissions {
    var permissions: AccessPermissions = [.read, .readAtEL0]
    if isWritable { permissions.formUnion([.write, .writeAtEL0]) }
    if isExecutable, !(isWritable && isWritableNeverExecuted) {
      permissions.formUnion([.execute, .executeAtEL0])
    }
    return permissions
  }

  /// How a block's or a page's memory behaves. SCTLR_ELx.C and I turn the caches off.
  func attributes(of entry: UInt64, in half: Half, isInstruction: Bool) -> MemoryAttributes {
    let index = entry >> 2 & 7
    var kind = MemoryAttributes.kind(mair: mair >> (index * 8) & 0xff)
    if case .normal = kind, !isCached(isInstruction: isInstruction) {
      kind = .normal(inner: .nonCacheable, outer: .nonCacheable)
    }
    let field = half.layout.hasWideDescriptors ? half.shareability : entry >> 8
    return MemoryAttributes(kind, MemoryAttributes.Shareability(field: field))
  }

  /// How memory behaves while stage 1 is off.
  ///
  /// Source: Arm ARM DDI 0487, D8.2.10 "The effects of disabling an address translation stage".
  func untranslatedAttributes(isInstruction: Bool) -> MemoryAttributes {
    if regime == .el1, hcr & Self.dc != 0 {
      return MemoryAttributes(.normal(inner: .writeBack, outer: .writeBack), .nonShareable)
    }
    guard isInstruction else { return MemoryAttributes(.device(.nGnRnE), .outerShareable) }
    let cacheability: MemoryAttributes.Cacheability =
      isCached(isInstruction: true) ? .writeThrough : .nonCacheable
    return MemoryAttributes(
      .normal(inner: cacheability, outer: cacheability), .outerShareable)
  }

  /// SCTLR_ELx.I or C.
  private func isCached(isInstruction: Bool) -> Bool { sctlr >> (isInstruction ? 12 : 2) & 1 != 0 }
}

/// What descriptors of stage 2 say of memory.
extension Stage2Controls {
  /// What a block or a page allows.
  ///
  /// Source: Arm ARM DDI 0487, D8.4 "Stage 2 permissions": S2AP in bits 7:6, XN in bits 54:53.
  func permissions(of entry: UInt64) -> AccessPermissions {
    var permissions: AccessPermissions = []
    if entry >> 6 & 1 != 0 { permissions.formUnion([.read, .readAtEL0]) }
    let isDirtyable = setsDirtyState && entry >> 51 & 1 != 0
    if entry >> 7 & 1 != 0 || isDirtyable { permissions.formUnion([.write, .writeAtEL0]) }
    let never = entry >> 53 & 3
    guard features.hasStage2ExecutePermissions else {
      return never & 2 == 0 ? permissions.union([.execute, .executeAtEL0]) : permissions
    }
    if never == 0 || never == 3 { permissions.insert(.execute) }
    if never == 0 || never == 1 { permissions.insert(.executeAtEL0) }
    return permissions
  }

  /// Whether a block or a page is a device's by stage 2 alone.
  func isDevice(_ entry: UInt64) -> Bool {
    let field = entry >> 2 & 15
    return forcesWriteBack ? field & 0b100 == 0 : field & 0b1100 == 0
  }

  /// How a block's or a page's memory behaves, with what stage 1 says of it.
  func attributes(
    of entry: UInt64, with stage1: MemoryAttributes, isInstruction: Bool
  ) -> MemoryAttributes {
    let field = entry >> 2 & 15
    let shareability = MemoryAttributes.Shareability(
      field: layout?.hasWideDescriptors == true ? self.shareability : entry >> 8)
    var attributes =
      forcesWriteBack
      ? stage1.forced(by: field, shareability)
      : MemoryAttributes(MemoryAttributes.kind(stage2: field), shareability)
    if !attributes.isDevice, isUncached(isInstruction: isInstruction) {
      attributes.kind = .normal(inner: .nonCacheable, outer: .nonCacheable)
    }
    return forcesWriteBack ? attributes : stage1.combined(with: attributes)
  }
}

extension FaultStatus {
  /// What a walk can end with.
  public enum WalkFault: Hashable, Sendable {
    case addressSize
    case translation
    case accessFlag
    case permission
    case externalAbort
  }

  /// The code of a fault at a level from -1 to 3.
  ///
  /// Source: Arm ARM DDI 0487, "ESR_EL2", DFSC.
  public init(_ fault: WalkFault, level: Int) {
    let code: UInt8 =
      switch (fault, level) {
      case (.addressSize, -1): 0x29
      case (.translation, -1): 0x2b
      case (.externalAbort, -1): 0x13
      case (.addressSize, _): 0x00
      case (.translation, _): 0x04
      case (.accessFlag, _): 0x08
      case (.permission, _): 0x0c
      case (.externalAbort, _): 0x14
      }
    self.init(rawValue: level < 0 ? code : code | UInt8(level & 3))
  }
}
