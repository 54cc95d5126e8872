import TestSupport
import Testing

/// The model that the library's walk is held against: tables set by hand, with what the manual says
/// of them.
@Suite struct TranslationModelTests {
  /// Registers for the 4 KiB granule and 48 bits, with the caches on; MAIR 0 is Write-Back, 1 is
  /// Device-nGnRE, 2 is Non-cacheable, 3 is Write-Through without a hint to allocate on writes.
  static func registers(
    _ regime: ModelRegisters.Regime = .el10, tcr: UInt64 = 0x5_0000_0010 | 0b10 << 30 | 16 << 16
  ) -> ModelRegisters {
    var registers = ModelRegisters()
    registers.regime = regime
    registers.sctlr = 1 << 0 | 1 << 2 | 1 << 12
    registers.tcr = tcr
    registers.ttbr0 = 0x8000_0000
    registers.ttbr1 = 0x8000_0000
    registers.mair = 0xaa44_04ff
    return registers
  }

  static let address: UInt64 = 1 << 39 | 2 << 30 | 3 << 21 | 4 << 12 | 0x567
  /// Tables for it, of three levels.
  static let tables: [UInt64: UInt64] = [
    0x8000_0008: 0x8000_1003, 0x8000_1010: 0x8000_2003, 0x8000_2018: 0x8000_3003,
  ]
  static let writeBack = ModelAttributes(
    .normal(inner: .writeBack, outer: .writeBack), .none)

  func translate(_ registers: ModelRegisters, _ words: [UInt64: UInt64]) -> ModelOutcome {
    translate(registers, Self.address, words)
  }

  func translate(
    _ registers: ModelRegisters, _ address: UInt64, _ words: [UInt64: UInt64]
  ) -> ModelOutcome {
    translate(registers, address, ModelAccess(.read), words)
  }

  func translate(
    _ registers: ModelRegisters, _ address: UInt64, _ access: ModelAccess,
    _ words: [UInt64: UInt64]
  ) -> ModelOutcome {
    TranslationModel(registers).translate(address, access) { words[$0] }
  }

  /// With a page at `address`.
  func translate(
    _ registers: ModelRegisters, page: UInt64, _ access: ModelAccess = ModelAccess(.read)
  ) -> ModelOutcome {
    translate(
      registers, Self.address, access, Self.tables.merging([0x8000_3020: page]) { $1 })
  }

  static func mapped(
    _ address: UInt64, _ stage1Level: Int?, _ stage2Level: Int? = nil,
    _ attributes: ModelAttributes = writeBack
  ) -> ModelOutcome {
    .mapped(
      address: address, stage1Level: stage1Level, stage2Level: stage2Level, attributes: attributes)
  }

  static func fault(_ status: UInt8) -> ModelOutcome {
    .fault(status: status, stage: 1, isOnStage1Walk: false, ipa: nil)
  }

  func isPermitted(_ outcome: ModelOutcome) -> Bool {
    switch outcome {
    case .mapped: return true
    case .fault(let status, _, _, _):
      #expect(status >> 2 == 0b0011)
      return false
    }
  }

  // MARK: Shapes of stage 1

