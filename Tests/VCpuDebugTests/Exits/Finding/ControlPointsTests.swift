import GDBRemote
import Testing

@testable import VCpuDebug

@Suite struct ControlPointsTests {
  private static let first = ThreadID(process: 1, thread: 1)
  private static let second = ThreadID(process: 1, thread: 2)

  private func points(
    _ places: (UInt64, ControlInstruction)..., isE2H: Bool = false
  ) -> ControlPoints {
    var points = ControlPoints()
    points.add(
      places.map { ControlInstruction.Place(address: $0.0, instruction: $0.1) }, isE2H: isE2H)
    return points
  }

  @Test func instructionsAreTakenForWhatTheyDo() {
    let found: [(UInt64, ControlInstruction)] = [
      (0x100, .setsVectors(source: 0)), (0x104, .setsControl(source: 1)),
      (0x108, .setsVectorsWithE2H(source: 2)), (0x10c, .setsControlWithE2H(source: 3)),
      (0x110, .exceptionReturn), (0x114, .exceptionReturnWithKeyA),
      (0x118, .exceptionReturnWithKeyB),
    ]
    var points = ControlPoints()
    let places = found.map { ControlInstruction.Place(address: $0.0, instruction: $0.1) }
    points.add(places, isE2H: false)
    #expect(points.writerAddresses == [0x100, 0x104])
    #expect(points.entryAddresses == [0x110, 0x114, 0x118])
    // `msr vbar_el1` writes a guest's register, except in a host with E2H.
    points.add(places, isE2H: true)
    #expect(points.writerAddresses == [0x100, 0x104, 0x108, 0x10c])
    points.noteHitBelowEL2(0x108)
    #expect(points.writerAddresses == [0x100, 0x104])
  }

  // MARK: Writers

  @Test func aWriterThatTellsNothingNewIsRetired() {
    var points = points((0x100, .setsVectors(source: 0)), (0x200, .setsVectors(source: 0)))
    for _ in 0..<31 { points.noteHit(0x100, Self.first) }
    points.retireIdleWriters(cpuCount: 1, areGuestsKnown: true)
    #expect(points.writerAddresses == [0x100, 0x200])
    points.noteHit(0x100, Self.first)
    // Stops elsewhere don't count for a writer.
    for _ in 0..<100 { points.noteHit(0x104, Self.first) }
    points.retireIdleWriters(cpuCount: 1, areGuestsKnown: true)
    #expect(points.writerAddresses == [0x200])
    #expect(points.retiredCount == 1)
  }

  @Test func newsMakeEveryWriterWorthAStopAgain() {
    var points = points((0x100, .setsVectors(source: 0)))
    for _ in 0..<32 { points.noteHit(0x100, Self.first) }
    points.noteNews()
    points.retireIdleWriters(cpuCount: 1, areGuestsKnown: true)
    #expect(points.writerAddresses == [0x100])
  }

  @Test("each CPU may have its own table: all must have passed")
  func twoCPUs() {
    var points = points((0x100, .setsVectors(source: 0)))
    for _ in 0..<63 { points.noteHit(0x100, Self.first) }
    points.retireIdleWriters(cpuCount: 2, areGuestsKnown: true)
    #expect(points.writerAddresses == [0x100])
    var other = points
    other.noteHit(0x100, Self.second)
    other.retireIdleWriters(cpuCount: 2, areGuestsKnown: true)
    #expect(other.writerAddresses.isEmpty)
    // The second CPU may be off for good.
    points.noteHit(0x100, Self.first)
    points.retireIdleWriters(cpuCount: 2, areGuestsKnown: true)
    #expect(points.writerAddresses.isEmpty)
  }

  @Test("before a guest's table is known, a writer must be hit far more often in vain")
  func aKernelThatSetsItsVectorsAtEachSystemCall() {
    var points = points((0x100, .setsVectors(source: 0)))
    for _ in 0..<63 { points.noteHit(0x100, Self.first) }
    points.retireIdleWriters(cpuCount: 1, areGuestsKnown: false)
    #expect(points.writerAddresses == [0x100])
    points.noteHit(0x100, Self.first)
    points.retireIdleWriters(cpuCount: 1, areGuestsKnown: false)
    #expect(points.writerAddresses.isEmpty)
    #expect(points.retiredCount == 1)
  }

  @Test func withoutE2HOnlyThoseNearTheVectorsMayMatterYet() {
    let far = ControlInstruction.Place(
      address: 0x100, instruction: .setsVectorsWithE2H(source: 0))
    let near = ControlInstruction.Place(
      address: 0x200, instruction: .setsControlWithE2H(source: 0))
    let certain = ControlInstruction.Place(address: 0x300, instruction: .setsVectors(source: 0))
    var points = ControlPoints()
    points.add([far, near, certain], isE2H: true)
    // Found again, by the place of the vectors.
    points.add([near], isE2H: true, isNearVectors: true)
    // `msr vbar_el2` below EL2 is different code at that address, and reveals nothing.
    points.noteHitBelowEL2(0x300)
    #expect(points.writerAddresses == [0x100, 0x200, 0x300])
    points.noteHitBelowEL2(0x100)
    #expect(points.writerAddresses == [0x200, 0x300])
  }

