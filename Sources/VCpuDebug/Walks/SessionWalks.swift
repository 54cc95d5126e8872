public import ArmVCpu
internal import GDBRemote

/// Walks of the translation tables of a session's target: of a guest's two stages, and of EL2's own tables. The
/// registers and the tables are read, and nothing is changed.
public final class SessionWalks {
  let access: TargetAccess
  private let system: SystemRegisters
  let memory: SessionMemory
  private let exits: Exits
  private var features: TranslationFeatures?

  init(_ access: TargetAccess, _ memory: SessionMemory, _ exits: Exits, _ system: SystemRegisters) {
    self.access = access
    self.memory = memory
    self.exits = exits
    self.system = system
  }

  /// What is walked.
  public enum Stages: String, Sendable, CaseIterable {
    /// Stage 1 alone, up to an intermediate physical address.
    case stage1 = "s1"
    /// Stage 2 alone.
    case stage2 = "s2"
    /// All that the address goes through.
    case all
  }

  /// Walks the tables by which an address is translated now.
  ///
  /// - Parameters:
  ///   - kind: what has to be allowed; nil for where the address leads, whatever is allowed.
  ///   - isUnprivileged: whether it is EL0 that does it.
  ///   - honorsPAN: whether PSTATE.PAN counts, as whose address it is has it now.
  /// - Throws: `DebugError.cannotWalk` for an address that such a stage doesn't translate, `.notReadable` for a
  ///   register that isn't available.
  public func walk(
    _ address: UInt64, in space: AddressSpace, _ stages: Stages = .all,
    for kind: TranslatedAccess.Kind? = nil, isUnprivileged: Bool = false, honorsPAN: Bool = true
  ) throws -> AddressWalk {
    try access.requireStopped()
    try access.requireHypervisor(for: "translation tables")
    try access.settle()
    let countsPAN = kind != nil && honorsPAN
    var hasPAN = false
    let translation: AddressTranslation
    switch space {
    case .hypervisor:
      if stages == .stage2 { throw DebugError.cannotWalk("EL2's addresses have no stage 2") }
      translation = AddressTranslation(stage1: try hypervisorControls(), stage2: nil)
      let state = try access.requireState()
      hasPAN = countsPAN && state.isAtEL2 && (state.pstate ?? 0) & SPSR_EL2.pan != 0
    case .guest:
      if stages == .stage2 {
        throw DebugError.cannotWalk("stage 2 translates an ipa: address")
      }
      translation = try guestTranslation(endsAfterStage1: stages == .stage1)
      hasPAN = try countsPAN && guestPSTATE() & SPSR_EL2.pan != 0
    case .intermediatePhysical:
      if stages == .stage1 {
        throw DebugError.cannotWalk("an ipa: address is what stage 1 makes of another")
      }
      translation = try stage2Translation()
    case .physical, .plain:
      throw DebugError.cannotWalk("it is physical already")
    }
    let access = kind.map {
      TranslatedAccess($0, isUnprivileged: isUnprivileged, hasPAN: hasPAN)
    }
    return try self.access.reach.physicalMemory {
      try AddressWalk(address, by: translation, for: access, read: memory.entry)
    }
  }

  // MARK: Registers

  func hypervisorControls() throws -> Stage1Controls {
    let values = try values(of: [
      "HCR_EL2", "SCTLR_EL2", "TCR_EL2", "TTBR0_EL2", "MAIR_EL2",
    ])
    let isE2H = HCR_EL2(rawValue: values[0]).contains(.e2h)
    var controls = Stage1Controls(
      regime: isE2H ? .el2WithHost : .el2, sctlr: values[1], tcr: values[2], ttbr0: values[3],
      ttbr1: isE2H ? try self.values(of: ["TTBR1_EL2"])[0] : 0, mair: values[4],
      features: try cpuFeatures())
    if controls.features.hasStage1Indirection || controls.features.hasWideDescriptors {
      controls.tcr2 = try self.values(of: ["TCR2_EL2"])[0]
    }
    return controls
  }

