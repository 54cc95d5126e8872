import TestSupport
import Testing

/// The model that the library's walk is held against: tables set by hand, with what the manual says
/// of them.
@Suite struct TranslationModelTests {
  /// Registers for the 4 KiB granule and 48 bits, with the caches on; MAIR 0 is Write-Back, 1 is
  /// Device-nGnRE, 2 is Non-cacheable, 3 is Write-Through without a hint to allocate on writes.
  private static func registers(
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

  private static let address: UInt64 = 1 << 39 | 2 << 30 | 3 << 21 | 4 << 12 | 0x567
  /// Tables for it, of three levels.
  private static let tables: [UInt64: UInt64] = [
    0x8000_0008: 0x8000_1003, 0x8000_1010: 0x8000_2003, 0x8000_2018: 0x8000_3003,
  ]
  private static let writeBack = ModelAttributes(
    .normal(inner: .writeBack, outer: .writeBack), .none)

  private func translate(_ registers: ModelRegisters, _ words: [UInt64: UInt64]) -> ModelOutcome {
    translate(registers, Self.address, words)
  }

  private func translate(
    _ registers: ModelRegisters, _ address: UInt64, _ words: [UInt64: UInt64]
  ) -> ModelOutcome {
    translate(registers, address, ModelAccess(.read), words)
  }

  private func translate(
    _ registers: ModelRegisters, _ address: UInt64, _ access: ModelAccess,
    _ words: [UInt64: UInt64]
  ) -> ModelOutcome {
    TranslationModel(registers).translate(address, access) { words[$0] }
  }

  /// With a page at `address`.
  private func translate(
    _ registers: ModelRegisters, page: UInt64, _ access: ModelAccess = ModelAccess(.read)
  ) -> ModelOutcome {
    translate(
      registers, Self.address, access, Self.tables.merging([0x8000_3020: page]) { $1 })
  }

  private static func mapped(
    _ address: UInt64, _ stage1Level: Int?, _ stage2Level: Int? = nil,
    _ attributes: ModelAttributes = writeBack
  ) -> ModelOutcome {
    .mapped(
      address: address, stage1Level: stage1Level, stage2Level: stage2Level, attributes: attributes)
  }

  private static func fault(_ status: UInt8) -> ModelOutcome {
    .fault(status: status, stage: 1, isOnStage1Walk: false, ipa: nil)
  }

  private func isPermitted(_ outcome: ModelOutcome) -> Bool {
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

  // MARK: Permissions of stage 1

  /// The manual's table of AP[2:1] with UXN, PXN and WXN: for EL1 and EL0 what is permitted of
  /// reads, writes and fetches.
  @Test(
    arguments: [
      (0b00, false, "rwx", "--x"), (0b01, false, "rw-", "rwx"), (0b10, false, "r-x", "--x"),
      (0b11, false, "r-x", "r-x"), (0b00, true, "rw-", "--x"), (0b01, true, "rw-", "rw-"),
      (0b10, true, "r-x", "--x"), (0b11, true, "r-x", "r-x"),
    ] as [(UInt64, Bool, String, String)])
  func accessPermissions(ap: UInt64, wxn: Bool, privileged: String, unprivileged: String) {
    var registers = Self.registers()
    if wxn { registers.sctlr |= 1 << 19 }
    func permitted(_ isUnprivileged: Bool, _ more: UInt64 = 0, pan: Bool = false) -> String {
      zip("rwx", ModelAccess.Kind.allCases).map { letter, kind in
        isPermitted(
          translate(
            registers, page: 0x9000_0403 | ap << 6 | more,
            ModelAccess(kind, isUnprivileged: isUnprivileged, pan: pan))) ? String(letter) : "-"
      }.joined()
    }
    #expect(permitted(false) == privileged)
    #expect(permitted(true) == unprivileged)
    #expect(permitted(false, 1 << 53) == privileged.prefix(2) + "-")
    #expect(permitted(true, 1 << 53) == unprivileged)
    #expect(permitted(false, 1 << 54) == privileged)
    #expect(permitted(true, 1 << 54) == unprivileged.prefix(2) + "-")
    // PAN keeps EL1 from the data that EL0 has, not from fetches.
    #expect(permitted(true, pan: true) == unprivileged)
    #expect(permitted(false, pan: true) == (ap & 1 == 0 ? privileged : "--" + privileged.suffix(1)))
    // EPAN also from what EL0 can execute; WXN doesn't count where PAN forbids the write.
    registers.sctlr |= 1 << 57
    #expect(permitted(false, pan: true) == "--" + (ap == 0 ? "x" : privileged.suffix(1)))
    #expect(
      permitted(false, 1 << 54, pan: true)
        == (ap & 1 == 0 ? privileged : "--" + privileged.suffix(1)))
  }

  @Test(
    arguments: [
      (61, false, "rwx", "--x"), (62, false, "r-x", "r-x"), (59, false, "rw-", "rwx"),
      (60, false, "rw-", "rw-"), (61, true, "rw-", "rwx"), (60, true, "rw-", "rwx"),
    ] as [(UInt64, Bool, String, String)])
  func limitsOfATable(bit: UInt64, hpd: Bool, privileged: String, unprivileged: String) {
    var registers = Self.registers()
    if hpd { registers.tcr |= 1 << 41 }
    for entry in Self.tables.keys {
      var words = Self.tables.merging([0x8000_3020: 0x9000_0443]) { $1 }
      words[entry]! |= 1 << bit
      for (isUnprivileged, expected) in [(false, privileged), (true, unprivileged)] {
        let permitted = zip("rwx", ModelAccess.Kind.allCases).map { letter, kind in
          isPermitted(
            translate(
              registers, Self.address, ModelAccess(kind, isUnprivileged: isUnprivileged), words))
            ? String(letter) : "-"
        }
        #expect(permitted.joined() == expected)
      }
    }
  }

  @Test func hardwareUpdates() {
    var registers = Self.registers()
    let clean: UInt64 = 1 << 51 | 0x9000_0483
    #expect(translate(registers, page: 0x9000_0003) == Self.fault(0b001011))
    #expect(translate(registers, page: clean, ModelAccess(.write)) == Self.fault(0b001111))
    registers.tcr |= 1 << 40
    #expect(translate(registers, page: clean, ModelAccess(.write)) == Self.fault(0b001111))
    registers.tcr |= 1 << 39
    #expect(translate(registers, page: 0x9000_0003) == Self.mapped(0x9000_0567, 3))
    #expect(translate(registers, page: clean, ModelAccess(.write)) == Self.mapped(0x9000_0567, 3))
    #expect(translate(registers, page: 0x9000_0483, ModelAccess(.write)) == Self.fault(0b001111))
    registers.hasHAFDBS = false
    #expect(translate(registers, page: 0x9000_0003) == Self.fault(0b001011))
  }

  /// With NV and NV1, bit 54 is PXN, AP[1] and UXN are 0, and PAN doesn't count.
  @Test func nestedVirtualization() {
    var registers = Self.registers()
    registers.hasStage2 = true
    registers.hcr = 1 << 42 | 1 << 43
    let read = ModelAccess(.read, pan: true)
    #expect(isPermitted(translate(registers, page: 0x9000_0443, read)))
    #expect(
      !isPermitted(
        translate(registers, page: 0x9000_0443, ModelAccess(.read, isUnprivileged: true))))
    let execute = ModelAccess(.execute)
    #expect(isPermitted(translate(registers, page: 0x9000_0443, execute)))
    #expect(isPermitted(translate(registers, page: 1 << 53 | 0x9000_0443, execute)))
    #expect(!isPermitted(translate(registers, page: 1 << 54 | 0x9000_0443, execute)))
    registers.hasStage2 = false
    #expect(!isPermitted(translate(registers, page: 0x9000_0443, read)))
  }