  @Test func aGuessThatWasFoundForSureStays() {
    let places = [0x100, 0x200].map {
      ControlInstruction.Place(address: $0, instruction: .setsVectors(source: 0))
    }
    var points = ControlPoints()
    points.add(places, isE2H: false, isGuess: true)
    points.add([places[1]], isE2H: false)
    points.giveUpGuesses()
    #expect(points.writerAddresses == [0x200])
    // And a guess about a known one removes nothing.
    points.add(places, isE2H: false, isGuess: true)
    points.giveUpGuesses()
    #expect(points.writerAddresses == [0x200])
  }

  /// They may set other vectors by now, which would go unnoticed.
  @Test func thoseThatWereLeftAloneAreMetAgain() {
    var points = points((0x100, .setsVectors(source: 0)))
    for _ in 0..<32 { points.noteHit(0x100, Self.first) }
    points.retireIdleWriters(cpuCount: 1, areGuestsKnown: true)
    #expect(points.writerAddresses.isEmpty && points.retiredCount == 1)
    points.reviveWriters()
    #expect(points.writerAddresses == [0x100] && points.retiredCount == 0)
    points.noteHit(0x100, Self.first)
    points.retireIdleWriters(cpuCount: 1, areGuestsKnown: true)
    #expect(points.writerAddresses == [0x100])
    points.noteHit(0x100, Self.first)
    points.retireIdleWriters(cpuCount: 1, areGuestsKnown: true)
    #expect(points.writerAddresses.isEmpty)
  }

  // MARK: Exception returns

  @Test func theFirstEntryIntoAGuestTellsTheOthers() {
    var points = points(
      (0x100, .exceptionReturn), (0x200, .exceptionReturn), (0x300, .exceptionReturnWithKeyA))
    points.noteReturn(0x100, entersGuest: false, isHostsProgram: true)
    #expect(points.entryAddresses == [0x100, 0x200, 0x300])
    points.noteReturn(0x200, entersGuest: true, isHostsProgram: false)
    // 0x300 was never executed: it may be the entry of another case.
    #expect(points.entryAddresses == [0x200, 0x300])
    #expect(points.guestEntryCount == 1)
    points.noteReturn(0x300, entersGuest: false, isHostsProgram: true)
    #expect(points.entryAddresses == [0x200])
    // One that has entered guests is kept, whatever else it does.
    for _ in 0..<100 { points.noteReturn(0x200, entersGuest: false, isHostsProgram: true) }
    #expect(points.entryAddresses == [0x200])
  }

  @Test func aReturnThatNeverEntersAGuestIsGivenUp() {
    var points = points((0x100, .exceptionReturn))
    for _ in 0..<15 { points.noteReturn(0x100, entersGuest: false, isHostsProgram: true) }
    #expect(points.entryAddresses == [0x100])
    points.noteReturn(0x100, entersGuest: false, isHostsProgram: true)
    #expect(points.entryAddresses.isEmpty)
    // And found to enter one by chance, it is back.
    points.noteReturn(0x100, entersGuest: true, isHostsProgram: false)
    #expect(points.entryAddresses == [0x100])
    points.noteReturn(0x999, entersGuest: true, isHostsProgram: false)
    #expect(points.entryAddresses == [0x100])
  }

  /// Xen returns to itself and to its guests by the same instruction.
  @Test func aReturnToEL2ItselfMayEnterAGuestLater() {
    var points = points((0x100, .exceptionReturn))
    for _ in 0..<1000 {
      points.noteReturn(0x100, entersGuest: false, isHostsProgram: false)
    }
    #expect(points.entryAddresses == [0x100])
  }

  @Test func whatIsFoundAgainIsWhatItWas() {
    var points = points((0x100, .exceptionReturn))
    for _ in 0..<16 { points.noteReturn(0x100, entersGuest: false, isHostsProgram: true) }
    points.add([.init(address: 0x100, instruction: .exceptionReturn)], isE2H: false)
    #expect(points.entryAddresses.isEmpty)
  }

  // MARK: All

  @Test func whatTheTargetRefusesIsGivenUp() {
    var points = points((0x100, .setsVectors(source: 0)), (0x200, .exceptionReturn))
    let wasGivenUp = points.giveUp(0x300)
    #expect(!wasGivenUp)
    let wasAnother = points.giveUp(0x100)
    #expect(wasAnother)
    let wasAThird = points.giveUp(0x200)
    #expect(wasAThird)
    #expect(points.writerAddresses.isEmpty && points.entryAddresses.isEmpty)
    let wasAFourth = points.giveUp(0x100)
    #expect(!wasAFourth)
  }

  @Test func thereIsALimit() {
    var points = ControlPoints()
    points.add(
      (0..<10_000).map { .init(address: UInt64($0) * 4, instruction: .exceptionReturn) },
      isE2H: false)
    #expect(points.entryAddresses.count == 4096)
  }
}
