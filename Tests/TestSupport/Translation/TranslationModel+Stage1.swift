extension TranslationModel {
  /// What stage 1 takes from the registers for the half of the address space that an address is in
  /// (AArch64.S1TTWParamsEL10, …EL2, …EL20).
  struct Stage1Parameters {
    var granule: Granule
    var txsz: Int
    var ps: UInt64
    var ds: Bool
    var shareability: UInt64
    var tbi: Bool
    var tbid: Bool
    var e0pd: Bool
    var epd: Bool
    var hpd: Bool
    var ha: Bool
    var hd: Bool
    var ttbr: UInt64
    /// Whether the address is in the half of TTBR1.
    var isUpper: Bool
  }

  /// The permissions that the tables on the way to a leaf leave.
  private struct TableLimits {
    var ap: UInt64 = 0
    /// UXN and, without unprivileged accesses, XN.
    var uxn = false
    var pxn = false
  }

  private var hasUnprivileged: Bool { registers.regime != .el2 }

  /// Whether HCR_EL2 counts for this regime.
  private var isUnderEL2: Bool { registers.regime == .el10 && registers.hasStage2 }

  private var isNV1: Bool {
    isUnderEL2 && registers.hasNV && registers.hcr.bit(42) && registers.hcr.bit(43)
  }

  private var isDataCacheEnabled: Bool { registers.sctlr.bit(2) }
  private var isInstructionCacheEnabled: Bool { registers.sctlr.bit(12) }

  private func stage1Parameters(_ address: UInt64) -> Stage1Parameters {
    let tcr = registers.tcr
    var parameters: Stage1Parameters
    if registers.regime == .el2 {
      parameters = Stage1Parameters(
        granule: Granule(tg0: tcr.field(14, 2)), txsz: Int(tcr.field(0, 6)),
        ps: tcr.field(16, 3), ds: tcr.bit(32), shareability: tcr.field(12, 2), tbi: tcr.bit(20),
        tbid: tcr.bit(29), e0pd: false, epd: false, hpd: tcr.bit(24), ha: tcr.bit(21),
        hd: tcr.bit(22), ttbr: registers.ttbr0, isUpper: false)
    } else if address.bit(55) {
      parameters = Stage1Parameters(
        granule: Granule(tg1: tcr.field(30, 2)), txsz: Int(tcr.field(16, 6)),
        ps: tcr.field(32, 3), ds: tcr.bit(59), shareability: tcr.field(28, 2), tbi: tcr.bit(38),
        tbid: tcr.bit(52), e0pd: tcr.bit(56), epd: tcr.bit(23), hpd: tcr.bit(42), ha: tcr.bit(39),
        hd: tcr.bit(40), ttbr: registers.ttbr1, isUpper: true)
    } else {
      parameters = Stage1Parameters(
        granule: Granule(tg0: tcr.field(14, 2)), txsz: Int(tcr.field(0, 6)),
        ps: tcr.field(32, 3), ds: tcr.bit(59), shareability: tcr.field(12, 2), tbi: tcr.bit(37),
        tbid: tcr.bit(51), e0pd: tcr.bit(55), epd: tcr.bit(7), hpd: tcr.bit(41), ha: tcr.bit(39),
        hd: tcr.bit(40), ttbr: registers.ttbr0, isUpper: false)
    }
    parameters.ds = parameters.ds && registers.hasLPA2 && parameters.granule != .kib64
    parameters.tbid = parameters.tbid && registers.hasTBID
    parameters.e0pd = parameters.e0pd && registers.hasE0PD
    parameters.hpd = parameters.hpd && registers.hasHPDS
    parameters.ha = parameters.ha && registers.hasHAFDBS
    parameters.hd = parameters.hd && registers.hasHAFDBS
    return parameters
  }

  /// The highest bit of an address that translation looks at (AArch64.AddrTop).
  private func topBit(_ parameters: Stage1Parameters, _ access: ModelAccess) -> Int {
    if parameters.tbid, access.kind == .execute { return 63 }
    return parameters.tbi ? 55 : 63
  }

  /// Stage 1 (AArch64.S1Translate).
  func stage1(
    _ address: UInt64, _ access: ModelAccess, _ memory: Memory
  ) throws(Fault) -> Output {
    let parameters = stage1Parameters(address)
    var isOn = registers.sctlr.bit(0)
    if isUnderEL2, registers.hcr.bit(12) || registers.hcr.bit(27) { isOn = false }
    guard isOn else { return try stage1IsOff(address, access, parameters) }

    // The size of the input.
    let is52 =
      registers.hasLVA && (parameters.ds || parameters.granule == .kib64)
    let greatest = maximumTxSZ(parameters.granule)
    guard (is52 ? 12 : 16)...greatest ~= parameters.txsz else { throw Fault(.translation, 0) }
    let inputBits = 64 - parameters.txsz
    let top = topBit(parameters, access)
    let above = address.field(inputBits, top - inputBits + 1)
    let isCanonical =
      parameters.isUpper ? above == (1 << UInt64(top - inputBits + 1)) - 1 : above == 0
    guard isCanonical else { throw Fault(.translation, 0) }

    let isUnprivileged = hasUnprivileged && access.isUnprivileged
    if isUnprivileged, parameters.e0pd { throw Fault(.translation, 0) }
    if parameters.epd { throw Fault(.translation, 0) }

    // The walk.
    let geometry = Geometry(
      granule: parameters.granule, inputBits: inputBits, ps: parameters.ps, ds: parameters.ds,
      startLevel: 3 - (inputBits - 1 - parameters.granule.bits) / parameters.granule.stride,
      base: parameters.ttbr)
    let leaf = try stage1Walk(address, geometry, parameters, memory)

    // What the leaf says.
    let low = geometry.lowBit(ofLevel: leaf.level)
    let output =
      outputAddress(leaf.descriptor, from: low, geometry) | address.field(0, low)
    guard !isOutOfRange(output, geometry) else { throw Fault(.addressSize, leaf.level) }
    guard leaf.descriptor.bit(10) || parameters.ha else { throw Fault(.accessFlag, leaf.level) }
    guard isPermitted(leaf.descriptor, leaf.limits, parameters, access) else {
      throw Fault(.permission, leaf.level)
    }
    let attributes = stage1Attributes(leaf.descriptor, parameters, access)
    return Output(address: output, level: leaf.level, attributes: attributes)
  }

  /// The greatest TxSZ (AArch64.MaxTxSZ).
  func maximumTxSZ(_ granule: Granule) -> Int {
    guard registers.hasTTST else { return 39 }
    return granule == .kib64 ? 47 : 48
  }

  /// The output of stage 1 where it is off (AArch64.S1DisabledOutput).
  private func stage1IsOff(
    _ address: UInt64, _ access: ModelAccess, _ parameters: Stage1Parameters
  ) throws(Fault) -> Output {
    let attributes: ModelAttributes
    if isUnderEL2, registers.hcr.bit(12) {
      attributes = ModelAttributes(.normal(inner: .writeBack, outer: .writeBack), .none)
    } else if access.kind == .execute {
      let cacheability: ModelAttributes.Cacheability =
        isInstructionCacheEnabled ? .writeThrough : .nonCacheable
      attributes = ModelAttributes(.normal(inner: cacheability, outer: cacheability), .outer)
    } else {
      attributes = ModelAttributes(.device(.nGnRnE), .outer)
    }
    let top = topBit(parameters, access)
    let range = registers.physicalRange
    guard address.field(range, top - range + 1) == 0 else { throw Fault(.addressSize, 0) }
    return Output(address: address.field(0, 56), level: nil, attributes: attributes)
  }

  /// The walk down to a leaf (AArch64.S1Walk).
  private func stage1Walk(
    _ address: UInt64, _ geometry: Geometry, _ parameters: Stage1Parameters, _ memory: Memory
  ) throws(Fault) -> (descriptor: UInt64, level: Int, limits: TableLimits) {
    var limits = TableLimits()
    var level = geometry.startLevel
    var entry = geometry.firstEntry(address, table: firstTable(geometry))
    guard !isOutOfRange(entry, geometry) else { throw Fault(.addressSize, 0) }
    while true {
      var physical = entry
      if isUnderEL2 {
        // The walk's own cacheability makes no difference to a fault or to where the table is.
        let input = Output(
          address: entry, level: nil,
          attributes: ModelAttributes(.normal(inner: .writeBack, outer: .writeBack), .none))
        physical = try stage2(input, .stage1Walk, memory).address
      }
      guard let descriptor = memory(physical) else { throw Fault(.externalAbortOnWalk, level) }
      switch type(of: descriptor, level: level, geometry) {
      case .invalid:
        throw Fault(.translation, level)
      case .leaf:
        return (descriptor, level, limits)
      case .table:
        if !parameters.hpd {
          if isNV1 {
            limits.ap |= descriptor.field(61, 2) & 0b10
            limits.pxn = limits.pxn || descriptor.bit(60)
          } else if hasUnprivileged {
            limits.ap |= descriptor.field(61, 2)
            limits.uxn = limits.uxn || descriptor.bit(60)
            limits.pxn = limits.pxn || descriptor.bit(59)
          } else {
            limits.ap |= descriptor.field(61, 2) & 0b10
            limits.uxn = limits.uxn || descriptor.bit(60)
          }
        }
        let table = outputAddress(descriptor, from: geometry.granule.bits, geometry)
        entry = geometry.entry(address, level: level + 1, table: table)
        guard !isOutOfRange(entry, geometry) else { throw Fault(.addressSize, level) }
        level += 1
      }
    }
  }

  /// Whether a leaf permits an access (AArch64.S1DirectBasePermissions,
  /// AArch64.S1CheckPermissions).
  private func isPermitted(
    _ descriptor: UInt64, _ limits: TableLimits, _ parameters: Stage1Parameters,
    _ access: ModelAccess
  ) -> Bool {
    var ap = descriptor.field(6, 2)
    var uxn = descriptor.bit(54)
    var pxn = descriptor.bit(53)
    if isNV1 {
      ap &= 0b10
      pxn = uxn
      uxn = false
    }
    if parameters.ha, parameters.hd, descriptor.bit(51) { ap &= 0b01 }

    var canRead = true
    var canWrite = ap & 0b10 == 0 && limits.ap & 0b10 == 0
    var canExecute: Bool
    if hasUnprivileged {
      let userReads = ap & 0b01 != 0 && limits.ap & 0b01 == 0
      let userWrites = userReads && canWrite
      let userExecutes = !(uxn || limits.uxn)
      if access.isUnprivileged {
        canRead = userReads
        canWrite = userWrites
        canExecute = userExecutes
      } else {
        canExecute = !(pxn || limits.pxn || userWrites)
        if registers.hasPAN, access.pan, !isNV1 {
          let epan = registers.hasPAN3 && registers.sctlr.bit(57)
          if userReads || userWrites || epan && userExecutes {
            canRead = false
            canWrite = false
          }
        }
      }
    } else {
      canExecute = !(uxn || limits.uxn)
    }
    if registers.sctlr.bit(19), canWrite { canExecute = false }
    return switch access.kind {
    case .read: canRead
    case .write: canWrite
    case .execute: canExecute
    }
  }

  /// The attributes that stage 1 gives (the end of AArch64.S1Translate).
  private func stage1Attributes(
    _ descriptor: UInt64, _ parameters: Stage1Parameters, _ access: ModelAccess
  ) -> ModelAttributes {
    let index = Int(descriptor.field(2, 3))
    let written = ModelAttributes.stage1(
      registers.mair.field(8 * index, 8),
      shareability: parameters.ds ? parameters.shareability : descriptor.field(8, 2), registers)
    var attributes = written
    switch (access.kind, written.kind) {
    case (.execute, .device):
      attributes = .nonCacheable
    case (.execute, .normal):
      if !isInstructionCacheEnabled { attributes = .nonCacheable }
    case (_, .normal):
      if !isDataCacheEnabled { attributes = .nonCacheable }
    case (_, .device):
      break
    }
    if isUnderEL2, registers.hcr.bit(0) {
      attributes.shareability = written.shareability
    } else {
      attributes.makeShareabilityEffective()
    }
    return attributes
  }
}
