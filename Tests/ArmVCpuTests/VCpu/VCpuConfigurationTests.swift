import Testing

@testable import ArmVCpu

@Suite struct VCpuConfigurationTests {
  @Test func affinitiesAreTheNumbers() {
    #expect(VCpuConfiguration.mpidr(of: 0) == 0x8000_0000)
    #expect(VCpuConfiguration.mpidr(of: 5) == 0x8000_0005)
  }

  @Test("B-29: SCTLR_EL1 starts with the RES1 bits of Armv8.0, bit 20 among them, MMU off")
  func systemControl() {
    let little = TestGuest()
    #expect(little.memory.pointee.guest.sctlr_el1 == 0x30d0_0800)
    #expect(little.memory.pointee.guest.sctlr_el1 & 0x1005 == 0)
  }

  @Test("a vCPU that a big-endian one turns on starts big-endian", arguments: [false, true])
  func endianness(isBigEndian: Bool) {
    let configuration = VCpuConfiguration(
      vcpuID: 1, vmID: 1, entry: IntermediatePhysicalAddress(0x4000_0000), argument: 0, midr: 0,
      vttbr: 0, hcr: .guest, features: [], isBigEndian: isBigEndian)
    // EE, bit 25.
    #expect(
      configuration.initialRegisters.sctlr_el1 == 0x30d0_0800 | (isBigEndian ? 0x0200_0000 : 0))
  }
}
