import Dispatch
import Synchronization
import Testing

@testable import ArmVCpu

/// PSCI within the VM (Arm DEN 0022).
@Suite struct PSCIAnsweringTests {
  private static let entry: UInt64 = 0x4020_0000

  private func act(
    _ call: PSCI.Call, in domain: FakePowerDomain = FakePowerDomain(), vcpu: UInt32 = 0,
    isBigEndian: Bool = false
  ) -> PSCI.Action {
    var domain = domain
    return PSCI.act(
      on: call, of: PSCI.Caller(vcpu: vcpu, isBigEndian: isBigEndian), in: &domain)
  }

  private func code(_ code: PSCI.ReturnCode) -> PSCI.Action { .answer(code.registerValue) }

  @Test("B-18: calls that only return a value")
  func answers() {
    #expect(act(.version) == .answer(0x1_0001))
    #expect(act(.migrateInfoType) == .answer(2))
    #expect(act(.features(SMCCC.FunctionID(rawValue: 0xc400_0003))) == .answer(0))
    #expect(act(.features(SMCCC.FunctionID(rawValue: 0xc400_0002))) == .answer(.max))
    #expect(act(.unsupported(SMCCC.FunctionID(rawValue: 0x8400_0005))) == .answer(.max))
    #expect(act(.cpuSuspend(powerState: 0x1_0000, entry: 0, context: 0)) == .wait(0))
  }

  @Test("B-18: system off and reset")
  func system() {
    #expect(act(.systemOff) == .systemOff)
    #expect(act(.systemReset) == .systemReset)
    #expect(act(.systemReset2(type: 0)) == .systemReset)
    #expect(act(.systemReset2(type: 1)) == code(.invalidParameters))
    #expect(act(.systemReset2(type: 0x8000_0000)) == code(.invalidParameters))
  }

  @Test("B-22: CPU_OFF makes the caller OFF, once")
  func cpuOff() {
    let domain = FakePowerDomain([.on, .on, .off, .off])
    #expect(act(.cpuOff, in: domain, vcpu: 1) == .powerOff)
    #expect(domain.powerState(of: 1) == .off)
    #expect(domain.powerState(of: 0) == .on)
    #expect(act(.cpuOff, in: domain, vcpu: 1) == code(.denied))
  }

  @Test func cpuOnStartsTheVCPUWithThatAffinity() {
    for (vcpu, affinity) in FakePowerDomain.affinities.enumerated().dropFirst() {
      for isBigEndian in [false, true] {
        let domain = FakePowerDomain()
        #expect(
          act(
            .cpuOn(target: affinity, entry: Self.entry, context: 0x77), in: domain,
            isBigEndian: isBigEndian) == code(.success))
        #expect(
          domain.starts == [
            .init(
              vcpu: UInt32(vcpu), entry: Self.entry, context: 0x77, isBigEndian: isBigEndian)
          ])
        #expect(domain.powerState(of: UInt32(vcpu)) == .onPending)
      }
    }
  }

  @Test(
    "a target that isn't a vCPU, or has bits other than affinity",
    arguments: [4, 0x100, 0x8000_0001, 0x4000_0001, 0x1_0000_0000, 1 << 40, .max] as [UInt64])
  func noSuchCPU(target: UInt64) {
    let domain = FakePowerDomain()
    #expect(
      act(.cpuOn(target: target, entry: Self.entry, context: 0), in: domain)
        == code(.invalidParameters))
    #expect(act(.affinityInfo(target: target, level: 0), in: domain) == code(.invalidParameters))
    #expect(domain.starts.isEmpty)
  }

  @Test func cpuOnOfAnotherState() {
    let domain = FakePowerDomain([.on, .onPending, .on, .off])
    #expect(
      act(.cpuOn(target: 0, entry: Self.entry, context: 0), in: domain) == code(.alreadyOn))
    #expect(
      act(.cpuOn(target: 1, entry: Self.entry, context: 0), in: domain) == code(.onPending))
    for entry: UInt64 in [0x1000, Self.entry + 2] {
      #expect(
        act(.cpuOn(target: 0x1_0000_0101, entry: entry, context: 0), in: domain)
          == code(.invalidAddress))
    }
    #expect(domain.starts.isEmpty)
    #expect(domain.powerState(of: 3) == .off)
  }

  @Test func aVCPUThatCannotBeStartedStaysOff() {
    let domain = FakePowerDomain(canStart: false)
    #expect(
      act(.cpuOn(target: 1, entry: Self.entry, context: 0), in: domain) == code(.internalFailure))
    #expect(domain.powerState(of: 1) == .off)
  }

  @Test("if several callers race to start a vCPU, exactly one wins")
  func race() {
    for _ in 0..<200 {
      let domain = FakePowerDomain()
      let actions = Mutex<[PSCI.Action]>([])
      DispatchQueue.concurrentPerform(iterations: 8) { _ in
        let action = act(.cpuOn(target: 1, entry: Self.entry, context: 0), in: domain)
        actions.withLock { $0.append(action) }
      }
      let all = actions.withLock { $0 }
      #expect(all.count { $0 == code(.success) } == 1)
      #expect(all.count { $0 == code(.onPending) || $0 == code(.alreadyOn) } == 7)
      #expect(domain.starts.count == 1)
    }
  }

  @Test(
    "AFFINITY_INFO: a vCPU, or any of those whose higher fields match",
    arguments: [
      (0, 0, 0), (1, 0, 1), (0x1_0000_0100, 0, 1), (0x1_0000_0101, 0, 2),
      // Level 1: Aff0 is ignored. ON before ON_PENDING before OFF.
      (0, 1, 0), (0xff, 1, 0), (0x1_0000_01ff, 1, 2), (0x1_0000_0200, 1, nil),
      (0xff00, 2, 0), (0x1_0000_ffff, 2, 2), (0x1_0001_0000, 2, nil),
      (0xff_ffff, 3, 0), (0x1_00ff_ffff, 3, 2), (0x2_0000_0000, 3, nil),
      (0, 4, nil), (0, .max, nil), (0x8000_0000, 1, nil),
    ] as [(UInt64, UInt64, UInt64?)])
  func affinityInfo(target: UInt64, level: UInt64, expected: UInt64?) {
    let domain = FakePowerDomain([.on, .off, .off, .onPending])
    #expect(
      act(.affinityInfo(target: target, level: level), in: domain)
        == expected.map { .answer($0) } ?? code(.invalidParameters))
  }
}
