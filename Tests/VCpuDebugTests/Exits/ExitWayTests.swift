import ArmVCpu
import GDBRemote
import TestSupport
import Testing

@testable import VCpuDebug

/// The choice of the way to find exits, and the one that the user wants.
@Suite struct ExitWayTests {
  private func notes(
    _ change: (FakeTarget) -> Void
  ) throws -> (way: ExitWay?, notes: [String]) {
    let target = try FakeTarget.booted()
    change(target)
    let session = try HypervisorSession.fake(target)
    return (session.exits.way, session.exits.notes)
  }

  /// Writes 32 bits of the descriptor.
  private func put(_ value: UInt32, at offset: UInt64, in target: FakeTarget) {
    _ = target.memory.write(
      Array(littleEndian(UInt64(value)).prefix(4)), at: FixtureImages.descriptor + offset,
      .physical)
  }

  // MARK: Our descriptor

  @Test(
    arguments: [
      (0, 0, "its memory holds something else. Do the symbols match the running hypervisor?"),
      (8, 1, "its version is 1, but this shell supports only version 2"),
      (12, 120, "its descriptor has 120 bytes, but this shell expects 128"),
      (16, 280, "its trap frame has 280 bytes, but this shell expects 272"),
      (20, 352, "its exit record has 352 bytes, but this shell expects 344"),
      (24, 8, "its context has 8 bytes, but this shell expects 344"),
      (28, 8, "its CPU-local memory has 8 bytes, but this shell expects 744"),
      (112, 8, "its observer has 8 bytes, but this shell expects 5440"),
      // The end of avcpu_save_exit, and of context_vm_entry, at their beginnings.
      (56, 0x4020_3800, "it has no instructions for saving an exit"),
      (80, 0x4020_2000, "it has no instructions for entering a guest"),
    ] as [(UInt64, UInt32, String)])
  func aDescriptorThatIsNotKnownIsNotUsed(offset: UInt64, value: UInt32, words: String) throws {
    let found = try notes { put(value, at: offset, in: $0) }
    // The code around is arm_vcpu's contract as well.
    #expect(found.way == .trampoline)
    #expect(found.notes == ["vcpu_debug_descriptor is not used: " + words])
  }

  @Test func anotherVersionIsNotReadAsOurs() throws {
    let target = try FakeTarget.booted()
    put(3, at: 8, in: target)
    let session = try HypervisorSession.fake(target)
    _ = try session.points.addCatchpoint(.exit([.any]))
    target.script = [.exit(FakeExit.mmioWrite.with { $0.count = 77 })]
    try session.resume()
    _ = target.takeTrace()
    _ = try session.poll()
    #expect(session.exit?.way == .trampoline)
    #expect(session.exit?.count == .seen(1))
    #expect(!target.takeTrace().joined().contains("+344"))
  }

  @Test func whereItsMemoryIsNotThereTheNextWayIsTaken() throws {
    let target = try FakeTarget.booted()
    target.failNext("m 0x40206000+128")
    let session = try HypervisorSession.fake(target)
    #expect(session.exits.way == .trampoline)
    #expect(session.exits.notes.first?.hasPrefix("vcpu_debug_descriptor is not used: ") == true)
  }

  /// An image that is loaded later, such as after a reset: the next catchpoint looks again.
  @Test func itIsLookedForAgainWhenSomebodyWaitsForExits() throws {
    let target = try FakeTarget.booted()
    put(0, at: 0, in: target)
    let session = try HypervisorSession.fake(target)
    #expect(session.exits.way == .trampoline)
    put(0x7570_6376, at: 0, in: target)
    _ = try session.points.addCatchpoint(.exit([.any]))
    #expect(session.exits.way == .context)
    #expect(session.exits.notes.isEmpty)
  }

  // MARK: Whatever the user wants

