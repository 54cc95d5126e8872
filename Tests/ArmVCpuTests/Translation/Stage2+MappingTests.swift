import Testing

@testable import ArmVCpu

@Suite struct Stage2MappingTests {
  private static let kib4: UInt64 = 0x1000
  private static let mib2: UInt64 = 0x20_0000
  private static let gib1: UInt64 = 0x4000_0000

  /// Input, output, size, the level of the leaf at the first byte and at the last one, tables used.
  static let mappings: [(UInt64, UInt64, UInt64, Int, Int, Int)] = [
    (0, 0, kib4, 3, 3, 3),
    (0x4000_0000, 0x4100_0000, kib4, 3, 3, 3),
    (0x4000_0000, 0x4100_0000, mib2, 2, 2, 2),
    (0x4000_0000, 0x8000_0000, gib1, 1, 1, 1),
    (0x4000_0000, 0x8000_0000, 4 * gib1, 1, 1, 1),
    // 64 MiB, both sides aligned to exactly 2 MiB.
    (0x4000_0000, 0x4100_0000, 0x400_0000, 2, 2, 2),
    // The output isn't aligned to 2 MiB: only pages.
    (0x4000_0000, 0x4100_1000, mib2, 3, 3, 3),
    // The input isn't.
    (0x4010_0000, 0x4100_0000, mib2, 3, 3, 4),
    // Both are off by the same: pages, blocks, pages.
    (0x401f_f000, 0x411f_f000, mib2 + 2 * kib4, 3, 3, 4),
    (0x3fe0_0000, 0x7fe0_0000, gib1 + 2 * mib2, 2, 2, 3),
    // A block and a page.
    (0x4000_0000, 0x8000_0000, gib1 + kib4, 1, 3, 3),
    (0x4000_0000, 0x8000_0000, gib1 - kib4, 2, 3, 3),
    // The top of the input, and of the output.
    (0x7f_ffff_f000, 0x1000, kib4, 3, 3, 3),
    (0x7f_c000_0000, 0, gib1, 1, 1, 1),
    (0, 0xffff_ffff_f000, kib4, 3, 3, 3),
    (0, 0xffff_c000_0000, gib1, 1, 1, 1),
    (0, 0, 1 << 39, 1, 1, 1),
  ]

  @Test(arguments: mappings)
  func whatIsMappedIsFound(
    input: UInt64, output: UInt64, byteCount: UInt64, firstLevel: Int, lastLevel: Int, tables: Int
  ) throws {
    var memory = FakeTableMemory(tableCount: 16)
    try memory.map(input, to: output, byteCount: byteCount)
    #expect(memory.used == tables)
    var random = SplitMix64(seed: input ^ output)
    var offsets = [0, 1, 0xfff, byteCount / 2, byteCount - 0x1000, byteCount - 1]
    for _ in 0..<50 { offsets.append(random.next() % byteCount) }
    for offset in offsets {
      guard case .mapped(let address, let descriptor, _) = memory.translation(of: input + offset)
      else {
        Issue.record("\(String(input + offset, radix: 16)) is not mapped")
        continue
      }
      #expect(address.rawValue == output + offset)
      #expect(descriptor & 0x0040_0000_0000_07fc == 0x7fc)
    }
    for (offset, expected) in [(0, firstLevel), (byteCount - 1, lastLevel)] {
      guard case .mapped(_, _, let level) = memory.translation(of: input + offset) else { continue }
      #expect(level == expected)
    }
    // Nothing around it is mapped.
    for neighbour in [input &- 1, input + byteCount] where neighbour < 1 << 39 {
      guard case .unmapped = memory.translation(of: neighbour) else {
        Issue.record("\(String(neighbour, radix: 16)) is mapped")
        continue
      }
    }
  }

