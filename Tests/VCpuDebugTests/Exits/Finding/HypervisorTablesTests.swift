import ArmVCpu
import Testing

@testable import VCpuDebug

@Suite struct HypervisorTablesTests {
  private typealias CodeRange = HypervisorTables.CodeRange
  private typealias Limits = HypervisorTables.Limits

  private static func controls(
    ttbr0: UInt64, ttbr1: UInt64 = 0, tcr: UInt64, sctlr: UInt64, isE2H: Bool
  ) -> Stage1Controls {
    Stage1Controls(
      regime: isE2H ? .el2WithHost : .el2, sctlr: sctlr, tcr: tcr, ttbr0: ttbr0, ttbr1: ttbr1)
  }

  /// TCR_EL2 of a layout, with tables of a width and physical addresses of 48 bits: E2H = 0 alone has TTBR0.
  private static func tcr(_ granule: Granule, width: Int) -> UInt64 {
    UInt64(64 - width) | granule.tg0 << 14 | 5 << 16
  }

  /// The same with E2H, both halves alike.
  private static func tcrE2H(_ granule: Granule, width: Int) -> UInt64 {
    let size = UInt64(64 - width)
    return size | granule.tg0 << 14 | size << 16 | granule.tg1 << 30 | 5 << 32
  }

  /// A granule, and the fields of the manual's figures for each width of its input (Arm ARM, D8.2).
  struct Granule: Sendable, CustomTestStringConvertible {
    var shift: Int
    var tg0: UInt64
    var tg1: UInt64
    var testDescription: String { "\(1 << (shift - 10)) KiB" }

    static let k4 = Granule(shift: 12, tg0: 0b00, tg1: 0b10)
    static let k16 = Granule(shift: 14, tg0: 0b10, tg1: 0b01)
    static let k64 = Granule(shift: 16, tg0: 0b01, tg1: 0b11)
  }

  /// Levels by hand, for widths of use.
  static let layouts: [(Granule, width: Int, levels: [[Int]])] = [
    (.k4, 48, [[39, 9], [30, 9], [21, 9], [12, 9]]),
    (.k4, 39, [[30, 9], [21, 9], [12, 9]]),
    (.k4, 42, [[39, 3], [30, 9], [21, 9], [12, 9]]),
    (.k4, 25, [[21, 4], [12, 9]]),
    (.k16, 48, [[47, 1], [36, 11], [25, 11], [14, 11]]),
    (.k16, 47, [[36, 11], [25, 11], [14, 11]]),
    (.k16, 36, [[25, 11], [14, 11]]),
    (.k64, 48, [[42, 6], [29, 13], [16, 13]]),
    (.k64, 42, [[29, 13], [16, 13]]),
    (.k64, 52, [[42, 10], [29, 13], [16, 13]]),
  ]

  private static let xn: UInt64 = 1 << 54
  private static let pxn: UInt64 = 1 << 53
  private static let readOnly: UInt64 = 1 << 7
  private static let accessFlag: UInt64 = 1 << 10

  private func ranges(
    _ controls: Stage1Controls, _ memory: TableMemoryFixture, limits: Limits = Limits()
  ) throws -> (ranges: [CodeRange], cutOff: HypervisorTables.CutOff?, unreadable: Int) {
    switch try HypervisorTables(controls, limits: limits).executableMemory(read: memory.read) {
    case .identity:
      Issue.record("the MMU is on")
      return ([], nil, 0)
    case .ranges(let ranges, let cutOff, let unreadable): return (ranges, cutOff, unreadable)
    }
  }

