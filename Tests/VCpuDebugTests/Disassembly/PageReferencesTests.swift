import Testing
import VCpuDebug

/// Addresses that code forms in two instructions.
@Suite struct PageReferencesTests {
  private func addresses(_ words: [UInt32], at start: UInt64 = 0x4020_0123 & ~3) -> [UInt64?] {
    var references = PageReferences()
    return words.enumerated().map { index, word in
      references.address(formedBy: word, at: start + 4 * UInt64(index))
    }
  }

  @Test func anAddIsInThePage() {
    // adrp x0, +5 pages; add x0, x0, #0x10; add x1, x0, #0x10: x0 doesn't hold the page any more.
    #expect(addresses([0xb000_0020, 0x9100_4000, 0x9100_4001]) == [nil, 0x4020_5010, nil])
  }

  @Test func anOffsetIsInUnitsOfTheSize() {
    // adrp x8, -1 page; ldr w9, [x8, #8]; str x9, [x8, #16]; ldr q0, [x8, #16]; add x2, x8, #1, lsl #12;
    // ldr x8, [x8]; ldr x8, [x8, #8]
    let words: [UInt32] = [
      0xf0ff_ffe8, 0xb940_0909, 0xf900_0909, 0x3dc0_0500, 0x9140_0502, 0xf940_0108, 0xf940_0508,
    ]
    #expect(
      addresses(words) == [
        nil, 0x401f_f008, 0x401f_f010, 0x401f_f010, 0x4020_0000, 0x401f_f000, nil,
      ])
  }

  @Test(
    arguments: [
      0xa940_0fe4,  // ldp x4, x3, [sp]
      0x9400_0001,  // bl .+4
      0xf840_8465,  // ldr x5, [x3], #8
      0xaa01_03e3,  // mov x3, x1
      0xd538_1003,  // mrs x3, sctlr_el1
      0xf823_0041,  // ldadd x3, x1, [x2]: it only reads x3, and is left out to be safe.
    ] as [UInt32]) func aPageIsForgottenWhereItMayHaveChanged(word: UInt32)
  {
    #expect(addresses([0x9000_0003, word, 0x9100_1063]).last == .some(nil))
    // And not by an instruction that has nothing to do with it.
    #expect(addresses([0x9000_0003, 0xaa01_03e2, 0x9100_1063]).last == 0x4020_0004)
  }

  @Test func aGapForgetsAll() {
    var references = PageReferences()
    #expect(references.address(formedBy: 0x9000_0003, at: 0x1000) == nil)
    #expect(references.address(formedBy: 0x9100_1063, at: 0x1008) == nil)
  }
}
