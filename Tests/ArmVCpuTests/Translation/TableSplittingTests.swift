import TestSupport
import Testing

@testable import ArmVCpu

/// A block as a table that maps the same.
@Suite struct TableSplittingTests {
  struct Shape: CustomTestStringConvertible, Sendable {
    var granule: TranslationGranule
    var level: Int
    var isWide = false
    var isWide64KiB = false

    var layout: TableLayout {
      TableLayout(
        granule: granule, inputBitWidth: 48, startLevel: 0, root: 0, outputBitWidth: 52,
        hasWideDescriptors: isWide, hasWide64KiBDescriptors: isWide64KiB, hasWide64KiBRoot: false)
    }
    var testDescription: String {
      "\(granule), level \(level)\(isWide ? ", DS" : "")\(isWide64KiB ? ", LPA" : "")"
    }
  }

  static let shapes = [
    Shape(granule: .kib4, level: 1), Shape(granule: .kib4, level: 2),
    Shape(granule: .kib4, level: 0, isWide: true), Shape(granule: .kib4, level: 2, isWide: true),
    Shape(granule: .kib16, level: 2), Shape(granule: .kib16, level: 1, isWide: true),
    Shape(granule: .kib16, level: 2, isWide: true), Shape(granule: .kib64, level: 2),
    Shape(granule: .kib64, level: 2, isWide64KiB: true),
    Shape(granule: .kib64, level: 1, isWide64KiB: true),
  ]

  @Test(arguments: shapes)
  func eachEntryLeadsWhereTheBlockDid(shape: Shape) throws {
    let layout = shape.layout
    var random = SplitMix64(seed: 0x5917)
    let size = UInt64(1) << UInt64(layout.shift(shape.level))
    let childSize = UInt64(1) << UInt64(layout.shift(shape.level + 1))
    for _ in 0..<64 {
      // A block: bits 1:0 are 01, and what else a table of this form may have in it.
      let block = random.next() & ~0b11 | 0b01
      guard case .leaf(let start) = layout.descriptor(block, level: shape.level) else {
        Issue.record("it isn't a block")
        return
      }
      #expect(start % size == 0)
      let count = 1 << layout.granule.stride
      for index in [0, 1, count / 3, count - 1] {
        let entry = layout.entry(index, splitting: block, level: shape.level)
        let expected = TableDescriptor.leaf(start + UInt64(index) * childSize)
        #expect(layout.descriptor(entry, level: shape.level + 1) == expected)
        // S2AP, MemAttr, AF, DBM, XN and the bits for software; SH where there is one.
        let kept: UInt64 = 0xffe8_0000_0000_0cfc | (shape.isWide ? 0 : 0x300)
        #expect(entry & kept == block & kept)
        #expect(entry >> 52 & 1 == 0)
      }
    }
  }

  @Test(arguments: shapes)
  func anEntryPointsToItsTable(shape: Shape) {
    let layout = shape.layout
    let isWide = shape.isWide || shape.isWide64KiB
    for table in [0x4_4f0_0000 as UInt64, 0x7_0000_0000] + (isWide ? [0xf_0000_4400_0000] : []) {
      let entry = layout.entry(pointingTo: table)
      #expect(layout.descriptor(entry, level: shape.level) == .table(table))
    }
  }
}
