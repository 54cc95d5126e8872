import Testing

@testable import ArmVCpu

@Suite struct CPUFeaturesTests {
  typealias Register = any (WritableKeyPath<IdentificationRegisters, UInt64> & Sendable)

  /// A register, its value, and the features that it reports.
  static let fields: [(Register, UInt64, CPUFeatures)] = [
    // PAN 23:20, LO 19:16 and HCX 43:40, of any value but 0.
    (\.id_aa64mmfr1_el1, 0x0010_0000, .pan), (\.id_aa64mmfr1_el1, 0x0080_0000, .pan),
    (\.id_aa64mmfr1_el1, 0x0001_0000, .lor), (\.id_aa64mmfr1_el1, 0x0008_0000, .lor),
    (\.id_aa64mmfr1_el1, 1 << 40, .hcx), (\.id_aa64mmfr1_el1, 0xffff_f0ff_ff00_ffff, []),
    // FGT 59:56, of which 2 is FEAT_FGT2.
    (\.id_aa64mmfr0_el1, 1 << 56, .fgt), (\.id_aa64mmfr0_el1, 2 << 56, [.fgt, .fgt2]),
    (\.id_aa64mmfr0_el1, 0xf0ff_ffff_ffff_ffff, []),
    // GIC 27:24, RAS 31:28, SVE 35:32, MPAM 43:40.
    (\.id_aa64pfr0_el1, 1 << 24, .gic), (\.id_aa64pfr0_el1, 2 << 28, .ras),
    (\.id_aa64pfr0_el1, 1 << 32, []), (\.id_aa64pfr0_el1, 1 << 40, .mpam),
    (\.id_aa64pfr0_el1, 0xffff_f0f0_00ff_ffff, []),
    // SSBS 7:4, MTE 11:8, of which 1 is only the instructions, MPAM_frac 19:16, SME 27:24, NMI 39:36.
    (\.id_aa64pfr1_el1, 0x10, .ssbs), (\.id_aa64pfr1_el1, 0x20, .ssbs),
    (\.id_aa64pfr1_el1, 0x100, []), (\.id_aa64pfr1_el1, 0x200, .mte),
    (\.id_aa64pfr1_el1, 0x300, .mte), (\.id_aa64pfr1_el1, 1 << 24, []),
    (\.id_aa64pfr1_el1, 1 << 36, .nmi), (\.id_aa64pfr1_el1, 1 << 16, .mpam),
    (\.id_aa64pfr1_el1, 0xffff_ff0f_f0f0_f00f, []),
    // PMUVer 11:8, of which 0 and 15 aren't PMUv3.
    (\.id_aa64dfr0_el1, 0x100, .pmu), (\.id_aa64dfr0_el1, 0xe00, .pmu),
    (\.id_aa64dfr0_el1, 0xf00, []), (\.id_aa64dfr0_el1, 0xffff_ffff_ffff_f0ff, []),
    // APA 7:4, API 11:8, GPA 27:24, GPI 31:28; GPA3 11:8 and APA3 15:12 in ID_AA64ISAR2_EL1.
    (\.id_aa64isar1_el1, 0x10, .pauth), (\.id_aa64isar1_el1, 0x100, .pauth),
    (\.id_aa64isar1_el1, 0x0100_0000, .pauth), (\.id_aa64isar1_el1, 0x1000_0000, .pauth),
    (\.id_aa64isar1_el1, 0xffff_ffff_00ff_f00f, []),
    (\.id_aa64isar2_el1, 0x100, .pauth), (\.id_aa64isar2_el1, 0x5000, .pauth),
    (\.id_aa64isar2_el1, 0xffff_ffff_ffff_00ff, []),
  ]

  @Test(arguments: fields)
  func field(
    _ register: Register, _ value: UInt64,
    _ expected: CPUFeatures
  ) {
    var registers = IdentificationRegisters()
    registers[keyPath: register] = value
    #expect(CPUFeatures(registers) == expected)
  }

  @Test func everyFeatureHasABitOfItsOwn() {
    let all: [CPUFeatures] = [
      .pan, .ssbs, .mte, .pauth, .lor, .ras, .nmi, .fgt, .hcx, .gic, .pmu,
      .fgt2, .mpam,
    ]
    #expect(all.reduce(0) { $0 | $1.rawValue } == 0x1fff)
  }
}