  func guestTranslation(endsAfterStage1: Bool) throws -> AddressTranslation {
    let values = try values(of: [
      "SCTLR_EL1", "TCR_EL1", "TTBR0_EL1", "TTBR1_EL1", "MAIR_EL1",
    ])
    let stage2 = try stage2Controls()
    guard HCR_EL2(rawValue: stage2.hcr).contains(.rw) else {
      throw DebugError.cannotWalk(
        "EL1 is AArch32 (HCR_EL2.RW is 0), whose tables have another form")
    }
    var stage1 = Stage1Controls(
      regime: .el1, sctlr: values[0], tcr: values[1], ttbr0: values[2], ttbr1: values[3],
      mair: values[4], hcr: stage2.hcr, features: stage2.features)
    if stage1.features.hasStage1Indirection || stage1.features.hasWideDescriptors {
      // Bit 14, TCR2En: without it TCR2_EL1 counts as 0. (Arm ARM DDI 0487, "HCRX_EL2".)
      let more = try self.values(of: ["TCR2_EL1", "HCRX_EL2"])
      stage1.tcr2 = more[1] >> 14 & 1 == 0 ? 0 : more[0]
    }
    var translation = AddressTranslation(stage1: stage1, stage2: stage2)
    translation.endsAfterStage1 = endsAfterStage1
    return translation
  }

  func stage2Translation() throws -> AddressTranslation {
    AddressTranslation(stage1: nil, stage2: try stage2Controls())
  }

  private func stage2Controls() throws -> Stage2Controls {
    let values = try values(of: ["HCR_EL2", "VTCR_EL2", "VTTBR_EL2", "SCTLR_EL2"])
    let hcr = HCR_EL2(rawValue: values[0])
    guard !hcr.contains(.tge) else {
      throw DebugError.cannotWalk("no guest is on this CPU (HCR_EL2.TGE is 1)")
    }
    var controls = Stage2Controls(
      vtcr: values[1], vttbr: values[2], hcr: values[0], features: try cpuFeatures())
    controls.isBigEndian = values[3] >> 25 & 1 != 0
    return controls
  }

  /// PSTATE of the guest: at an exit that was caught what it was, otherwise the CPU's.
  private func guestPSTATE() throws -> UInt64 {
    let state = try access.requireState()
    guard state.isAtEL2 else { return state.pstate ?? 0 }
    return try exits.require().pstate.rawValue
  }

  /// What the CPU has, by the feature registers that the stub shows. Where it shows none: all that a bit in a control
  /// register turns on.
  private func cpuFeatures() throws -> TranslationFeatures {
    if let features { return features }
    let shown = (0...3).map { SystemRegister(named: "ID_AA64MMFR\($0)_EL1") }
      .prefix { $0.map(system.isShown) ?? false }.compactMap { $0 }
    let values = try system.answers(for: shown).map(\.value)
    var found = TranslationFeatures()
    // What these would be turned on by isn't shown, either.
    found.hasStage1Indirection = false
    found.hasStage2Indirection = false
    found.hasWideDescriptors = false
    guard values.count >= 3, let first = values[0], let second = values[1], let third = values[2]
    else { return found }
    // Older CPUs have no fourth register, and nothing of what it says.
    found = TranslationFeatures(
      mmfr0: first, mmfr1: second, mmfr2: third, mmfr3: values.count > 3 ? values[3] ?? 0 : 0)
    features = found
    return found
  }

  private func values(of names: [String]) throws -> [UInt64] {
    let registers = names.compactMap { SystemRegister(named: $0) }
    return try zip(names, try system.answers(for: registers)).map { name, answer in
      switch answer {
      case .value(let value, _): return value
      case .unavailable(let reason):
        throw DebugError.notReadable(name.lowercased(), reason: reason)
      }
    }
  }
}
