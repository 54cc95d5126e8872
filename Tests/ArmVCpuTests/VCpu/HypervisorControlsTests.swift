import Testing

@testable import ArmVCpu

@Suite struct HypervisorControlsTests {
  private func controls(
    _ features: CPUFeatures = [], _ interrupts: HypervisorControls.Interrupts = .virtual
  ) -> HypervisorControls {
    HypervisorControls(features: features, interrupts: interrupts)
  }

  @Test("B-28: what traps")
  func base() {
    // VM, SWIO, PTW, FMO, IMO, AMO, FB, BSU inner shareable, TWI, TWE, TID3, TSC, TIDCP, TACR, TSW, RW.
    let bits: [UInt64] = [0, 1, 2, 3, 4, 5, 9, 10, 13, 14, 18, 19, 20, 21, 22, 31]
    let expected = bits.reduce(0) { $0 | 1 << $1 }
    #expect(controls().hcr_el2.rawValue == expected)
  }

  @Test("B-28: controls of an extension are set if the CPU has it, and are otherwise RES0")
  func extensions() {
    let base = controls().hcr_el2.rawValue
    #expect(controls([.pan, .ssbs, .mte]).hcr_el2.rawValue == base)
    // TERR: the error records belong to the machine.
    #expect(controls(.ras).hcr_el2.rawValue == base | 1 << 36)
    #expect(controls(.pauth).hcr_el2.rawValue == base | 3 << 40)
    #expect(controls(.lor).hcr_el2.rawValue == base | 1 << 35)
    #expect(controls([.pauth, .lor]).hcr_el2.rawValue == base | 3 << 40 | 1 << 35)
  }

  @Test("B-15, B-28: a guest with the machine's interrupts takes IRQ and FIQ itself, not SErrors")
  func passthrough() {
    let difference =
      controls().hcr_el2.rawValue ^ controls([], .passthrough).hcr_el2.rawValue
    #expect(difference == 0b11 << 3)
    #expect(controls([], .passthrough).hcr_el2.contains(.amo))
  }

  @Test("B-24: CPTR_EL2 has its RES1 bits set, leaves FP to the guest and traps SVE and SME")
  func floatingPoint() {
    let cptr = controls().cptr_el2
    #expect(cptr & 0x32ff == 0x32ff)
    #expect(cptr >> 10 & 1 == 0, "TFP")
    #expect(cptr >> 8 & 1 == 1, "TZ")
    #expect(cptr >> 12 & 1 == 1, "TSM")
    #expect(cptr >> 31 & 1 == 0, "TCPAC")
    // Trace (TTA) and activity monitors (TAM) trap, and are hidden.
    #expect(cptr >> 20 & 1 == 1)
    #expect(cptr >> 30 & 1 == 1)
  }

  @Test("B-27: every control that EL2 has over a guest gets a value")
  func others() {
    let virtual = controls([.hcx, .fgt, .gic])
    #expect(virtual.hstr_el2 == 0)
    // HPMN is N; TPMCR, TPM, TDA, TDOSA, TDRA, TPMS and TTRF trap; TDE, bit 8, does not route.
    #expect(virtual.mdcr_el2(counterCount: 6) == 1 << 19 | 1 << 14 | 0b1110_0110_0110)
    #expect(virtual.mdcr_el2(counterCount: 0xff) & 0x1f == 0x1f)
    #expect(virtual.cnthctl_el2 == 0b01)
    #expect(virtual.icc_sre_el2 == 0b0111)
    let passthrough = controls([.hcx, .fgt, .gic], .passthrough)
    #expect(passthrough.cnthctl_el2 == 0b11)
    #expect(passthrough.icc_sre_el2 == 0b1111)
    for each in [virtual, passthrough] {
      #expect(each.hcrx_el2 == 0)
      #expect(each.mpam2_el2 == 1 << 49 | 1 << 48)
      #expect(each.fineGrainedTraps == 0)
    }
    // TC, TALL0 and TALL1: a guest without an interrupt controller doesn't get the virtual interface.
    #expect(virtual.ich_hcr_el2 == 0b111 << 10)
    #expect(passthrough.ich_hcr_el2 == 0)
  }
}
