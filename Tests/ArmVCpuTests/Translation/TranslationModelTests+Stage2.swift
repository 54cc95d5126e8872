import TestSupport
import Testing

/// Stage 2, and a walk of both stages.
extension TranslationModelTests {
  /// Stage 1 off, stage 2 of 40 bits in two tables of level 1.
  static func secondStage(
    vtcr: UInt64 = 1 << 31 | 5 << 16 | 1 << 6 | 24
  ) -> ModelRegisters {
    var registers = ModelRegisters()
    registers.hasStage2 = true
    registers.hcr = 1
    registers.vtcr = vtcr
    registers.vttbr = 0x8800_0000 | 7 << 48
    return registers
  }

  func stage2(
    _ registers: ModelRegisters, _ ipa: UInt64, _ words: [UInt64: UInt64]
  ) -> ModelOutcome {
    stage2(registers, ipa, ModelAccess(.read), words)
  }

  func stage2(
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

  static func fault2(_ status: UInt8, _ ipa: UInt64) -> ModelOutcome {
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
  static func bothStages() -> (ModelRegisters, [UInt64: UInt64]) {
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
}
