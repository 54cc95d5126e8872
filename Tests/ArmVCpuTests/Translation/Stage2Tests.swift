import Testing

@testable import ArmVCpu

@Suite struct Stage2Tests {
  @Test("B-29: VTCR_EL2 has its RES1 bit, and at most 48 output bits")
  func vtcrPerPhysicalRange() {
    // ID_AA64MMFR0_EL1.PARange: 32, 36, 40, 42, 44, 48, 52 and 56 bits, then reserved ones.
    let sizes: [UInt64] = [0, 1, 2, 3, 4, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5]
    for (range, size) in sizes.enumerated() {
      let vtcr = Stage2.vtcr(physicalRange: UInt64(range))
      #expect(vtcr >> 16 & 7 == size)
      // RES1; 4 KiB granule; inner shareable, write-back walks; start at level 1; T0SZ 25, or as many
      // input bits as the CPU has physical address bits, because it doesn't support more.
      let inputs: UInt64 = range == 0 ? 64 - 32 : range == 1 ? 64 - 36 : 25
      #expect(vtcr & ~(7 << 16) == 0x8000_3540 | inputs)
    }
    // The argument may be the whole of ID_AA64MMFR0_EL1.
    #expect(Stage2.vtcr(physicalRange: 0xffff_ffff_ffff_fff4) == Stage2.vtcr(physicalRange: 4))
    #expect(Stage2.vtcr(physicalRange: 4) == 0x8004_3559)
  }

  @Test func attributes() {
    // MemAttr[5:2] write-back, S2AP[7:6] read and write, SH[9:8] inner, AF[10].
    #expect(Stage2.MemoryType.normal.attributes == 0x7fc)
    // MemAttr Device-nGnRE, XN[54].
    #expect(Stage2.MemoryType.device.attributes == 0x0040_0000_0000_04c4)
  }
}
