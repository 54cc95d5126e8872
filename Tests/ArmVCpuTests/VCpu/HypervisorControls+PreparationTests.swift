import Testing

@testable import ArmVCpu

/// What EL2 writes before a CPU runs guests, in order. The CPU's identification registers determine which
/// controls exist, so the tests set only them.
@Suite struct HypervisorControlsPreparationTests {
  typealias Call = FakeMachine.Call

  /// A prepared CPU with these identification registers.
  private static func calls(
    _ identification: [SystemRegister: UInt64], _ interrupts: HypervisorControls.Interrupts,
    counterCount: UInt64 = 0
  ) -> [Call] {
    var machine = FakeMachine()
    machine.identification = identification
    machine.counterCount = counterCount
    HypervisorControls(for: &machine, interrupts: interrupts).prepare(&machine)
    return machine.calls
  }

  /// Registers with every feature that brings controls: GIC and MPAM; PMUv3, 6 breakpoints, 4 watchpoints; a
  /// physical range of 44 bits, FGT2; HCX.
  private static let everything: [SystemRegister: UInt64] = [
    .id_aa64pfr0_el1: 1 << 40 | 1 << 24, .id_aa64dfr0_el1: 0x0030_5106,
    .id_aa64mmfr0_el1: 2 << 56 | 4, .id_aa64mmfr1_el1: 1 << 40,
  ]

  @Test(
    "B-27: a CPU without extensions gets only the registers that every CPU has")
  func minimum() {
    #expect(
      Self.calls([.id_aa64mmfr0_el1: 2], .virtual) == [
        // 40 output bits; the tables use 39 input bits.
        .writeHypervisor(.vtcr_el2, 0x8002_3559),
        .writeHypervisor(.cptr_el2, 0x4010_33ff),
        .writeHypervisor(.hstr_el2, 0),
        .writeHypervisor(.mdcr_el2, 1 << 19 | 1 << 14 | 0b1110_0110_0000),
        .writeHypervisor(.cnthctl_el2, 0b01),
        .clearBreakpoints(features: 0),
        .synchronizeContext,
      ])
  }

  @Test(
    "B-27: a CPU with every feature gets every register, ICH_HCR_EL2 after ICC_SRE_EL2.SRE has taken effect"
  )
  func maximum() {
    let fineGrained: [HypervisorRegister] = [
      .hfgrtr_el2, .hfgwtr_el2, .hfgitr_el2, .hdfgrtr_el2, .hdfgwtr_el2, .hfgrtr2_el2, .hfgwtr2_el2,
      .hfgitr2_el2, .hdfgrtr2_el2, .hdfgwtr2_el2,
    ]
    let calls = Self.calls(Self.everything, .passthrough, counterCount: 6)
    let expected: [Call] =
      [
        .writeHypervisor(.vtcr_el2, 0x8004_3559),
        .writeHypervisor(.cptr_el2, 0x4010_33ff),
        .writeHypervisor(.hstr_el2, 0),
        .performanceCounterCount,
        .writeHypervisor(.mdcr_el2, 1 << 19 | 1 << 14 | 0b1110_0110_0110),
        .writeHypervisor(.cnthctl_el2, 0b11),
        .writeHypervisor(.hcrx_el2, 0),
      ] + fineGrained.map { .writeHypervisor($0, 0) } + [
        .writeHypervisor(.mpam2_el2, 0b11 << 48),
        .clearBreakpoints(features: 0x0030_5106),
        .writeHypervisor(.icc_sre_el2, 0b1111),
        .synchronizeContext,
        .writeHypervisor(.ich_hcr_el2, 0),
        .synchronizeContext,
      ]
    #expect(calls == expected)
  }

  @Test("B-27: every EL2 register is written exactly once")
  func everyRegister() {
    let written = Self.calls(Self.everything, .virtual).compactMap { call -> HypervisorRegister? in
      if case .writeHypervisor(let register, _) = call { register } else { nil }
    }
    #expect(written.count == HypervisorRegister.allCases.count)
    #expect(Set(written) == Set(HypervisorRegister.allCases))
  }

  /// Identification registers, and the registers whose existence they report.
  @Test(
    "B-27: an extension's registers are written if the CPU has it",
    arguments: [
      ([.id_aa64mmfr1_el1: 1 << 40], [.hcrx_el2]),
      (
        [.id_aa64mmfr0_el1: 1 << 56],
        [.hfgrtr_el2, .hfgwtr_el2, .hfgitr_el2, .hdfgrtr_el2, .hdfgwtr_el2]
      ),
      ([.id_aa64pfr0_el1: 1 << 40], [.mpam2_el2]), ([.id_aa64pfr1_el1: 1 << 16], [.mpam2_el2]),
      ([.id_aa64pfr0_el1: 1 << 24], [.icc_sre_el2, .ich_hcr_el2]),
      // Pointer authentication is in HCR_EL2, which belongs to the vCPU.
      ([.id_aa64isar1_el1: 1 << 4], []), ([.id_aa64isar2_el1: 1 << 8], []),
    ] as [([SystemRegister: UInt64], [HypervisorRegister])])
  func extensions(identification: [SystemRegister: UInt64], registers: [HypervisorRegister]) {
    let common: Set<HypervisorRegister> = [
      .vtcr_el2, .cptr_el2, .hstr_el2, .mdcr_el2, .cnthctl_el2,
    ]
    let written = Self.calls(identification, .virtual).compactMap { call -> HypervisorRegister? in
      if case .writeHypervisor(let register, _) = call { register } else { nil }
    }
    #expect(Set(written).subtracting(common) == Set(registers))
    #expect(common.isSubset(of: written))
  }

  @Test("the controls depend on every identification register of the CPU")
  func identification() {
    for (register, features) in [
      (.id_aa64pfr0_el1, .ras), (.id_aa64pfr1_el1, .ssbs), (.id_aa64dfr0_el1, .pmu),
      (.id_aa64isar1_el1, .pauth), (.id_aa64isar2_el1, .pauth), (.id_aa64mmfr0_el1, [.fgt, .fgt2]),
      (.id_aa64mmfr1_el1, .pan),
    ] as [(SystemRegister, CPUFeatures)] {
      var machine = FakeMachine()
      // Of all feature bits, only RAS, SSBS, PMUVer, API, GPA3, FGT and PAN.
      let values: [SystemRegister: UInt64] = [
        .id_aa64pfr0_el1: 1 << 28, .id_aa64pfr1_el1: 1 << 4, .id_aa64dfr0_el1: 1 << 8,
        .id_aa64isar1_el1: 1 << 8, .id_aa64isar2_el1: 1 << 8, .id_aa64mmfr0_el1: 2 << 56,
        .id_aa64mmfr1_el1: 1 << 20,
      ]
      machine.identification[register] = values[register]
      let controls = HypervisorControls(for: &machine, interrupts: .virtual)
      #expect(controls.features == features, "\(register.encodingName)")
    }
  }
}