  @Test(arguments: ExitWay.allCases)
  func aWayIsForcedAndCatchesTheSame(way: ExitWay) throws {
    let fixture = try SessionFixture()
    let session = fixture.session
    try session.exits.setWay(way)
    #expect(session.exits.way == way)
    #expect(session.exits.wantedWay == way)
    _ = try session.points.addCatchpoint(.exit([.any]))
    #expect(session.exits.way == way)
    let exit = FakeExit.mmioWrite
    let event: FakeTarget.Event = way == .vectors ? .vector(exit) : .exit(exit)
    #expect(SessionFixture.numbers(try fixture.resume(event)) == [1])
    #expect(session.exit?.way == way)
    #expect(session.exit?.reason.exitClass == .mmioWrite)
    #expect(try session.value(of: "$x1").bits == 0x1_0000_0041)
    try session.exits.setWay(nil)
    #expect(session.exits.way == .context)
    #expect(session.exits.wantedWay == nil)
  }

  @Test func theBreakpointsFollowTheWay() throws {
    let fixture = try SessionFixture()
    _ = try fixture.session.points.addCatchpoint(.exit([.any]))
    _ = try fixture.resume(.exit(.wfi))
    _ = fixture.target.takeTrace()
    try fixture.session.exits.setWay(.vectors)
    let event = try fixture.resume(.vector(.hypercall))
    #expect(SessionFixture.numbers(event) == [1])
    let trace = fixture.target.takeTrace()
    #expect(trace.contains("z0 0x40201000") && trace.contains("z0 0x40204000"))
    #expect(trace.contains("Z0 0x40203400") && trace.contains("Z0 0x40203780"))
    // The trampoline is nothing special any more: no step is needed to leave it.
    #expect(trace.contains("c") && !trace.contains("s"))
  }

  @Test(
    arguments: [
      (ExitWay.context, "guest exits cannot be caught: the symbols have no vcpu_debug_descriptor"),
      (.trampoline, "guest exits cannot be caught: the symbols have no vmexit_trampoline"),
    ])
  func aWayThatIsNotThereChangesNothing(way: ExitWay, words: String) throws {
    let fixture = try SessionFixture(.booted())
    _ = try fixture.session.points.addCatchpoint(.exit([.any]))
    let error = #expect(throws: DebugError.self) { try fixture.session.exits.setWay(way) }
    #expect(error?.description == words)
    #expect(fixture.session.exits.way == .vectors)
    #expect(fixture.session.exits.wantedWay == nil)
    #expect(SessionFixture.numbers(try fixture.resume(.vector(.wfi))) == [1])
  }

  @Test func aTargetWithoutAHypervisorHasNone() throws {
    let session = try HypervisorSession(target: FakeTarget(.aarch64Program))
    #expect(session.exits.way == nil)
    #expect(throws: DebugError.self) { try session.exits.setWay(.vectors) }
  }

  // MARK: What a target refuses