  @Test("pages and a block, with each granule and width", arguments: layouts, [false, true])
  func granules(layout: (Granule, width: Int, levels: [[Int]]), isE2H: Bool) throws {
    let memory = TableMemoryFixture()
    let levels = layout.levels.map { (low: $0[0], count: $0[1]) }
    let root = memory.makeTable()
    let page = UInt64(1) << UInt64(layout.0.shift)
    let block = UInt64(1) << UInt64(levels[levels.count - 2].low)
    let never = isE2H ? Self.pxn : Self.xn
    let other = isE2H ? Self.xn : Self.pxn
    let top: UInt64 = isE2H ? ~0 << UInt64(layout.width) : 0
    let start = UInt64(1) << UInt64(layout.width - 1)
    func map(_ offset: UInt64, _ leaf: UInt64, isBlock: Bool = false) {
      memory.map(
        offset, root: root, levels: isBlock ? levels.dropLast() : levels,
        leaf: leaf | Self.accessFlag | (isBlock ? 1 : 3))
    }
    // Three pages in a row, of which the third is elsewhere; one that isn't executable, one that is for EL0's bit.
    map(start, 0x4020_0000 | Self.readOnly)
    map(start + page, 0x4020_0000 + page | Self.readOnly)
    map(start + 2 * page, 0x4400_0000 | Self.readOnly)
    map(start + 3 * page, 0x4020_0000 + 3 * page | never)
    map(start + 4 * page, 0x4020_0000 + 4 * page | other)
    map(start + 6 * page, 0x4020_0000 + 6 * page | Self.readOnly)
    // The last page of the input.
    map(1 << UInt64(layout.width) - page, 0x4300_0000)
    map(block, 0x8_0000_0000 & ~(block - 1) | Self.readOnly, isBlock: true)
    let controls = Self.controls(
      ttbr0: isE2H ? 0xdead_0000 : root | 1, ttbr1: isE2H ? root | 5 << 48 : 0xdead_0000,
      tcr: isE2H
        ? Self.tcrE2H(layout.0, width: layout.width) | 1 << 7
        : Self.tcr(layout.0, width: layout.width),
      sctlr: 1, isE2H: isE2H)
    let found = try ranges(controls, memory)
    #expect(found.cutOff == nil)
    #expect(found.unreadable == 0)
    #expect(
      found.ranges
        == [
          CodeRange(
            virtual: top + block, physical: 0x8_0000_0000 & ~(block - 1), byteCount: block,
            isWritable: false),
          CodeRange(
            virtual: top + start, physical: 0x4020_0000, byteCount: 2 * page, isWritable: false),
          CodeRange(
            virtual: top + start + 2 * page, physical: 0x4400_0000, byteCount: page,
            isWritable: false),
          CodeRange(
            virtual: top + start + 4 * page, physical: 0x4020_0000 + 4 * page, byteCount: page,
            isWritable: true),
          CodeRange(
            virtual: top + start + 6 * page, physical: 0x4020_0000 + 6 * page, byteCount: page,
            isWritable: false),
          CodeRange(
            virtual: top &+ (1 << UInt64(layout.width) - page), physical: 0x4300_0000,
            byteCount: page, isWritable: true),
        ].sorted { $0.virtual < $1.virtual })
  }

  /// A hierarchy of 4 KiB tables with one page, 39 bits.
  private func onePage(
    _ leaf: UInt64 = 0, tableAttributes: UInt64 = 0, isBigEndian: Bool = false
  ) -> (TableMemoryFixture, UInt64) {
    let memory = TableMemoryFixture(isBigEndian: isBigEndian)
    let root = memory.makeTable()
    memory.map(
      0x20_0000, root: root, levels: [(30, 9), (21, 9), (12, 9)], leaf: 0x4020_0003 | leaf,
      tableAttributes: tableAttributes)
    return (memory, root)
  }

  @Test("what tables forbid, unless HPD says that it doesn't count", arguments: [false, true])
  func tableAttributes(isE2H: Bool) throws {
    let xnTable: UInt64 = 1 << 60
    let pxnTable: UInt64 = 1 << 59
    let readOnlyTable: UInt64 = 1 << 62
    for (attributes, executable, writable) in [
      (0, true, true), (xnTable, isE2H, true), (pxnTable, !isE2H, true),
      (readOnlyTable, true, false),
    ] as [(UInt64, Bool, Bool)] {
      for ignored in [false, true] {
        let (memory, root) = onePage(tableAttributes: attributes)
        let hpd: UInt64 = ignored ? (isE2H ? 1 << 41 : 1 << 24) : 0
        let controls = Self.controls(
          ttbr0: root,
          tcr: (isE2H ? Self.tcrE2H(.k4, width: 39) | 1 << 23 : Self.tcr(.k4, width: 39)) | hpd,
          sctlr: 1, isE2H: isE2H)
        let found = try ranges(controls, memory).ranges
        #expect(found.isEmpty == !(executable || ignored), "\(attributes) \(ignored)")
        #expect(found.first.map(\.isWritable) ?? (writable || ignored) == (writable || ignored))
        // What is forbidden above isn't even read.
        if found.isEmpty { #expect(memory.calls == [[root]]) }
      }
    }
  }

  @Test("WXN, DBM, and pages that EL0 can write")
  func permissions() throws {
    let writableToEL0: UInt64 = 1 << 6
    let dbm: UInt64 = 1 << 51
    // Leaf, SCTLR, TCR, E2H, and what comes out: nil where it isn't executable, else whether it is writable.
    let cases: [(UInt64, UInt64, UInt64, Bool, Bool?)] = [
      (0, 0, 0, false, true), (0, 1 << 19, 0, false, nil),
      (Self.readOnly, 1 << 19, 0, false, false),
      (Self.readOnly | dbm, 0, 0, false, false), (Self.readOnly | dbm, 0, 3 << 21, false, true),
      (Self.readOnly | dbm, 1 << 19, 3 << 21, false, nil),
      (writableToEL0, 0, 0, false, true), (writableToEL0, 0, 0, true, nil),
      (writableToEL0 | Self.readOnly, 0, 0, true, false),
      (writableToEL0 | Self.readOnly | dbm, 0, 3 << 39, true, nil),
      (Self.pxn, 0, 0, true, nil), (Self.xn, 0, 0, true, true), (Self.pxn, 0, 0, false, true),
    ]
    for (leaf, sctlr, tcr, isE2H, expected) in cases {
      let (memory, root) = onePage(leaf)
      let base = isE2H ? Self.tcrE2H(.k4, width: 39) | 1 << 23 : Self.tcr(.k4, width: 39)
      let controls = Self.controls(
        ttbr0: root, tcr: base | tcr, sctlr: 1 | sctlr, isE2H: isE2H)
      #expect(try ranges(controls, memory).ranges.first?.isWritable == expected, "\(leaf) \(tcr)")
    }
  }

  @Test("a table can take EL0's access away, which makes a page executable again (E2H)")
  func tableWithoutEL0() throws {
    let (memory, root) = onePage(1 << 6, tableAttributes: 1 << 61)
    for (hpd, expected) in [(UInt64(0), 1), (1 << 41, 0)] {
      let controls = Self.controls(
        ttbr0: root, tcr: Self.tcrE2H(.k4, width: 39) | 1 << 23 | hpd, sctlr: 1, isE2H: true)
      #expect(try ranges(controls, memory).ranges.count == expected)
    }
  }

  @Test("with E2H both halves are searched, the upper one first")
  func bothHalves() throws {
    let (memory, upper) = onePage()
    let lower = memory.makeTable()
    for index: UInt64 in 0..<512 { memory[lower + index * 8] = lower | 3 }
    let controls = Self.controls(
      ttbr0: lower, ttbr1: upper, tcr: Self.tcrE2H(.k4, width: 39), sctlr: 1, isE2H: true)
    let found = try ranges(controls, memory, limits: Limits(entryCount: 1 << 14, rangeCount: 10))
    #expect(found.cutOff != nil)
    #expect(
      found.ranges.contains(
        CodeRange(
          virtual: ~0 << 39 | 0x20_0000, physical: 0x4020_0000, byteCount: 4096, isWritable: true)))
  }

  @Test func bigEndianTables() throws {
    let (memory, root) = onePage(isBigEndian: true)
    let controls = Self.controls(
      ttbr0: root, tcr: Self.tcr(.k4, width: 39), sctlr: 1 | 1 << 25, isE2H: false)
    #expect(try ranges(controls, memory).ranges.map(\.physical) == [0x4020_0000])
  }

  @Test("the MMU off: no tables, and nothing is read")
  func identity() throws {
    let memory = TableMemoryFixture()
    let tables = HypervisorTables(
      Self.controls(ttbr0: 0x1000, tcr: ~0, sctlr: 0x30c5_0830, isE2H: true))
    #expect(try tables.executableMemory(read: memory.read) == .identity)
    #expect(memory.calls.isEmpty)
  }

  @Test("52-bit addresses: FEAT_LPA with 64 KiB, FEAT_LPA2 with 4 and 16 KiB")
  func wideAddresses() throws {
    let place: UInt64 = 0xf_0000_4020_0000
    // 64 KiB: bits 51:48 in 15:12.
    let memory = TableMemoryFixture(tablesAt: 0xa_0000_4100_0000)
    let root = memory.makeTable()
    let second = memory.makeTable()
    let low: (UInt64) -> UInt64 = { $0 & 0xffff_ffff_0000 }
    memory[root] = low(second) | 0xa << 12 | 3
    memory[second + 16] = low(place) | 0xf << 12 | 3
    let controls = Self.controls(
      ttbr0: low(root) | 0xa << 2, tcr: Self.tcr(.k64, width: 42) ^ 3 << 16, sctlr: 1, isE2H: false)
    #expect(
      try ranges(controls, memory).ranges == [
        CodeRange(virtual: 0x2_0000, physical: place, byteCount: 0x1_0000, isWritable: true)
      ])
    // 4 KiB with DS: level -1 for 52 bits, 51:50 in 9:8.
    let wide = TableMemoryFixture(tablesAt: 0xa_0000_4100_0000)
    let tables = (0..<5).map { _ in wide.makeTable() }
    let inWide: (UInt64) -> UInt64 = { $0 & 0x3_ffff_ffff_f000 | ($0 >> 50 & 3) << 8 }
    for (table, next) in zip(tables, tables.dropFirst()) { wide[table + 8] = inWide(next) | 3 }
    wide[tables[4] + 8] = inWide(place) | 3
    let virtual: UInt64 = 1 << 48 | 1 << 39 | 1 << 30 | 1 << 21 | 1 << 12
    for isE2H in [false, true] {
      let tcr =
        isE2H
        ? Self.tcrE2H(.k4, width: 52) ^ 3 << 32 | 1 << 23 | 1 << 59
        : Self.tcr(.k4, width: 52) ^ 3 << 16 | 1 << 32
      let controls = Self.controls(
        ttbr0: tables[0] & 0xffff_ffff_ffff | (0xa << 2), tcr: tcr, sctlr: 1, isE2H: isE2H)
      #expect(
        try ranges(controls, wide).ranges == [
          CodeRange(virtual: virtual, physical: place, byteCount: 4096, isWritable: true)
        ])
    }
  }

  @Test(
    "what TCR_EL2 can't mean",
    arguments: [
      (0, "tables of 64 bits with a granule of 4 KiB"),
      (49, "tables of 15 bits with a granule of 4 KiB"),
      (0x4000 | 48, "tables of 16 bits with a granule of 64 KiB"),
      (0x8000 | 12, "tables of 52 bits with a granule of 16 KiB"),
    ] as [(UInt64, String)])
  func unsupported(tcr: UInt64, text: String) throws {
    let controls = Self.controls(ttbr0: 0x1000, tcr: tcr, sctlr: 1, isE2H: false)
    let error = #expect(throws: HypervisorTables.Unsupported.self) {
      try HypervisorTables(controls).executableMemory { $0.map { _ in nil } }
    }
    #expect(error?.description == "TCR_EL2 is 0x\(String(tcr, radix: 16)): \(text)")
  }

  @Test("a level is read in one call")
  func batches() throws {
    let memory = TableMemoryFixture()
    let root = memory.makeTable()
    for index: UInt64 in 0..<100 {
      memory.map(
        index << 21, root: root, levels: [(30, 9), (21, 9), (12, 9)], leaf: 0x4020_0003)
    }
    let controls = Self.controls(
      ttbr0: root, tcr: Self.tcr(.k4, width: 39), sctlr: 1, isE2H: false)
    #expect(try ranges(controls, memory).ranges.count == 100)
    #expect(memory.calls.map(\.count) == [1, 1, 100])
  }

  @Test("a table that maps itself, at each entry: the search ends, reports that, and reads it once")
  func recursion() throws {
    let memory = TableMemoryFixture()
    let root = memory.makeTable(byteCount: 4096)
    for index: UInt64 in 0..<512 { memory[root + index * 8] = root | 3 }
    let controls = Self.controls(
      ttbr0: root, tcr: Self.tcr(.k4, width: 48), sctlr: 1, isE2H: false)
    let found = try ranges(controls, memory, limits: Limits(entryCount: 1 << 17))
    #expect(found.cutOff == .entries(1 << 17))
    #expect(memory.calls == [[root]])
    // One entry that maps the table itself, as some systems have it, is not a reason to stop.
    let (one, top) = onePage()
    one[top + 511 * 8] = top | 3
    let narrow = Self.controls(
      ttbr0: top, tcr: Self.tcr(.k4, width: 39), sctlr: 1, isE2H: false)
    let all = try ranges(narrow, one)
    #expect(all.cutOff == nil)
    #expect(
      all.ranges.first
        == CodeRange(virtual: 0x20_0000, physical: 0x4020_0000, byteCount: 4096, isWritable: true))
    // The tables themselves are pages there, seen as the last level.
    #expect(all.ranges.contains { $0.virtual >= 511 << 30 && $0.physical == top })
  }

  @Test("limits of bytes and of ranges")
  func limits() throws {
    let memory = TableMemoryFixture()
    let root = memory.makeTable()
    for index: UInt64 in 0..<64 {
      memory.map(
        index << 21, root: root, levels: [(30, 9), (21, 9), (12, 9)], leaf: 0x4020_0003)
    }
    let controls = Self.controls(
      ttbr0: root, tcr: Self.tcr(.k4, width: 39), sctlr: 1, isE2H: false)
    let few = try ranges(controls, memory, limits: Limits(byteCount: 10 * 4096))
    #expect(few.cutOff == .bytes(10 * 4096))
    #expect(few.ranges.count == 8)
    let some = try ranges(controls, memory, limits: Limits(rangeCount: 5))
    #expect(some.cutOff == .ranges(5))
    #expect(some.ranges.count == 5)
    let tables = try ranges(controls, memory, limits: Limits(entryCount: 20 * 512))
    #expect(tables.cutOff == .entries(20 * 512))
    #expect(tables.ranges.count == 19)
  }

  @Test("tables without memory, and a reader that returns too little")
  func damage() throws {
    let (memory, root) = onePage()
    memory[root + 8] = 0xdead_0000_0003
    memory[root + 16] = 0xdead_0000_0003
    let controls = Self.controls(
      ttbr0: root, tcr: Self.tcr(.k4, width: 39), sctlr: 1, isE2H: false)
    let found = try ranges(controls, memory)
    #expect(found.ranges.count == 1)
    #expect(found.unreadable == 2)
    for answer: [[UInt8]?] in [[], [nil], [[]], [[1, 2, 3]]] {
      #expect(
        try HypervisorTables(controls).executableMemory { _ in answer }
          == .ranges([], cutOff: nil, unreadableTableCount: 1))
    }
  }

  @Test("the reader's errors are passed on")
  func readError() {
    struct Gone: Error {}
    let controls = Self.controls(
      ttbr0: 0x1000, tcr: Self.tcr(.k4, width: 39), sctlr: 1, isE2H: false)
    #expect(throws: Gone.self) {
      try HypervisorTables(controls).executableMemory { _ in throw Gone() }
    }
  }

  @Test("random memory and registers: the search always ends, within the limits")
  func fuzz() throws {
    var generator = SystemRandomNumberGenerator()
    let limits = Limits(entryCount: 1 << 16, byteCount: 1 << 20, rangeCount: 500)
    var rangeCount = 0
    for round in 0..<300 {
      // Entries that point to each other more often than noise would.
      let memory: BatchRead = { wanted in
        wanted.map { _, byteCount in
          guard Int.random(in: 0..<20) > 0 else { return nil }
          var bytes = [UInt8](repeating: 0, count: byteCount)
          for index in 0..<byteCount / 8 where Bool.random() {
            let entry =
              UInt64.random(in: 0...UInt64.max, using: &generator) & 0xfc_07ff_ffff_ffff | 1
            for byte in 0..<8 {
              bytes[index * 8 + byte] = UInt8(truncatingIfNeeded: entry >> UInt64(8 * byte))
            }
          }
          return bytes
        }
      }
      let isE2H = round % 2 == 0
      var tcr = UInt64.random(in: 0...UInt64.max)
      if round % 3 != 0 { tcr = tcr & ~0x3f_003f | UInt64.random(in: 16...39) * 0x1_0001 }
      let controls = Self.controls(
        ttbr0: .random(in: 0...UInt64.max), ttbr1: .random(in: 0...UInt64.max), tcr: tcr,
        sctlr: .random(in: 0...UInt64.max) | 1, isE2H: isE2H)
      let tables = HypervisorTables(controls, limits: limits)
      do {
        guard case .ranges(let ranges, _, _) = try tables.executableMemory(read: memory) else {
          Issue.record("the MMU is on")
          continue
        }
        #expect(ranges.count <= limits.rangeCount)
        #expect(ranges.allSatisfy { $0.byteCount > 0 })
        for (first, second) in zip(ranges, ranges.dropFirst()) {
          #expect(second.virtual - first.virtual >= first.byteCount)
        }
        rangeCount += ranges.count
      } catch is HypervisorTables.Unsupported {
        continue
      }
    }
    #expect(rangeCount > 20)
  }
}
