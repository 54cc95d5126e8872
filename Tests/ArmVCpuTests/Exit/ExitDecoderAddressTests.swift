import Testing

@testable import ArmVCpu

/// Where an abort happened, as far as the CPU reports it (Arm ARM DDI 0487, "HPFAR_EL2").
@Suite struct ExitDecoderAddressTests {
  private typealias Bits = DataAbortBits

  /// The 64 fault codes by kind: translation, address size, access flag, permission, external
  /// abort on a walk, parity error on a walk, other.
  private static func kind(of code: UInt8) -> Character {
    switch code {
    case 0x04, 0x05, 0x06, 0x07, 0x2a, 0x2b: "t"
    case 0x00, 0x01, 0x02, 0x03, 0x29, 0x2c: "s"
    case 0x08, 0x09, 0x0a, 0x0b: "a"
    case 0x0c, 0x0d, 0x0e, 0x0f: "p"
    case 0x12, 0x13, 0x14, 0x15, 0x16, 0x17: "e"
    case 0x1b, 0x1c, 0x1d, 0x1e, 0x1f: "c"
    default: "o"
    }
  }

  @Test("B-11: all 64 fault codes: translation faults are emulated, all others are aborts")
  func everyFaultCode() {
    for code: UInt8 in 0..<64 {
      let iss = Bits.isv | Bits.sas(2) | UInt64(code)
      let reason = decode(esr(0x24, iss), far: 0x8123, hpfar: hpfar(0x9000))
      if Self.kind(of: code) == "t" {
        #expect(
          reason
            == .mmioRead(
              MMIOAccess(
                address: IntermediatePhysicalAddress(0x9123), byteCount: 4, register: 0,
                is64BitRegister: false, extendsSign: false)), "code \(code)")
      } else {
        guard case .dataAbort(let abort) = reason else {
          Issue.record("code \(code): \(reason)")
          continue
        }
        #expect(abort.status == FaultStatus(rawValue: code))
      }
    }
  }

  @Test(
    "B-12: HPFAR_EL2 is used if it is valid, otherwise AT if that is safe",
    arguments: [false, true], [0x20, 0x24] as [UInt8])
  func faultAddress(isWalk: Bool, ec: UInt8) {
    for code: UInt8 in 0..<64 {
      var asked: [GuestVirtualAddress] = []
      let iss = UInt64(code) | (isWalk ? Bits.s1ptw : 0)
      let reason = decode(esr(ec, iss), far: 0xffff_0000_0000_8123, hpfar: hpfar(0x9000)) {
        asked.append($0)
        return IntermediatePhysicalAddress(0x7123)
      }
      let abort: MemoryAbort
      switch reason {
      case .dataAbort(let given), .instructionAbort(let given): abort = given
      default:
        Issue.record("code \(code): \(reason)")
        continue
      }
      #expect(abort.virtualAddress == GuestVirtualAddress(0xffff_0000_0000_8123))
      switch (Self.kind(of: code), isWalk) {
      case ("t", false), ("s", false), ("a", false):
        #expect(abort.address == IntermediatePhysicalAddress(0x9123), "code \(code)")
        #expect(asked.isEmpty)
      case ("t", true), ("s", true), ("a", true), ("p", true):
        #expect(abort.address == IntermediatePhysicalAddress(0x9000), "code \(code)")
        #expect(asked.isEmpty)
      case ("e", _), ("c", _), (_, true):
        // The walk itself failed, or AT would translate the access's address and not the
        // descriptor's.
        #expect(abort.address == nil, "code \(code)")
        #expect(asked.isEmpty, "code \(code)")
      default:
        #expect(abort.address == IntermediatePhysicalAddress(0x7123), "code \(code)")
        #expect(asked == [GuestVirtualAddress(0xffff_0000_0000_8123)])
      }
    }
  }

  @Test("B-12: if the translation fails by now, the guest is re-entered without an exit")
  func failedTranslation() {
    // A permission fault, then an HVC.
    var guest = TestGuest([
      ScriptedExit(esr: esr(0x24, 0x0f), far: 0x8123),
      ScriptedExit(esr: esr(0x16, 5)),
    ])
    let reason = guest.vcpu.run()
    #expect(reason == .hypercall(immediate: 5, function: 0xd7b))
    #expect(
      guest.vcpu.machine.calls == [.run, .translateStage1(GuestVirtualAddress(0x8123)), .run])
    #expect(guest.vcpu.frame.elr == TestGuest.entry)
  }

  @Test("B-12: PAR_EL1 gives the page, FAR_EL2 the offset")
  func translation() {
    var guest = TestGuest([ScriptedExit(esr: esr(0x24, 0x4f), far: 0x8123)])
    // Attributes, SH and NS around PA[47:12].
    guest.vcpu.machine.translations = [0xff00_1234_5678_9b80]
    let reason = guest.vcpu.run()
    #expect(
      reason
        == .dataAbort(
          MemoryAbort(
            virtualAddress: GuestVirtualAddress(0x8123),
            address: IntermediatePhysicalAddress(0x1234_5678_9123),
            status: FaultStatus(rawValue: 0x0f), isWrite: true)))
  }

  @Test("B-13: an external abort without a valid FAR_EL2 has no address")
  func noFAR() {
    for ec: UInt8 in [0x20, 0x24] {
      let reason = decode(esr(ec, Bits.fnv | 0x10), far: 0x8123, hpfar: hpfar(0x9000)) { _ in
        Issue.record("asked for the translation of nothing")
        return nil
      }
      let nowhere = MemoryAbort(
        virtualAddress: nil, address: nil, status: .externalAbort)
      #expect(reason == (ec == 0x20 ? .instructionAbort(nowhere) : .dataAbort(nowhere)))
    }
    // FnV is meaningful only for external aborts.
    guard case .dataAbort(let abort) = decode(esr(0x24, Bits.fnv | 7), far: 0x8123) else {
      Issue.record("no abort")
      return
    }
    #expect(abort.virtualAddress == GuestVirtualAddress(0x8123))
  }

  @Test("B-13: a stage-1 walk is reported with its page, without the offset of the access")
  func walkPage() {
    let reason = decode(esr(0x24, Bits.s1ptw | 7), far: 0x8fff, hpfar: hpfar(0x9000))
    guard case .dataAbort(let abort) = reason else {
      Issue.record("\(reason)")
      return
    }
    #expect(abort.address == IntermediatePhysicalAddress(0x9000))
    #expect(abort.virtualAddress == GuestVirtualAddress(0x8fff))
  }

  @Test("B-13: HPFAR_EL2.NS and its reserved bits aren't part of the address")
  func hpfarBits() {
    #expect(HPFAR_EL2(rawValue: 1 << 63).page == IntermediatePhysicalAddress(0))
    #expect(HPFAR_EL2(rawValue: 0x7fff_0000_0000_000f).page == IntermediatePhysicalAddress(0))
    #expect(HPFAR_EL2(rawValue: 0x10).page == IntermediatePhysicalAddress(0x1000))
    #expect(
      HPFAR_EL2(rawValue: .max).page == IntermediatePhysicalAddress(0x00ff_ffff_ffff_f000))
    let reason = decode(esr(0x24, 7), far: 0x123, hpfar: 1 << 63 | hpfar(0x9000))
    guard case .dataAbort(let abort) = reason else {
      Issue.record("\(reason)")
      return
    }
    #expect(abort.address == IntermediatePhysicalAddress(0x9123))
  }
}
