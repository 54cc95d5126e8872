import Testing

@testable import ArmVCpu

@Suite struct HCR_EL2Tests {
  @Test("B-28: the value that every guest runs with")
  func guest() {
    // VM, SWIO, PTW, FMO, IMO, AMO, FB, BSU, TWI, TWE, TID3, TSC, TIDCP, TACR, TSW, RW.
    let bits: [UInt64] = [0, 1, 2, 3, 4, 5, 9, 10, 13, 14, 18, 19, 20, 21, 22, 31]
    #expect(HCR_EL2.guest.rawValue == bits.reduce(0) { $0 | 1 << $1 })
  }

  @Test(
    arguments: [
      (.vm, 0), (.swio, 1), (.ptw, 2), (.fmo, 3), (.imo, 4), (.amo, 5), (.vf, 6), (.vi, 7),
      (.vse, 8), (.fb, 9),
      (.bsuInnerShareable, 10), (.twi, 13), (.twe, 14), (.tid3, 18), (.tsc, 19), (.tidcp, 20),
      (.tacr, 21), (.tsw, 22), (.rw, 31), (.e2h, 34), (.tlor, 35), (.apk, 40), (.api, 41),
    ] as [(HCR_EL2, UInt64)])
  func bits(option: HCR_EL2, bit: UInt64) { #expect(option.rawValue == 1 << bit) }
}
