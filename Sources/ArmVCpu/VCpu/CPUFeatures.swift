/// The architectural features of a CPU that the vCPU depends on: those that add bits to the PSTATE of an
/// exception, registers to the context, or controls to EL2.
public struct CPUFeatures: OptionSet, Sendable {
  /// The bits.
  public var rawValue: UInt32
  /// Features from their bits.
  @inlinable
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// FEAT_PAN.
  public static let pan = CPUFeatures(rawValue: 1 << 0)
  /// FEAT_SSBS.
  public static let ssbs = CPUFeatures(rawValue: 1 << 1)
  /// FEAT_MTE2.
  public static let mte = CPUFeatures(rawValue: 1 << 2)
  /// FEAT_PAuth, with any of its algorithms.
  public static let pauth = CPUFeatures(rawValue: 1 << 3)
  /// FEAT_LOR.
  public static let lor = CPUFeatures(rawValue: 1 << 4)
  /// FEAT_RAS.
  public static let ras = CPUFeatures(rawValue: 1 << 5)
  /// FEAT_NMI.
  public static let nmi = CPUFeatures(rawValue: 1 << 6)
  /// FEAT_FGT.
  public static let fgt = CPUFeatures(rawValue: 1 << 7)
  /// FEAT_HCX.
  public static let hcx = CPUFeatures(rawValue: 1 << 8)
  /// The system registers of a GIC.
  public static let gic = CPUFeatures(rawValue: 1 << 9)
  /// FEAT_PMUv3: PMCR_EL0 is undefined without it.
  public static let pmu = CPUFeatures(rawValue: 1 << 10)
  /// FEAT_FGT2.
  public static let fgt2 = CPUFeatures(rawValue: 1 << 11)
  /// FEAT_MPAM.
  public static let mpam = CPUFeatures(rawValue: 1 << 12)

  /// Features from the identification registers (Arm ARM DDI 0487, "ID_AA64…_EL1").
  @inlinable
  public init(_ registers: IdentificationRegisters) {
    rawValue = 0
    let (pfr0, pfr1) = (registers.id_aa64pfr0_el1, registers.id_aa64pfr1_el1)
    let (mmfr0, mmfr1) = (registers.id_aa64mmfr0_el1, registers.id_aa64mmfr1_el1)
    if mmfr1 >> 20 & 15 != 0 { insert(.pan) }
    if mmfr1 >> 16 & 15 != 0 { insert(.lor) }
    if mmfr1 >> 40 & 15 != 0 { insert(.hcx) }
    if mmfr0 >> 56 & 15 != 0 { insert(.fgt) }
    if mmfr0 >> 56 & 15 >= 2 { insert(.fgt2) }
    // ID_AA64PFR0_EL1.MPAM is the major version, ID_AA64PFR1_EL1.MPAM_frac the minor version.
    if pfr0 >> 40 & 15 != 0 || pfr1 >> 16 & 15 != 0 { insert(.mpam) }
    if pfr0 >> 24 & 15 != 0 { insert(.gic) }
    if pfr0 >> 28 & 15 != 0 { insert(.ras) }
    if pfr1 >> 4 & 15 != 0 { insert(.ssbs) }
    if pfr1 >> 8 & 15 >= 2 { insert(.mte) }
    if pfr1 >> 36 & 15 != 0 { insert(.nmi) }
    // ID_AA64DFR0_EL1.PMUVer, where 15 is another kind of performance monitor.
    if 1..<15 ~= registers.id_aa64dfr0_el1 >> 8 & 15 { insert(.pmu) }
    // ID_AA64ISAR1_EL1.APA, API, GPA and GPI; ID_AA64ISAR2_EL1.GPA3 and APA3.
    let pauth = registers.id_aa64isar1_el1 & 0xff00_0ff0 | registers.id_aa64isar2_el1 & 0xff00
    if pauth != 0 { insert(.pauth) }
  }
}

/// The identification registers that `CPUFeatures` is derived from, with the hardware's values.
public struct IdentificationRegisters: Equatable, Sendable {
  /// ID_AA64PFR0_EL1.
  public var id_aa64pfr0_el1: UInt64 = 0
  /// ID_AA64PFR1_EL1.
  public var id_aa64pfr1_el1: UInt64 = 0
  /// ID_AA64DFR0_EL1.
  public var id_aa64dfr0_el1: UInt64 = 0
  /// ID_AA64ISAR1_EL1.
  public var id_aa64isar1_el1: UInt64 = 0
  /// ID_AA64ISAR2_EL1.
  public var id_aa64isar2_el1: UInt64 = 0
  /// ID_AA64MMFR0_EL1.
  public var id_aa64mmfr0_el1: UInt64 = 0
  /// ID_AA64MMFR1_EL1.
  public var id_aa64mmfr1_el1: UInt64 = 0

  /// Registers of a CPU that has none of the features.
  public init() {}
}
