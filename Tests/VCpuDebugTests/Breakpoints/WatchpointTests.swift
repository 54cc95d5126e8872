import ArmVCpu
import GDBRemote
import TestSupport
import Testing

@testable import VCpuDebug

/// An Arm CPU stops before the access: it is stepped over with the watchpoints removed, and the memory is compared.
@Suite struct WatchpointTests {
  let fixture: SessionFixture
  var session: HypervisorSession { fixture.session }
  var target: FakeTarget { fixture.target }

  /// Where the access is: the machine's and the guest's address of the same memory.
  private static let (variable, guestVariable): (UInt64, UInt64) = (0x4130_0000, 0x4030_0000)
  private static let code: UInt64 = FixtureImages.handler

  init() throws { fixture = try SessionFixture() }

  private static func write(_ value: UInt64, in target: FakeTarget) {
    _ = target.memory.write(littleEndian(value), at: variable, .physical)
  }

  /// The stop before the access, at EL2 or in the guest.
  private static func before(
    _ kind: StopEvent.WatchKind = .write, at address: UInt64 = variable, level: UInt64 = 2
  ) -> FakeTarget.Event {
    .access(kind, at: address) { $0.stand(at: code, level: level) }
  }

  /// The end of the step that carries it out.
  private static func after(_ value: UInt64? = nil, level: UInt64 = 2) -> FakeTarget.Event {
    .stop { target in
      target.stand(at: code + 4, level: level)
      if let value { write(value, in: target) }
    }
  }

  private func hits(_ event: SessionEvent?) -> [WatchHit]? {
    guard case .watchpoint(let hits, _)? = event else { return nil }
    return hits
  }

  // MARK: Kinds

  @Test func aWriteIsReportedWithItsInstructionAndBothValues() throws {
    Self.write(5, in: target)
    _ = try session.points.addWatchpoint("*(uint32_t *)hv:0x41300000", for: .write)
    _ = target.takeTrace()
    let found = try #require(hits(try fixture.resume(Self.before(), Self.after(6))))
    #expect(found.count == 1)
    #expect(found[0].old == [5, 0, 0, 0] && found[0].new == [6, 0, 0, 0])
    #expect(found[0].instruction == Self.code && found[0].space == .hypervisor)
    #expect(try session.requireState().pc == Self.code + 4)
    #expect(session.breakpoints[1]?.hitCount == 1)
    let trace = target.takeTrace().filter { $0.hasPrefix("Z2") || $0.hasPrefix("z2") || $0 == "s" }
    #expect(trace == ["Z2 0x41300000", "z2 0x41300000", "s"])
    // It is inserted again to run on.
    _ = try fixture.resume(.ended(status: 0))
    #expect(target.takeTrace().contains("Z2 0x41300000"))
  }

  @Test func aWriteOfTheSameValueIsPassedOver() throws {
    Self.write(5, in: target)
    _ = try session.points.addWatchpoint("hv:0x41300000", for: .write)
    let event = try fixture.resume(
      Self.before(), Self.after(5), Self.before(), Self.after(7), .ended(status: 0))
    #expect(hits(event)?.first?.new == littleEndian(7))
    #expect(session.breakpoints[1]?.hitCount == 1)
  }

  @Test(arguments: [(Watchpoint.Access.read, "Z3"), (.any, "Z4")])
  func anAccessIsReportedWhateverTheValue(access: Watchpoint.Access, packet: String) throws {
    _ = try session.points.addWatchpoint("hv:0x41300000", for: access)
    let event = try fixture.resume(Self.before(.read), Self.after())
    #expect(hits(event)?.first?.old == hits(event)?.first?.new)
    #expect(target.takeTrace().contains("\(packet) 0x41300000"))
  }

