import Testing

@testable import ArmVCpu

/// The reasons other than memory, calls and system registers.
@Suite struct ExitReasonTests {
  @Test(
    "B-9: a trapped feature is identified",
    arguments: [
      (0x07, 0x1e0_0000, .floatingPoint, .fp), (0x19, 0, .sve, .sve),
      (0x1d, 0, .sme(reason: 0), .sve), (0x1d, 4, .sme(reason: 4), .sve),
      (0x1d, 0x1ff_fff8, .sme(reason: 0), .sve), (0x09, 0, .pointerAuthentication, .unhandled),
    ] as [(UInt8, UInt64, TrappedFeature, ExitClass)])
  func features(ec: UInt8, iss: UInt64, feature: TrappedFeature, exitClass: ExitClass) {
    let reason = decode(esr(ec, iss))
    #expect(reason == .featureTrap(feature))
    #expect(reason.exitClass == exitClass)
    #expect(!feature.name.description.isEmpty)
  }

  private static let address: UInt64 = 0xffff_0000_1234_5678

  @Test(
    "B-9: debug exceptions, with the valid parts of their syndromes",
    arguments: [
      (0x30, 0x22, .breakpoint), (0x31, 0x22, .breakpoint),
      (0x32, 0x22, .softwareStep(steppedExclusive: nil)),
      // EX is meaningless without ISV.
      (0x32, 0x62, .softwareStep(steppedExclusive: nil)),
      (0x33, 0x100_0022, .softwareStep(steppedExclusive: false)),
      (0x33, 0x100_0062, .softwareStep(steppedExclusive: true)),
      (
        0x34, 0x22,
        .watchpoint(GuestVirtualAddress(address), isWrite: false, number: nil)
      ),
      (
        0x35, 0xe_0062,
        .watchpoint(GuestVirtualAddress(address), isWrite: true, number: 3)
      ),
      // WPT without WPTV, and FnV.
      (0x34, 0xc_0422, .watchpoint(nil, isWrite: false, number: nil)),
      (0x3a, 0x22, .vectorCatch), (0x38, 0xab, .breakInstruction(comment: 0xab)),
      (0x3c, 0x1234, .breakInstruction(comment: 0x1234)),
    ] as [(UInt8, UInt64, DebugException)])
  func debug(ec: UInt8, iss: UInt64, exception: DebugException) {
    let reason = decode(esr(ec, iss), far: Self.address)
    #expect(reason == .debug(exception))
    #expect(reason.exitClass == .debug)
  }

