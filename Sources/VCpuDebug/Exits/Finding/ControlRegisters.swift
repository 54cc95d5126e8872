internal import ArmVCpu
internal import GDBRemote

/// The EL2 registers that locate its vectors and its code.
struct ControlRegisters: Equatable {
  var vbar: UInt64
  var sctlr: UInt64
  var hcr: HCR_EL2
  var ttbr0: UInt64
  /// 0 on a CPU without FEAT_VHE.
  var ttbr1: UInt64
  var tcr: UInt64

  /// The target's names for them.
  static func names(in access: TargetAccess) -> [String] {
    required + (access.target.registers["TTBR1_EL2"] == nil ? [] : ["TTBR1_EL2"])
  }

  /// The registers that are needed to find anything.
  static let required = ["VBAR_EL2", "SCTLR_EL2", "HCR_EL2", "TTBR0_EL2", "TCR_EL2"]

  /// Creates them from values by name; nil unless all are there.
  init?(_ values: [String: UInt64]) {
    guard let vbar = values["VBAR_EL2"], let sctlr = values["SCTLR_EL2"],
      let hcr = values["HCR_EL2"], let ttbr0 = values["TTBR0_EL2"], let tcr = values["TCR_EL2"]
    else { return nil }
    self.vbar = vbar
    self.sctlr = sctlr
    self.hcr = HCR_EL2(rawValue: hcr)
    self.ttbr0 = ttbr0
    ttbr1 = values["TTBR1_EL2"] ?? 0
    self.tcr = tcr
  }

  var isMMUOn: Bool { sctlr & 1 != 0 }
  var isE2H: Bool { hcr.contains(.e2h) }
  /// TCR_EL2.EPD1 with E2H: the upper half is disabled.
  private var lacksUpperHalf: Bool { tcr >> 23 & 1 != 0 }

  /// The tables that EL2's code is found by, to know whether they were already searched. A host with E2H has its
  /// programs in the lower half, which changes all the time.
  func regime(isCodeLow: Bool) -> Regime {
    let usesLowerHalf = !isE2H || lacksUpperHalf || isCodeLow
    return Regime(
      isMMUOn: isMMUOn, isE2H: isE2H, ttbr0: usesLowerHalf ? ttbr0 & Self.tableMask : nil,
      ttbr1: isE2H ? ttbr1 & Self.tableMask : nil)
  }

  /// Without the ASID and CnP.
  private static let tableMask: UInt64 = 0x0000_ffff_ffff_fffe

  /// One set of tables.
  struct Regime: Hashable {
    let isMMUOn: Bool
    let isE2H: Bool
    /// Nil if the lower half is a process's.
    let ttbr0: UInt64?
    let ttbr1: UInt64?
  }

  /// What a search of the tables needs. Tables that are ready while the MMU is off are searched as if it was on.
  func translation(of regime: Regime) -> Stage1Controls {
    // TCR_EL2.EPD0, bit 7 with E2H: leaves the lower half out.
    Stage1Controls(
      regime: isE2H ? .el2WithHost : .el2, sctlr: sctlr | 1,
      tcr: regime.ttbr0 == nil ? tcr | 1 << 7 : tcr, ttbr0: ttbr0, ttbr1: ttbr1)
  }
}