  /// An x86 CPU stops after the access, so it doesn't say which instruction made it.
  @Test func aTargetThatStopsAfterTheAccess() throws {
    let fixture = try SessionFixture(FakeTarget(.x86Program))
    _ = fixture.target.memory.write([5], at: Self.variable, .hypervisor)
    _ = try fixture.session.points.addWatchpoint("0x41300000", length: "1", for: .write)
    func access(_ value: UInt8) -> FakeTarget.Event {
      .access(.write, at: Self.variable) {
        $0["rip"] = 0x1004
        _ = $0.memory.write([value], at: Self.variable, .hypervisor)
      }
    }
    _ = fixture.target.takeTrace()
    let first = try #require(hits(try fixture.resume(access(6))))
    #expect(first[0].instruction == nil && first[0].old == [5] && first[0].new == [6])
    #expect(!fixture.target.takeTrace().contains("s"))
    #expect(hits(try fixture.resume(access(6), access(9)))?.first?.old == [6])
  }

  // MARK: Worlds

  @Test func anAccessOfAnotherWorldIsPassedOver() throws {
    _ = try session.points.addWatchpoint("guest:0x40300000", for: .write)
    let event = try fixture.resume(
      // EL2 has other memory there.
      Self.before(at: Self.guestVariable), Self.after(1),
      Self.before(at: Self.guestVariable, level: 1), Self.after(2, level: 1))
    let found = try #require(hits(event))
    #expect(found[0].new == littleEndian(2) && found[0].space == .guest)
    #expect(session.breakpoints[1]?.hitCount == 1)
  }

  @Test(
    arguments: [("guest[cpu 1]", false), ("guest[cpu 0]", true), ("guest[vcpu 0]", true)])
  func anAccessOfAnotherCPUIsPassedOver(prefix: String, isReported: Bool) throws {
    target.cpus.append((ThreadID(process: 1, thread: 2), "CPU#1 [running]"))
    target["VMPIDR_EL2", of: ThreadID(process: 1, thread: 2)] = 1
    _ = try session.points.addWatchpoint("\(prefix):0x40300000", for: .any)
    let event = try fixture.resume(
      Self.before(at: Self.guestVariable, level: 1), Self.after(2, level: 1), .ended(status: 0))
    #expect((hits(event) != nil) == isReported)
  }

  /// Both stages lead to it, and the guest's address is what the stub watches.
  @Test(arguments: ["ipa:0x40300000", "pa:0x41300000"])
  func memoryIsWatchedWhereItIsMapped(text: String) throws {
    let added = try session.points.addWatchpoint(text, length: "4", for: .write)
    guard case .watch(let watchpoint) = added.kind else { return }
    let isPhysical = text.hasPrefix("pa")
    let guest = Watchpoint.Place(
      space: .guest, address: Self.guestVariable, byteCount: 4,
      output: isPhysical ? Self.variable : Self.guestVariable)
    let own = Watchpoint.Place(
      space: .hypervisor, address: Self.variable, byteCount: 4, output: Self.variable)
    #expect(watchpoint.places == (isPhysical ? [own, guest] : [guest]))
    let event = try fixture.resume(
      Self.before(at: Self.guestVariable, level: 1), Self.after(3, level: 1))
    #expect(hits(event)?.first?.new == [3, 0, 0, 0])
  }

