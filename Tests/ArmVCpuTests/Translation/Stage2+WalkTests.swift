import Testing

@testable import ArmVCpu

/// The walker against tables that it did not make: another hypervisor's, a guest's, or nobody's.
@Suite struct Stage2WalkTests {
  private static func vtcr(sl0: UInt64, t0sz: UInt64, tg0: UInt64 = 0) -> UInt64 {
    1 << 31 | 5 << 16 | tg0 << 14 | sl0 << 6 | t0sz
  }

  private func walk(
    _ input: UInt64, _ vtcr: UInt64, vttbr: UInt64 = 0x8000_0000, _ words: [UInt64: UInt64]
  ) -> Stage2Translation {
    Stage2Translation(of: input, vttbr: vttbr, vtcr: vtcr) { words[$0] }
  }

  @Test func fourLevels() {
    let words: [UInt64: UInt64] = [
      0x8000_0008: 0x8000_1003, 0x8000_1010: 0x8000_2003, 0x8000_2018: 0x8000_3003,
      0x8000_3020: 0x0000_1234_5678_9403,
    ]
    let input: UInt64 = 1 << 39 | 2 << 30 | 3 << 21 | 4 << 12 | 0x567
    #expect(
      walk(input, Self.vtcr(sl0: 2, t0sz: 16), words)
        == .mapped(PhysicalAddress(0x1234_5678_9567), descriptor: 0x1234_5678_9403, level: 3))
  }

  @Test func aStartAtLevel2() {
    let words: [UInt64: UInt64] = [0x8000_0018: 0x8000_3003, 0x8000_3020: 0x9000_0403]
    #expect(
      walk(3 << 21 | 4 << 12 | 5, Self.vtcr(sl0: 0, t0sz: 34), words)
        == .mapped(PhysicalAddress(0x9000_0005), descriptor: 0x9000_0403, level: 3))
  }

  @Test(
    "the first of concatenated tables is indexed beyond its 512 entries",
    arguments: [1, 2, 3, 4] as [UInt64])
  func concatenated(bits: UInt64) {
    // 2^bits tables at level 1: an input of 39 bits and `bits` more.
    let last = (UInt64(512) << bits) - 1
    let words: [UInt64: UInt64] = [
      0x8000_0000 + last * 8: 0x1_4000_0401, 0x8000_0000 + 511 * 8: 0x4000_0401,
    ]
    let vtcr = Self.vtcr(sl0: 1, t0sz: 25 - bits)
    #expect(
      walk(last << 30 | 0x123, vtcr, words)
        == .mapped(PhysicalAddress(0x1_4000_0123), descriptor: 0x1_4000_0401, level: 1))
    #expect(
      walk(511 << 30, vtcr, words)
        == .mapped(PhysicalAddress(0x4000_0000), descriptor: 0x4000_0401, level: 1))
    #expect(walk((last + 1) << 30, vtcr, words) == .outOfRange)
  }

  @Test func configurationsWithoutTables() {
    // No start at level 3 of 64 KiB, at level 0 of 16 KiB without DS; inputs too wide for the start level (more than
    // sixteen tables), too narrow for it (nothing left to index), or beyond 48 bits without DS.
    let none: [UInt64] = [
      Self.vtcr(sl0: 3, t0sz: 25, tg0: 1), Self.vtcr(sl0: 3, t0sz: 25, tg0: 2),
      Self.vtcr(sl0: 1, t0sz: 20), Self.vtcr(sl0: 0, t0sz: 29), Self.vtcr(sl0: 0, t0sz: 16),
      Self.vtcr(sl0: 2, t0sz: 25), Self.vtcr(sl0: 1, t0sz: 34), Self.vtcr(sl0: 0, t0sz: 43),
      Self.vtcr(sl0: 2, t0sz: 15), Self.vtcr(sl0: 2, t0sz: 0), Self.vtcr(sl0: 0, t0sz: 63),
      Self.vtcr(sl0: 3, t0sz: 25), Self.vtcr(sl0: 2, t0sz: 11) | 1 << 32,
      // SL2 without 52 bits of input.
      Self.vtcr(sl0: 0, t0sz: 25) | 1 << 32 | 1 << 33,
    ]
    for vtcr in none {
      #expect(walk(0x1000, vtcr, [:]) == .noTables, "\(String(vtcr, radix: 16))")
    }
    let some: [UInt64] = [
      Self.vtcr(sl0: 1, t0sz: 21), Self.vtcr(sl0: 1, t0sz: 33), Self.vtcr(sl0: 2, t0sz: 16),
      Self.vtcr(sl0: 2, t0sz: 24), Self.vtcr(sl0: 0, t0sz: 30), Self.vtcr(sl0: 0, t0sz: 42),
      // FEAT_TTST: a start at level 3.
      Self.vtcr(sl0: 3, t0sz: 43),
      // 64 KiB from level 2 and 1, 16 KiB from level 2 and 1; the reserved granule is 4 KiB.
      Self.vtcr(sl0: 1, t0sz: 24, tg0: 1), Self.vtcr(sl0: 2, t0sz: 16, tg0: 1),
      Self.vtcr(sl0: 1, t0sz: 25, tg0: 2), Self.vtcr(sl0: 2, t0sz: 17, tg0: 2),
      Self.vtcr(sl0: 1, t0sz: 25, tg0: 3),
      // DS: descriptors of 52-bit addresses (FEAT_LPA2), from level 0 and from level -1.
      Self.vtcr(sl0: 2, t0sz: 16) | 1 << 32, Self.vtcr(sl0: 0, t0sz: 12) | 1 << 32 | 1 << 33,
      Self.vtcr(sl0: 3, t0sz: 13, tg0: 2) | 1 << 32,
    ]
    for vtcr in some {
      #expect(
        walk(0, vtcr, [:]) == .unreadable(PhysicalAddress(0x8000_0000)),
        "\(String(vtcr, radix: 16))")
    }
  }

  @Test func descriptorsWithoutMemory() {
    let vtcr = Self.vtcr(sl0: 1, t0sz: 25)
    #expect(walk(1 << 30, vtcr, [:]) == .unreadable(PhysicalAddress(0x8000_0008)))
    #expect(
      walk(1 << 30 | 2 << 21, vtcr, [0x8000_0008: 0xffff_ffff_f003])
        == .unreadable(PhysicalAddress(0xffff_ffff_f010)))
  }

  @Test func theVMIDAndCnPAreNoAddress() {
    let words: [UInt64: UInt64] = [0x8000_0000: 0x4000_0401]
    #expect(
      walk(0, Self.vtcr(sl0: 1, t0sz: 25), vttbr: 0xffff_0000_8000_0001, words)
        == .mapped(PhysicalAddress(0x4000_0000), descriptor: 0x4000_0401, level: 1))
  }

  @Test func whatIsReservedIsNotMapped() {
    // No blocks at level 0, nothing but pages at level 3.
    #expect(
      walk(0, Self.vtcr(sl0: 2, t0sz: 16), [0x8000_0000: 0x4000_0401]) == .unmapped(level: 0))
    #expect(
      walk(
        0, Self.vtcr(sl0: 0, t0sz: 34), [0x8000_0000: 0x8000_1003, 0x8000_1000: 0x4000_0401])
        == .unmapped(level: 3))
    // Bit 1 alone is not valid.
    #expect(
      walk(0, Self.vtcr(sl0: 1, t0sz: 25), [0x8000_0000: 0x4000_0402]) == .unmapped(level: 1))
  }

  @Test func attributesAndReservedBitsAreNoAddress() {
    // Everything set around a 1 GiB block at 0x4000_0000.
    let descriptor: UInt64 = 0xffff_0000_7fff_fffd
    #expect(
      walk(0x1234_5678, Self.vtcr(sl0: 1, t0sz: 25), [0x8000_0000: descriptor])
        == .mapped(PhysicalAddress(0x5234_5678), descriptor: descriptor, level: 1))
  }

  @Test func aTableThatPointsToItselfIsNoLoop() {
    var reads = 0
    let found = Stage2Translation(
      of: 0x123, vttbr: 0x8000_0000, vtcr: Self.vtcr(sl0: 2, t0sz: 16)
    ) { _ in
      reads += 1
      return 0x8000_0003
    }
    #expect(found == .mapped(PhysicalAddress(0x8000_0123), descriptor: 0x8000_0003, level: 3))
    #expect(reads == 4)
  }

  @Test("no tables, control registers or addresses make the walker trap or loop")
  func hostileTables() {
    var random = SplitMix64(seed: 2)
    var outcomes: [String: Int] = [:]
    for round in 0..<40_000 {
      // Half of the rounds have a VTCR_EL2 that asks for a walk.
      var vtcr = random.next()
      if round % 2 == 0 {
        let (sl0, shift): (UInt64, UInt64) = [(0, 21), (1, 30), (2, 39)][Int(vtcr % 3)]
        vtcr = Self.vtcr(sl0: sl0, t0sz: max(16, 64 - shift - 1 - random.next() % 13))
      }
      var input = random.next()
      if random.next() % 4 != 0 { input &= .max >> (vtcr & 63) }
      let seed = random.next()
      let vttbr = random.next()
      var reads: [UInt64] = []
      let found = Stage2Translation(of: input, vttbr: vttbr, vtcr: vtcr) {
        reads.append($0)
        let word = SplitMix64.mix(seed ^ $0)
        // Mostly tables, or walks would end at once.
        return word % 16 == 0 ? nil : word % 4 == 0 ? word : word | 3
      }
      #expect(reads.count <= 5)
      // No descriptor lies beyond 52 bits, but for those of concatenated tables at the very top.
      for read in reads where read > 0x0010_0000_0010_0000 || read % 2 != 0 {
        Issue.record("read \(String(read, radix: 16))")
      }
      let name: String
      switch found {
      case .mapped(let address, _, let level):
        name = "mapped"
        #expect((0...3).contains(level))
        #expect(address.rawValue >> 52 == 0)
        #expect((address.rawValue ^ input) & 0xfff == 0)
      case .unmapped(let level):
        name = "unmapped"
        #expect((-1...3).contains(level))
      case .outOfRange: name = "out of range"
      case .tooWide: name = "too wide"
      case .unreadable(let address):
        name = "unreadable"
        #expect(address.rawValue == reads.last)
      case .notStage2(let fault):
        name = "another fault"
        Issue.record("\(fault)")
      case .noTables:
        name = "no tables"
        #expect(reads.isEmpty)
      }
      outcomes[name, default: 0] += 1
    }
    // The rounds reach every outcome, so they test something.
    for name in ["mapped", "unmapped", "out of range", "unreadable", "too wide", "no tables"] {
      #expect(outcomes[name, default: 0] > 100, "\(name)")
    }
  }
}
