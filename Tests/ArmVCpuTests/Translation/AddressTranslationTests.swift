import ArmVCpu
import TestSupport
import Testing

/// The walk against a model that was written apart from it, from the manual's pseudocode: random registers and tables
/// of every shape.
@Suite struct AddressTranslationTests {
  @Test("a walk is what the pseudocode says", arguments: [UInt64(1), 2, 3, 4])
  func model(seed: UInt64) {
    var outcomes: [String: Int] = [:]
    for round in 0..<2_500 {
      var tables = RandomTables(seed: seed << 32 | UInt64(round))
      let registers = tables.registers.withoutUnknownFeatures
      let model = TranslationModel(registers)
      let translation = AddressTranslation(registers)
      for _ in 0..<4 {
        let (address, access) = (tables.anAddress(), tables.anAccess())
        let expected = model.translate(address, access) { tables.read($0) }
        var steps = 0
        let found = translation.translate(
          address, for: TranslatedAccess(access), observe: { _ in steps += 1 }
        ) { tables.read($0) }
        let words = Self.words(found, isFetch: access.kind == .execute)
        #expect(
          words == Self.words(expected, isFetch: access.kind == .execute),
          "seed \(seed << 32 | UInt64(round)), 0x\(String(address, radix: 16)) \(access) \(registers)"
        )
        // Five levels of stage 1, each with five of stage 2, and those of the output.
        #expect(steps <= 35)
        outcomes[words.split(separator: ":")[0].description, default: 0] += 1
      }
    }
    // Both ends of it are reached often, and faults of both stages.
    for outcome in ["mapped", "fault of stage 1", "fault of stage 2"] {
      #expect(outcomes[outcome, default: 0] > 500, "\(outcome): \(outcomes)")
    }
  }

  /// Without an access the address is where it would lead if everything were allowed; and what is allowed is what the
  /// model allows to each access.
  @Test("without an access, and what is allowed", arguments: [UInt64(11), 12])
  func permissions(seed: UInt64) {
    var counts = [0, 0]
    for round in 0..<1_500 {
      var tables = RandomTables(seed: seed << 32 | UInt64(round))
      let registers = tables.registers.withoutUnknownFeatures
      let model = TranslationModel(registers)
      let translation = AddressTranslation(registers)
      let address = tables.anAddress()
      let found = translation.translate(address) { tables.read($0) }
      for access in RandomTables.accesses where !access.pan {
        // Which addresses an instruction can have is another question with TBID.
        if access.kind == .execute, registers.tcr >> 51 & 3 != 0 || registers.tcr >> 29 & 1 != 0 {
          continue
        }
        let expected = model.translate(address, access) { tables.read($0) }
        switch (expected, found) {
        case (.mapped(let output, _, _, _), .mapped(let mapped)):
          #expect(mapped.address == output)
          #expect(mapped.permissions.allows(TranslatedAccess(access)), "\(access) \(round)")
          counts[0] += 1
        case (.fault(let status, _, let isOnWalk, _), .mapped(let mapped)):
          let kind = FaultStatus(rawValue: status)
          // A table of stage 1 that can't be read, and what E0PD hides from EL0, are no permissions of the page.
          guard kind.isPermission, !isOnWalk else { continue }
          #expect(!mapped.permissions.allows(TranslatedAccess(access)), "\(access) \(round)")
          counts[1] += 1
        case (.mapped, _): Issue.record("\(access) \(round): \(found)")
        case (.fault, _): break
        }
      }
    }
    #expect(counts.allSatisfy { $0 > 500 })
  }

  @Test("big-endian tables: SCTLR_EL1.EE of stage 1, SCTLR_EL2.EE of stage 2")
  func bigEndianTables() {
    var mapped = 0
    for round in 0..<500 {
      var tables = RandomTables(seed: 21 << 32 | UInt64(round))
      let registers = tables.registers.withoutUnknownFeatures
      let little = AddressTranslation(registers)
      var big = little
      big.stage1?.sctlr |= 1 << 25
      big.stage2?.isBigEndian = true
      for _ in 0..<4 {
        let address = tables.anAddress()
        let expected = little.translate(address) { tables.read($0) }
        #expect(big.translate(address) { tables.read($0)?.byteSwapped } == expected)
        if case .mapped = expected { mapped += 1 }
      }
    }
    #expect(mapped > 200)
  }

  @Test("forms that the walk doesn't know, where the CPU has them")
  func unsupported() {
    var stage1 = Stage1Controls(regime: .el1, sctlr: 1, tcr: 16, ttbr0: 0)
    stage1.tcr2 = 1 << 5
    var stage2 = Stage2Controls(vtcr: 25 | 1 << 6, vttbr: 0)
    func result(_ stage1: Stage1Controls?, _ stage2: Stage2Controls?) -> TranslationResult {
      AddressTranslation(stage1: stage1, stage2: stage2).translate(0) { _ in nil }
    }
    #expect(result(stage1, nil) == .unsupported(.wideDescriptors))
    stage1.tcr2 = 1 << 1
    #expect(result(stage1, nil) == .unsupported(.indirectPermissions))
    stage1.features.hasStage1Indirection = false
    #expect(result(stage1, nil) != .unsupported(.indirectPermissions))
    stage2.vtcr |= 1 << 36
    #expect(result(nil, stage2) == .unsupported(.indirectPermissions))
    stage2.vtcr |= 1 << 38
    #expect(result(nil, stage2) == .unsupported(.wideDescriptors))
    stage2.features.hasWideDescriptors = false
    stage2.features.hasStage2Indirection = false
    #expect(result(nil, stage2) != .unsupported(.wideDescriptors))
  }

  /// An outcome in words. A fetch from a device may be one from non-cacheable memory: its attributes are left out.
  private static func words(_ result: TranslationResult, isFetch: Bool) -> String {
    switch result {
    case .mapped(let translation):
      let levels = [translation.stage1?.level, translation.stage2?.level]
      return "mapped: \(translation.address) \(levels) "
        + (isFetch ? "" : words(translation.attributes))
    case .fault(let fault):
      let ipa = fault.stage == 2 ? fault.address : 0
      return
        "fault of stage \(fault.stage): \(fault.status.rawValue) \(fault.isOnStage1Walk) \(ipa)"
    case .unsupported(let form): return "unsupported: \(form)"
    }
  }

  private static func words(_ outcome: ModelOutcome, isFetch: Bool) -> String {
    switch outcome {
    case .mapped(let address, let stage1Level, let stage2Level, let attributes):
      "mapped: \(address) \([stage1Level, stage2Level]) " + (isFetch ? "" : words(attributes))
    case .fault(let status, let stage, let isOnStage1Walk, let ipa):
      "fault of stage \(stage): \(status) \(isOnStage1Walk) \(ipa ?? 0)"
    }
  }

  private static func words(_ attributes: MemoryAttributes) -> String {
    switch attributes.kind {
    case .device(let device): "device \(device.rawValue)"
    case .normal(let inner, let outer):
      "normal \(inner.rawValue) \(outer.rawValue) \(attributes.shareability.rawValue)"
    }
  }

  private static func words(_ attributes: ModelAttributes) -> String {
    switch attributes.kind {
    case .device(let device): return "device \(device.rawValue)"
    case .normal(let inner, let outer):
      let shareability =
        switch attributes.shareability {
        case .none: 0
        case .inner: 1
        case .outer: 2
        }
      return "normal \(inner.policy.rawValue) \(outer.policy.rawValue) \(shareability)"
    }
  }
}

extension TranslatedAccess {
  init(_ access: ModelAccess) {
    let kind: Kind =
      switch access.kind {
      case .read: .read
      case .write: .write
      case .execute: .execute
      }
    self.init(kind, isUnprivileged: access.isUnprivileged, hasPAN: access.pan)
  }
}
