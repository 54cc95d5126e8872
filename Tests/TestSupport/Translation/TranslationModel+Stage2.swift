extension TranslationModel {
  /// What stage 2 takes from the registers (AArch64.NSS2TTWParams).
  private struct Stage2Parameters {
    var granule: Granule
    var t0sz: Int
    var sl0: UInt64
    var sl2: Bool
    var ds: Bool
    var ha: Bool
    var hd: Bool
    var ptw: Bool
    var fwb: Bool
  }

  private var stage2Parameters: Stage2Parameters {
    let vtcr = registers.vtcr
    let hcr = registers.hcr
    let granule = Granule(tg0: vtcr.field(14, 2))
    let ds = registers.hasLPA2 && granule != .kib64 && vtcr.bit(32)
    return Stage2Parameters(
      granule: granule, t0sz: Int(vtcr.field(0, 6)), sl0: vtcr.field(6, 2),
      sl2: ds && granule == .kib4 && vtcr.bit(33), ds: ds,
      ha: registers.hasHAFDBS && vtcr.bit(21), hd: registers.hasHAFDBS && vtcr.bit(22),
      ptw: !hcr.bit(27) && hcr.bit(2), fwb: registers.hasS2FWB && hcr.bit(46))
  }

  /// Whether stage 2 translates. VM and DC behave as 0 while E2H and TGE are both 1.
  private var isStage2On: Bool {
    let hcr = registers.hcr
    if hcr.bit(34), hcr.bit(27) { return false }
    return hcr.bit(0) || hcr.bit(12)
  }

  /// The level that SL2 and SL0 name, nil where they are not valid (AArch64.S2StartLevel,
  /// AArch64.S2InvalidSL).
  private func startLevel(_ parameters: Stage2Parameters) -> Int? {
    let range = registers.physicalRange
    switch (parameters.granule, parameters.sl2, parameters.sl0) {
    case (.kib4, false, 0b00): return 2
    case (.kib4, false, 0b01): return 1
    case (.kib4, false, 0b10): return range < 44 ? nil : 0
    case (.kib4, false, _): return registers.hasTTST ? 3 : nil
    case (.kib4, true, 0b00): return range < 52 ? nil : -1
    case (.kib4, true, _): return nil
    case (.kib16, _, 0b00): return 3
    case (.kib16, _, 0b01): return 2
    case (.kib16, _, 0b10): return range < 42 ? nil : 1
    case (.kib16, _, _): return parameters.ds && range >= 52 ? 0 : nil
    case (.kib64, _, 0b00): return 3
    case (.kib64, _, 0b01): return 2
    case (.kib64, _, 0b10): return range < 44 ? nil : 1
    case (.kib64, _, _): return nil
    }
  }

  /// Stage 2 (AArch64.S2Translate).
  func stage2(
    _ input: Output, _ purpose: Purpose, _ memory: Memory
  ) throws(Fault) -> Output {
    guard isStage2On else { return Output(address: input.address, attributes: input.attributes) }
    do throws(Fault) {
      return try stage2Leaf(input, purpose, memory)
    } catch {
      var fault = error
      fault.ipa = input.address
      if case .stage1Walk = purpose { fault.isOnStage1Walk = true }
      throw fault
    }
  }

  private func stage2Leaf(
    _ input: Output, _ purpose: Purpose, _ memory: Memory
  ) throws(Fault) -> Output {
    let parameters = stage2Parameters
    let ipa = input.address

    // The size of the input (AArch64.S2TxSZFaults, AArch64.S2InconsistentSL).
    var greatestInput = min(52, registers.physicalRange)
    if registers.hasLPA, parameters.granule != .kib64, !parameters.ds {
      greatestInput = min(48, registers.physicalRange)
    }
    guard (64 - greatestInput)...maximumTxSZ(parameters.granule) ~= parameters.t0sz else {
      throw Fault(.translation, 0)
    }
    guard let start = startLevel(parameters) else { throw Fault(.translation, 0) }
    let geometry = Geometry(
      granule: parameters.granule, inputBits: 64 - parameters.t0sz,
      ps: registers.vtcr.field(16, 3), ds: parameters.ds, startLevel: start, base: registers.vttbr)
    // The first table resolves one bit or more, and concatenation adds up to four.
    let least = geometry.lowBit(ofLevel: start) + 1
    guard least...(least - 1 + parameters.granule.stride + 4) ~= geometry.inputBits else {
      throw Fault(.translation, 0)
    }
    guard ipa >> UInt64(geometry.inputBits) == 0 else { throw Fault(.translation, 0) }

    let leaf = try stage2Walk(ipa, geometry, memory)
    let low = geometry.lowBit(ofLevel: leaf.level)
    let output = outputAddress(leaf.descriptor, from: low, geometry) | ipa.field(0, low)
    guard !isOutOfRange(output, geometry) else { throw Fault(.addressSize, leaf.level) }
    guard leaf.descriptor.bit(10) || parameters.ha else { throw Fault(.accessFlag, leaf.level) }

    // The leaf's own attributes; with FWB they depend on stage 1's.
    let encoded = leaf.descriptor.field(2, 4)
    let shareability =
      parameters.ds ? registers.vtcr.field(12, 2) : leaf.descriptor.field(8, 2)
    let own =
      parameters.fwb
      ? ModelAttributes.forced(encoded, shareability: shareability, over: input.attributes)
      : ModelAttributes.stage2(encoded, shareability: shareability)
    guard isPermitted(leaf.descriptor, own, parameters, purpose) else {
      throw Fault(.permission, leaf.level)
    }

    // HCR_EL2.CD and ID, and what a fetch or a walk makes of Device memory.
    var taken = own
    switch (purpose, own.kind) {
    case (.stage1Walk, .device):
      if !parameters.ptw { taken = .nonCacheable }
    case (.access(let access), .device):
      if access.kind == .execute { taken = .nonCacheable }
    case (.access(let access), .normal) where access.kind == .execute:
      if registers.hcr.bit(33) { taken = .nonCacheable }
    case (_, .normal):
      if registers.hcr.bit(32) { taken = .nonCacheable }
    }
    let attributes =
      parameters.fwb ? taken : ModelAttributes.combined(input.attributes, taken)
    return Output(address: output, level: leaf.level, attributes: attributes)
  }

  /// The walk down to a leaf (AArch64.S2Walk).
  private func stage2Walk(
    _ ipa: UInt64, _ geometry: Geometry, _ memory: Memory
  ) throws(Fault) -> (descriptor: UInt64, level: Int) {
    var level = geometry.startLevel
    var entry = geometry.firstEntry(ipa, table: firstTable(geometry))
    guard !isOutOfRange(entry, geometry) else { throw Fault(.addressSize, 0) }
    while true {
      guard let descriptor = memory(entry) else { throw Fault(.externalAbortOnWalk, level) }
      switch type(of: descriptor, level: level, geometry) {
      case .invalid:
        throw Fault(.translation, level)
      case .leaf:
        return (descriptor, level)
      case .table:
        let table = outputAddress(descriptor, from: geometry.granule.bits, geometry)
        entry = geometry.entry(ipa, level: level + 1, table: table)
        guard !isOutOfRange(entry, geometry) else { throw Fault(.addressSize, level) }
        level += 1
      }
    }
  }

  /// Whether a leaf permits an access (AArch64.S2DirectBasePermissions,
  /// AArch64.S2CheckPermissions).
  private func isPermitted(
    _ descriptor: UInt64, _ attributes: ModelAttributes, _ parameters: Stage2Parameters,
    _ purpose: Purpose
  ) -> Bool {
    let canRead = descriptor.bit(6)
    let canWrite = descriptor.bit(7) || parameters.ha && parameters.hd && descriptor.bit(51)
    switch purpose {
    case .stage1Walk:
      if parameters.ptw, case .device = attributes.kind { return false }
      return canRead
    case .access(let access):
      switch access.kind {
      case .read: return canRead
      case .write: return canWrite
      case .execute:
        switch (descriptor.bit(54), registers.hasXNX && descriptor.bit(53)) {
        case (false, false): return true
        case (false, true): return access.isUnprivileged
        case (true, false): return false
        case (true, true): return !access.isUnprivileged
        }
      }
    }
  }
}
