import ArmVCpu
import GDBRemote
import TestSupport
import Testing

@testable import VCpuDebug

/// Watchpoints by permission that is taken at stage 2.
@Suite struct Stage2WatchpointTests {
  private typealias Fixture = ProtectionFixture

  private func hits(_ event: SessionEvent?) -> [WatchHit] {
    guard case .watchpoint(let hits, _)? = event else { return [] }
    return hits
  }

  // MARK: Accesses

  /// str w1, [x0] of the fixture guest.
  @Test(arguments: [ExitWay.context, .vectors])
  func aStoreIsCarriedOutAndReported(way: ExitWay) throws {
    let fixture = try Fixture(at: .mmioWrite, way)
    _ = try fixture.watch()
    _ = fixture.target.memory.write(littleEndian(0x1_0000_0005), at: Fixture.place, .physical)
    let exit = FakeExit(
      .dataAbortLower, iss: 0x4f, at: "store32", x: [0: Fixture.variable, 1: 0xffff_0006]
    ).with { $0.far = Fixture.variable }
    let event = try fixture.resume(
      .stop { way == .context ? $0.stand(at: exit) : $0.stand(atVector: exit) })
    let hit = try #require(hits(event).first)
    #expect(hit.old == littleEndian(0x1_0000_0005) && hit.new == littleEndian(0x1_ffff_0006))
    #expect(hit.instruction == exit.pc && hit.space == .guest && hits(event).count == 1)
    let state = try fixture.session.requireState()
    #expect(state.pc == exit.pc + 4 && state.exceptionLevel == 1)
    #expect(fixture.session.breakpoints[1]?.hitCount == 1)
    // The page still lacks it, and the exit is not the guest's.
    #expect(try fixture.entry(of: Fixture.variable).bits & 0x80 == 0)
    #expect(fixture.session.exits.history.counts.values.allSatisfy { $0 == 0 })
  }

  /// ldp x0, x1, [x2]: what is loaded is the guest's memory.
  @Test func aLoadIsCarriedOut() throws {
    let fixture = try Fixture()
    _ = try fixture.watch(for: .read)
    _ = fixture.target.memory.write(
      littleEndian(0x1122_3344_5566_7788) + littleEndian(0x99), at: Fixture.place, .physical)
    let event = try fixture.resume(
      Fixture.fault(at: "load_pair", isWrite: false, x: [2: Fixture.variable]))
    let hit = try #require(hits(event).first)
    #expect(hit.old == hit.new && hit.new == littleEndian(0x1122_3344_5566_7788))
    #expect(fixture.target["x0"] == 0x1122_3344_5566_7788 && fixture.target["x1"] == 0x99)
  }

  /// The same page, another place: it is carried out and counted, and the guest runs on.
  @Test func otherAccessesPass() throws {
    let fixture = try Fixture()
    let added = try fixture.watch(for: .any)
    let event = try fixture.resume(
      Fixture.fault(at: "store32", Fixture.variable + 8, x: [0: Fixture.variable + 8, 1: 7]),
      Fixture.fault(
        at: "load64", Fixture.variable - 8, isWrite: false, x: [0: Fixture.variable - 8]),
      .at(0x4020_0000, level: 1, signal: 2))
    #expect(event == .interrupted)
    #expect(fixture.value(at: Fixture.place + 8) == littleEndian(7))
    guard case .watch(let watchpoint) = added.kind, case .stage2(let pages) = watchpoint.means
    else { throw DebugError.noSuchBreakpoint(1) }
    #expect(fixture.session.protection.passCount(of: pages) == 2)
    #expect(fixture.session.breakpoints[1]?.hitCount == 0)
  }

  /// A write that leaves the value as it was doesn't stop a watchpoint for writes.
  @Test func aWriteOfTheSameValuePasses() throws {
    let fixture = try Fixture()
    _ = try fixture.watch()
    let event = try fixture.resume(
      Fixture.fault(at: "store32", x: [0: Fixture.variable, 1: 0]),
      .at(0x4020_0000, level: 1, signal: 2))
    #expect(event == .interrupted)
  }

