/// Registers and tables in memory of a random shape, the same for a seed: granules, widths, start
/// levels, regimes and features of every kind, mostly with sound descriptors, sometimes with wild
/// ones; and addresses to try.
///
/// What the architecture leaves open stays out but for the choices that `TranslationModel` names:
/// no reserved shareability, no reserved memory attribute, no table base register with bits below
/// the table's alignment.
package struct RandomTables: Sendable {
  package private(set) var registers = ModelRegisters()
  /// Where there is memory.
  package private(set) var ram: Range<UInt64> = 0..<0
  /// The doublewords of memory by their physical addresses; the others are 0.
  package private(set) var words: [UInt64: UInt64] = [:]
  /// Virtual addresses to try: those that tables map, their neighbours, tagged, random and
  /// non-canonical ones.
  package private(set) var addresses: [UInt64] = []

  /// Every access.
  package static let accesses: [ModelAccess] = ModelAccess.Kind.allCases.flatMap { kind in
    [false, true].flatMap { isUnprivileged in
      [false, true].map { ModelAccess(kind, isUnprivileged: isUnprivileged, pan: $0) }
    }
  }

  private var random: SplitMix64
  private var nextFree: UInt64 = 0
  /// The stages: the lower and the upper half of stage 1, and stage 2 where it is on.
  private var lower = Stage()
  private var upper: Stage?
  private var second: Stage?
  /// Where the tables of stage 1 and stage 2 are in memory, by the addresses that descriptors have.
  private var stage1Tables: [UInt64: UInt64] = [:]
  private var stage2Tables: [UInt64: UInt64] = [:]
  /// The descriptors that were written.
  private var entries: [Entry] = []
  private var targets: [(address: UInt64, stage: Stage, level: Int)] = []

  package init(seed: UInt64) {
    random = SplitMix64(seed: seed)
    chooseFeatures()
    chooseStages()
    chooseControls()
    build()
    misplaceRoots()
    encodeRegisters()
    if random.chance(60) {
      for _ in 0...random.below(3) { spoilADescriptor() }
    }
    if random.chance(12) { spoilARegister() }
    chooseAddresses()
  }

  /// The doubleword at a physical address, nil where there is no memory.
  package func read(_ physical: UInt64) -> UInt64? {
    ram.contains(physical) ? words[physical, default: 0] : nil
  }

  /// One of the addresses.
  package mutating func anAddress() -> UInt64 {
    addresses[random.below(addresses.count)]
  }

  /// One of the accesses, often a plain read.
  package mutating func anAccess() -> ModelAccess {
    if random.chance(35) { return ModelAccess(.read) }
    return Self.accesses[random.below(Self.accesses.count)]
  }
}

// MARK: The shape of a stage

extension RandomTables {
  private struct Stage {
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

  private struct Entry {
    var physical: UInt64
    var stage: Stage
    var level: Int
    var isLeaf: Bool
    /// The table's address, as descriptors have it.
    var table: UInt64
  }

