import Testing

@testable import ArmVCpu

/// The decoder is defined for all input.
@Suite struct ExitDecoderTotalityTests {
  @Test(
    "B-9: every exception class decodes, from every vector, without a trap and without hardware",
    arguments: [.synchronous, .irq, .fiq, .serror, nil] as [TrapKind?])
  func everyClass(kind: TrapKind?) {
    var random = SplitMix64(seed: 9)
    for ec: UInt8 in 0..<64 {
      for iss in random.syndromes(200) {
        let syndrome = esr(ec, iss) | random.next() & 0xffff_ffff_0200_0000
        var frame = TrapFrame.distinct
        frame.setGPR(0, random.next())
        frame.spsr = random.next()
        var questions = 0
        let reason = decode(
          syndrome, kind: kind, far: random.next(), hpfar: random.next(), frame: frame
        ) {
          questions += 1
          return IntermediatePhysicalAddress($0.rawValue)
        }
        if let defect = Self.defect(of: reason, kind, ec, ESR_EL2(rawValue: syndrome)) {
          Issue.record("\(kind as Any), ESR \(String(syndrome, radix: 16)): \(defect)")
          return
        }
        let mayAsk = kind == .synchronous && (ec == 0x20 || ec == 0x24)
        if questions > (mayAsk ? 1 : 0) {
          Issue.record("ESR \(String(syndrome, radix: 16)) asked \(questions) times")
          return
        }
        if !reason.belongs(to: .any) || !reason.belongs(to: reason.exitClass) {
          Issue.record("ESR \(String(syndrome, radix: 16)) has no class")
          return
        }
      }
    }
  }

  /// What is wrong with `reason`; nil if nothing is.
  private static func defect(
    of reason: ExitReason, _ kind: TrapKind?, _ ec: UInt8, _ esr: ESR_EL2
  ) -> String? {
    let isRight =
      switch (kind, ec, reason) {
      case (.irq?, _, .irq), (.fiq?, _, .fiq): true
      case (.serror?, _, .serror(let syndrome)), (.synchronous?, 0x2f, .serror(let syndrome)):
        syndrome.iss == esr.iss
      case (nil, _, .unhandled(let given)): given == esr
      case (.synchronous?, 0x24, .mmioRead), (.synchronous?, 0x24, .mmioWrite),
        (.synchronous?, 0x24, .dataAbort), (.synchronous?, 0x20, .instructionAbort),
        (.synchronous?, 0x16, .hypercall), (.synchronous?, 0x16, .psci(_, conduit: .hvc)),
        (.synchronous?, 0x12, .hypercall), (.synchronous?, 0x12, .psci(_, conduit: .hvc)),
        (.synchronous?, 0x17, .secureMonitorCall),
        (.synchronous?, 0x17, .psci(_, conduit: .smc)),
        (.synchronous?, 0x13, .secureMonitorCall),
        (.synchronous?, 0x13, .psci(_, conduit: .smc)),
        (.synchronous?, 0x18, .systemRegisterRead), (.synchronous?, 0x18, .systemRegisterWrite),
        (.synchronous?, 0x18, .softwareInterrupt),
        (.synchronous?, 0x07, .featureTrap(.floatingPoint)),
        (.synchronous?, 0x09, .featureTrap(.pointerAuthentication)),
        (.synchronous?, 0x19, .featureTrap(.sve)), (.synchronous?, 0x1d, .featureTrap(.sme)),
        (.synchronous?, 0x30...0x35, .debug), (.synchronous?, 0x38, .debug),
        (.synchronous?, 0x3a, .debug), (.synchronous?, 0x3c, .debug),
        (.synchronous?, 0x01, .wait):
        true
      // The frame is random: it may be AArch32, with any flags.
      case (.synchronous?, 0x01, .conditionFailed(let given)),
        (.synchronous?, 0x03...0x08, .conditionFailed(let given)),
        (.synchronous?, 0x0c, .conditionFailed(let given)),
        (.synchronous?, 0x13, .conditionFailed(let given)):
        given == esr
      case (.synchronous?, 0x24, _), (.synchronous?, 0x20, _), (.synchronous?, 0x16, _),
        (.synchronous?, 0x17, _), (.synchronous?, 0x18, _), (.synchronous?, 0x01, _),
        (.synchronous?, 0x07, _), (.synchronous?, 0x09, _), (.synchronous?, 0x12...0x13, _),
        (.synchronous?, 0x19, _), (.synchronous?, 0x1d, _), (.synchronous?, 0x30...0x35, _),
        (.synchronous?, 0x38, _), (.synchronous?, 0x3a, _), (.synchronous?, 0x3c, _):
        false
      case (.synchronous?, _, .unhandled(let given)): given == esr
      default: false
      }
    return isRight ? nil : "decoded as \(reason)"
  }

  @Test("B-9: the vCPU only asks the hardware to run, whatever the exit's class")
  func everyClassThroughTheVCpu() {
    for ec: UInt8 in 0..<64 where ec != 0x20 && ec != 0x24 {
      var guest = TestGuest()
      _ = guest.exit(esr: esr(ec, 0x155_5555), far: 0x1234, hpfar: 0x5670)
      #expect(guest.vcpu.machine.calls == [.run], "class \(ec)")
    }
  }

  @Test("B-14: FAR_EL2 and HPFAR_EL2 are not interpreted outside of aborts")
  func addressesOfOtherClasses() {
    var random = SplitMix64(seed: 14)
    // A watchpoint has an address in FAR_EL2.
    for ec: UInt8 in 0..<64 where ![0x20, 0x24, 0x34, 0x35].contains(ec) {
      for iss in random.syndromes(20) {
        let plain = decode(esr(ec, iss)) { _ in
          Issue.record("class \(ec) asked for a translation")
          return nil
        }
        #expect(plain == decode(esr(ec, iss), far: .max, hpfar: .max))
      }
    }
  }

  @Test func aTrapKindThatNoVectorWritesIsUnhandled() {
    for kind: UInt64 in [4, 0x100, 1 << 32, .max] {
      var guest = TestGuest([ScriptedExit(kind: kind, esr: esr(0x16))])
      let reason = guest.vcpu.run()
      #expect(reason == .unhandled(ESR_EL2(rawValue: esr(0x16))))
      #expect(guest.vcpu.syndrome.kind == nil)
    }
  }
}
