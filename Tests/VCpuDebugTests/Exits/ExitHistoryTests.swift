import ArmVCpu
import GDBRemote
import TestSupport
import Testing

@testable import VCpuDebug

@Suite struct ExitHistoryTests {
  private static let first = ThreadID(process: 1, thread: 1)
  private static let second = ThreadID(process: 1, thread: 2)
  private var history = ExitHistory()

  /// Records an exit, and returns it with its number.
  private mutating func note(
    _ exit: FakeExit, vm: UInt64 = 1, on thread: ThreadID = first, isNew: Bool = true
  ) -> Exit {
    var exit = Exit.sample(exit, vm: vm)
    history.note(&exit, on: thread, isNew: isNew)
    return exit
  }

  @Test mutating func exitsAreCountedByTheirVCpu() {
    let counts = [
      note(.wfi), note(.hypercall), note(.wfi, vm: 2), note(.wfi.with { $0.vcpu = 1 }),
      note(.wfi, on: Self.second),
    ].map(\.count)
    #expect(counts == [.seen(1), .seen(2), .seen(1), .seen(1), .seen(3)])
  }

  @Test mutating func anExitThatIsReadAgainHasTheSameNumber() {
    _ = note(.wfi)
    let exit = note(.mmioRead)
    #expect(note(.mmioRead, isNew: false).count == .seen(2))
    #expect(note(.mmioRead, isNew: false).repetition == exit.repetition)
    #expect(note(.hypercall).count == .seen(3))
  }

  @Test mutating func aNumberOfTheHypervisorsStaysItsOwn() {
    var exit = Exit.sample(.wfi, count: .kept(77))
    history.note(&exit, on: Self.first, isNew: true)
    #expect(exit.count == .kept(77))
  }

  // MARK: The same exit again

  @Test mutating func theSameFaultAgainIsCounted() {
    #expect(note(.mmioRead).repetition == 1)
    #expect(note(.mmioRead).repetition == 2)
    #expect(note(.mmioRead).repetition == 3)
    // Reading it again isn't another exit.
    #expect(note(.mmioRead, isNew: false).repetition == 3)
    #expect(note(.mmioRead.with { $0.x[7] = 1 }).repetition == 1)
  }

  @Test(arguments: [
    ("an interrupt", FakeExit.irq), ("a call, which leaves the PC after itself", .hypercall),
  ])
  mutating func whatIsNoRetry(name: String, exit: FakeExit) {
    _ = note(exit)
    #expect(note(exit).repetition == 1)
  }

  @Test mutating func anotherVCpusFaultIsNotTheSame() {
    _ = note(.mmioRead)
    #expect(note(.mmioRead, vm: 2).repetition == 1)
    #expect(note(.mmioRead).repetition == 2)
  }

  // MARK: An exit lasts

  @Test mutating func theLastExitOfACPUIsACopy() throws {
    _ = note(.wfi)
    _ = note(.hypercall, vm: 2, on: Self.second)
    let exit = try history.exit(on: Self.first)
    #expect(exit.moment == .handled)
    #expect(exit.isCopy)
    #expect(exit.reason.exitClass == .wfi)
    #expect(exit.count == .seen(1))
    guard case .nowhere(let reason) = exit.storage.place(of: .gpr(0)) else {
      Issue.record("\(exit.storage)")
      return
    }
    #expect(reason.contains("the hypervisor may have saved it since"))
    #expect(try history.exit(on: Self.second).reason.exitClass == .hvc)
  }

  @Test mutating func aGuestThatRunsEndsTheExitOfItsCPUAlone() throws {
    _ = note(.wfi)
    _ = note(.hypercall, on: Self.second)
    history.noteGuest(Self.first)
    #expect(throws: DebugError.notAtExit(.notSeen)) { try history.exit(on: Self.first) }
    #expect(try history.exit(on: Self.second).reason.exitClass == .hvc)
  }

  @Test mutating func anUnwatchedRunEndsThemAll() {
    #expect(throws: DebugError.notAtExit(.notSeen)) { try history.exit(on: Self.first) }
    history.noteRun(with: .none)
    // There was nothing to lose.
    #expect(throws: DebugError.notAtExit(.notSeen)) { try history.exit(on: Self.first) }
    let exit = note(.mmioRead)
    history.noteRun(with: .none)
    #expect(throws: DebugError.notAtExit(.unwatched)) { try history.exit(on: Self.first) }
    #expect(history.last(of: exit.origin) == nil)
    // What is counted is counted, but the same fault may have been another one.
    let next = note(.mmioRead)
    #expect(next.count == .seen(2))
    #expect(next.repetition == 1)
  }

  @Test mutating func aWatchedRunEndsNone() throws {
    _ = note(.mmioRead)
    history.noteRun(with: .all)
    #expect(try history.exit(on: Self.first).reason.exitClass == .mmioRead)
    #expect(note(.mmioRead).repetition == 2)
  }

  @Test mutating func anInterruptInBetweenMayHaveBeenTheLastExitAndIsNoOtherFault() {
    _ = note(.mmioRead)
    history.noteRun(with: .some)
    #expect(throws: DebugError.notAtExit(.interruptsUnwatched)) {
      try history.exit(on: Self.first)
    }
    #expect(note(.mmioRead).repetition == 2)
  }

  /// It is handled where it last left.
  @Test mutating func aVCpuThatMovedIsOnOneCPU() throws {
    _ = note(.mmioRead)
    _ = note(.wfi, on: Self.second)
    #expect(try history.exit(on: Self.second).reason.exitClass == .wfi)
    #expect(throws: DebugError.notAtExit(.notSeen)) { try history.exit(on: Self.first) }
  }

  // MARK: The user's changes

  @Test mutating func whatAPersonChangedIsNoDoingOfTheHypervisors() throws {
    let exit = note(.mmioRead)
    history.update(.gpr(3), to: 0x55, of: exit, on: Self.first)
    history.update(.pc, to: 0x100, of: exit, on: Self.first)
    #expect(try #require(history.last(of: exit.origin)).gpr(3) == 0x55)
    #expect(try history.exit(on: Self.first).pc == 0x100)
    let entry = Exit.sample(
      .mmioRead.with {
        $0.x[3] = 0x55
        $0.pc = 0x100
      })
    let before = try #require(history.last(of: exit.origin))
    #expect(EntryChanges(from: before, to: entry).changes.isEmpty)
  }

  // MARK: An entry

  @Test mutating func anEntryHasTheCauseOfItsExit() {
    let exit = note(.mmioRead)
    var entry = Exit.sample(.hypercall)
    history.complete(&entry, on: Self.first)
    #expect(entry.syndrome == exit.syndrome)
    #expect(entry.count == .seen(1))
    #expect(entry.pc == FakeExit.hypercall.pc)
    // Nothing is known about another VM.
    var other = Exit.sample(.hypercall, vm: 9)
    history.complete(&other, on: Self.first)
    #expect(other == Exit.sample(.hypercall, vm: 9))
  }
}
