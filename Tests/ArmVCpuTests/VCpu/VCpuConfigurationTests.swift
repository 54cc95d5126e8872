import Testing

@testable import ArmVCpu

@Suite struct VCpuConfigurationTests {
  @Test func affinitiesAreTheNumbers() {
    #expect(VCpuConfiguration.mpidr(of: 0) == 0x8000_0000)
    #expect(VCpuConfiguration.mpidr(of: 5) == 0x8000_0005)
  }

  @Test(
    arguments: [
      (0, 0, 0, []),
      // ID_AA64MMFR1_EL1.PAN 23:20 and LO 19:16.
      (0, 0, 0x0010_0000, .pan), (0, 0, 0x0030_0000, .pan), (0, 0, 0x0001_0000, .lor),
      (0, 0, 0x0080_0000, .pan), (0, 0, 0x0008_0000, .lor), (0x80, 0, 0, .ssbs),
      (0, 0, 0xff00_ffff, []),
      // ID_AA64PFR1_EL1.SSBS 7:4 and MTE 11:8; MTE 1 is the instructions alone.
      (0x10, 0, 0, .ssbs), (0x20, 0, 0, .ssbs), (0x100, 0, 0, []), (0x200, 0, 0, .mte),
      (0x300, 0, 0, .mte), (0xf00f, 0, 0, []),
      // ID_AA64ISAR1_EL1.APA 7:4, API 11:8, GPA 27:24, GPI 31:28.
      (0, 0x10, 0, .pauth), (0, 0x100, 0, .pauth), (0, 0x0100_0000, 0, .pauth),
      (0, 0x1000_0000, 0, .pauth), (0, 0xffff_ffff_00ff_f00f, 0, []),
      (0x210, 0x110, 0x0021_0000, [.pan, .ssbs, .mte, .pauth, .lor]),
    ] as [(UInt64, UInt64, UInt64, CPUFeatures)])
  func features(pfr1: UInt64, isar1: UInt64, mmfr1: UInt64, expected: CPUFeatures) {
    #expect(
      CPUFeatures(id_aa64pfr1_el1: pfr1, id_aa64isar1_el1: isar1, id_aa64mmfr1_el1: mmfr1)
        == expected)
  }

  @Test("B-28: controls of an extension are set where the CPU has it, and are RES0 elsewhere")
  func controls() {
    let base = HCR_EL2.guest.rawValue
    #expect(CPUFeatures([]).guestConfiguration.rawValue == base)
    #expect(CPUFeatures([.pan, .ssbs, .mte]).guestConfiguration.rawValue == base)
    #expect(CPUFeatures.pauth.guestConfiguration.rawValue == base | 3 << 40)
    #expect(CPUFeatures.lor.guestConfiguration.rawValue == base | 1 << 35)
    #expect(CPUFeatures([.pauth, .lor]).guestConfiguration.rawValue == base | 3 << 40 | 1 << 35)
  }
}
