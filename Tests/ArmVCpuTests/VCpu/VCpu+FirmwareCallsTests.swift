import Testing

@testable import ArmVCpu

@Suite struct VCpuFirmwareCallsTests {
  private static let pc: UInt64 = 0x4020_1000

  /// A guest that has made a call: HVC after its instruction, SMC at it.
  private func guest(
    _ conduit: SMCCC.Conduit, _ function: UInt64, _ arguments: [UInt64] = [],
    immediate: UInt64 = 0
  ) -> TestGuest {
    var guest = TestGuest()
    _ = guest.exit(esr: esr(conduit == .hvc ? 0x16 : 0x17, immediate)) {
      for index: UInt8 in 0..<31 { $0.setGPR(index, 0x1000 + UInt64(index)) }
      $0.setGPR(0, function)
      for (index, argument) in arguments.enumerated() { $0.setGPR(UInt8(index + 1), argument) }
      $0.elr = Self.pc
    }
    return guest
  }

  private static let conduits: [SMCCC.Conduit] = [.hvc, .smc]

  @Test(
    "B-18, B-19: calls with either instruction are answered within the VM, and x1–x30 are preserved",
    arguments: conduits,
    [
      (0x8400_0000, [], 0x1_0001), (0xffff_ffff_8400_0000, [], 0x1_0001), (0x8400_0006, [], 2),
      (0xc400_0000, [], .max), (0x8400_000a, [0x8000_0000], 0), (0x8400_000a, [0x8400_000e], .max),
      (0xc400_0004, [0, 0], 0), (0xc400_0004, [1, 0], 1), (0x8400_001f, [], .max),
      // SMCCC_VERSION, and SMCCC_ARCH_FEATURES of itself, of a workaround, and of SOC_ID.
      (0x8000_0000, [], 0x1_0001), (0x8000_0001, [0x8000_0000], 0), (0x8000_0001, [0x8000_0001], 0),
      (0x8000_0001, [0x8000_8000], .max), (0x8000_0001, [0x8000_7fff], .max),
      (0x8000_0001, [0x8000_3fff], .max), (0x8000_0001, [0x8000_0002], .max),
      (0x8000_8000, [], .max), (0xc000_0001, [0x8000_0000], .max),
    ] as [(UInt64, [UInt64], UInt64)])
  func answers(conduit: SMCCC.Conduit, call: (function: UInt64, arguments: [UInt64], x0: UInt64)) {
    var guest = guest(conduit, call.function, call.arguments)
    var expected = guest.vcpu.frame
    expected.setGPR(0, call.x0)
    if conduit == .smc { expected.elr += 4 }
    var domain = FakePowerDomain()
    let outcome = guest.vcpu.answerFirmwareCall(in: &domain)
    #expect(outcome == .answered)
    #expect(guest.vcpu.frame.words == expected.words)
    let isForwarded = guest.vcpu.machine.calls.contains {
      if case .firmware = $0 { true } else { false }
    }
    #expect(!isForwarded)
  }

  @Test("calls that the VM doesn't know are left to the embedder", arguments: conduits)
  func unknown(conduit: SMCCC.Conduit) {
    for function: UInt64 in [0xc600_0001, 0x8600_ff01, 0xb200_0000, 0x8400_0050, 0, 0x4000_0000] {
      var guest = guest(conduit, function)
      let before = guest.vcpu.frame.words
      var domain = FakePowerDomain()
      let outcome = guest.vcpu.answerFirmwareCall(in: &domain)
      #expect(outcome == .unknown)
      #expect(guest.vcpu.frame.words == before)
      #expect(guest.vcpu.exit != nil)
    }
    var other = TestGuest()
    _ = other.exit(esr: esr(0x01))
    var domain = FakePowerDomain()
    let outcome = other.vcpu.answerFirmwareCall(in: &domain)
    #expect(outcome == .unknown)
  }

  @Test("B-21: with an immediate, SMC isn't a call and returns -1, and HVC is left to the embedder")
  func immediate() {
    var domain = FakePowerDomain()
    var smc = guest(.smc, 0x8400_0008, immediate: 1)
    let answered = smc.vcpu.answerFirmwareCall(in: &domain) { _, _ in
      Issue.record("the filter was asked")
      return .forward
    }
    #expect(answered == .answered)
    #expect(smc.vcpu.gpr(0) == .max)
    #expect(smc.vcpu.frame.elr == Self.pc + 4)
    var hvc = guest(.hvc, 0x8400_0008, immediate: 1)
    let unknown = hvc.vcpu.answerFirmwareCall(in: &domain)
    #expect(unknown == .unknown)
  }

