internal import ArmVCpu

/// The side effects of accessing a system register, and what a debugger has to know before it does so.
///
/// Source: Arm ARM DDI 0487, D24.2 and D24.8–D24.10; GIC architecture specification IHI 0069, 12.2.
extension SystemRegister {
  /// Whether it is an instruction rather than a register: TLBI, AT, DC, IC.
  var isOperation: Bool { op0 == 1 }

  /// Whether only EL3 can access it: op1 6. (Arm ARM DDI 0487, D22.1.2.) SP_EL2 is among them.
  var isEL3s: Bool { op0 == 3 && op1 == 6 }

  /// Whether a read of it changes something: an interrupt is acknowledged, a debug channel emptied, a random number
  /// taken. Such a register is read only if it is named explicitly.
  var hasReadEffect: Bool { Self.withReadEffect.contains(self) }

  private static let withReadEffect = registers([
    "icc_iar0_el1", "icc_iar1_el1", "icc_nmiar1_el1", "dbgdtrrx_el0", "dbgdtr_el0", "rndr",
    "rndrrs",
  ])

  /// Whether a write of it may break EL2's own execution: the meaning of its addresses, whether it may execute its
  /// code, and where its exceptions go.
  var isGroundOfEL2: Bool { Self.ground.contains(self) }

  private static let ground = registers([
    "sctlr_el2", "sctlr2_el2", "ttbr0_el2", "ttbr1_el2", "tcr_el2", "tcr2_el2", "mair_el2",
    "mair2_el2", "pir_el2", "por_el2", "vbar_el2", "hcr_el2",
  ])

  /// The bits of such a register that matter for this.
  var groundBits: UInt64 {
    switch name?.description {
    // M, WXN, EE.
    case "SCTLR_EL2": 1 << 0 | 1 << 19 | 1 << 25
    // TGE and E2H choose the translation regime.
    case "HCR_EL2": 1 << 27 | 1 << 34
    default: .max
    }
  }

  /// Whether EL2 reads it as something else while HCR_EL2.E2H is 1: the virtual count, which has no offset then, and no
  /// `_EL02` name. (Arm ARM DDI 0487, "CNTVCT_EL0".)
  var isReadWithoutOffset: Bool { Self.withoutOffset.contains(self) }

  private static let withoutOffset = registers(["cntvct_el0", "cntvctss_el0"])

  /// Whether it is a PSTATE view that every CPU has.
  var isInEveryPSTATE: Bool { Self.basicViews.contains(self) }

  private static let basicViews = registers(["nzcv", "daif", "currentel", "spsel"])

  /// The bits of PSTATE that the register is a view of, in SPSR positions; nil if it isn't a view. (Arm ARM DDI
  /// 0487, C5.2 "Special-purpose registers".)
  var pstateBits: UInt64? { Self.views[self] }

  private static let views: [SystemRegister: UInt64] = {
    let bits: [(String, UInt64)] = [
      ("nzcv", 0xf << 28), ("daif", 0xf << 6), ("currentel", 3 << 2), ("spsel", 1),
      ("pan", 1 << 22), ("uao", 1 << 23), ("dit", 1 << 24), ("ssbs", 1 << 12), ("tco", 1 << 25),
      ("allint", 1 << 13),
    ]
    var views: [SystemRegister: UInt64] = [:]
    for (name, mask) in bits { SystemRegister(named: name).map { views[$0] = mask } }
    return views
  }()

  private static func registers(_ names: [String]) -> Set<SystemRegister> {
    Set(names.compactMap { SystemRegister(named: $0) })
  }

  /// The name to type: the manual's name, or else that of its encoding; lowercase.
  var typedName: String { (name.map { "\($0)" } ?? encodingName).lowercased() }
}
