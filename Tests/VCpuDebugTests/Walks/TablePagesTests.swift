import ArmVCpu
import Testing

@testable import VCpuDebug

/// The reading of whole tables: which pages, how often, and what of it is joined.
@Suite struct TablePagesTests {
  /// Memory in which every word is 0 but these.
  private struct Memory {
    var words: [UInt64: UInt64] = [:]
    /// What there is no memory at.
    var absent: Set<UInt64> = []

    func read(_ ranges: [(address: UInt64, byteCount: Int)]) -> [[UInt8]?] {
      ranges.map { range in
        guard !absent.contains(range.address) else { return nil }
        return (0..<range.byteCount).map { offset in
          let address = range.address + UInt64(offset)
          return UInt8(truncatingIfNeeded: words[address & ~7, default: 0] >> (address % 8 * 8))
        }
      }
    }
  }

  /// Stage 2 of 39 bits, whose tables are at 0x1000 and after.
  ///
  /// - Parameter range: VTCR_EL2.PS.
  private static func listing(range: UInt64 = 5) -> TableListing {
    TableListing(
      .stage2,
      of: AddressTranslation(
        stage1: nil, stage2: Stage2Controls(vtcr: 25 | 1 << 6 | range << 16, vttbr: 0x1000)))
  }

  private func list(
    _ memory: Memory, limits: StageMappings.Limits = .init(), range: UInt64 = 5,
    check: () throws -> Void = {}
  ) throws -> (StageMappings, batches: [[UInt64]]) {
    var batches: [[UInt64]] = []
    let pages = TablePages { ranges in
      batches.append(ranges.map(\.address))
      return memory.read(ranges)
    }
    let mappings = try pages.complete {
      try StageMappings(
        Self.listing(range: range), limits: limits, memory: pages.entry, check: check)
    }
    return (mappings, batches)
  }

  @Test func eachLevelIsOneBatchAndEachPageIsReadOnce() throws {
    var memory = Memory()
    // Two tables of level 2, of which the second has one of level 3 twice and itself.
    memory.words = [
      0x1000: 0x2003, 0x1008: 0x3003, 0x2000: 0x4000_0000 | 0x7fd, 0x2008: 0x4020_0000 | 0x7fd,
      0x3000: 0x4003, 0x3008: 0x4003, 0x3010: 0x3003, 0x4000: 0x5000_07ff,
      0x4008: 0x5000_17ff, 0x4010: 0x5000_27bf, 0x4018: 0x6000_07ff,
    ]
    let (mappings, batches) = try list(memory)
    #expect(batches == [[0x1000], [0x2000, 0x3000], [0x4000]])
    #expect(mappings.end.tableCount == 6 && mappings.end.stoppedAt == nil)
    let found = mappings.mappings.map {
      [$0.start, $0.byteCount, $0.output, UInt64($0.entryCount)]
    }
    let base: UInt64 = 1 << 30
    let wanted: [[UInt64]] = [
      [0, 4 << 20, 0x4000_0000, 2],
      // Permissions differ, and then the output.
      [base, 0x2000, 0x5000_0000, 2], [base + 0x2000, 0x1000, 0x5000_2000, 1],
      [base + 0x3000, 0x1000, 0x6000_0000, 1],
      [base + 0x20_0000, 0x2000, 0x5000_0000, 2], [base + 0x20_2000, 0x1000, 0x5000_2000, 1],
      [base + 0x20_3000, 0x1000, 0x6000_0000, 1],
      // Of the table that is its own page table the entries are pages: two of 0x4000, and itself.
      [base + 0x40_0000, 0x1000, 0x4000, 1], [base + 0x40_1000, 0x1000, 0x4000, 1],
      [base + 0x40_2000, 0x1000, 0x3000, 1],
    ]
    #expect(found == wanted)
    #expect(mappings.mappings[0].levels == 2...2)
  }

  /// Blocks and pages of the same are one range.
  @Test func blocksAndPagesAreJoined() throws {
    var memory = Memory()
    memory.words = [0x1000: 0x2003, 0x2000: 0x3003, 0x2008: 0x4020_0000 | 0x7fd]
    for index in 0..<512 as Range<UInt64> {
      memory.words[0x3000 + index * 8] = 0x4000_0000 + index << 12 | 0x7ff
    }
    let mapping = try #require(try list(memory).0.mappings.first)
    #expect(mapping.byteCount == 4 << 20 && mapping.entryCount == 513 && mapping.levels == 2...3)
    #expect(mapping.last == 0x3f_ffff && mapping.entryAddress == 0x3000)
  }

  @Test func whatIsNotThereIsAskedForOnce() throws {
    var memory = Memory()
    memory.words = [0x1000: 0x2003, 0x1008: 0x2003]
    memory.absent = [0x2000]
    let (mappings, batches) = try list(memory)
    #expect(batches == [[0x1000], [0x2000]])
    #expect(mappings.unreadableCount == 2 && mappings.mappings.isEmpty)
  }

  @Test func limits() throws {
    var memory = Memory()
    // Every second page.
    memory.words = [0x1000: 0x2003, 0x2000: 0x3003]
    for index in stride(from: 0, to: 512, by: 2) as StrideTo<UInt64> {
      memory.words[0x3000 + index * 8] = 0x4000_0000 + index << 12 | 0x7ff
    }
    var limits = StageMappings.Limits()
    limits.mappingCount = 10
    let (few, _) = try list(memory, limits: limits)
    #expect(few.mappings.count == 10 && few.end.stoppedAt == 20 << 12)
    limits = StageMappings.Limits()
    limits.entryCount = 1024
    #expect(try list(memory, limits: limits).0.end.stoppedAt == 0)
    // Entries that are faults are counted, and a few are kept.
    for index in 0..<512 as Range<UInt64> { memory.words[0x3000 + index * 8] = 1 << 47 | 0x7ff }
    let (wide, _) = try list(memory, range: 2)
    #expect(wide.tooWideCount == 512 && wide.tooWide.count == 256)
  }

  /// The check ends it, between two batches.
  @Test func itIsGivenUp() {
    struct GivenUp: Error {}
    var memory = Memory()
    memory.words = [0x1000: 0x1003]
    for index in 0..<512 as Range<UInt64> { memory.words[0x1000 + index * 8] = 0x1003 }
    var count = 0
    #expect(throws: GivenUp.self) {
      _ = try list(memory) {
        count += 1
        if count == 3 { throw GivenUp() }
      }
    }
    #expect(count == 3)
  }
}