  @Test func whatDoesNotReturn() {
    for (function, arguments, outcome) in [
      (0x8400_0008, [], .systemOff), (0x8400_0009, [], .systemReset),
      (0xc400_0012, [0], .systemReset), (0x8400_0002, [], .powerOff),
    ] as [(UInt64, [UInt64], FirmwareOutcome)] {
      var guest = guest(.hvc, function, arguments)
      var domain = FakePowerDomain()
      let actual = guest.vcpu.answerFirmwareCall(in: &domain)
      #expect(actual == outcome)
      // If the embedder continues the guest anyway, its call has failed.
      if outcome != .powerOff { #expect(guest.vcpu.gpr(0) == UInt64(bitPattern: -6)) }
    }
  }

  @Test func suspendingIsWaiting() {
    var guest = guest(.smc, 0xc400_0001, [0, 0x4020_0000, 0])
    var domain = FakePowerDomain()
    let outcome = guest.vcpu.answerFirmwareCall(in: &domain)
    #expect(outcome == .wait)
    #expect(guest.vcpu.gpr(0) == 0)
    #expect(guest.vcpu.frame.elr == Self.pc + 4)
  }

  @Test("a vCPU has the endianness of the one that turns it on")
  func endianness() {
    for (sctlr, isBigEndian) in [(0, false), (1 << 25, true)] as [(UInt64, Bool)] {
      var guest = guest(.hvc, 0xc400_0003, [1, 0x4020_0000, 0x99])
      guest.vcpu.machine.registers[.sctlr_el1] = sctlr
      var domain = FakePowerDomain()
      let outcome = guest.vcpu.answerFirmwareCall(in: &domain)
      #expect(outcome == .answered)
      #expect(guest.vcpu.gpr(0) == 0)
      #expect(
        domain.starts == [
          .init(vcpu: 1, entry: 0x4020_0000, context: 0x99, isBigEndian: isBigEndian)
        ])
    }
  }

  @Test("B-19: the filter refuses any call", arguments: conduits)
  func refusal(conduit: SMCCC.Conduit) {
    for function: UInt64 in [0x8400_0008, 0x8000_0000, 0xc600_0001] {
      var guest = guest(conduit, function)
      var domain = FakePowerDomain()
      let outcome = guest.vcpu.answerFirmwareCall(in: &domain) { id, instruction in
        #expect(id.rawValue == UInt32(function))
        #expect(instruction == conduit)
        return .refuse
      }
      #expect(outcome == .answered)
      #expect(guest.vcpu.gpr(0) == .max)
    }
  }

  @Test(
    "B-19, B-20: an SMC that the filter allows reaches the firmware with x0–x17, and nothing else does"
  )
  func forwarding() {
    var guest = guest(.smc, 0x8400_0050)
    guest.vcpu.machine.firmware = { frame in
      for index: UInt8 in 0...17 { frame.setGPR(index, 0x2000 + UInt64(index)) }
    }
    var expected = guest.vcpu.frame
    for index: UInt8 in 0...17 { expected.setGPR(index, 0x2000 + UInt64(index)) }
    expected.elr += 4
    var domain = FakePowerDomain()
    let outcome = guest.vcpu.answerFirmwareCall(in: &domain) { _, _ in .forward }
    #expect(outcome == .answered)
    #expect(guest.vcpu.frame.words == expected.words)
    #expect(
      guest.vcpu.machine.calls == [.run, .firmware([0x8400_0050] + (1...17).map { 0x1000 + $0 })])
  }

  @Test(
    "B-19: PSCI, the architecture service, yielding calls and HVC are never forwarded",
    arguments: [
      (.smc, 0x8400_0008), (.smc, 0xc400_0003), (.smc, 0x8400_001f), (.smc, 0x8000_0000),
      (.smc, 0x8000_8000), (.smc, 0x3200_0000), (.hvc, 0x8400_0050), (.hvc, 0xc600_0001),
    ] as [(SMCCC.Conduit, UInt64)])
  func neverForwarded(conduit: SMCCC.Conduit, function: UInt64) {
    var guest = guest(conduit, function)
    var domain = FakePowerDomain()
    _ = guest.vcpu.answerFirmwareCall(in: &domain) { _, _ in .forward }
    let isForwarded = guest.vcpu.machine.calls.contains {
      if case .firmware = $0 { true } else { false }
    }
    #expect(!isForwarded)
  }
}