  @Test("B-34: AArch32 calls are calls, but can't have a 64-bit identifier")
  func aarch32Calls() {
    var frame = TrapFrame.distinct
    frame.spsr = 0x1d3
    frame.setGPR(0, 0x8400_0000)
    #expect(decode(esr(0x12), frame: frame) == .psci(.version, conduit: .hvc))
    #expect(decode(esr(0x13), frame: frame) == .psci(.version, conduit: .smc))
    frame.setGPR(0, 0xc400_0003)
    #expect(
      decode(esr(0x12), frame: frame)
        == .psci(.unsupported(SMCCC.FunctionID(rawValue: 0xc400_0003)), conduit: .hvc))
    frame.setGPR(0, 0x8600_0000)
    #expect(
      decode(esr(0x12, 5), frame: frame) == .hypercall(immediate: 5, function: 0x8600_0000))
    // AArch32's SMC syndrome doesn't have an immediate.
    #expect(
      decode(esr(0x13, 5), frame: frame) == .secureMonitorCall(immediate: 0, function: 0x8600_0000))
  }

  /// Conditions, each with NZCV flags that satisfy it and flags that don't.
  static let conditions: [(UInt8, UInt64, UInt64)] = [
    (0, 0b0100, 0b1011), (1, 0b1011, 0b0100), (2, 0b0010, 0b1101), (3, 0b1101, 0b0010),
    (4, 0b1000, 0b0111), (5, 0b0111, 0b1000), (6, 0b0001, 0b1110), (7, 0b1110, 0b0001),
    (8, 0b0010, 0b0110), (9, 0b0110, 0b0010), (10, 0b1001, 0b1000), (11, 0b1000, 0b1001),
    (12, 0b1001, 0b1101), (13, 0b1101, 0b1001),
  ]

  @Test(
    "B-3: an AArch32 instruction whose condition fails is stepped over, not executed",
    arguments: conditions)
  func failedConditions(condition: UInt8, fulfilled: UInt64, failed: UInt64) {
    let iss = 1 << 24 | UInt64(condition) << 20
    for ec: UInt8 in [0x01, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x0c, 0x13] {
      let syndrome = esr(ec, iss | (ec == 0x13 ? 1 << 19 : 0))
      var frame = TrapFrame.distinct
      frame.spsr = failed << 28 | 0x10
      #expect(
        decode(syndrome, frame: frame) == .conditionFailed(ESR_EL2(rawValue: syndrome)), "\(ec)")
      frame.spsr = fulfilled << 28 | 0x10
      let reason = decode(syndrome, frame: frame)
      #expect(reason != .conditionFailed(ESR_EL2(rawValue: syndrome)), "\(ec)")
      // AArch64 code isn't conditional, and neither is a syndrome without a valid condition.
      frame.spsr = failed << 28 | 0x5
      #expect(decode(syndrome, frame: frame) == reason, "\(ec)")
      frame.spsr = failed << 28 | 0x10
      let invalid = esr(ec, iss & ~(1 << 24) | (ec == 0x13 ? 1 << 19 : 0))
      #expect(decode(invalid, frame: frame).exitClass == reason.exitClass, "\(ec)")
    }
    var guest = TestGuest()
    _ = guest.exit(esr: esr(0x01, iss)) {
      $0.elr = 0x8000
      $0.spsr = failed << 28 | 0x10
    }
    #expect(guest.vcpu.exit?.exitClass == .unhandled)
    let isDone = guest.vcpu.complete()
    #expect(isDone)
    #expect(guest.vcpu.frame.elr == 0x8004)
  }

  @Test func anSMCThatPassedItsConditionForSureIsCarriedOut() {
    var frame = TrapFrame.distinct
    frame.spsr = 0x10
    frame.setGPR(0, 0x8400_0000)
    // EQ, which fails, but CCKNOWNPASS is clear.
    #expect(decode(esr(0x13, 1 << 24), frame: frame) == .psci(.version, conduit: .smc))
  }

  @Test func alwaysIsAlways() {
    for condition: UInt8 in [14, 15] {
      for flags: UInt64 in 0..<16 {
        #expect(SPSR_EL2(rawValue: flags << 28).holds(condition: condition))
      }
    }
  }

  @Test(
    "B-8, B-10, B-11: what an abort requires from the hypervisor",
    arguments: [
      (0x04, false, false, .unmapped), (0x07, false, false, .unmapped),
      (0x2a, false, false, .unmapped), (0x2b, false, false, .unmapped),
      (0x07, false, true, .cacheMaintenance), (0x0f, false, true, .permission),
      (0x0f, false, false, .permission), (0x0b, false, false, .accessFlag),
      (0x00, false, false, .addressSize), (0x29, false, false, .addressSize),
      (0x07, true, false, .stage1Walk), (0x0f, true, true, .stage1Walk),
      (0x10, false, false, .external), (0x14, true, false, .external),
      (0x18, false, false, .external), (0x1f, true, false, .external),
      (0x21, false, false, .alignment), (0x11, false, false, .other),
      (0x22, false, false, .other), (0x30, false, false, .other), (0x31, false, false, .other),
      (0x3f, false, false, .other),
    ] as [(UInt8, Bool, Bool, MemoryAbort.Cause)])
  func causes(status: UInt8, isWalk: Bool, isMaintenance: Bool, cause: MemoryAbort.Cause) {
    let abort = MemoryAbort(
      virtualAddress: nil, address: nil, status: FaultStatus(rawValue: status),
      isStage1Walk: isWalk, isCacheMaintenance: isMaintenance)
    #expect(abort.cause == cause)
  }
}
