/// The shape of a stage.
extension RandomTables {
  struct Stage {
    var isSecond = false
    var granuleBits = 12
    var inputBits = 48
    var startLevel = 0
    var ds = false
    /// The PS field.
    var ps: UInt64 = 5
    /// The bits of the outputs that descriptors and PS can name.
    var outputBits = 48
    /// Whether bits 15:12 of a descriptor are address.
    var is64WithLPA = false
    var hasLevel1Block = false
    var isUpper = false
    var root: UInt64 = 0
    var fwb = false
    /// Whether descriptors don't have the address bits from 48 on, as their outputs have fewer: QEMU 7.2 overlooks them.
    var isNarrow = false

    var stride: Int { granuleBits - 3 }
    var rootByteCount: UInt64 { 8 << UInt64(inputBits - low(startLevel)) }
    /// A root's alignment.
    var rootAlignment: UInt64 { max(rootByteCount, 64) }

    func low(_ level: Int) -> Int { granuleBits + (3 - level) * stride }

    func index(_ input: UInt64, _ level: Int) -> UInt64 {
      input.field(low(level), level == startLevel ? inputBits - low(level) : stride)
    }

    func hasLeaf(_ level: Int) -> Bool {
      switch (granuleBits, level) {
      case (_, 3), (_, 2): true
      case (12, 1): true
      case (12, 0), (14, 1): ds
      case (16, 1): hasLevel1Block
      default: false
      }
    }

    /// Where leaves can be that are no larger than the outputs' range.
    var leafLevels: [Int] {
      (startLevel...3).filter { hasLeaf($0) && (low($0) < outputBits || $0 == 3) }
    }

    /// The address bits of a descriptor.
    func encoded(_ address: UInt64) -> UInt64 {
      var bits = address.field(0, 48)
      if ds { bits |= address.field(50, 2) << 8 | address.field(48, 2) << 48 }
      if is64WithLPA { bits |= address.field(48, 4) << 12 }
      return bits
    }

    /// The bits of a descriptor that are address, without those below a leaf's size.
    func addressMask(_ low: Int) -> UInt64 {
      var mask: UInt64 = ((1 << 48) - 1) & ~((1 << UInt64(low)) - 1)
      if ds { mask |= 0x3_0000_0000_0300 }
      if is64WithLPA { mask |= 0xf000 }
      return mask
    }

    /// A descriptor without what the architecture leaves open.
    func sound(_ descriptor: UInt64) -> UInt64 {
      var result = descriptor
      if isNarrow { result &= ~(addressMask(0) & ~encoded((1 << 48) - 1)) }
      if !ds, result.field(8, 2) == 0b01 { result &= ~0x100 }
      if isSecond {
        let attribute = result.field(2, 4)
        if fwb {
          result &= ~(0b1000 << 2)
          if attribute & 0b111 == 0b100 { result |= 0b0010 << 2 }
        } else if attribute >> 2 != 0, attribute & 0b11 == 0 {
          result |= 0b0011 << 2
        }
      }
      return result
    }
  }

  struct Entry {
    var physical: UInt64
    var stage: Stage
    var level: Int
    var isLeaf: Bool
    /// The table's address, as descriptors have it.
    var table: UInt64
  }

  mutating func chooseFeatures() {
    if let machine {
      registers = machine.features
      registers.regime = machine.regimes[random.below(machine.regimes.count)]
      return
    }
    registers.regime = [.el10, .el10, .el10, .el2, .el20][random.below(5)]
    registers.physicalRange =
      random.chance(55) ? 52 : random.chance(40) ? 48 : [32, 36, 40, 42, 44][random.below(5)]
    registers.hasLPA = registers.physicalRange == 52
    registers.hasLPA2 = random.chance(registers.hasLPA ? 90 : 60)
    guard random.chance(25) else { return }
    if !registers.hasLPA2 { registers.hasLVA = random.chance(60) }
    registers.hasTTST = random.chance(60)
    registers.hasXNX = random.chance(60)
    registers.hasHAFDBS = random.chance(60)
    registers.hasE0PD = random.chance(60)
    registers.hasHPDS = random.chance(60)
    registers.hasTBID = random.chance(60)
    registers.hasPAN3 = random.chance(60)
    registers.hasS2FWB = random.chance(60)
    registers.hasNV = random.chance(60)
  }

