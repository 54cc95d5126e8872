import ArmVCpu
import TestSupport
import Testing

@testable import VCpuDebug

/// What is made of a recorder's memory.
@Suite struct RecorderTests {
  // MARK: Records

  /// The words of records with these numbers. Each exit takes 10 ticks, and the guest runs 90 before it.
  private func words(_ numbers: [UInt64]) -> [UInt64] {
    numbers.flatMap { number -> [UInt64] in
      [
        number & 0xffff_ffff | 2 << 32 | 1 << 48, number * 100, 0x3c5 << 32 | 10, 0x5a00_0000,
        0, 0, 0x4020_0000 + number, number,
      ]
    }
  }

  private func exits(
    _ words: [UInt64], from first: UInt64, notBefore oldest: UInt64 = 0, last count: Int? = nil
  ) -> (exits: [RecordedExit], lost: UInt64) {
    var lost: UInt64 = 0
    let exits = HypervisorRecorder.exits(
      words, from: first, notBefore: oldest, of: 3, count, &lost)
    return (exits, lost)
  }

  @Test func recordsHaveTheirTimes() throws {
    let (found, lost) = exits(words([7, 8, 9]), from: 7)
    #expect(found.map(\.number) == [7, 8, 9] && lost == 0)
    #expect(found.map(\.duration) == [10, 10, nil])
    #expect(found.map(\.guestTime) == [nil, 90, 90])
    let first = try #require(found.first)
    #expect(first.cpu == 3 && first.vm == 1 && first.vcpu == 2 && first.time == 700)
    #expect(first.pc == 0x4020_0007 && first.spsr == 0x3c5 && first.reason.exitClass == .hvc)
  }

  /// The one before tells how long the guest ran.
  @Test func theLastOnes() {
    let (found, _) = exits(words([7, 8, 9]), from: 7, last: 2)
    #expect(found.map(\.number) == [8, 9] && found.map(\.guestTime) == [90, 90])
    #expect(exits([], from: 0).exits == [])
    #expect(exits(words([1]), from: 1, last: 0).exits == [])
  }

  /// The hypervisor has gone around the ring while it was read: old records are gone, also those that look right.
  @Test func whatWasOverwrittenIsLost() {
    var memory = words([7, 8, 9, 10])
    // Another exit's record is in its place.
    memory.replaceSubrange(0..<8, with: words([65_543]))
    let (found, lost) = exits(memory, from: 7, notBefore: 9)
    #expect(found.map(\.number) == [9, 10] && lost == 2)
    #expect(found[0].guestTime == nil)
  }

  /// One that is being written has the number of an earlier exit.
  @Test func aHalfWrittenRecordIsLost() {
    var memory = words([7, 8, 9])
    memory[8] = 1234
    let (found, lost) = exits(memory, from: 7)
    #expect(found.map(\.number) == [7, 9] && lost == 1)
    #expect(found.map(\.duration) == [nil, nil])
  }

  @Test func numbersOfMoreThan32Bits() {
    let first: UInt64 = 0xffff_ffff
    let (found, lost) = exits(words([first, first + 1]), from: first)
    #expect(found.map(\.number) == [first, first + 1] && lost == 0)
  }

  @Test func anInterruptIsRecognised() {
    var memory = words([0])
    memory[3] |= 1 << 62
    #expect(exits(memory, from: 0).exits.first?.reason.exitClass == .irq)
  }

  // MARK: Counters

  @Test(arguments: [
    (RecorderLayout.Cell.kind(.irq), ExitClass.irq),
    (.dataAbort(isWrite: true, isAccess: true), .mmioWrite),
    (.dataAbort(isWrite: false, isAccess: true), .mmioRead),
    (.dataAbort(isWrite: true, isAccess: false), .dabt),
    (.exceptionClass(.hvc64, isBit0Set: false), .hvc),
    (.exceptionClass(.systemRegister, isBit0Set: true), .sysregRead),
    (.exceptionClass(.systemRegister, isBit0Set: false), .sysregWrite),
    (.exceptionClass(.waitInstruction, isBit0Set: false), .wfi),
    (.exceptionClass(.waitInstruction, isBit0Set: true), .wfe),
  ])
  func classesOfCells(cell: RecorderLayout.Cell, kind: ExitClass) {
    #expect(cell.exitClass == kind)
  }

  @Test func aHistogramsSummary() {
    var histogram = DurationHistogram()
    for time: UInt64 in [0, 1, 5, 6, 7, 100, .max] { histogram.add(time) }
    #expect(histogram.counts[0] == 1 && histogram.counts[1] == 1 && histogram.counts[3] == 3)
    #expect(histogram.counts[7] == 1 && histogram.counts[64] == 1 && histogram.count == 7)
    let summary = DurationSummary(of: histogram)
    #expect(summary.minimum == 0 && summary.maximum == .max && summary.isEstimate)
    #expect((4...7).contains(summary.median))
    #expect(DurationSummary(of: DurationHistogram()).mean == 0)
  }

  /// An estimate lies in the right power of two.
  @Test func percentilesAreInTheirBuckets() {
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<200 {
      let times = (0..<Int.random(in: 1...50, using: &generator)).map { _ in
        UInt64.random(in: 0...(.max), using: &generator) >> UInt64.random(in: 0...63)
      }
      var histogram = DurationHistogram()
      for time in times { histogram.add(time) }
      let (exact, estimate) = (DurationSummary(of: times), DurationSummary(of: histogram))
      #expect(exact.count == estimate.count && exact.sum == estimate.sum)
      #expect(estimate.minimum <= exact.minimum && estimate.maximum >= exact.maximum)
      for (one, other) in [
        (exact.median, estimate.median), (exact.percentile99, estimate.percentile99),
      ] {
        #expect(DurationHistogram.bucket(of: one) == DurationHistogram.bucket(of: other))
      }
    }
  }

  @Test func whatWasCountedSince() {
    let log = FakeExitLog()
    let before = log.counters()
    #expect(log.counters().since(before).all.isEmpty)
    log.log.exits.append(FakeExitLog.exit(12, at: 63_000_000, esr: 0x5a00_0000, pc: 0))
    let since = log.counters().since(before).all
    #expect(since.keys.map { $0 } == [.hvc] && since[.hvc]?.count == 1)
    // The machine was started again.
    #expect(ExitCounters().since(before).all.isEmpty)
  }

  // MARK: Repetitions

  @Test func theSameFaultAgainAndAgain() throws {
    let found = FakeExitLog.usual.repetitions()
    let first = try #require(found.first)
    #expect(found.count == 1 && first.count == 5 && first.isStuck && first.isLatest)
    #expect(!first.isAtLeast)
  }

  /// Older ones are no longer in the ring.
  @Test func aRunFromTheOldestRecordIsAtLeastSoLong() {
    let exits = (9..<13).map { FakeExitLog.exit($0, at: $0, esr: 0x5a00_0000, pc: 4) }
    let found = ExitLog(exits: exits, recordedCount: 13).repetitions()
    #expect(found.first?.isAtLeast == true && found.first?.isStuck == false)
  }
}
