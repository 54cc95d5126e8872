import ArmVCpu
import GDBRemote
import Testing

@testable import VCpuDebug

@Suite struct VectorTablesTests {
  private static let guests: UInt64 = 0x40dc_0800
  private static let cpu = ThreadID(process: 1, thread: 1)
  private static let host: UInt64 = 0x40dc_6800

  private func tables(_ bases: UInt64...) -> VectorTables {
    var tables = VectorTables()
    for base in bases { _ = tables.add(base) }
    return tables
  }

  private func use(_ tables: VectorTables, of base: UInt64) -> VectorTables.Use? {
    tables.all.first { $0.base == base }?.use
  }

  @Test func aNewTableIsStoppedAtByItsEightEntriesForLowerLevels() {
    var tables = tables(Self.guests)
    let isNew = tables.add(Self.guests)
    #expect(!isNew)
    #expect(use(tables, of: Self.guests) == .unknown)
    #expect(
      tables.catchAddresses(for: .everyExit).sorted() == [
        0x40dc_0c00, 0x40dc_0c80, 0x40dc_0d00, 0x40dc_0d80, 0x40dc_0e00, 0x40dc_0e80,
        0x40dc_0f00, 0x40dc_0f80,
      ])
    #expect(!tables.hasGuests)
  }

  @Test(
    arguments: [
      (0x400, TrapKind.synchronous), (0x480, .irq), (0x500, .fiq), (0x580, .serror),
      (0x600, .synchronous), (0x680, .irq), (0x700, .fiq), (0x780, .serror),
    ] as [(UInt64, TrapKind)])
  func anOffsetIsAKind(offset: UInt64, kind: TrapKind) throws {
    let entry = try #require(tables(Self.guests).entry(at: Self.guests + offset))
    #expect(entry == (Self.guests, offset))
    #expect(VectorTables.kind(of: entry.offset) == kind)
  }

  /// A guest makes no progress from tick to tick if each of its host's interrupts stops it.
  @Test func interruptsAreLeftAloneWhereNobodyWaitsForThem() {
    let tables = tables(0x1000)
    #expect(tables.catchAddresses(for: .exits) == [0x1400, 0x1600])
    #expect(tables.catchAddresses(for: [.exits, .irqs]) == [0x1400, 0x1480, 0x1600, 0x1680])
    #expect(tables.catchAddresses(for: .fiqs) == [0x1500, 0x1700])
    #expect(tables.catchAddresses(for: .serrors) == [0x1580, 0x1780])
    #expect(tables.catchAddresses(for: [.entries, .faults, .vectors]).isEmpty)
  }

  @Test func whatIsNoEntryIsNone() {
    let tables = tables(Self.guests)
    for address in [Self.guests - 0x80, Self.guests + 0x404, Self.guests + 0x800, 0] {
      #expect(tables.entry(at: address) == nil)
    }
    #expect(tables.entry(at: Self.guests)?.offset == 0)
  }

  @Test("a table at the end of the addresses has no entry at their beginning")
  func nothingWrapsAround() {
    let tables = tables(0xffff_ffff_ffff_f800)
    #expect(tables.entry(at: 0xffff_ffff_ffff_fc00)?.offset == 0x400)
    #expect(tables.entry(at: 0) == nil)
  }

  @Test("after one guest's exit, the other tables that had stops are a host's")
  func theGuestsTableIsFound() {
    var tables = tables(Self.host, Self.guests, 0x40dc_3000)
    tables.noteHost(Self.host, on: Self.cpu, hasTGE: false)
    #expect(use(tables, of: Self.host) == .unknown)
    tables.noteGuest(Self.guests, on: Self.cpu)
    #expect(use(tables, of: Self.guests) == .guests)
    #expect(use(tables, of: Self.host) == .host)
    // Nothing came through this one: it may be another CPU's.
    #expect(use(tables, of: 0x40dc_3000) == .unknown)
    #expect(tables.watched.map(\.base) == [Self.guests, 0x40dc_3000])
    tables.noteHost(0x40dc_3000, on: Self.cpu, hasTGE: false)
    #expect(tables.watched.map(\.base) == [Self.guests])
    #expect(tables.hasGuests)
  }

  @Test("the host of VHE shows itself at once: HCR_EL2.TGE")
  func aStopWithTGE() {
    var tables = tables(Self.host)
    tables.noteHost(Self.host, on: Self.cpu, hasTGE: true)
    #expect(use(tables, of: Self.host) == .host)
    #expect(tables.catchAddresses(for: .everyExit).isEmpty)
    // It is remembered: seeing it again isn't new.
    let isNew = tables.add(Self.host)
    #expect(!isNew)
  }

  @Test("a host's table that guests leave through after all is theirs")
  func aGuestThroughAHostsTable() {
    var tables = tables(Self.host)
    tables.noteHost(Self.host, on: Self.cpu, hasTGE: true)
    tables.noteGuest(Self.host, on: Self.cpu)
    #expect(use(tables, of: Self.host) == .guests)
    // One table for both: what isn't a guest's is ignored, and the table stays.
    for _ in 0..<1000 { tables.noteHost(Self.host, on: Self.cpu, hasTGE: false) }
    #expect(use(tables, of: Self.host) == .guests)
  }

  @Test func manyStopsThatAreNoGuestsEndTheSearchThere() {
    var tables = tables(Self.host)
    // The only table that there is will be the guests' too.
    for _ in 0..<1000 { tables.noteHost(Self.host, on: Self.cpu, hasTGE: false) }
    #expect(use(tables, of: Self.host) == .unknown)
    _ = tables.add(Self.guests)
    for _ in 0..<63 { tables.noteHost(Self.guests, on: Self.cpu, hasTGE: false) }
    #expect(use(tables, of: Self.guests) == .unknown)
    tables.noteHost(Self.guests, on: Self.cpu, hasTGE: false)
    #expect(use(tables, of: Self.guests) == .host)
  }

  @Test func aGuestMayRunWithATableThatNobodySawWritten() {
    var tables = VectorTables()
    tables.noteGuest(Self.guests, on: Self.cpu)
    #expect(tables.watched.map(\.base) == [Self.guests])
    #expect(use(tables, of: Self.guests) == .guests)
    tables.noteHost(0x1234_0000, on: Self.cpu, hasTGE: true)
    #expect(tables.all.count == 1)
  }

  @Test func whatWasGivenUpStaysSo() {
    var tables = tables(Self.guests)
    let wasGivenUp = tables.giveUp(entryAt: Self.guests + 0x480, because: "refused")
    #expect(wasGivenUp)
    tables.noteGuest(Self.guests, on: Self.cpu)
    tables.noteHost(Self.guests, on: Self.cpu, hasTGE: true)
    #expect(use(tables, of: Self.guests) == .unusable("refused"))
    #expect(tables.catchAddresses(for: .everyExit).isEmpty)
    #expect(!tables.hasGuests)
    // There is nothing more to give up.
    let wasAnother = tables.giveUp(entryAt: Self.guests + 0x480, because: "again")
    #expect(!wasAnother)
    let wasAThird = tables.giveUp(entryAt: Self.host + 0x480, because: "unknown")
    #expect(!wasAThird)
  }

  /// QEMU takes a VBAR_EL2 that is aligned to 32 bytes, so that nonsense may overlap.
  @Test func tablesThatOverlapAreGivenUpTogether() {
    var tables = tables(Self.guests, Self.guests + 0x80)
    let wasGivenUp = tables.giveUp(entryAt: Self.guests + 0x480, because: "refused")
    #expect(wasGivenUp)
    #expect(tables.watched.isEmpty)
  }

  @Test func ofTablesThatOverlapTheWatchedOneIsMeant() {
    var tables = tables(Self.guests, Self.guests + 0x80)
    tables.noteHost(Self.guests, on: Self.cpu, hasTGE: true)
    #expect(tables.entry(at: Self.guests + 0x480)?.base == Self.guests + 0x80)
    #expect(tables.entry(at: Self.guests + 0x480)?.offset == 0x400)
  }

  /// VBAR_EL2 is set before the code is there, or before the MMU that maps it is on.
  @Test func aTableMayGetItsCodeLater() {
    var tables = tables(Self.guests)
    tables.noteContents(Self.guests, reason: "there is no code")
    #expect(use(tables, of: Self.guests) == .empty("there is no code"))
    #expect(!tables.isSettled(Self.guests))
    #expect(tables.catchAddresses(for: .everyExit).isEmpty)
    tables.noteContents(Self.guests, reason: nil)
    #expect(use(tables, of: Self.guests) == .unknown)
    #expect(tables.isSettled(Self.guests))
    // What is used stays so, whatever is read there.
    tables.noteGuest(Self.guests, on: Self.cpu)
    tables.noteContents(Self.guests, reason: "there is no code")
    #expect(use(tables, of: Self.guests) == .guests)
    #expect(!tables.isSettled(Self.host))
  }

  @Test func nonsenseIsNotRememberedWithoutEnd() {
    var tables = VectorTables()
    for index in 0..<2000 { _ = tables.add(UInt64(index) << 11) }
    #expect(tables.all.count == 1024)
  }
}
