/// The registers and the features that a translation depends on. Security state: Non-secure.
package struct ModelRegisters: Equatable, Sendable {
  /// Whose addresses.
  package enum Regime: Sendable, CaseIterable {
    /// EL1&0.
    case el10
    /// EL2 with HCR_EL2.E2H 0.
    case el2
    /// EL2&0, with HCR_EL2.E2H 1.
    case el20
  }

  package var regime = Regime.el10
  /// SCTLR_EL1 for `el10`, else SCTLR_EL2.
  package var sctlr: UInt64 = 0
  /// TCR_EL1 for `el10`, else TCR_EL2; with the fields of TCR_EL1 for `el10` and `el20`.
  package var tcr: UInt64 = 0
  package var ttbr0: UInt64 = 0
  package var ttbr1: UInt64 = 0
  package var mair: UInt64 = 0
  package var hcr: UInt64 = 0
  package var vtcr: UInt64 = 0
  package var vttbr: UInt64 = 0
  /// Whether EL2 is enabled, so that HCR_EL2 counts and stage 2 can apply (`el10` only).
  package var hasStage2 = false
  /// The bits of a physical address: 32, 36, 40, 42, 44, 48 or 52.
  package var physicalRange = 52

  /// 52 bits of physical address.
  package var hasLPA = true
  /// 52 bits of virtual address: with the 64 KiB granule, and with `hasLPA2` and DS.
  package var hasLVA = true
  /// 52 bits with the 4 KiB and 16 KiB granules.
  package var hasLPA2 = true
  /// Small translation tables.
  package var hasTTST = true
  /// Execute-never at stage 2 for EL0 and EL1 apart.
  package var hasXNX = true
  /// Hardware's update of the access flag and the dirty state.
  package var hasHAFDBS = true
  /// TCR_ELx.E0PDn.
  package var hasE0PD = true
  /// TCR_ELx.HPDn.
  package var hasHPDS = true
  /// TCR_ELx.TBIDn (comes with FEAT_PAuth).
  package var hasTBID = true
  /// PSTATE.PAN.
  package var hasPAN = true
  /// SCTLR_ELx.EPAN.
  package var hasPAN3 = true
  /// HCR_EL2.FWB.
  package var hasS2FWB = true
  /// HCR_EL2.NV and NV1.
  package var hasNV = true
  /// The encodings of MAIR_ELx with XS 0.
  package var hasXS = true
  /// The encoding of MAIR_ELx of tagged memory.
  package var hasMTE2 = true

  package init() {}
}

/// What the CPU does at an address.
package struct ModelAccess: Hashable, Sendable {
  package enum Kind: Sendable, CaseIterable {
    case read, write, execute
  }

  package var kind: Kind
  /// EL0's access, or a load or store of EL1 or EL2 that is made as EL0's.
  package var isUnprivileged: Bool
  /// PSTATE.PAN.
  package var pan: Bool

  package init(_ kind: Kind, isUnprivileged: Bool = false, pan: Bool = false) {
    self.kind = kind
    self.isUnprivileged = isUnprivileged
    self.pan = pan
  }
}

/// What comes of a translation.
package enum ModelOutcome: Equatable, Sendable {
  /// The output address, the levels of the leaves (nil where the stage is off), and the memory's
  /// attributes after both stages.
  case mapped(
    address: UInt64, stage1Level: Int?, stage2Level: Int?, attributes: ModelAttributes)
  /// The status as ESR_ELx has it (6 bits), the stage, whether stage 2 faulted for an access of
  /// stage 1's walk, and the IPA that stage 2 faulted at.
  case fault(status: UInt8, stage: Int, isOnStage1Walk: Bool, ipa: UInt64?)
}

/// The attributes of memory.
package struct ModelAttributes: Hashable, Sendable {
  /// In the order of the encoding.
  package enum Device: UInt8, Sendable {
    case nGnRnE, nGnRE, nGRE, gre
  }

  /// From the weakest: the combination of two stages is the lesser.
  package enum Policy: UInt8, Sendable {
    case nonCacheable, writeThrough, writeBack
  }

  package struct Cacheability: Hashable, Sendable {
    package var policy: Policy
    package var readAllocates = false
    package var writeAllocates = false
    package var isTransient = false

    package static let nonCacheable = Cacheability(policy: .nonCacheable)
    package static let writeThrough = Cacheability(policy: .writeThrough, readAllocates: true)
    package static let writeBack = Cacheability(
      policy: .writeBack, readAllocates: true, writeAllocates: true)
  }

  package enum Kind: Hashable, Sendable {
    case device(Device)
    case normal(inner: Cacheability, outer: Cacheability)
  }

  package enum Shareability: UInt8, Sendable {
    case none = 0b00
    case outer = 0b10
    case inner = 0b11
  }

  package var kind: Kind
  package var shareability: Shareability

  package init(_ kind: Kind, _ shareability: Shareability) {
    self.kind = kind
    self.shareability = shareability
  }
}
