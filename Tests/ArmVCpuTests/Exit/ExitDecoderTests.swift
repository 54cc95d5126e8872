import Testing

@testable import ArmVCpu

/// Which exits are accesses to emulate.
@Suite struct ExitDecoderTests {
  private typealias Bits = DataAbortBits

  private static let ipa: UInt64 = 0x0b00_0000
  private static let far: UInt64 = 0xffff_8000_0123_4abc

  private func abort(_ iss: UInt64) -> ExitReason {
    decode(esr(0x24, iss), far: Self.far, hpfar: hpfar(Self.ipa))
  }

  @Test("B-1: an access without an instruction syndrome is not emulated")
  func accessWithoutSyndrome() {
    // The contents of ISS[23:14] are noise, because ISV is clear.
    for noise: UInt64 in [
      0, Bits.sas(3), Bits.srt(31), Bits.sf, Bits.sas(2) | Bits.srt(5) | Bits.sf,
    ] {
      for direction: UInt64 in [0, Bits.wnr] {
        let reason = abort(noise | direction | Bits.translationLevel3)
        #expect(
          reason
            == .dataAbort(
              MemoryAbort(
                virtualAddress: GuestVirtualAddress(Self.far),
                address: IntermediatePhysicalAddress(Self.ipa | 0xabc),
                status: FaultStatus(rawValue: 7), isWrite: direction != 0)))
      }
    }
  }

  @Test func anAccessWithASyndromeIsEmulated() {
    let iss = Bits.isv | Bits.sas(2) | Bits.sse | Bits.srt(9) | Bits.sf | Bits.translationLevel3
    let access = MMIOAccess(
      address: IntermediatePhysicalAddress(Self.ipa | 0xabc), byteCount: 4, register: 9,
      is64BitRegister: true, extendsSign: true)
    #expect(abort(iss) == .mmioRead(access))
    // The value is cut to the width of the access.
    #expect(abort(iss | Bits.wnr) == .mmioWrite(access, value: 0xdead_0009))
  }

  @Test(
    arguments: [(0, 0x0c), (1, 0xde0c), (2, 0x5bbc_de0c), (3, 0x1122_3344_5bbc_de0c)]
      as [(UInt64, UInt64)])
  func storesHaveTheWidthOfTheAccess(sas: UInt64, expected: UInt64) {
    var frame = TrapFrame.initial
    frame.setGPR(12, 0x1122_3344_5bbc_de0c)
    let iss = Bits.isv | Bits.sas(sas) | Bits.srt(12) | Bits.wnr | Bits.translationLevel3
    guard case .mmioWrite(let access, let value) = decode(esr(0x24, iss), frame: frame) else {
      Issue.record("no store")
      return
    }
    #expect(value == expected)
    #expect(access.byteCount == 1 << sas)
  }

  @Test("B-5: a store of XZR is a store of zero")
  func storeOfXZR() {
    let iss = Bits.isv | Bits.sas(3) | Bits.srt(31) | Bits.sf | Bits.wnr | Bits.translationLevel3
    guard case .mmioWrite(let access, let value) = abort(iss) else {
      Issue.record("no store")
      return
    }
    #expect(access.register == 31)
    #expect(value == 0)
  }

  @Test("B-7: cache maintenance is not a store")
  func cacheMaintenance() {
    // Regardless of ISV: the architecture clears it, but the decoder doesn't rely on that.
    for isv: UInt64 in [0, Bits.isv] {
      let reason = abort(isv | Bits.cm | Bits.wnr | Bits.translationLevel3)
      guard case .dataAbort(let abort) = reason else {
        Issue.record("\(reason)")
        continue
      }
      #expect(abort.isCacheMaintenance)
      #expect(abort.address == IntermediatePhysicalAddress(Self.ipa | 0xabc))
    }
  }

  @Test("B-8: a fault of the guest's table walk is not an access to emulate")
  func stage1Walk() {
    for isv: UInt64 in [0, Bits.isv] {
      let reason = abort(isv | Bits.s1ptw | Bits.wnr | Bits.translationLevel3)
      guard case .dataAbort(let abort) = reason else {
        Issue.record("\(reason)")
        continue
      }
      #expect(abort.isStage1Walk)
      #expect(!abort.isCacheMaintenance)
    }
  }

  @Test("B-10: an instruction abort is an exit with both addresses")
  func instructionAbort() {
    let reason = decode(esr(0x20, 0x06), far: Self.far, hpfar: hpfar(Self.ipa))
    #expect(
      reason
        == .instructionAbort(
          MemoryAbort(
            virtualAddress: GuestVirtualAddress(Self.far),
            address: IntermediatePhysicalAddress(Self.ipa | 0xabc),
            status: FaultStatus(rawValue: 6))))
    let walk = decode(esr(0x20, 0x86), far: Self.far, hpfar: hpfar(Self.ipa))
    #expect(
      walk
        == .instructionAbort(
          MemoryAbort(
            virtualAddress: GuestVirtualAddress(Self.far),
            address: IntermediatePhysicalAddress(Self.ipa), status: FaultStatus(rawValue: 6),
            isStage1Walk: true)))
  }

  @Test("B-15: FIQ, IRQ and SError are exits like others, regardless of ESR_EL2")
  func asynchronousExits() {
    for ec: UInt8 in 0..<64 {
      #expect(decode(esr(ec, 0x1ff_ffff), kind: .fiq) == .fiq)
      #expect(decode(esr(ec, 0x1ff_ffff), kind: .irq) == .irq)
    }
    let syndrome = SErrorSyndrome(iss: 0xc11)
    #expect(decode(esr(0x2f, 0xc11), kind: .serror) == .serror(syndrome))
    #expect(syndrome.severity?.description == "recoverable state (UER)")
    // Without IESB an SError can come through the synchronous vector as well.
    #expect(decode(esr(0x2f, 0xc11)) == .serror(syndrome))
  }

  @Test(
    "B-19: an unknown SMC is left to the embedder", arguments: [0x17, 0x16] as [UInt8])
  func unknownCall(ec: UInt8) {
    var frame = TrapFrame.initial
    // SYSTEM_RESET of a vendor's firmware, and a call to a trusted OS.
    for function: UInt64 in [0xc200_0001, 0xb200_0001, 0x8400_0020, 0x1_8400_0020, 0] {
      frame.setGPR(0, function)
      #expect(
        decode(esr(ec), frame: frame)
          == (ec == 0x17
            ? .secureMonitorCall(immediate: 0, function: function)
            : .hypercall(immediate: 0, function: function)))
    }
  }

  @Test("B-21: a call with an immediate is not a PSCI call")
  func immediate() {
    var frame = TrapFrame.initial
    frame.setGPR(0, 0x8400_0008)
    #expect(decode(esr(0x16), frame: frame) == .psci(.systemOff, conduit: .hvc))
    #expect(decode(esr(0x17), frame: frame) == .psci(.systemOff, conduit: .smc))
    for immediate: UInt16 in [1, 0x4b48, 0xffff] {
      #expect(
        decode(esr(0x16, UInt64(immediate)), frame: frame)
          == .hypercall(immediate: immediate, function: 0x8400_0008))
      #expect(
        decode(esr(0x17, UInt64(immediate)), frame: frame)
          == .secureMonitorCall(immediate: immediate, function: 0x8400_0008))
    }
  }

  @Test("B-31: a write of a system register from XZR writes zero, others write their register")
  func systemRegisterWrite() {
    #expect(
      decode(esr(0x18, 0x32_07e0)) == .systemRegisterWrite(.actlr_el1, register: 31, value: 0))
    #expect(
      decode(esr(0x18, 0x32_0400 | 4 << 5))
        == .systemRegisterWrite(.actlr_el1, register: 4, value: 0xa5a5_0000_dead_0004))
    #expect(
      decode(esr(0x18, 0x32_0401 | 30 << 5)) == .systemRegisterRead(.actlr_el1, register: 30))
  }

  @Test func waitingInstructionsCarryTheirTimeout() {
    #expect(decode(esr(0x01, 0x1e0_0000)) == .wait(.wfi, timeoutRegister: nil))
    #expect(decode(esr(0x01, 0x1e0_0001)) == .wait(.wfe, timeoutRegister: nil))
    #expect(decode(esr(0x01, 0x1e0_0066)) == .wait(.wfit, timeoutRegister: 3))
    #expect(decode(esr(0x01, 0x1e0_03e7)) == .wait(.wfet, timeoutRegister: 31))
    // RV is clear: RN is ignored.
    #expect(decode(esr(0x01, 0x1e0_0062)) == .wait(.wfit, timeoutRegister: nil))
    // RV is meaningless for WFI.
    #expect(decode(esr(0x01, 0x1e0_0064)) == .wait(.wfi, timeoutRegister: nil))
  }

  @Test("B-34: exits from AArch32 at EL0 are decoded like any other")
  func aarch32() {
    var frame = TrapFrame.distinct
    frame.spsr = 0x10
    let iss = Bits.isv | Bits.srt(2) | Bits.translationLevel3
    let access = MMIOAccess(
      address: IntermediatePhysicalAddress(0x9000), byteCount: 1, register: 2,
      is64BitRegister: false, extendsSign: false)
    #expect(decode(esr(0x24, iss), hpfar: hpfar(0x9000), frame: frame) == .mmioRead(access))
    #expect(decode(0, kind: .irq, frame: frame) == .irq)
    for ec: UInt8 in [0x03, 0x04, 0x05, 0x06, 0x08, 0x0c, 0x11] {
      let syndrome = esr(ec, 0x1e0_0000)
      #expect(decode(syndrome, frame: frame) == .unhandled(ESR_EL2(rawValue: syndrome)))
    }
  }
}
