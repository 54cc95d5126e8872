import ArmVCpu
import GDBRemote
import TestSupport
import Testing

@testable import VCpuDebug

/// Steps that end in an exception.
@Suite struct SteppedExceptionTests {
  private static let vectors: UInt64 = 0x4020_0800
  private static let code: UInt64 = 0x4020_0010

  let fixture: SessionFixture
  var session: HypervisorSession { fixture.session }
  var target: FakeTarget { fixture.target }

  /// The CPU is in the guest, at EL1.
  init() throws {
    fixture = try SessionFixture()
    target.stand(at: Self.code, level: 1)
    target["VBAR"] = Self.vectors
    try session.refresh()
    _ = target.takeTrace()
  }

  /// The CPU at a vector of EL1, after an exception.
  private func vector(
    _ offset: UInt64, esr: UInt64, elr: UInt64, base: UInt64 = vectors, level: UInt64 = 1
  ) -> FakeTarget.Event {
    .stop {
      $0.stand(at: base + offset, level: level)
      $0[level == 1 ? "ESR_EL1" : "ESR_EL2"] = esr
      $0[level == 1 ? "ELR_EL1" : "ELR_EL2"] = elr
      $0[level == 1 ? "FAR_EL1" : "FAR_EL2"] = 0x1234
    }
  }

  private func exception(_ event: SessionEvent?) throws -> TakenException {
    guard case .exception(let exception)? = event else {
      Issue.record("\(String(describing: event))")
      throw DebugError.halted
    }
    return exception
  }

  @Test func anAbortAtTheSameLevel() throws {
    let event = try fixture.step(
      10, .at(Self.code + 4, level: 1), vector(0x200, esr: 0x9600_0045, elr: Self.code + 4))
    let taken = try exception(event)
    #expect(taken.level == 1)
    #expect(!taken.isFromLower)
    #expect(taken.kind == .synchronous)
    #expect(taken.syndrome?.exceptionClass == .dataAbortSame)
    #expect(taken.address == 0x1234)
    #expect(taken.pc == Self.code + 4)
    #expect(taken.space == .guest)
    #expect(taken.vector == Self.vectors + 0x200)
    #expect(taken.isVectorMapped)
    #expect(session.steps == StepProgress(number: 2, count: 10))
    #expect(!session.isRunning)
  }

  /// ELR is the instruction after it.
  @Test func aCall() throws {
    let taken = try exception(
      try fixture.step(1, vector(0x200, esr: 0x5600_0000, elr: Self.code + 4)))
    #expect(taken.pc == Self.code)
    #expect(taken.returnAddress == Self.code + 4)
    #expect(taken.address == nil)
  }

  @Test func anInterruptHasNoSyndrome() throws {
    let taken = try exception(
      try fixture.step(1, vector(0x280, esr: 0x9600_0045, elr: Self.code)))
    #expect(taken.kind == .irq)
    #expect(taken.syndrome == nil)
    #expect(taken.address == nil)
  }

  @Test func anExitToEL2() throws {
    let event = try fixture.step(
      1,
      vector(
        0x400, esr: 0x93c0_8006, elr: Self.code, base: FixtureImages.vectors, level: 2))
    let taken = try exception(event)
    #expect(taken.level == 2)
    #expect(taken.isFromLower)
    #expect(taken.space == .guest)
    #expect(taken.pc == Self.code)
  }

  @Test func aVectorThatIsNotThere() throws {
    target["VBAR"] = 0x7000_0000
    let taken = try exception(
      try fixture.step(
        1, vector(0x200, esr: 0x9600_0045, elr: Self.code, base: 0x7000_0000)))
    #expect(!taken.isVectorMapped)
    #expect(!taken.isOfVector)
    // From there on the fetch of the vector is the only thing that happens.
    let next = try exception(
      try fixture.step(
        5, vector(0x200, esr: 0x8600_0005, elr: 0x7000_0200, base: 0x7000_0000)))
    #expect(next.isOfVector)
    #expect(session.steps?.number == 1)
    #expect(try session.exits.exceptionWithoutVector()?.isOfVector == true)
  }

  /// Code may be at any multiple of 0x80, and may branch to a vector.
  @Test func othersAreSteps() throws {
    for (event, comment) in [
      (FakeTarget.Event.at(0x4020_1080, level: 1), "not at a vector"),
      (vector(0x200, esr: 0x9600_0045, elr: 0x4020_7000), "a branch: ELR is another exception's"),
      (vector(0x200, esr: 0x9600_0045, elr: Self.code + 4), "no call, so ELR would be the PC"),
      (vector(0x240, esr: 0x9600_0045, elr: Self.code), "inside of a vector"),
      (vector(0x600, esr: 0x9600_0045, elr: Self.code), "for a lower level"),
      (
        .stop {
          $0.stand(at: Self.vectors + 0x200, level: 1)
          $0["cpsr"] = 5
          $0["ELR_EL1"] = Self.code
        }, "interrupts aren't masked"
      ),
    ] {
      target.stand(at: Self.code, level: 1)
      try session.refresh()
      #expect(try fixture.step(1, event) == .stepped, "\(comment)")
    }
  }

  /// Only what is at a vector costs a round trip.
  @Test func aStepCostsNothingMore() throws {
    _ = try fixture.step(2, .at(Self.code + 4, level: 1), .at(Self.code + 8, level: 1))
    #expect(fixture.accesses() == ["s", "g", "s", "g"])
    #expect(session.steps == StepProgress(number: 2, count: 2))
  }

  /// A stub that shows no such registers can't say it.
  @Test func aRefusalIsAnError() throws {
    target.failNext("p VBAR")
    #expect(throws: (any Error).self) {
      try fixture.step(1, vector(0x200, esr: 0x9600_0045, elr: Self.code))
    }
    #expect(session.target.state != .running)
    #expect(try fixture.step(1, .at(Self.code, level: 1)) == .stepped)
  }

  @Test func aSignalEndsTheSteps() throws {
    let event = try fixture.step(
      5, .at(Self.code + 4, level: 1), .at(Self.code + 4, level: 1, signal: 11))
    #expect(event == .signal(11))
    #expect(session.steps == StepProgress(number: 2, count: 5))
  }

  // MARK: Interrupts

  @Test func interruptsInSteps() throws {
    try session.setTakesInterruptsInSteps(true)
    #expect(target.takeTrace() == ["qqemu.sstep", "Qqemu.sstep=1"])
    #expect(session.takesInterruptsInSteps == true)
    // A detached machine has what it had before.
    try session.detach()
    #expect(target.takeTrace() == ["Qqemu.sstep=7", "D"])
  }

  @Test func aStubThatCannotChoose() throws {
    target.failures.append(
      ("qqemu.sstep", RemoteError(.unsupported, "the stub has no step mask")))
    #expect(throws: RemoteError.self) { try session.setTakesInterruptsInSteps(true) }
    #expect(session.takesInterruptsInSteps == nil)
    try session.detach()
    #expect(target.takeTrace().last == "D")
  }
}