  /// What the library doesn't carry out the guest executes, with the permission back: here DC CIVAC.
  @Test(arguments: [ExitWay.context, .vectors])
  func theGuestExecutesTheRest(way: ExitWay) throws {
    let fixture = try Fixture(at: .mmioWrite, way)
    _ = try fixture.watch(for: .any)
    let lacking = try fixture.entry(of: Fixture.variable).bits
    let exit = FakeExit(
      .dataAbortLower, iss: 0x14f, at: "clean", x: [0: Fixture.variable, 9: 0x99]
    ).with { $0.far = Fixture.variable }
    fixture.target["MDCR_EL2"] = 6
    var during: [UInt64] = []
    let tables = try Stage2Tables(fixture.session.access, fixture.session.memory)
    let place = try #require(try tables.entries(mapping: [Fixture.variable])[0]).place
    fixture.target.onExecution = { target, thread in
      guard target["pc", of: thread] == exit.pc, target["cpsr", of: thread] & 0xc == 4 else {
        return
      }
      during.append(
        target.memory.read(place, byteCount: 8, .physical)?.reversed().reduce(0) {
          $0 << 8 | UInt64($1)
        } ?? 0)
    }
    let event = try fixture.resume(
      .stop { way == .context ? $0.stand(at: exit) : $0.stand(atVector: exit) })
    #expect(hits(event).count == 1 && during == [lacking | 0xc0])
    let state = try fixture.session.requireState()
    #expect(state.pc == exit.pc + 4 && state.exceptionLevel == 1)
    #expect(state.registers["x9"] == 0x99 && fixture.target["MDCR_EL2"] == 6)
    #expect(try fixture.entry(of: Fixture.variable).bits == lacking)
    // The next instruction, where the BRK was.
    let word = fixture.target.memory.read(
      exit.pc + 4 + FixtureImages.guestOffset, byteCount: 4, .physical)
    #expect(word == [0x1f, 0x20, 0x03, 0xd5] || word == [0, 0, 0, 0], "\(word ?? [])")
  }

  /// A CPU left because of a page, and stops only after everything was given back: its hypervisor must not see it.
  @Test func anExitThatComesLateIsTheDebuggersToo() throws {
    let fixture = try Fixture()
    let other = fixture.target.addCPU()
    _ = try fixture.watch()
    // It is at EL2, after a permission fault.
    fixture.target["ESR_EL2", of: other] = ESR_EL2(.dataAbortLower, iss: 0x4f).rawValue
    fixture.target["cpsr", of: other] = 0x3c9
    try fixture.session.breakpoints.delete(1)
    #expect(fixture.session.protection.interest == .exits)
    let event = try fixture.resume(
      Fixture.fault(at: "store32", x: [0: Fixture.variable, 1: 9]),
      .at(0x4020_0000, level: 1, signal: 2))
    #expect(event == .interrupted)
    #expect(fixture.value() == littleEndian(9))
  }

  /// A fault that the hypervisor's own permissions cause is its own.
  @Test func aFaultOfTheHypervisorsIsNotTaken() throws {
    let fixture = try Fixture()
    let tables = try Stage2Tables(fixture.session.access, fixture.session.memory)
    let entry = try #require(try tables.entries(mapping: [Fixture.variable])[0])
    _ = fixture.target.memory.write(
      littleEndian(entry.bits & ~0x80), at: entry.place, .physical)
    fixture.session.access.forget()
    _ = try fixture.watch(for: .any)
    _ = try fixture.session.points.addCatchpoint(.exit([.any]))
    let event = try fixture.resume(
      Fixture.fault(at: "store32", x: [0: Fixture.variable, 1: 9]))
    #expect(SessionFixture.numbers(event) == [2])
    #expect(fixture.value() == littleEndian(0))
  }

  // MARK: Refusals

