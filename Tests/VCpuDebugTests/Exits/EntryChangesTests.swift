import ArmVCpu
import TestSupport
import Testing

@testable import VCpuDebug

@Suite struct EntryChangesTests {
  private typealias Change = EntryChanges.Change

  private func changes(
    _ exit: FakeExit, _ change: (inout FakeExit) -> Void = { _ in }
  ) -> EntryChanges {
    EntryChanges(from: .sample(exit), to: .sample(exit.with(change)))
  }

  @Test func nothingChanged() {
    let changes = changes(.mmioRead)
    #expect(changes.changes.isEmpty)
    #expect(changes.hcr == nil)
    #expect(changes.resumption == .sameInstruction)
  }

  @Test func registersInTheirUsualOrder() {
    let exit = FakeExit.mmioRead
    let found = changes(exit) {
      $0.pstate = 0x5
      $0.pc += 4
      $0.spEL0 = 0x10
      $0.x[30] = 2
      $0.x[3] = 1
      // The syndrome after an exit says nothing about the guest.
      $0.esr = 0
    }.changes
    #expect(
      found == [
        Change(part: .gpr(3), before: 0, after: 1), Change(part: .gpr(30), before: 0, after: 2),
        Change(part: .spEL0, before: exit.spEL0, after: 0x10),
        Change(part: .pc, before: exit.pc, after: exit.pc + 4),
        Change(part: .pstate, before: 0x3c5, after: 0x5),
      ])
  }

  @Test func whatWasNotReadAtBothEndsIsNotCompared() {
    let with = { (value: UInt64?) in Exit.sample(.wfi, spEL1: value) }
    #expect(EntryChanges(from: with(nil), to: with(1)).changes.isEmpty)
    #expect(EntryChanges(from: with(1), to: with(nil)).changes.isEmpty)
    #expect(
      EntryChanges(from: with(1), to: with(2)).changes
        == [Change(part: .spEL1, before: 1, after: 2)])
  }

  @Test func virtualInterrupts() throws {
    let with = { (value: UInt64?) in Exit.sample(.wfi, hcr: value) }
    let hcr = try #require(EntryChanges(from: with(0x1), to: with(0x81)).hcr)
    #expect(hcr.before == .vm)
    #expect(hcr.after == [.vm, .vi])
    #expect(EntryChanges(from: with(1), to: with(1)).hcr == nil)
    #expect(EntryChanges(from: with(nil), to: with(1)).hcr == nil)
    #expect(EntryChanges(from: with(1), to: with(1)) != EntryChanges(from: with(1), to: with(2)))
  }

  // MARK: The PC

  /// HVC leaves the PC after itself: adding the size of an instruction skips the next one.
  @Test(
    arguments: [
      ("a load", .mmioRead, 0, .sameInstruction), ("a load", .mmioRead, 4, .afterInstruction),
      ("a load", .mmioRead, 8, .elsewhere), ("a load", .mmioRead, 0x200, .elsewhere),
      ("hvc", .hypercall, 0, .afterInstruction), ("hvc", .hypercall, 4, .skipsNext),
      ("hvc", .hypercall, -4, .sameInstruction), ("hvc", .hypercall, 8, .elsewhere),
      ("smc", .secureMonitorCall, 0, .sameInstruction),
      ("smc", .secureMonitorCall, 4, .afterInstruction),
      ("an interrupt", .irq, 0, .continues), ("an interrupt", .irq, 4, .elsewhere),
      ("an SError", .serror, 0, .continues),
    ] as [(String, FakeExit, Int, EntryChanges.Resumption)])
  func resumption(
    name: String, exit: FakeExit, distance: Int, expected: EntryChanges.Resumption
  ) {
    let changes = changes(exit) { $0.pc = $0.pc &+ UInt64(bitPattern: Int64(distance)) }
    #expect(changes.resumption == expected, "\(name) \(distance)")
  }

  /// ESR_EL2.IL is 0 for an instruction of 16 bits.
  @Test func aShortInstructionOfAArch32() {
    let thumb = FakeExit.mmioRead.with {
      $0.pstate = 0x30
      $0.esr &= ~(1 << 25)
    }
    #expect(changes(thumb) { $0.pc += 2 }.resumption == .afterInstruction)
    #expect(changes(thumb) { $0.pc += 4 }.resumption == .elsewhere)
    let long = thumb.with { $0.esr |= 1 << 25 }
    #expect(changes(long) { $0.pc += 4 }.resumption == .afterInstruction)
    // In AArch64 the bit means something else without a syndrome.
    let wide = FakeExit.mmioRead.with { $0.esr &= ~(1 << 25) }
    #expect(changes(wide) { $0.pc += 4 }.resumption == .afterInstruction)
  }
}
