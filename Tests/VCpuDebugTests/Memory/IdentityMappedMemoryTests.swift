import GDBRemote
import TestSupport
import Testing

@testable import VCpuDebug

/// Memory through a stub that cannot address physical memory.
@Suite struct IdentityMappedMemoryTests {
  let fixture: SessionFixture
  var session: HypervisorSession { fixture.session }
  var target: FakeTarget { fixture.target }

  init() throws {
    fixture = try SessionFixture(at: .mmioWrite)
    fixture.target.hasPhysicalMode = false
  }

  private static let store: [UInt8] = [1, 0, 0, 0xb9]
  private static let begin = "the stub cannot address physical memory, and "

  /// EL2's MMU is off: its addresses are physical.
  @Test func withoutEL2sTables() throws {
    #expect(try session.memory.read(.guest, 0x4020_0010, byteCount: 4) == Self.store)
    #expect(try session.memory.read(.intermediatePhysical, 0x4020_0010, byteCount: 4) == Self.store)
    #expect(try session.memory.read(.physical, 0x4120_0010, byteCount: 4) == Self.store)
    let parts = try session.memory.write(.guest, 0x4040_0ffe, [5, 6, 7, 8])
    #expect(parts.map(\.physical) == [0x4300_1ffe, 0x4300_0000])
    #expect(target.memory.read(0x4300_0000, byteCount: 2, .physical) == [7, 8])
    let trace = target.takeTrace().joined(separator: "\n")
    #expect(!trace.contains("physical") && !trace.contains("P "), "\(trace)")
  }

  /// Gives EL2 tables, each entry a block or a table.
  private func addTables(_ entries: [(UInt64, UInt64)]) throws {
    for (address, entry) in entries {
      _ = target.memory.write(littleEndian(entry), at: address, .physical)
    }
    target["SCTLR_EL2"] = 1
    // T0SZ 25, PS of 40 bits: the root is of level 1.
    target["TCR_EL2"] = 25 | 2 << 16
    target["TTBR0_EL2"] = 0x4450_0000
    try session.refresh()
  }

  /// All of RAM at its own addresses.
  private static let flat: [(UInt64, UInt64)] = [(0x4450_0008, 0x4000_0000 | 1 << 10 | 1)]

  @Test func tablesThatLeadToThemselves() throws {
    try addTables(Self.flat)
    #expect(try session.memory.read(.guest, 0x4020_0010, byteCount: 4) == Self.store)
    try session.memory.write(.physical, 0x4120_0010, [9])
    #expect(target.memory.read(0x4120_0010, byteCount: 1, .physical) == [9])
    // EL2 maps nothing there.
    #expect(
      throws: DebugError.unmapped(
        .physical, 0x900_0000, Self.begin + "EL2 does not map it at the same address")
    ) { try session.memory.read(.physical, 0x900_0000, byteCount: 4) }
  }

  /// A page that leads elsewhere is refused, and so is a range that reaches it; nothing of it is written.
  @Test func pagesThatLeadElsewhere() throws {
    try addTables([
      (0x4450_0008, 0x4450_1003), (0x4450_1110, 0x4440_0401), (0x4450_1048, 0x4120_0401),
      (0x4450_1050, 0x4120_0401),
    ])
    #expect(try session.memory.read(.physical, 0x4120_0010, byteCount: 4) == Self.store)
    let before = target.contents
    for address: UInt64 in [0x4140_0000, 0x413f_fffc] {
      #expect(
        throws: DebugError.unmapped(
          .physical, address, Self.begin + "EL2 does not map it at the same address")
      ) { try session.memory.write(.physical, address, [1, 2, 3, 4, 5, 6, 7, 8]) }
    }
    #expect(FakeTarget.differences(before, target.contents) == [])
  }

  /// Tables that are themselves mapped elsewhere, or not at all: what is read at their addresses means nothing.
  @Test(arguments: [0x4450_0401, 0] as [UInt64])
  func tablesThatAreElsewhere(entry: UInt64) throws {
    // The block of the tables: PA 0x44400000 for 0x44500000 is right; the next one is not.
    try addTables([
      (0x4450_0008, 0x4450_1003), (0x4450_1048, 0x4120_0401),
      (0x4450_1110, entry == 0 ? 0 : 0x4420_0401),
    ])
    let error = #expect(throws: DebugError.self) {
      try session.memory.read(.physical, 0x4120_0010, byteCount: 4)
    }
    #expect(
      "\(error.map { "\($0)" } ?? "")".contains("EL2's tables, by which it could be found"))
  }

  @Test func awayFromEL2() throws {
    _ = try fixture.resume(.at(0x4020_0010, level: 0, signal: 2))
    let error = #expect(throws: DebugError.self) {
      try session.memory.read(.physical, 0x4120_0010, byteCount: 4)
    }
    #expect(
      error
        == .unmapped(
          .physical, 0x4120_0010,
          Self.begin + "the CPU is not at EL2, which may have it at an address"))
    // What the CPU sees itself needs nothing of it.
    #expect(try session.memory.read(.guest, 0x4020_0010, byteCount: 4) == Self.store)
  }

  /// Tables that lead to themselves without end, and wild ones: it ends.
  @Test func tablesThatMapThemselves() throws {
    try addTables([(0x4450_0008, 0x4450_0003)])
    #expect(throws: DebugError.self) {
      try session.memory.read(.physical, 0x4120_0010, byteCount: 4)
    }
  }

  /// What was known of a page is asked again after a write.
  @Test func tablesThatChange() throws {
    try addTables(Self.flat)
    _ = try session.memory.read(.physical, 0x4120_0010, byteCount: 4)
    try session.memory.write(.physical, 0x4450_0008, littleEndian(0x4450_1003))
    #expect(throws: DebugError.self) {
      try session.memory.read(.physical, 0x4120_0010, byteCount: 4)
    }
  }
}
