import ArmVCpu
import VCpuDebug

/// A recorder with a few exits of the guest's code, for tests of what is shown of them.
package final class FakeExitLog: ExitLogSource {
  package var log: ExitLog
  package var isReadWhileRunning = true

  package init(_ log: ExitLog = FakeExitLog.usual) { self.log = log }

  package func isRecording() -> Bool { true }

  package func counters() -> ExitCounters {
    var cpus: [Int: [ExitClass: DurationHistogram]] = [:]
    for exit in log.exits {
      guard let duration = exit.duration else { continue }
      var kind = exit.reason.exitClass
      if case .psci(_, let conduit) = exit.reason { kind = conduit == .hvc ? .hvc : .smc }
      cpus[exit.cpu, default: [:]][kind, default: DurationHistogram()].add(duration)
    }
    return ExitCounters(cpus)
  }

  package func log(last count: Int?) -> ExitLog {
    var last = log
    if let count { last.exits = last.exits.suffix(count) }
    return last
  }

  /// An exit by its ESR_EL2, with times in ticks.
  package static func exit(
    _ number: UInt64, at time: UInt64, esr: UInt64, pc: UInt64, value: UInt64 = 0,
    kind: TrapKind = .synchronous, far: UInt64 = 0, hpfar: UInt64 = 0, duration: UInt64? = 60,
    guest: UInt64? = 500, cpu: Int = 0
  ) -> RecordedExit {
    RecordedExit(
      cpu: cpu, number: number, vm: 1, vcpu: cpu, time: time, duration: duration,
      guestTime: guest,
      syndrome: ExitSyndrome(
        kind: kind, esr: ESR_EL2(rawValue: esr), far: far, hpfar: HPFAR_EL2(rawValue: hpfar)),
      spsr: 0x3c5, pc: pc, value: value)
  }

  /// Writes of a device's register, a PSCI call, a wait, an interrupt, and a fault that comes again and again.
  package static var usual: ExitLog {
    let store = FixtureImages.guestAddress("store32")
    var exits = (0..<4).map { index in
      exit(
        UInt64(index), at: 62_500_000 + UInt64(index) * 1000, esr: 0x9381_0047, pc: store,
        value: 0x41 + UInt64(index), far: 0x900_0000, hpfar: 0x9_0000,
        duration: 70 + UInt64(index) * 30)
    }
    exits.append(
      exit(4, at: 62_510_000, esr: 0x5a00_0000, pc: store + 0x20, value: 0x8400_0000, duration: 45))
    exits.append(exit(5, at: 62_520_000, esr: 0x07e0_0000, pc: store + 0x10, duration: 62_500))
    exits.append(
      exit(
        6, at: 62_583_000, esr: 0x07e0_0000, pc: store + 0x14, kind: .irq, duration: 33, guest: 12))
    exits += (7..<12).map { index in
      exit(
        UInt64(index), at: 62_600_000 + UInt64(index) * 100, esr: 0x9200_0007, pc: store,
        far: 0xdead_0000, hpfar: 0xd_ead0, duration: index == 11 ? nil : 40, guest: 60)
    }
    return ExitLog(exits: exits, recordedCount: 12)
  }
}
