import ArmVCpu
import TestSupport
import Testing

@testable import VCpuDebug

/// How a CPU leaves a breakpoint where exits pass: past an instruction that was read and does nothing, else by a step.
@Suite struct LeavingTests {
  /// Catches an exit, and returns the round trips of continuing to the next stop.
  private func leave(
    _ fixture: SessionFixture, from exit: FakeTarget.Event, _ events: FakeTarget.Event...
  ) throws -> [String] {
    if fixture.session.breakpoints.all.isEmpty {
      _ = try fixture.session.points.addCatchpoint(.exit([.any]))
    }
    #expect(SessionFixture.numbers(try fixture.resume(exit)) == [1])
    _ = fixture.target.takeTrace()
    fixture.target.script = events
    try fixture.session.resume()
    _ = try fixture.poll()
    return fixture.accesses().filter { $0.hasPrefix("c") || $0.hasSuffix("| c") || $0 == "s" }
  }

  private func put(_ word: UInt32, at address: UInt64, in target: FakeTarget) {
    _ = target.memory.write(Array(littleEndian(UInt64(word)).prefix(4)), at: address, .physical)
  }

  @Test(
    arguments: [
      ("nop", 0xd503_201f, true), ("yield", 0xd503_203f, true), ("bti c", 0xd503_245f, true),
      // It may take a pending SError, which the stub doesn't show.
      ("esb", 0xd503_221f, false), ("paciasp", 0xd503_233f, false), ("wfi", 0xd503_207f, false),
      ("sub sp, sp, #272", 0xd104_43ff, false), ("b .", 0x1400_0000, false), ("udf", 0, false),
    ] as [(String, UInt32, Bool)])
  func onlyWhatDoesNothingIsLeftOut(name: String, word: UInt32, isSkipped: Bool) throws {
    for isVector in [false, true] {
      let target = try FakeTarget.booted()
      let address = isVector ? FixtureImages.vectors + 0x400 : FixtureImages.trampoline
      let fixture = try isVector ? SessionFixture(target) : SessionFixture.symbolised(target)
      _ = try fixture.session.points.addCatchpoint(.exit([.any]))
      put(word, at: address, in: target)
      let exit: FakeTarget.Event = isVector ? .vector(.wfi) : .exit(.wfi)
      let hex = "0x" + String(address + 4, radix: 16)
      let trace =
        isSkipped
        ? try leave(fixture, from: exit, .ended(status: 0))
        : try leave(fixture, from: exit, .at(address + 4, level: 2), .ended(status: 0))
      #expect(trace == (isSkipped ? ["c \(hex)"] : ["s", "p pc | c"]), "\(name)")
    }
  }

  /// A frozen PSTATE.BTYPE would reach the instruction after a `bti`, and so on.
  @Test(arguments: [1 << 10, 1 << 20, 1 << 21] as [UInt64])
  func nothingIsLeftOutThatPSTATEMakesAnEffectOf(bit: UInt64) throws {
    let fixture = try SessionFixture()
    let trace = try leave(
      fixture,
      from: .stop {
        $0.stand(at: .wfi)
        $0["cpsr"] = $0["cpsr"] | bit
      }, .at(FixtureImages.trampoline + 4, level: 2), .ended(status: 0))
    #expect(trace == ["s", "p pc | c"])
  }

  @Test func anInstructionThatCannotBeReadIsStepped() throws {
    let fixture = try SessionFixture()
    _ = try fixture.session.points.addCatchpoint(.exit([.any]))
    // The one with the stop, and the one before it goes on.
    for _ in 0..<2 { fixture.target.failNext("m 0x40201000+4") }
    let trace = try leave(
      fixture, from: .exit(.wfi), .at(FixtureImages.trampoline + 4, level: 2), .ended(status: 0))
    #expect(trace == ["s", "p pc | c"])
  }

  @Test func whileARecordingIsReplayedEveryBreakpointIsStepped() throws {
    let fixture = try SessionFixture()
    fixture.target.isReplaying = true
    let trace = try leave(
      fixture, from: .exit(.wfi), .at(FixtureImages.trampoline + 4, level: 2),
      .exit(.hypercall), .at(FixtureImages.trampoline + 4, level: 2), .ended(status: 0))
    #expect(trace == ["s", "p pc | c"])
    #expect(fixture.session.breakpoints[1]?.hitCount == 2)
  }

  @Test func aPersonsBreakpointElsewhereIsSteppedWhateverIsThere() throws {
    let fixture = try SessionFixture()
    put(0xd503_201f, at: FixtureImages.handler + 4, in: fixture.target)
    _ = try fixture.session.points.add("*\(FixtureImages.handler + 4)")
    #expect(
      SessionFixture.numbers(try fixture.resume(.at(FixtureImages.handler + 4, level: 2))) == [1])
    _ = fixture.target.takeTrace()
    _ = try fixture.resume(.at(FixtureImages.handler + 8, level: 2), .ended(status: 0))
    #expect(
      fixture.accesses().filter { $0.hasPrefix("c") || $0.hasSuffix("| c") || $0 == "s" } == [
        "s", "c",
      ])
  }

  /// Code may change, so it is read again each time.
  @Test func theInstructionIsReadAtEachStop() throws {
    let fixture = try SessionFixture()
    #expect(try leave(fixture, from: .exit(.wfi), .exit(.wfi)) == ["c 0x40201004"])
    put(0xd104_43ff, at: FixtureImages.trampoline, in: fixture.target)
    _ = try fixture.resume(.exit(.wfi))
    _ = fixture.target.takeTrace()
    _ = try fixture.resume(.at(FixtureImages.trampoline + 4, level: 2), .ended(status: 0))
    #expect(
      fixture.accesses().filter { $0.hasPrefix("c") || $0.hasSuffix("| c") || $0 == "s" } == [
        "s", "p pc | c",
      ])
  }
}