  mutating func chooseStages() {
    let ps: UInt64 = random.chance(70) ? (random.chance(60) ? 6 : 5) : random.bits(3)
    let ds = random.chance(55)
    lower = firstStage(ps, ds)
    if registers.regime != .el2 {
      upper = firstStage(ps, ds)
      upper?.isUpper = true
    }
    // A machine's EL2 always is there.
    registers.hasStage2 = random.chance(75) || machine != nil
    guard registers.regime == .el10, registers.hasStage2, random.chance(80) else { return }
    second = secondStage()
  }

  mutating func setOutputs(_ stage: inout Stage, _ ps: UInt64, _ ds: Bool) {
    stage.ps = ps
    stage.ds = ds && registers.hasLPA2 && stage.granuleBits != 16
    stage.is64WithLPA = registers.hasLPA && stage.granuleBits == 16
    stage.hasLevel1Block = registers.physicalRange == 52
    let sizes = [32, 36, 40, 42, 44, 48, 52, 56]
    stage.outputBits = min(
      sizes[Int(ps)], registers.physicalRange, stage.ds || stage.is64WithLPA ? 52 : 48)
    stage.isNarrow = machine != nil && stage.outputBits <= 48
  }

  var greatestTxSZ: (_ granuleBits: Int) -> Int {
    let hasTTST = registers.hasTTST
    return { !hasTTST ? 39 : $0 == 16 ? 47 : 48 }
  }

  mutating func firstStage(_ ps: UInt64, _ ds: Bool) -> Stage {
    var stage = Stage()
    stage.granuleBits = [12, 14, 16][random.below(3)]
    setOutputs(&stage, ps, ds)
    let is52 = stage.ds || registers.hasLVA && stage.granuleBits == 16
    let sizes = (64 - greatestTxSZ(stage.granuleBits))...(is52 ? 52 : 48)
    // A level first, so that the levels of few widths are as frequent as the others.
    let levels = Set(sizes.map { 3 - ($0 - 1 - stage.granuleBits) / stage.stride }).sorted()
    stage.startLevel = levels[random.below(levels.count)]
    let fitting = sizes.filter {
      3 - ($0 - 1 - stage.granuleBits) / stage.stride == stage.startLevel
    }
    stage.inputBits = random.chance(40) ? fitting.last! : fitting[random.below(fitting.count)]
    return stage
  }

  mutating func secondStage() -> Stage? {
    var stage = Stage()
    stage.isSecond = true
    stage.granuleBits = [12, 12, 14, 16][random.below(4)]
    setOutputs(&stage, random.chance(70) ? (random.chance(60) ? 6 : 5) : random.bits(3), true)
    if random.chance(45) { setOutputs(&stage, stage.ps, false) }
    // QEMU 7.2 allows only shapes that VTCR_EL2.PS leaves room for.
    let range = machine == nil ? registers.physicalRange : stage.outputBits
    let widest = stage.ds || stage.granuleBits == 16 ? range : min(range, 48)
    let sizes = (64 - greatestTxSZ(stage.granuleBits))...widest
    let levels: [Int] =
      switch stage.granuleBits {
      case 12:
        [1, 2] + (range >= 44 ? [0] : []) + (registers.hasTTST ? [3] : [])
          + (stage.ds && range == 52 ? [-1] : [])
      case 14: [2, 3] + (range >= 42 ? [1] : []) + (stage.ds && range == 52 ? [0] : [])
      default: [2, 3] + (range >= 44 ? [1] : [])
      }
    // The lowest level takes a rare shape: prefer it where it can be.
    let order = levels.shuffled(using: &random)
    for level in levels.contains(-1) && random.chance(50) ? [-1] + order : order {
      let least = stage.low(level) + 1
      let fitting = sizes.filter { (least...(least + stage.stride + 3)).contains($0) }
      guard !fitting.isEmpty else { continue }
      stage.startLevel = level
      stage.inputBits = random.chance(50) ? fitting.last! : fitting[random.below(fitting.count)]
      return stage
    }
    return nil
  }
}