  // MARK: Attributes of stage 1

  @Test func attributes() {
    func attributes(_ registers: ModelRegisters, _ page: UInt64, _ kind: ModelAccess.Kind = .read)
      -> ModelAttributes?
    {
      guard
        case .mapped(_, _, _, let attributes) = translate(
          registers, page: page, ModelAccess(kind))
      else { return nil }
      return attributes
    }
    var registers = Self.registers()
    let nonCacheable = ModelAttributes(
      .normal(inner: .nonCacheable, outer: .nonCacheable), .outer)
    #expect(attributes(registers, 0x9000_0703)?.shareability == .inner)
    #expect(attributes(registers, 0x9000_0407) == ModelAttributes(.device(.nGnRE), .outer))
    #expect(attributes(registers, 0x9000_0407, .execute) == nonCacheable)
    #expect(attributes(registers, 0x9000_070b) == nonCacheable)
    #expect(
      attributes(registers, 0x9000_070f)
        == ModelAttributes(.normal(inner: .writeThrough, outer: .writeThrough), .inner))
    registers.sctlr &= ~(1 << 2)
    #expect(attributes(registers, 0x9000_0703) == nonCacheable)
    #expect(attributes(registers, 0x9000_0407) == ModelAttributes(.device(.nGnRE), .outer))
    #expect(attributes(registers, 0x9000_0703, .execute)?.shareability == .inner)
    registers.sctlr &= ~(1 << 12)
    #expect(attributes(registers, 0x9000_0703, .execute) == nonCacheable)
  }

  @Test func stage1Off() {
    var registers = Self.registers()
    registers.sctlr = 0
    registers.physicalRange = 40
    let device = ModelAttributes(.device(.nGnRnE), .outer)
    #expect(
      translate(registers, 0xff_1234_5678, [:]) == Self.mapped(0xff_1234_5678, nil, nil, device))
    #expect(translate(registers, 1 << 40, [:]) == Self.fault(0))
    #expect(translate(registers, 1 << 63 | 0x1000, [:]) == Self.fault(0))
    registers.tcr |= 1 << 37
    #expect(translate(registers, 1 << 63 | 0x1000, [:]) == Self.mapped(0x1000, nil, nil, device))
    #expect(
      translate(registers, 0x1000, ModelAccess(.execute), [:])
        == Self.mapped(
          0x1000, nil, nil,
          ModelAttributes(.normal(inner: .nonCacheable, outer: .nonCacheable), .outer)))
    registers.sctlr = 1 << 12
    #expect(
      translate(registers, 0x1000, ModelAccess(.execute), [:])
        == Self.mapped(
          0x1000, nil, nil,
          ModelAttributes(.normal(inner: .writeThrough, outer: .writeThrough), .outer)))
  }

  // MARK: Stage 2

  /// Stage 1 off, stage 2 of 40 bits in two tables of level 1.
  private static func secondStage(
    vtcr: UInt64 = 1 << 31 | 5 << 16 | 1 << 6 | 24
  ) -> ModelRegisters {
    var registers = ModelRegisters()
    registers.hasStage2 = true
    registers.hcr = 1
    registers.vtcr = vtcr
    registers.vttbr = 0x8800_0000 | 7 << 48
    return registers
  }

  private func stage2(
    _ registers: ModelRegisters, _ ipa: UInt64, _ words: [UInt64: UInt64]
  ) -> ModelOutcome {
    stage2(registers, ipa, ModelAccess(.read), words)
  }

  private func stage2(
    _ registers: ModelRegisters, _ ipa: UInt64, _ access: ModelAccess, _ words: [UInt64: UInt64]
  ) -> ModelOutcome {
    let outcome = translate(registers, ipa, access, words)
    // Stage 2 alone says the same, but for the attributes.
    let alone = TranslationModel(registers).translateStage2(ipa, access) { words[$0] }
    switch (outcome, alone) {
    case (.mapped(let one, _, let level, _), .mapped(let other, _, let otherLevel, _)):
      #expect(one == other && level == otherLevel)
    default:
      #expect(outcome == alone)
    }
    return outcome
  }

  private static func fault2(_ status: UInt8, _ ipa: UInt64) -> ModelOutcome {
    .fault(status: status, stage: 2, isOnStage1Walk: false, ipa: ipa)
  }

  @Test func concatenatedTables() {
    let device = ModelAttributes(.device(.nGnRnE), .outer)
    let ipa: UInt64 = 1 << 39 | 2 << 30 | 3 << 21 | 4 << 12 | 0x567
    // The second table is entry 512 and on.
    let words: [UInt64: UInt64] = [
      0x8800_1010: 0x8800_2003, 0x8800_2018: 0x8800_3003, 0x8800_3020: 0x9000_07ff,
    ]
    #expect(stage2(Self.secondStage(), ipa, words) == Self.mapped(0x9000_0567, nil, 3, device))
    #expect(
      stage2(Self.secondStage(), 1 << 40 | ipa, words) == Self.fault2(0b000100, 1 << 40 | ipa))
    #expect(stage2(Self.secondStage(), 3 << 21, words) == Self.fault2(0b010101, 3 << 21))
    // 16 KiB, 40 bits from level 2: 16 tables.
    let other = Self.secondStage(vtcr: 1 << 31 | 5 << 16 | 0b10 << 14 | 1 << 6 | 24)
    let of16: [UInt64: UInt64] = [0x8800_0000 + (0x7fff << 3): 0x9200_07fd]
    #expect(
      stage2(other, 0xff_fe12_3456, of16) == Self.mapped(0x9212_3456, nil, 2, device))
    // 64 KiB, 42 bits from level 2.
    let wide = Self.secondStage(vtcr: 1 << 31 | 5 << 16 | 0b01 << 14 | 1 << 6 | 22)
    let of64: [UInt64: UInt64] = [0x8800_fff8: 0x1_2000_07fd]
    #expect(
      stage2(wide, 0x3ff_e123_4567, of64) == Self.mapped(0x1_2123_4567, nil, 2, device))
  }

  @Test func startLevels() {
    let level0: UInt64 = 1 << 31 | 5 << 16
    // 4 KiB: level 0 for 44 to 48 bits, level 1 for 35 to 43, level 2 for 26 to 34.
    for (sl0, sizes) in [(2, 40...52), (1, 31...43), (0, 22...34), (3, 13...25)] {
      for size in 16...48 {
        let registers = Self.secondStage(vtcr: level0 | UInt64(sl0) << 6 | UInt64(64 - size))
        let isFound = stage2(registers, 0, [:]) != Self.fault2(0b000100, 0)
        #expect(isFound == sizes.contains(size), "SL0 \(sl0), \(size) bits")
      }
    }
    // Level -1 takes SL2 and DS; 52 bits.
    var registers = Self.secondStage(vtcr: 1 << 33 | 1 << 32 | 6 << 16 | 12)
    #expect(stage2(registers, 9 << 48, [:]) == Self.fault2(0b010011, 9 << 48))
    #expect(stage2(registers, 9 << 48, [0x8800_0048: 0]) == Self.fault2(0b101011, 9 << 48))
    registers.vtcr |= 1 << 6
    #expect(stage2(registers, 9 << 48, [:]) == Self.fault2(0b000100, 9 << 48))
    // Level 0 of 16 KiB takes DS, level 3 of 64 KiB is SL0 0, and SL0 3 is none.
    for (vtcr, status) in [
      (0b10 << 14 | 3 << 6 | 16, 0b000100), (1 << 32 | 0b10 << 14 | 3 << 6 | 16, 0b010100),
      (0b01 << 14 | 0 << 6 | 35, 0b010111), (0b01 << 14 | 3 << 6 | 35, 0b000100),
    ] as [(UInt64, UInt8)] {
      #expect(
        stage2(Self.secondStage(vtcr: vtcr | 6 << 16), 0, [:]) == Self.fault2(status, 0))
    }
    // So do 52 bits of physical address.
    registers = Self.secondStage(vtcr: 1 << 32 | 0b10 << 14 | 5 << 16 | 3 << 6 | 16)
    #expect(stage2(registers, 0, [:]) == Self.fault2(0b010100, 0))
    registers.physicalRange = 48
    #expect(stage2(registers, 0, [:]) == Self.fault2(0b000100, 0))
    // A small range has no level 0, and no input wider than itself.
    registers = Self.secondStage(vtcr: 2 << 6 | 22)
    registers.physicalRange = 42
    #expect(stage2(registers, 0, [:]) == Self.fault2(0b000100, 0))
    registers.vtcr = 1 << 6 | 23
    registers.vttbr = 1 << 32
    #expect(stage2(registers, 0, [:]) == Self.fault2(0, 0))
    registers.vtcr = 2 << 16 | 1 << 6 | 23
    #expect(stage2(registers, 0, [:]) == Self.fault2(0b010101, 0))
    registers.vtcr = 2 << 16 | 1 << 6 | 21
    #expect(stage2(registers, 0, [:]) == Self.fault2(0b000100, 0))
  }

  @Test func permissionsOfStage2() {
    let registers = Self.secondStage()
    func permitted(_ leaf: UInt64, isUnprivileged: Bool = false, _ registers: ModelRegisters)
      -> String
    {
      zip("rwx", ModelAccess.Kind.allCases).map { letter, kind in
        isPermitted(
          stage2(
            registers, 0, ModelAccess(kind, isUnprivileged: isUnprivileged),
            [0x8800_0000: leaf | 0x43d])) ? String(letter) : "-"
      }.joined()
    }
    #expect(permitted(0, registers) == "--x")
    #expect(permitted(0b01 << 6, registers) == "r-x")
    #expect(permitted(0b10 << 6, registers) == "-wx")
    #expect(permitted(0b11 << 6, registers) == "rwx")
    for (xn, privileged, unprivileged) in [
      (0b00, "--x", "--x"), (0b01, "---", "--x"), (0b10, "---", "---"), (0b11, "--x", "---"),
    ] as [(UInt64, String, String)] {
      #expect(permitted(xn << 53, registers) == privileged)
      #expect(permitted(xn << 53, isUnprivileged: true, registers) == unprivileged)
      var plain = registers
      plain.hasXNX = false
      #expect(permitted(xn << 53, plain) == (xn & 0b10 == 0 ? "--x" : "---"))
    }
    var updating = registers
    updating.vtcr |= 1 << 21 | 1 << 22
    #expect(permitted(1 << 51 | 0b01 << 6, updating) == "rwx")
    #expect(permitted(0b01 << 6, updating) == "r-x")
  }

  /// Stage 1's tables at IPAs 0x4000_0000 and on, which stage 2 maps 0x4000_0000 higher.
  private static func bothStages() -> (ModelRegisters, [UInt64: UInt64]) {
    var registers = registers()
    registers.ttbr0 = 0x4000_0000
    registers.hasStage2 = true
    registers.hcr = 1
    registers.vtcr = 1 << 31 | 5 << 16 | 1 << 6 | 24
    registers.vttbr = 0x8800_0000
    let words: [UInt64: UInt64] = [
      0x8000_0008: 0x4000_1003, 0x8000_1010: 0x4000_2003, 0x8000_2018: 0x4000_3003,
      0x8000_3020: 0x5000_0403,
      0x8800_0008: 0x8800_2003,
      0x8800_2000: 0x8000_04fd, 0x8800_2400: 0x9000_04fd,
    ]
    return (registers, words)
  }

  @Test func aWalkThroughStage2() {
    var (registers, words) = Self.bothStages()
    #expect(translate(registers, words) == Self.mapped(0x9000_0567, 3, 2))

    func fault(_ status: UInt8, _ isOnWalk: Bool, _ ipa: UInt64) -> ModelOutcome {
      .fault(status: status, stage: 2, isOnStage1Walk: isOnWalk, ipa: ipa)
    }
    // Reads of tables take permission to read, and no more.
    words[0x8800_2000] = 1 << 54 | 0x8000_047d
    #expect(translate(registers, words) == Self.mapped(0x9000_0567, 3, 2))
    words[0x8800_2000] = 0x8000_04bd
    #expect(translate(registers, words) == fault(0b001110, true, 0x4000_0008))
    words[0x8800_2000] = 0
    #expect(translate(registers, words) == fault(0b000110, true, 0x4000_0008))
    words[0x8800_2000] = 0x8000_00fd
    #expect(translate(registers, words) == fault(0b001010, true, 0x4000_0008))
    words[0x8800_2000] = nil
    #expect(translate(registers, words) == fault(0b010110, true, 0x4000_0008))
    // Device memory: PTW.
    words[0x8800_2000] = 0x8000_04c1
    #expect(translate(registers, words) == Self.mapped(0x9000_0567, 3, 2))
    registers.hcr |= 1 << 2
    #expect(translate(registers, words) == fault(0b001110, true, 0x4000_0008))
    registers.hcr &= ~(1 << 2)
    // An external abort on stage 1's descriptor is stage 1's.
    var without = words
    without[0x8000_1010] = nil
    #expect(translate(registers, without) == Self.fault(0b010101))
    // The leaf's.
    words[0x8800_2400] = 0
    #expect(translate(registers, words) == fault(0b000110, false, 0x5000_0567))
    // Stage 1's own faults come first.
    words[0x8000_3020] = 0x5000_0003
    #expect(translate(registers, words) == Self.fault(0b001011))
  }

  @Test func defaultCacheability() {
    var (registers, words) = Self.bothStages()
    registers.hcr = 1 << 12
    #expect(translate(registers, 0x5000_0567, words) == Self.mapped(0x9000_0567, nil, 2))
    registers.hcr = 1 << 27 | 1
    #expect(
      translate(registers, 0x5000_0567, words)
        == Self.mapped(0x9000_0567, nil, 2, ModelAttributes(.device(.nGnRnE), .outer)))
    registers.hcr = 0
    #expect(translate(registers, 0x5000_0567, words) == Self.fault(0b010100))
  }

  /// MemAttr of a stage 2 leaf over stage 1's MAIR attributes (0: Write-Back, 1: Device-nGnRE, 2:
  /// Non-cacheable, 3: Write-Through), without and with FWB.
  @Test(
    arguments: [
      (0b0000, "nGnRnE nGnRnE nGnRnE nGnRnE", "nGnRnE nGnRnE nGnRnE nGnRnE"),
      (0b0001, "nGnRE nGnRE nGnRE nGnRE", "nGnRE nGnRE nGnRE nGnRE"),
      (0b0010, "nGRE nGnRE nGRE nGRE", "nGRE nGnRE nGRE nGRE"),
      (0b0011, "gre nGnRE gre gre", "gre nGnRE gre gre"),
      (0b0101, "NC nGnRE NC NC", "NC nGnRE NC NC"),
      (0b0110, "NC/WT nGnRE NC NC/WT", "WB WB WB WB"),
      (0b0111, "NC/WB nGnRE NC NC/WT", "WB nGnRE NC WT"),
      (0b1010, "WT nGnRE NC WT", nil), (0b1011, "WT/WB nGnRE NC WT", nil),
      (0b1101, "WB/NC nGnRE NC WT/NC", nil), (0b1110, "WB/WT nGnRE NC WT", nil),
      (0b1111, "WB nGnRE NC WT", nil),
    ] as [(UInt64, String, String?)])
  func combination(attribute: UInt64, combined: String, forced: String?) {
    var (registers, words) = Self.bothStages()
    func name(_ cacheability: ModelAttributes.Cacheability) -> String {
      switch cacheability.policy {
      case .nonCacheable: "NC"
      case .writeThrough: "WT"
      case .writeBack: "WB"
      }
    }
    func names() -> String {
      (0..<4 as Range<UInt64>).map { index in
        words[0x8000_3020] = 0x5000_0403 | index << 2
        guard case .mapped(_, _, _, let attributes) = translate(registers, words) else {
          return "fault"
        }
        switch attributes.kind {
        case .device(let device):
          #expect(attributes.shareability == .outer)
          return "\(device)"
        case .normal(let inner, let outer):
          let isNonCacheable = name(inner) + name(outer) == "NCNC"
          #expect(attributes.shareability == (isNonCacheable ? .outer : .none))
          // Outer first, as MemAttr has them.
          return name(inner) == name(outer) ? name(inner) : name(outer) + "/" + name(inner)
        }
      }.joined(separator: " ")
    }
    words[0x8800_2400] = 0x9000_04c1 | attribute << 2
    #expect(names() == combined)
    if let forced {
      registers.hcr |= 1 << 46
      words[0x8800_2000] = 0x8000_04dd
      #expect(names() == forced)
    }
  }

  @Test func cacheDisables() {
    var (registers, words) = Self.bothStages()
    let nonCacheable = ModelAttributes(
      .normal(inner: .nonCacheable, outer: .nonCacheable), .outer)
    registers.hcr |= 1 << 32
    #expect(translate(registers, words) == Self.mapped(0x9000_0567, 3, 2, nonCacheable))
    #expect(
      translate(registers, Self.address, ModelAccess(.execute), words)
        == Self.mapped(0x9000_0567, 3, 2))
    registers.hcr = 1 | 1 << 33
    #expect(translate(registers, words) == Self.mapped(0x9000_0567, 3, 2))
    #expect(
      translate(registers, Self.address, ModelAccess(.execute), words)
        == Self.mapped(0x9000_0567, 3, 2, nonCacheable))
    // A fetch from stage 2's Device memory is Non-cacheable.
    registers.hcr = 1
    words[0x8800_2400] = 0x9000_04c1
    #expect(
      translate(registers, Self.address, ModelAccess(.execute), words)
        == Self.mapped(0x9000_0567, 3, 2, nonCacheable))
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
  private static func size(_ tcr: UInt64) -> Int {
    [4, 64, 16, 4][Int(tcr >> 14 & 3)]
  }
}

extension UInt64 {
  /// The bits below one.
  fileprivate func remainder(_ bit: UInt64) -> UInt64 {
    self & ((1 << bit) - 1)
  }
}