  @Test func fourLevels() {
    #expect(
      translate(Self.registers(), page: 0x1234_5678_9403) == Self.mapped(0x1234_5678_9567, 3))
  }

  @Test func theUpperHalf() {
    let upper = ~0 << 48 | Self.address
    #expect(
      translate(
        Self.registers(), upper, Self.tables.merging([0x8000_3020: 0x9000_0403]) { $1 })
        == Self.mapped(0x9000_0567, 3))
  }

  @Test func blocks() {
    let words: [UInt64: UInt64] = [
      0x8000_0008: 0x8000_1003, 0x8000_1010: 0x1_4000_0401, 0x8000_1018: 0x8000_2003,
      0x8000_2020: 0x1_2340_0401,
    ]
    #expect(
      translate(Self.registers(), 1 << 39 | 2 << 30 | 0x123_4567, words)
        == Self.mapped(0x1_4123_4567, 1))
    #expect(
      translate(Self.registers(), 1 << 39 | 3 << 30 | 4 << 21 | 0x12345, words)
        == Self.mapped(0x1_2341_2345, 2))
  }

  /// 16 KiB, 47 bits: level 1 is the first; a block of 32 MiB at level 2.
  @Test func the16KiBGranule() {
    let registers = Self.registers(tcr: 5 << 32 | 0b10 << 14 | 17)
    let input: UInt64 = 3 << 36 | 5 << 25 | 0x12_3456
    let words: [UInt64: UInt64] = [0x8000_0018: 0x8000_4003, 0x8000_4028: 0x4200_0401]
    #expect(translate(registers, input, words) == Self.mapped(0x4212_3456, 2))
  }

  /// 16 KiB, 48 bits: level 0 has two entries.
  @Test func the16KiBGranuleOf48Bits() {
    let registers = Self.registers(tcr: 5 << 32 | 0b10 << 14 | 16)
    let input: UInt64 = 1 << 47 | 3 << 36 | 5 << 25 | 7 << 14 | 0x123
    let words: [UInt64: UInt64] = [
      0x8000_0008: 0x8000_4003, 0x8000_4018: 0x8000_8003, 0x8000_8028: 0x8000_c003,
      0x8000_c038: 0x4000_4403,
    ]
    #expect(translate(registers, input, words) == Self.mapped(0x4000_4123, 3))
  }

  /// 64 KiB, 52 bits of both addresses: bits 51:48 are bits 15:12 of a descriptor and bits 5:2 of
  /// TTBR0.
  @Test func the64KiBGranuleOf52Bits() {
    var registers = Self.registers(tcr: 6 << 32 | 0b01 << 14 | 12)
    registers.ttbr0 = 0x8000_0000 | 0b1010 << 2
    let input: UInt64 = 0x3ff << 42 | 5 << 29 | 7 << 16 | 0x1234
    let words: [UInt64: UInt64] = [
      0xa_0000_8000_1ff8: 0x8001_0000 | 0xb << 12 | 3,
      0xb_0000_8001_0028: 0x8002_0000 | 0xc << 12 | 3,
      0xc_0000_8002_0038: 0x4567_0000 | 0xd << 12 | 0x403,
    ]
    #expect(translate(registers, input, words) == Self.mapped(0xd_0000_4567_1234, 3))
    // A level 1 block of 4 TiB, with 52 bits of physical address alone.
    let block = [0xa_0000_8000_1ff8 as UInt64: 0xc00_0000_0000 | 0xb << 12 | 0x401 as UInt64]
    #expect(translate(registers, input, block) == Self.mapped(0xb_0c00_a007_1234, 1))
    registers.physicalRange = 48
    registers.hasLPA = false
    let narrow = [0x8000_1ff8 as UInt64: 0x401 as UInt64]
    #expect(translate(registers, input, narrow) == Self.fault(0b000101))
  }

  /// 4 KiB, 52 bits: level -1 is the first; bits 51:50 are bits 9:8 of a descriptor, and the
  /// shareability is TCR's.
  @Test func the4KiBGranuleOf52Bits() {
    var registers = Self.registers(tcr: 1 << 59 | 6 << 32 | 0b11 << 12 | 12)
    registers.ttbr0 = 0x8000_0000 | 0b0101 << 2
    let input: UInt64 = 9 << 48 | Self.address
    let words: [UInt64: UInt64] = [
      0x5_0000_8000_0048: 0x8000_1000 | 0b10 << 8 | 0b01 << 48 | 3,
      0x9_0000_8000_1008: 0x8000_2000 | 3,
      0x8000_2010: 0x8000_3003, 0x8000_3018: 0x8000_4003,
      0x8000_4020: 0x1_2345_6000 | 0b11 << 8 | 0b10 << 48 | 0x403,
    ]
    let inner = ModelAttributes(.normal(inner: .writeBack, outer: .writeBack), .inner)
    #expect(translate(registers, input, words) == Self.mapped(0xe_0001_2345_6567, 3, nil, inner))
    // A level 0 block of 512 GiB takes DS.
    let block: [UInt64: UInt64] = [
      0x5_0000_8000_0048: 0x8000_1003, 0x8000_1008: 1 << 39 | 0b01 << 8 | 0x401,
    ]
    #expect(
      translate(registers, input, block)
        == Self.mapped(4 << 48 | 1 << 39 | Self.address.remainder(39), 0, nil, inner))
    #expect(translate(Self.registers(), [0x8000_0008: 1 << 39 | 0x401]) == Self.fault(0b000100))
  }

  /// FEAT_TTST: 16 bits, a level 3 table of 16 entries that is aligned to 128 bytes.
  @Test func aSmallTable() {
    var registers = Self.registers(tcr: 5 << 32 | 48)
    registers.ttbr0 = 0x8000_0080
    let words: [UInt64: UInt64] = [0x8000_00f8: 0x4000_0403]
    #expect(translate(registers, 0xf123, words) == Self.mapped(0x4000_0123, 3))
    registers.hasTTST = false
    #expect(translate(registers, 0xf123, words) == Self.fault(0b000100))
  }

  @Test func el2() {
    var registers = Self.registers(.el2, tcr: 1 << 31 | 1 << 23 | 1 << 20 | 5 << 16 | 16)
    #expect(translate(registers, page: 0x9000_0403) == Self.mapped(0x9000_0567, 3))
    // XN, AP[2], APTable[1] and XNTable alone.
    #expect(isPermitted(translate(registers, page: 0x9000_0443, ModelAccess(.execute))))
    #expect(
      isPermitted(translate(registers, page: 1 << 53 | 0x9000_0403, ModelAccess(.execute))))
    #expect(
      !isPermitted(translate(registers, page: 1 << 54 | 0x9000_0403, ModelAccess(.execute))))
    #expect(!isPermitted(translate(registers, page: 0x9000_0483, ModelAccess(.write))))
    let page: [UInt64: UInt64] = [0x8000_3020: 0x9000_0403]
    let limited = Self.tables.merging([0x8000_1010: 1 << 61 | 1 << 59 | 0x8000_2003]) { $1 }
      .merging(page) { $1 }
    #expect(isPermitted(translate(registers, Self.address, ModelAccess(.write), limited)))
    #expect(isPermitted(translate(registers, Self.address, ModelAccess(.execute), limited)))
    let more = Self.tables.merging([0x8000_1010: 1 << 62 | 1 << 60 | 0x8000_2003]) { $1 }
      .merging(page) { $1 }
    #expect(!isPermitted(translate(registers, Self.address, ModelAccess(.write), more)))
    #expect(!isPermitted(translate(registers, Self.address, ModelAccess(.execute), more)))
    // Bit 55 is not a half of the address space, and the tag is above it.
    #expect(translate(registers, 1 << 55 | Self.address, Self.tables) == Self.fault(0b000100))
    #expect(translate(registers, 0xab << 56 | Self.address, more) == Self.mapped(0x9000_0567, 3))
    registers.tcr &= ~(1 << 20)
    #expect(translate(registers, 0xab << 56 | Self.address, more) == Self.fault(0b000100))
  }

  // MARK: Faults of stage 1

  @Test func faultsOfAWalk() {
    let registers = Self.registers()
    for (level, entry) in [0x8000_0008, 0x8000_1010, 0x8000_2018, 0x8000_3020].enumerated() {
      let words = Self.tables.merging([0x8000_3020: 0x9000_0403]) { $1 }
      let bits = UInt8(level)
      func with(_ descriptor: UInt64?) -> ModelOutcome {
        var words = words
        words[UInt64(entry)] = descriptor
        return translate(registers, words)
      }
      #expect(with(nil) == Self.fault(0b010100 | bits))
      #expect(with(0x9000_0402) == Self.fault(0b000100 | bits))
      if level == 0 || level == 3 {
        // A block where there is none.
        #expect(with(0x9000_0401) == Self.fault(0b000100 | bits))
      } else {
        #expect(with(0x8000_0001) == Self.fault(0b001000 | bits))
      }
    }
    // Out of range: 32 bits of output.
    var narrow = registers
    narrow.tcr = 16
    for (level, entry) in [0x8000_0008, 0x8000_1010, 0x8000_2018, 0x8000_3020].enumerated() {
      var words = Self.tables.merging([0x8000_3020: 0x9000_0403]) { $1 }
      words[UInt64(entry)]! |= 1 << 32
      #expect(translate(narrow, words) == Self.fault(UInt8(level)))
    }
    narrow.ttbr0 = 1 << 32
    #expect(translate(narrow, Self.tables) == Self.fault(0))
    // The CPU's range limits it too.
    narrow = registers
    narrow.physicalRange = 40
    #expect(translate(narrow, page: 1 << 40 | 0x403) == Self.fault(0b000011))
    #expect(translate(narrow, page: 1 << 39 | 0x403) == Self.mapped(1 << 39 | 0x567, 3))
  }

  @Test func faultsAtLevelMinus1() {
    var registers = Self.registers(tcr: 1 << 59 | 5 << 32 | 12)
    let input: UInt64 = 9 << 48 | Self.address
    #expect(translate(registers, input, [:]) == Self.fault(0b010011))
    #expect(translate(registers, input, [0x8000_0048: 0]) == Self.fault(0b101011))
    #expect(translate(registers, input, [0x8000_0048: 0x401]) == Self.fault(0b101011))
    #expect(translate(registers, input, [0x8000_0048: 1 << 48 | 3]) == Self.fault(0b101001))
    // The first table's own address faults at level 0.
    registers.ttbr0 |= 1 << 2
    #expect(translate(registers, input, [:]) == Self.fault(0b000000))
  }

  @Test func faultsBeforeAWalk() {
    let registers = Self.registers()
    let page: [UInt64: UInt64] = Self.tables.merging([0x8000_3020: 0x9000_0443]) { $1 }
    #expect(translate(registers, 1 << 48 | Self.address, page) == Self.fault(0b000100))
    #expect(translate(registers, 1 << 55 | Self.address, page) == Self.fault(0b000100))
    for (bit, isUnprivileged) in [(7, false), (55, true)] {
      var other = registers
      other.tcr |= 1 << UInt64(bit)
      let access = ModelAccess(.read, isUnprivileged: isUnprivileged)
      #expect(translate(other, Self.address, access, page) == Self.fault(0b000100))
      // The other half has its own.
      #expect(
        translate(other, ~0 << 48 | Self.address, access, page) == Self.mapped(0x9000_0567, 3))
    }
    for size in [15, 49] as [UInt64] {
      var other = registers
      other.tcr = other.tcr & ~0x3f | size
      #expect(translate(other, 0, page) == Self.fault(0b000100))
    }
  }

  @Test func tags() {
    var registers = Self.registers()
    let page: [UInt64: UInt64] = Self.tables.merging([0x8000_3020: 0x9000_0403]) { $1 }
    let tagged = 0x5a << 56 | Self.address
    #expect(translate(registers, tagged, page) == Self.fault(0b000100))
    registers.tcr |= 1 << 37
    #expect(translate(registers, tagged, page) == Self.mapped(0x9000_0567, 3))
    #expect(
      translate(registers, tagged, ModelAccess(.execute), page) == Self.mapped(0x9000_0567, 3))
    // TBID0: data alone.
    registers.tcr |= 1 << 51
    #expect(translate(registers, tagged, page) == Self.mapped(0x9000_0567, 3))
    #expect(translate(registers, tagged, ModelAccess(.execute), page) == Self.fault(0b000100))
  }

  // MARK: Random tables

  @Test func aSeedIsACase() {
    for seed in 0..<20 as Range<UInt64> {
      let (one, other) = (RandomTables(seed: seed), RandomTables(seed: seed))
      #expect(one.registers == other.registers)
      #expect(one.words == other.words)
      #expect(one.addresses == other.addresses)
    }
  }

  /// Among 20,000 random cases each outcome occurs, and about half are mapped.
  @Test func randomCasesHaveEveryOutcome() {
    var counts: [String: Int] = [:]
    var mapped = 0
    for seed in 0..<2000 as Range<UInt64> {
      var tables = RandomTables(seed: seed)
      let registers = tables.registers
      let model = TranslationModel(registers)
      for _ in 0..<10 {
        let address = tables.anAddress()
        switch model.translate(address, tables.anAccess(), memory: tables.read) {
        case .mapped(_, let stage1Level, let stage2Level, _):
          mapped += 1
          if let stage1Level {
            let isUpper = registers.regime != .el2 && address >> 55 & 1 != 0
            let granule =
              isUpper ? [4, 16, 4, 64][Int(registers.tcr >> 30 & 3)] : Self.size(registers.tcr)
            counts["stage 1, \(granule) KiB, level \(stage1Level)", default: 0] += 1
          }
          if let stage2Level {
            let granule = Self.size(registers.vtcr)
            counts["stage 2, \(granule) KiB, level \(stage2Level)", default: 0] += 1
          }
        case .fault(let status, let stage, let isOnWalk, _):
          counts["fault \(status) of stage \(stage)", default: 0] += 1
          if isOnWalk { counts["fault \(status >> 2) on a walk", default: 0] += 1 }
        }
      }
    }
    var expected = (0...5).map { "fault \($0) on a walk" }
    for stage in 1...2 {
      for (granule, levels) in [(4, 0...3), (16, 1...3), (64, 1...3)] {
        expected += levels.map { "stage \(stage), \(granule) KiB, level \($0)" }
      }
      let statuses = [
        Array(0b000000...0b001111), Array(0b010011...0b010111), [0b101001, 0b101011],
      ]
      expected += statuses.joined().map { "fault \($0) of stage \(stage)" }
    }
    for outcome in expected {
      #expect(counts[outcome, default: 0] > 0, "\(outcome) never occurs")
    }
    #expect((8000...12000).contains(mapped), "\(mapped) of 20000 mapped")
  }

  /// A granule in KiB.
  static func size(_ tcr: UInt64) -> Int {
    [4, 64, 16, 4][Int(tcr >> 14 & 3)]
  }
}

extension UInt64 {
  /// The bits below one.
  func remainder(_ bit: UInt64) -> UInt64 {
    self & ((1 << bit) - 1)
  }
}