  @Test func whatCannotBeWatchedChangesNothing() throws {
    let fixture = try Fixture()
    let before = fixture.target.memory
    for (text, spares) in [
      ("guest:0x40300040", []), ("guest:0x40300040", ["0x44f00800"]),
      ("guest:0x40300040", ["hv:0x40201000"]), ("guest:0x50000000", ["0x44f00000"]),
      ("hv:0x40404000", ["0x44f00000"]), ("pa:0x41300000", ["0x44f00000"]),
    ] {
      #expect(throws: DebugError.self, "\(text) \(spares)") {
        try fixture.watch(text, spares: spares)
      }
      #expect(fixture.target.memory == before && fixture.session.breakpoints.all.isEmpty)
      #expect(fixture.session.protection.interest == [])
    }
    fixture.target.stand(at: 0x4020_0000, level: 1)
    try fixture.session.refresh()
    #expect(throws: DebugError.self) { try fixture.watch() }
  }

  /// An exit of another CPU would reach its hypervisor.
  @Test func everyCPUsVectorsAreNeeded() throws {
    let fixture = try Fixture(at: .mmioWrite, .vectors)
    let other = fixture.target.addCPU()
    // Nothing is there.
    fixture.target["VBAR_EL2", of: other] = 0x7000_0000
    #expect {
      try fixture.watch()
    } throws: {
      "\($0)".contains("an exit of thread p1.2 would reach the hypervisor")
    }
    fixture.target["VBAR_EL2", of: other] = 0
    _ = try fixture.watch()
  }

  /// The VMID changes: it is the same guest.
  @Test func anotherVMIDIsTheSameGuest() throws {
    let fixture = try Fixture()
    _ = try fixture.watch()
    fixture.target["VTTBR_EL2"] |= 5 << 48
    let event = try fixture.resume(
      Fixture.fault(at: "store32", x: [0: Fixture.variable, 1: 6]))
    #expect(hits(event).count == 1)
  }

  // MARK: Other ways on

  /// The stub's watchpoint on the same page: the access that is carried out for the guest is its, too.
  @Test func theStubsWatchpointsAreHitByIt() throws {
    let fixture = try Fixture()
    _ = try fixture.watch("guest:0x40300080")
    _ = try fixture.session.points.addWatchpoint("guest:0x40300040", length: "8", for: .write)
    let event = try fixture.resume(
      Fixture.fault(at: "store32", x: [0: Fixture.variable, 1: 6]))
    #expect(hits(event).map(\.number) == [2])
  }

  /// CPU 2 stands at an exit of its own by the same page when the user steps it: the guest repeats the access, and the
  /// hypervisor's vector isn't executed.
  @Test(arguments: [true, false])
  func aCPUThatStandsAtSuchAnExitRepeatsTheAccess(isStep: Bool) throws {
    let fixture = try Fixture()
    _ = try fixture.watch()
    let exit = FakeExit(
      .dataAbortLower, iss: 0x4f, at: "store32", x: [0: Fixture.variable, 1: 6]
    ).with { $0.far = Fixture.variable }
    fixture.target.stand(at: exit)
    try fixture.session.refresh()
    var places: [UInt64] = []
    fixture.target.onExecution = { target, thread in
      if target["cpsr", of: thread] & 0xc == 4 { places.append(target["pc", of: thread]) }
    }
    if isStep {
      try fixture.session.step()
      _ = try fixture.session.poll()
      #expect(places == [exit.pc])
    } else {
      _ = try fixture.resume(
        .stop(signal: 2) { target in
          // Where it runs on from.
          if target["cpsr"] & 0xc == 4 { places.append(target["pc"]) }
          target.stand(at: 0x4020_0000, level: 1)
        })
      #expect(places == [exit.pc])
    }
    #expect(try fixture.session.requireState().exceptionLevel == 1)
  }

  @Test func detachingGivesEverythingBack() throws {
    let fixture = try Fixture()
    func tables() -> [UInt8]? {
      fixture.target.memory.read(FakeMemory.stage2Root, byteCount: 0xff_0000, .physical)
    }
    let before = tables()
    _ = try fixture.watch()
    #expect(tables() != before)
    try fixture.session.detach()
    // Its blocks, and zeros in the spare page, which is among them.
    #expect(tables() == before)
  }

  /// Where EL2 isn't reached the tables are restored, and a sentence says that the TLBs may not be.
  @Test func detachingInTheGuest() throws {
    let fixture = try Fixture()
    let before = try fixture.mappings()
    _ = try fixture.watch()
    fixture.target.stand(at: 0x4020_0000, level: 1)
    try fixture.session.refresh()
    #expect {
      try fixture.session.detach()
    } throws: {
      "\($0)".contains("the TLBs may still have entries of before")
        && "\($0)".contains("stage 2 still has the tables at pa:0x44f00000")
    }
    let entry = fixture.target.memory.read(0x44f0_0000 + 0x100 * 8, byteCount: 8, .physical)
    let bits = entry?.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) } ?? 0
    #expect(bits & 0xc0 == 0xc0 && before[0x4030_0000].map { $0 & 0xc0 } == 0xc0)
  }
}