  @Test func rangesSideBySideShareTables() throws {
    var memory = FakeTableMemory(tableCount: 3)
    try memory.map(0x1000, to: 0x9000, byteCount: 0x1000)
    try memory.map(0x2000, to: 0x5000, byteCount: 0x1000, as: .device)
    #expect(memory.used == 3)
    #expect(
      memory.translation(of: 0x1234)
        == .mapped(PhysicalAddress(0x9234), descriptor: 0x97ff, level: 3))
    #expect(
      memory.translation(of: 0x2234)
        == .mapped(PhysicalAddress(0x5234), descriptor: 0x0040_0000_0000_54c7, level: 3))
    #expect(memory.translation(of: 0x3000) == .unmapped(level: 3))
    #expect(memory.translation(of: 0x20_0000) == .unmapped(level: 2))
    #expect(memory.translation(of: 0x4000_0000) == .unmapped(level: 1))
    #expect(memory.translation(of: 1 << 39) == .outOfRange)
  }

  @Test func blocksAreNoTables() throws {
    var memory = FakeTableMemory(tableCount: 2)
    try memory.map(0x4000_0000, to: 0x8000_0000, byteCount: Self.gib1)
    try memory.map(0x20_0000, to: 0x60_0000, byteCount: Self.mib2)
    #expect(
      memory.translation(of: 0x4123_4567)
        == .mapped(PhysicalAddress(0x8123_4567), descriptor: 0x8000_07fd, level: 1))
    #expect(
      memory.translation(of: 0x2f_edcb)
        == .mapped(PhysicalAddress(0x6f_edcb), descriptor: 0x60_07fd, level: 2))
  }

  @Test func noBytesAreNothingToMap() throws {
    var memory = FakeTableMemory(tableCount: 1)
    try memory.map(0x1000, to: 0x2000, byteCount: 0)
    #expect(memory.words.isEmpty)
  }

  @Test(
    arguments: [
      (0x1001, 0x2000, 0x1000), (0x1000, 0x2800, 0x1000), (0x1000, 0x2000, 0x800),
      // Beyond the input.
      (1 << 39, 0, 0x1000), (0x7f_ffff_f000, 0, 0x2000), (0, 0, (1 << 39) + 0x1000),
      (0xffff_ffff_ffff_f000, 0, 0x1000), (0xffff_ffff_ffff_f000, 0, 0x2000),
      (0x1000, 0, 0xffff_ffff_ffff_f000),
      // Beyond 48 bits of output.
      (0, 1 << 48, 0x1000), (0, 0xffff_ffff_f000, 0x2000), (0, 0xffff_ffff_ffff_f000, 0x1000),
      (0, 0xffff_ffff_ffff_f000, 0x2000),
    ] as [(UInt64, UInt64, UInt64)])
  func invalidRanges(input: UInt64, output: UInt64, byteCount: UInt64) {
    var memory = FakeTableMemory(tableCount: 4)
    #expect(throws: Stage2MappingError.invalidRange) {
      try memory.map(input, to: output, byteCount: byteCount)
    }
    #expect(memory.words.isEmpty)
  }

  @Test func overlapsAreRefusedAtEveryLevel() throws {
    var memory = FakeTableMemory(tableCount: 8)
    try memory.map(0x4000_0000, to: 0, byteCount: Self.gib1)
    try memory.map(0x20_0000, to: 0, byteCount: Self.mib2)
    try memory.map(0x1000, to: 0, byteCount: 0x1000)
    let before = memory.words
    let overlaps: [(UInt64, UInt64)] = [
      // The same again; a page in a block; a block over a block, over a table.
      (0x4000_0000, Self.gib1), (0x20_0000, Self.mib2), (0x1000, 0x1000), (0x4000_1000, 0x1000),
      (0x4020_0000, Self.mib2), (0x20_1000, 0x1000), (0, Self.mib2), (0, Self.gib1),
    ]
    for (input, byteCount) in overlaps {
      #expect(throws: Stage2MappingError.alreadyMapped) {
        try memory.map(input, to: 0x4000_0000, byteCount: byteCount)
      }
    }
    #expect(memory.words == before)
  }

  @Test func tablesRunOut() throws {
    var memory = FakeTableMemory(tableCount: 2)
    #expect(throws: Stage2MappingError.outOfTables) {
      try memory.map(0x1000, to: 0x2000, byteCount: 0x1000)
    }
    // The level-2 table already exists; a block doesn't need another one.
    try memory.map(0x20_0000, to: 0x40_0000, byteCount: Self.mib2)
    #expect(memory.translation(of: 0x1000) == .unmapped(level: 2))
    #expect(throws: Stage2MappingError.outOfTables) {
      try memory.map(0x4000_1000, to: 0x2000, byteCount: 0x1000)
    }
  }
}
