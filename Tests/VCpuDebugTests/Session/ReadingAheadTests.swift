import TestSupport
import Testing

@testable import VCpuDebug

/// What a session reads of its files while there is nothing else to do.
@Suite struct ReadingAheadTests {
  private let session: HypervisorSession

  init() throws {
    session = try HypervisorSession(
      target: FakeTarget(), symbols: SymbolFile(path: ELFFixture.arm.get().path))
  }

  private var readings: [any SlicedReading] {
    session.modules.all.flatMap { session.values.readings(of: $0) }
  }

  @Test func nothingIsReadWithoutTime() {
    #expect(session.readAhead(until: .now))
    #expect(readings.count == 4)
    // Opening the session looked for names.
    #expect(readings.map(\.isRead) == [true, false, false, false])
  }

  @Test func allIsReadAtLast() {
    var turns = 0
    while session.readAhead(until: .now + .milliseconds(4)), turns < 10_000 { turns += 1 }
    #expect(readings.map(\.isRead) == [true, true, true, true])
    #expect(!session.readAhead(until: .now))
    // Then no command waits.
    var noted = 0
    session.modules.onReading = { _, _, _ in noted += 1 }
    #expect(session.modules.all[0].symbols(named: "x::answer").isEmpty)
    #expect(session.modules.all[0].inlinedCopies(named: "answer").isEmpty)
    #expect(noted == 0)
  }

  /// Nothing is done with what was found by then, and all can be read later.
  @Test func aReadingCanBeInterrupted() throws {
    struct Interruption: Error {}
    session.modules.onReading = { _, _, _ in throw Interruption() }
    #expect(throws: Interruption.self) { try session.points.location(of: "fixture-source.c:2") }
    // Until it is said to be over, nothing is read.
    session.modules.onReading = { _, _, _ in }
    #expect(throws: Interruption.self) { try session.points.location(of: "answer") }
    #expect(throws: Interruption.self) { try session.expressions.value(of: "answer") }
    #expect(readings[3].isRead == false)
    #expect(session.endReading() is Interruption)
    #expect(session.endReading() == nil)
    #expect(
      session.modules.all[0].code(ofLine: 2, in: "fixture-source.c").first?.addresses.count == 1)
    #expect(readings[3].isRead)
  }

  /// What a session knows isn't looked for among half of the names.
  @Test func aFileIsAddedWholeOrNotAtAll() throws {
    struct Interruption: Error {}
    let session = try HypervisorSession(target: FakeTarget.booted())
    let count = session.modules.all.count
    var names: [String] = []
    session.modules.onReading = { name, _, _ in
      names.append(name)
      throw Interruption()
    }
    #expect(throws: Interruption.self) {
      try session.add(SymbolFile(path: ELFFixture.arm.get().path), in: .hypervisor)
    }
    #expect(names.count == 1)
    #expect(session.modules.all.count == count)
    #expect(session.endReading() is Interruption)
    session.modules.onReading = { _, _, _ in }
    _ = try session.add(SymbolFile(path: ELFFixture.arm.get().path), in: .hypervisor)
    #expect(session.modules.all.count == count + 1)
  }

  @Test func whoCanNotWaitIsToldHowFarItIs() {
    var noted: [(name: String, done: UInt64, total: UInt64)] = []
    session.modules.onReading = { noted.append(($0, $1, $2)) }
    #expect(session.modules.all[0].inlinedCopies(named: "answer").isEmpty)
    #expect(noted.last?.name == session.modules.all[0].name)
    #expect(noted.last.map { $0.done == $0.total } == true)
  }
}