  private mutating func chooseFeatures() {
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

  private mutating func chooseStages() {
    let ps: UInt64 = random.chance(70) ? (random.chance(60) ? 6 : 5) : random.bits(3)
    let ds = random.chance(55)
    lower = firstStage(ps, ds)
    if registers.regime != .el2 {
      upper = firstStage(ps, ds)
      upper?.isUpper = true
    }
    registers.hasStage2 = random.chance(75)
    guard registers.regime == .el10, registers.hasStage2, random.chance(80) else { return }
    second = secondStage()
  }

  private mutating func setOutputs(_ stage: inout Stage, _ ps: UInt64, _ ds: Bool) {
    stage.ps = ps
    stage.ds = ds && registers.hasLPA2 && stage.granuleBits != 16
    stage.is64WithLPA = registers.hasLPA && stage.granuleBits == 16
    stage.hasLevel1Block = registers.physicalRange == 52
    let sizes = [32, 36, 40, 42, 44, 48, 52, 56]
    stage.outputBits = min(
      sizes[Int(ps)], registers.physicalRange, stage.ds || stage.is64WithLPA ? 52 : 48)
  }

  private var greatestTxSZ: (_ granuleBits: Int) -> Int {
    let hasTTST = registers.hasTTST
    return { !hasTTST ? 39 : $0 == 16 ? 47 : 48 }
  }

  private mutating func firstStage(_ ps: UInt64, _ ds: Bool) -> Stage {
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

  private mutating func secondStage() -> Stage? {
    var stage = Stage()
    stage.isSecond = true
    stage.granuleBits = [12, 12, 14, 16][random.below(4)]
    setOutputs(&stage, random.chance(70) ? (random.chance(60) ? 6 : 5) : random.bits(3), true)
    if random.chance(45) { setOutputs(&stage, stage.ps, false) }
    let range = registers.physicalRange
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

// MARK: The registers

extension RandomTables {
  private mutating func chooseControls() {
    var sctlr: UInt64 = 0
    if random.chance(93) { sctlr |= 1 << 0 }
    if random.chance(80) { sctlr |= 1 << 2 }
    if random.chance(80) { sctlr |= 1 << 12 }
    if random.chance(8) { sctlr |= 1 << 19 }
    if random.chance(50) { sctlr |= 1 << 57 }
    registers.sctlr = sctlr

    for index in 0..<8 {
      registers.mair |= aMemoryAttribute() << UInt64(8 * index)
    }

    var hcr: UInt64 = 0
    if registers.regime == .el20 || registers.regime == .el10 && random.chance(40) {
      hcr |= 1 << 34
    }
    if registers.regime == .el20 ? random.chance(50) : hcr == 0 && random.chance(4) {
      hcr |= 1 << 27
    }
    if second != nil || registers.regime != .el10 && random.chance(50) {
      if random.chance(93) || registers.regime != .el10 {
        hcr |= 1 << 0
      } else {
        hcr |= 1 << 12
      }
      if random.chance(6) { hcr |= 1 << 12 }
    } else if registers.regime != .el10 || !registers.hasStage2 {
      hcr |= random.bits(1) << 12 | random.bits(1)
    }
    if random.chance(30) { hcr |= 1 << 2 }
    if random.chance(10) { hcr |= 1 << 32 }
    if random.chance(10) { hcr |= 1 << 33 }
    if random.chance(40) { hcr |= 1 << 46 }
    if random.chance(15) { hcr |= 1 << 42 | random.bits(1) << 43 }
    registers.hcr = hcr
    second?.fwb = registers.hasS2FWB && hcr.bit(46)
  }

  private mutating func aMemoryAttribute() -> UInt64 {
    switch random.below(20) {
    case 0...5: random.bits(2) << 2
    case 6: 0x44
    case 7...9: 0xff
    case 10: [0x01, 0x40, 0xa0, 0xf0][random.below(4)]
    default: (1 + random.next() % 15) << 4 | (1 + random.next() % 15)
    }
  }

  private mutating func aShareability() -> UInt64 {
    [0b00, 0b10, 0b11][random.below(3)]
  }

  /// TTBRn_ELx or VTTBR_EL2 of a stage, with the low bit and the identifier that don't count.
  private mutating func baseRegister(_ stage: Stage) -> UInt64 {
    var base = stage.root.field(0, 48) | random.bits(16) << 48 | random.bits(1)
    if stage.ds || stage.is64WithLPA && stage.ps == 6 {
      base |= stage.root.field(48, 4) << 2
    }
    return base
  }

  private mutating func encodeRegisters() {
    func tg0(_ stage: Stage) -> UInt64 { [12: 0b00, 14: 0b10, 16: 0b01][stage.granuleBits]! }
    func tg1(_ stage: Stage) -> UInt64 { [12: 0b10, 14: 0b01, 16: 0b11][stage.granuleBits]! }
    func size(_ stage: Stage) -> UInt64 { UInt64(64 - stage.inputBits) }
    let isReserved = random.chance(4)

    var tcr = size(lower) | random.bits(4) << 8 | aShareability() << 12 | tg0(lower) << 14
    if isReserved, lower.granuleBits == 12 { tcr |= 0b11 << 14 }
    registers.ttbr0 = baseRegister(lower)
    // DS, which counts with a granule other than 64 KiB, and HA and HD.
    let ds = (lower.ds || upper?.ds == true) ? 1 : random.bits(1)
    let hasDS =
      lower.granuleBits == 16 && (upper == nil || upper?.granuleBits == 16) || !registers.hasLPA2
    let dsBit = hasDS ? ds : (lower.ds || upper?.ds == true ? 1 : 0)
    let ha: UInt64 = random.chance(25) ? 1 : 0
    let hd: UInt64 = random.chance(50) ? 1 : 0
    func some(_ percent: UInt64, _ bit: UInt64) -> UInt64 {
      random.chance(percent) ? 1 << bit : 0
    }
    if let upper {
      tcr |= size(upper) << 16 | random.bits(4) << 24 | aShareability() << 28 | tg1(upper) << 30
      if isReserved, upper.granuleBits == 12 { tcr &= ~(0b11 << 30) }
      tcr |= lower.ps << 32 | ha << 39 | hd << 40 | dsBit << 59
      tcr |= some(2, 7) | some(2, 23) | some(60, 37) | some(60, 38) | some(20, 41) | some(20, 42)
      tcr |= some(30, 51) | some(30, 52) | some(4, 55) | some(4, 56)
      // A1, AS, HWUnnn and NFDn, which make no difference.
      tcr |= some(50, 22) | some(50, 36) | random.bits(8) << 43 | random.bits(2) << 53
      registers.ttbr1 = baseRegister(upper)
    } else {
      tcr |= lower.ps << 16 | some(60, 20) | ha << 21 | hd << 22 | some(20, 24) | some(30, 29)
      tcr |= dsBit << 32 | 1 << 31 | 1 << 23 | random.bits(4) << 25
    }
    registers.tcr = tcr

    var vtcr: UInt64 = 1 << 31
    if let second {
      let sl0: UInt64 =
        switch (second.granuleBits, second.startLevel) {
        case (12, -1): 0b00
        case (12, 3): 0b11
        case (12, _): UInt64(2 - second.startLevel)
        default: UInt64(3 - second.startLevel)
        }
      vtcr |= size(second) | sl0 << 6 | random.bits(4) << 8 | aShareability() << 12
      vtcr |= tg0(second) << 14 | second.ps << 16
      if isReserved, second.granuleBits == 12 { vtcr |= 0b11 << 14 }
      vtcr |= some(25, 21) | some(50, 22)
      let isDSIgnored = second.granuleBits == 16 || !registers.hasLPA2
      if second.ds || isDSIgnored && random.chance(50) { vtcr |= 1 << 32 }
      // SL2 counts only with the 4 KiB granule and DS.
      if second.startLevel == -1 || !(second.granuleBits == 12 && second.ds) && random.chance(20) {
        vtcr |= 1 << 33
      }
      registers.vttbr = baseRegister(second)
    } else {
      vtcr |= random.bits(20)
      registers.vttbr = random.bits(47) << 1
    }
    registers.vtcr = vtcr
  }
}

// MARK: The tables

extension RandomTables {
  private static var ramByteCount: UInt64 { 32 << 20 }

  private mutating func allocate(_ byteCount: UInt64, alignment: UInt64) -> UInt64? {
    if random.chance(30) { nextFree += random.bits(3) << 12 }
    let start = (nextFree + alignment - 1) / alignment * alignment
    guard start + byteCount <= ram.upperBound else { return nil }
    nextFree = start + byteCount
    return start
  }

  private mutating func write(_ descriptor: UInt64, _ entry: Entry) {
    words[entry.physical] = entry.stage.sound(descriptor)
    if !entries.contains(where: { $0.physical == entry.physical }) { entries.append(entry) }
  }

  private mutating func build() {
    // Tables are where the last stage's outputs reach.
    let reach = min(second?.outputBits ?? min(lower.outputBits, upper?.outputBits ?? 52), 52)
    let base: UInt64 =
      random.chance(40)
      ? [0x4000_0000, 0x8000_0000][random.below(2)]
      : random.bits(reach) / Self.ramByteCount * Self.ramByteCount
    ram = base..<(base + Self.ramByteCount)
    nextFree = base + random.bits(4) << 12

    if var stage = second {
      stage.root = allocate(stage.rootByteCount, alignment: stage.rootAlignment)!
      stage2Tables[stage.root] = stage.root
      second = stage
    }
    lower.root = aStage1Table(lower, isRoot: true) ?? 0
    if var stage = upper {
      stage.root = aStage1Table(stage, isRoot: true) ?? 0
      upper = stage
    }
    let isStage1Off =
      !registers.sctlr.bit(0) || second != nil && (registers.hcr.bit(12) || registers.hcr.bit(27))
    if isStage1Off { addFlatTargets() }
    for _ in 0..<(isStage1Off ? 2 : 6 + random.below(9)) {
      addTarget(upper != nil && random.chance(50) ? upper! : lower)
    }
    if random.chance(12) { addRecursion(lower) }
    if let second, random.chance(12) { addRecursion(second) }
  }

  /// A new table of stage 1, at an address as a descriptor or a base register has it: an IPA that
  /// stage 2 maps, where there is a stage 2.
  private mutating func aStage1Table(_ stage: Stage, isRoot: Bool) -> UInt64? {
    let byteCount = isRoot ? stage.rootByteCount : 1 << UInt64(stage.granuleBits)
    let alignment = isRoot ? stage.rootAlignment : byteCount
    guard let physical = allocate(byteCount, alignment: alignment) else { return nil }
    guard let second else {
      guard physical >> UInt64(stage.outputBits) == 0 else { return nil }
      stage1Tables[physical] = physical
      return physical
    }
    let reach = min(stage.outputBits, second.inputBits)
    attempts: for attempt in 0..<8 {
      let level = attempt > 5 ? 3 : aLeafLevel(second)
      let leafByteCount: UInt64 = 1 << UInt64(second.low(level))
      let unit = max(leafByteCount, alignment)
      let ipa = random.bits(reach) / unit * unit | physical & (unit - 1)
      guard ipa >> UInt64(reach) == 0, stage1Tables[ipa] == nil else { continue }
      var offset: UInt64 = 0
      repeat {
        guard
          map(second, ipa + offset, to: physical + offset, level: level, isForTable: true)
        else { continue attempts }
        offset += leafByteCount
      } while offset < byteCount
      stage1Tables[ipa] = physical
      return ipa
    }
    return nil
  }

  /// Maps an address at a level, with tables as needed; false where something else is in the way.
  private mutating func map(
    _ stage: Stage, _ input: UInt64, to output: UInt64, level: Int, isForTable: Bool = false
  ) -> Bool {
    var table = stage.root
    var at = stage.startLevel
    while true {
      guard let base = stage.isSecond ? stage2Tables[table] : stage1Tables[table] else {
        return false
      }
      var entry = Entry(
        physical: base + stage.index(input, at) << 3, stage: stage, level: at, isLeaf: at == level,
        table: table)
      let present = words[entry.physical, default: 0]
      if at == level {
        let low = stage.low(level)
        let address = output - output.field(0, low)
        if present != 0 {
          let mask = stage.addressMask(low)
          return isForTable && entries.contains { $0.physical == entry.physical && $0.isLeaf }
            && present & mask == stage.encoded(address) & mask
        }
        write(stage.encoded(address) | leafBits(stage, level, isForTable), entry)
        return true
      }
      if present != 0 {
        // Follow it if it is a table of ours.
        let mask = stage.addressMask(stage.granuleBits)
        let tables = stage.isSecond ? stage2Tables : stage1Tables
        guard
          let next = tables.keys.first(where: { stage.encoded($0) & mask == present & mask }),
          present & 0b11 == 0b11
        else { return false }
        table = next
      } else {
        let byteCount: UInt64 = 1 << UInt64(stage.granuleBits)
        let next: UInt64?
        if stage.isSecond {
          next = allocate(byteCount, alignment: byteCount)
          if let next { stage2Tables[next] = next }
        } else {
          next = aStage1Table(stage, isRoot: false)
        }
        guard let next, words[entry.physical] == nil else { return false }
        entry.isLeaf = false
        write(stage.encoded(next) | tableBits(stage), entry)
        table = next
      }
      at += 1
    }
  }

  private mutating func tableBits(_ stage: Stage) -> UInt64 {
    var bits: UInt64 = 0b11 | random.bits(6) << 2 | random.bits(2) << 10
    if !stage.ds { bits |= aShareability() << 8 }
    bits |= random.bits(7) << 52 | random.bits(1) << 63
    if !stage.isSecond {
      for bit in 59...62 where random.chance(4) { bits |= 1 << UInt64(bit) }
    } else {
      bits |= random.bits(4) << 59
    }
    return bits
  }

  private mutating func leafBits(_ stage: Stage, _ level: Int, _ isForTable: Bool) -> UInt64 {
    var bits: UInt64 = level == 3 ? 0b11 : 0b01
    if !stage.ds { bits |= aShareability() << 8 }
    if random.chance(isForTable ? 98 : 93) { bits |= 1 << 10 }
    bits |= random.bits(1) << 11
    if random.chance(25) { bits |= 1 << 51 }
    if random.chance(10) { bits |= 1 << 52 }
    if level < 3, random.chance(10) { bits |= 1 << 16 }
    if stage.isSecond {
      let attribute: UInt64 =
        stage.fwb
        ? [0, 1, 2, 3, 5, 6, 7, 7][random.below(8)]
        : random.chance(30)
          ? random.bits(2) : (1 + UInt64(random.below(3))) << 2 | 1 + UInt64(random.below(3))
      bits |= (isForTable && random.chance(92) ? (stage.fwb ? 7 : 0xf) : attribute) << 2
      bits |= (random.chance(isForTable ? 98 : 80) ? 0b11 : random.bits(2)) << 6
      if random.chance(30) { bits |= random.bits(2) << 53 }
      bits |= random.bits(4) << 55 | random.bits(5) << 59
    } else {
      bits |= random.bits(3) << 2 | random.bits(1) << 5
      bits |= (random.chance(65) ? 0b01 : random.bits(2)) << 6
      bits |= random.bits(1) << 50
      if random.chance(20) { bits |= 1 << 53 }
      if random.chance(20) { bits |= 1 << 54 }
      bits |= random.bits(9) << 55
    }
    return bits
  }

  private mutating func aLeafLevel(_ stage: Stage) -> Int {
    let levels = stage.leafLevels
    return switch random.below(10) {
    case 0...2: levels.first!
    case 3...5: 3
    default: levels[random.below(levels.count)]
    }
  }

  /// An address of a stage's input, sign-extended in the upper half.
  private func canonical(_ input: UInt64, _ stage: Stage) -> UInt64 {
    let low = input.field(0, stage.inputBits)
    return stage.isUpper ? low | ~0 << UInt64(stage.inputBits) : low
  }

  /// Maps an address through both stages, with a few gaps.
  private mutating func addTarget(_ stage: Stage) {
    var address = canonical(random.next(), stage)
    let relatives = targets.filter { $0.stage.isUpper == stage.isUpper }
    if !relatives.isEmpty, random.chance(50) {
      // Near another, in one of its tables.
      let other = relatives[random.below(relatives.count)].address
      let levels = stage.startLevel...3
      let low = stage.low(levels.randomElement(using: &random)!)
      address = canonical(other ^ 1 << UInt64(low + random.below(3)), stage)
      address ^= random.bits(stage.granuleBits)
    }
    let level = aLeafLevel(stage)
    let low = stage.low(level)

    guard let second else {
      let output = random.bits(stage.outputBits)
      if map(stage, address, to: output, level: level) {
        targets.append((address, stage, level))
      }
      return
    }
    let reach = min(stage.outputBits, random.chance(95) ? second.inputBits : 52)
    let base = random.bits(reach)
    let ipa = base - base.field(0, low) | address.field(0, low)
    guard map(stage, address, to: ipa, level: level) else { return }
    targets.append((address, stage, level))
    if ipa >> UInt64(second.inputBits) == 0, random.chance(92) {
      _ = map(second, ipa, to: random.bits(second.outputBits), level: aLeafLevel(second))
    }
  }

  /// Addresses for a stage 1 that is off, which stage 2 maps where it is on.
  private mutating func addFlatTargets() {
    for _ in 0..<8 {
      let width = min(registers.physicalRange, second?.inputBits ?? 52)
      let address = random.bits(width)
      addresses.append(address)
      guard let second else { continue }
      _ = map(second, address, to: random.bits(second.outputBits), level: aLeafLevel(second))
      for _ in 0..<3 { addresses.append(address ^ random.bits(12)) }
      addresses.append(address | random.bits(8) << 56)
    }
  }

  /// A descriptor of a root that names the root, and an address that goes round by it.
  private mutating func addRecursion(_ stage: Stage) {
    let index = random.bits(stage.inputBits - stage.low(stage.startLevel)).field(0, stage.stride)
    guard let base = stage.isSecond ? stage2Tables[stage.root] : stage1Tables[stage.root],
      words[base + index << 3] == nil, stage.root % (1 << UInt64(stage.granuleBits)) == 0
    else { return }
    write(
      stage.encoded(stage.root) | tableBits(stage) | 0b11 << 6 | 1 << 10,
      Entry(
        physical: base + index << 3, stage: stage, level: stage.startLevel, isLeaf: false,
        table: stage.root))
    var address: UInt64 = 0
    for level in stage.startLevel...3 {
      address |= index << UInt64(stage.low(level))
    }
    if !stage.isSecond {
      targets.append((canonical(address, stage), stage, 3))
    } else if stage.root >> UInt64(lower.outputBits) == 0 {
      let target = canonical(random.next(), lower)
      if map(lower, target, to: address, level: 3) { targets.append((target, lower, 3)) }
    }
  }
}

// MARK: What is wrong with them

extension RandomTables {
  /// Moves a root out of memory or out of the outputs' range.
  private mutating func misplaceRoots() {
    func misplaced(_ stage: Stage) -> UInt64 {
      let isWide = stage.ds || stage.is64WithLPA && stage.ps == 6
      let width = random.chance(60) ? stage.outputBits : isWide ? 52 : 48
      return random.bits(width) / stage.rootAlignment * stage.rootAlignment
    }
    if random.chance(lower.startLevel < 0 ? 12 : 3) { lower.root = misplaced(lower) }
    if let stage = upper, random.chance(stage.startLevel < 0 ? 12 : 3) {
      upper?.root = misplaced(stage)
    }
    if let stage = second, random.chance(stage.startLevel < 0 ? 12 : 3) {
      second?.root = misplaced(stage)
    }
  }

  private mutating func spoilADescriptor() {
    // Those of level -1 are few: prefer them at times.
    let first = entries.filter { $0.level < 0 }
    guard
      let entry = !first.isEmpty && random.chance(35)
        ? first.randomElement(using: &random) : entries.randomElement(using: &random)
    else { return }
    let stage = entry.stage
    var descriptor = words[entry.physical, default: 0]
    let low = entry.isLeaf ? stage.low(entry.level) : stage.granuleBits
    let mask = stage.addressMask(low)
    func withAddress(_ address: UInt64) -> UInt64 {
      descriptor & ~mask | stage.encoded(address) & mask
    }
    switch random.below(12) {
    case 0: descriptor &= ~1
    case 1: descriptor &= ~(1 << 10)
    case 2: descriptor = withAddress(random.bits(stage.outputBits))
    case 3, 4:
      // Beyond the outputs' range, if the descriptor has the bits.
      descriptor = withAddress(random.bits(52) | 1 << UInt64(min(stage.outputBits, 51)))
    case 5: descriptor &= ~0b10
    case 6: descriptor = withAddress(entry.table)
    case 7: descriptor = withAddress(stage.root)
    case 8: descriptor = random.next() | 1
    case 9: descriptor ^= 1 << random.bits(6)
    case 10: descriptor &= ~(0b11 << 6)
    default: descriptor = withAddress(ram.lowerBound + random.bits(25))
    }
    words[entry.physical] = stage.sound(descriptor)
  }

  private mutating func spoilARegister() {
    switch random.below(5) {
    case 0: registers.tcr = registers.tcr & ~0x3f | random.bits(6)
    case 1:
      if upper != nil { registers.tcr = registers.tcr & ~(0x3f << 16) | random.bits(6) << 16 }
    case 2: registers.vtcr = registers.vtcr & ~0x3f | random.bits(6)
    case 3: registers.vtcr = registers.vtcr & ~(0b11 << 6 | 1 << 33) | random.bits(2) << 6
    default:
      let low: UInt64 = upper == nil ? 16 : 32
      registers.tcr = registers.tcr & ~(0b111 << low) | random.bits(3) << low
      if random.chance(50) { registers.vtcr ^= random.bits(3) << 16 }
    }
  }

  private mutating func chooseAddresses() {
    for target in targets {
      addresses.append(target.address)
      for _ in 0..<3 {
        addresses.append(target.address ^ random.bits(12))
      }
      if random.chance(30) {
        // A tag.
        addresses.append(target.address.field(0, 56) | random.bits(8) << 56)
      }
      if random.chance(20) {
        // A neighbour.
        let low = UInt64(target.stage.low(target.level))
        addresses.append(
          canonical(
            random.chance(50) ? target.address &+ 1 << low : target.address &- 1 << low,
            target.stage))
      }
      if random.chance(15) {
        // Not canonical.
        let bit = target.stage.inputBits + random.below(56 - target.stage.inputBits)
        addresses.append(target.address ^ 1 << UInt64(bit))
      }
    }
    addresses.append(canonical(random.next(), lower))
    if let upper { addresses.append(canonical(random.next(), upper)) }
    if random.chance(30) { addresses.append(random.next()) }
    if random.chance(30) { addresses.append(random.bits(registers.physicalRange)) }
    if let entry = entries.randomElement(using: &random) { addresses.append(entry.physical) }
  }
}