  @Test func vectorsThatTakeNoBreakpointAreDoneWithout() throws {
    let target = try FakeTarget.booted()
    // A table that VBAR_EL2 had first; the guest's is another one.
    target.refusedBreakpoints = [FixtureImages.vectors + 0x480]
    // `msr vbar_el2, x5`
    _ = target.memory.write([0x05, 0xc0, 0x1c, 0xd5], at: 0x4020_5040, .physical)
    _ = target.memory.write([0x1f, 0x20, 0x03, 0xd5], at: 0x4030_0400, .physical)
    let fixture = try SessionFixture(target)
    _ = try fixture.session.points.addCatchpoint(.exit([.any]))
    let event = try fixture.resume(
      .at(0x4020_5040, level: 2),
      .stop {
        $0.stand(at: 0x4020_5044, level: 2)
        $0["VBAR_EL2"] = 0x4030_0000
      }, .vector(.wfi, table: 0x4030_0000))
    #expect(SessionFixture.numbers(event) == [1])
    #expect(
      fixture.session.exits.vectorTables.map(\.use) == [
        "not used: no breakpoint can be set there: the stub answered E22",
        "guests exit through them",
      ])
    // What was inserted for the first is removed again.
    let trace = target.takeTrace()
    #expect(trace.contains("Z0 0x40203400") && trace.contains("z0 0x40203400"))
    #expect(trace.filter { $0 == "Z0 0x40203480" }.count == 1)
  }

  @Test func withNoVectorsLeftItSaysSo() throws {
    let target = try FakeTarget.booted()
    target.refusedBreakpoints = Set(
      stride(from: FixtureImages.vectors, to: FixtureImages.vectors + 0x800, by: 4))
    let fixture = try SessionFixture(target)
    _ = try fixture.session.points.addCatchpoint(.exit([.any]))
    #expect(
      throws: DebugError.cannotFindExits("the target refuses breakpoints at EL2's vectors")
    ) { try fixture.session.resume() }
    #expect(!fixture.session.isRunning)
    // Without the catchpoint it runs.
    try fixture.session.breakpoints.delete(1)
    #expect(try fixture.resume(.ended(status: 0)) == .ended(status: 0))
  }

  @Test func nonsenseThatOverlapsIsGivenUpWithoutEnd() throws {
    let target = try FakeTarget.booted()
    let vectors = FixtureImages.vectors
    // `msr vbar_el2, x5`
    _ = target.memory.write([0x05, 0xc0, 0x1c, 0xd5], at: 0x4020_5040, .physical)
    let fixture = try SessionFixture(target)
    _ = try fixture.session.points.addCatchpoint(.exit([.any]))
    _ = try fixture.resume(.vector(.wfi))
    target.refusedBreakpoints = Set(stride(from: vectors + 0x800, to: vectors + 0x900, by: 4))
    let event = try fixture.resume(
      .at(vectors + 0x404, level: 2), .at(0x4020_5040, level: 2),
      .stop {
        $0.stand(at: 0x4020_5044, level: 2)
        $0["VBAR_EL2"] = vectors + 0x80
      }, .vector(.wfi))
    #expect(SessionFixture.numbers(event) == [1])
    #expect(fixture.session.exits.vectorTables.first?.isGuests == true)
  }

  @Test func atAPersonsBreakpointARefusalIsTold() throws {
    let fixture = try SessionFixture(.booted())
    _ = try fixture.session.points.addCatchpoint(.exit([.any]))
    // At a vector, too: it is theirs.
    _ = try fixture.session.points.add("*hv:\(FixtureImages.vectors + 0x400)")
    fixture.target.refusedBreakpoints = [FixtureImages.vectors + 0x400]
    #expect(
      throws: DebugError.cannotInsert(
        FixtureImages.vectors + 0x400, reason: "the stub answered E22")
    ) { try fixture.session.resume() }
    #expect(!fixture.session.isRunning)
    try fixture.session.breakpoints.delete(2)
    fixture.target.refusedBreakpoints = []
    #expect(SessionFixture.numbers(try fixture.resume(.vector(.wfi))) == [1])
  }

  @Test func ourTrampolineWithoutABreakpointCatchesNothing() throws {
    let fixture = try SessionFixture()
    fixture.target.refusedBreakpoints = [FixtureImages.trampoline]
    _ = try fixture.session.points.addCatchpoint(.exit([.any]))
    #expect(
      throws: DebugError.cannotInsert(
        FixtureImages.trampoline, reason: "the stub answered E22")
    ) { try fixture.session.resume() }
  }

  @Test func aConnectionThatIsLostIsNoRefusal() throws {
    let fixture = try SessionFixture(.booted())
    _ = try fixture.session.points.addCatchpoint(.exit([.any]))
    fixture.target.failures = [("Z0 0x40203480", .init(.timeout, "no answer"))]
    let error = #expect(throws: RemoteError.self) { try fixture.session.resume() }
    #expect(error?.code == .timeout)
    #expect(fixture.session.exits.vectorTables.map(\.use) == ["nothing has come through them yet"])
    // What is missing is inserted at the next resume.
    #expect(SessionFixture.numbers(try fixture.resume(.vector(.wfi))) == [1])
    #expect(fixture.target.takeTrace().filter { $0 == "Z0 0x40203480" }.count == 2)
  }
}