  @Test(
    arguments: [
      ("$x0", nil, "$x0 is a register: '*$x0' is the memory that it points to"),
      ("hv:0", "0", "0 bytes can't be watched: at least 1, and at most 65536"),
      ("hv:0xffffffffffffffff", "2", "it is beyond the last address"),
    ] as [(String, String?, String)])
  func whatCannotBeWatched(text: String, length: String?, reason: String) {
    #expect(throws: DebugError.unwatchable(reason)) {
      try session.points.addWatchpoint(text, length: length, for: .write)
    }
    #expect(session.breakpoints.all.isEmpty)
  }

  @Test func aStubThatRefuses() throws {
    _ = try session.points.addWatchpoint("hv:0x41300000", for: .write)
    target.refusedBreakpoints = [Self.variable]
    #expect(
      throws: DebugError.cannotWatch(Self.variable, reason: "the stub answered E22")
    ) { try session.resume() }
  }

  // MARK: Together with others

  /// A step that ends where it began has carried out nothing.
  @Test func aStepThatExecutesNothingIsRepeated() throws {
    _ = try session.points.addWatchpoint("hv:0x41300000", for: .write)
    let event = try fixture.resume(
      Self.before(), .stop { $0.stand(at: Self.code, level: 2) }, Self.after(1))
    #expect(hits(event)?.first?.new == littleEndian(1))
  }

  @Test func theUsersStepsGoOnAfterAnAccessThatDoesNotCount() throws {
    Self.write(5, in: target)
    _ = try session.points.addWatchpoint("hv:0x41300000", for: .write)
    let event = try fixture.step(
      2, Self.before(), Self.after(5), .stop { $0.stand(at: Self.code + 8, level: 2) })
    #expect(event == .stepped)
    #expect(try session.requireState().pc == Self.code + 8)
  }

  @Test func theConditionIsThatOfTheNewValue() throws {
    _ = try session.points.addWatchpoint(
      "*(uint32_t *)hv:0x41300000", for: .write, condition: "*(uint32_t *)hv:0x41300000 == 9")
    let event = try fixture.resume(Self.before(), Self.after(8), Self.before(), Self.after(9))
    #expect(hits(event)?.first?.new == [9, 0, 0, 0])
  }

  @Test func aBreakpointAtTheNextInstructionIsReportedToo() throws {
    _ = try session.points.addWatchpoint("hv:0x41300000", for: .write)
    _ = try session.points.add("*hv:0x\(String(Self.code + 4, radix: 16))")
    guard case .watchpoint(_, let all)? = try fixture.resume(Self.before(), Self.after(1)) else {
      Issue.record("no watchpoint")
      return
    }
    #expect(all.map(\.number) == [1, 2])
  }

  /// The stub names one of them, and the step is over with all of them removed.
  @Test func oneAccessThatChangesTheMemoryOfTwo() throws {
    _ = try session.points.addWatchpoint("hv:0x41300000", for: .write)
    _ = try session.points.addWatchpoint("hv:0x41300008", for: .write)
    let event = try fixture.resume(
      Self.before(),
      .stop { target in
        target.stand(at: Self.code + 4, level: 2)
        _ = target.memory.write(littleEndian(7), at: Self.variable + 8, .physical)
      })
    #expect(hits(event)?.map(\.number) == [2])
  }

  @Test func aWriteIsNotWhatAWatchpointForReadsWaitsFor() throws {
    _ = try session.points.addWatchpoint("hv:0x41300000", for: .write)
    _ = try session.points.addWatchpoint("hv:0x41300000", for: .read)
    let event = try fixture.resume(Self.before(), Self.after(1))
    #expect(hits(event)?.map(\.number) == [1])
    #expect(session.breakpoints[2]?.hitCount == 0)
  }

  /// Another process or VM may have other memory at the same virtual address.
  @Test func aVirtualAddressThatLeadsElsewhereByNow() throws {
    _ = try session.points.addWatchpoint("pa:0x41300000", length: "4", for: .any)
    let event = try fixture.resume(
      .access(.access, at: Self.guestVariable) { target in
        target.stand(at: Self.code, level: 1)
        // Stage 2 of another VM.
        target["VTTBR_EL2"] = 0x4402_0000
      }, Self.after(level: 1), .ended(status: 0))
    #expect(hits(event) == nil)
  }

  @Test func theProgramOfAGuestIsItsGuests() throws {
    _ = try session.points.addWatchpoint("el0:0x40300000", for: .write)
    let event = try fixture.resume(
      Self.before(at: Self.guestVariable, level: 1), Self.after(1, level: 1),
      Self.before(at: Self.guestVariable, level: 0), Self.after(2, level: 0))
    #expect(hits(event)?.first?.new == littleEndian(2))
  }

  /// A device's registers may change when they are read.
  @Test func aDeviceIsWatchedWithoutReadingIt() throws {
    target.monitorAnswer = """
      FlatView #0
       AS "memory", root: system
        0000000040000000-0000000044ffffff (prio 0, ram): ram
        0000000009000000-0000000009000fff (prio 0, i/o): pl011
      """
    let added = try session.points.addWatchpoint("hv:0x9000000", length: "4", for: .any)
    #expect(session.points.watchDoubts(about: added) == [])
    let found = try #require(
      hits(try fixture.resume(Self.before(.read, at: 0x900_0000), Self.after())))
    #expect(found[0].old == nil && found[0].new == nil)
    #expect(!target.takeTrace().contains { $0.contains("m 0x9000000") })
  }
}
