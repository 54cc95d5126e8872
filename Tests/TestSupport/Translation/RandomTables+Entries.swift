/// The tables.
extension RandomTables {
  static var ramByteCount: UInt64 { 32 << 20 }

  mutating func allocate(_ byteCount: UInt64, alignment: UInt64) -> UInt64? {
    if random.chance(30) { nextFree += random.bits(3) << 12 }
    let start = (nextFree + alignment - 1) / alignment * alignment
    guard start + byteCount <= ram.upperBound else { return nil }
    nextFree = start + byteCount
    return start
  }

  mutating func write(_ descriptor: UInt64, _ entry: Entry) {
    words[entry.physical] = entry.stage.sound(descriptor)
    if !entries.contains(where: { $0.physical == entry.physical }) { entries.append(entry) }
  }

  mutating func build() {
    // Tables are where the last stage's outputs reach.
    let reach = min(second?.outputBits ?? min(lower.outputBits, upper?.outputBits ?? 52), 52)
    let base: UInt64 =
      random.chance(40)
      ? [0x4000_0000, 0x8000_0000][random.below(2)]
      : random.bits(reach) / Self.ramByteCount * Self.ramByteCount
    let start = machine?.base ?? base
    ram = start..<(start + Self.ramByteCount)
    nextFree = start + random.bits(4) << 12

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
  mutating func aStage1Table(_ stage: Stage, isRoot: Bool) -> UInt64? {
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
  mutating func map(
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

  mutating func tableBits(_ stage: Stage) -> UInt64 {
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

  mutating func leafBits(_ stage: Stage, _ level: Int, _ isForTable: Bool) -> UInt64 {
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

  mutating func aLeafLevel(_ stage: Stage) -> Int {
    let levels = stage.leafLevels
    return switch random.below(10) {
    case 0...2: levels.first!
    case 3...5: 3
    default: levels[random.below(levels.count)]
    }
  }

  /// An address of a stage's input, sign-extended in the upper half.
  func canonical(_ input: UInt64, _ stage: Stage) -> UInt64 {
    let low = input.field(0, stage.inputBits)
    return stage.isUpper ? low | ~0 << UInt64(stage.inputBits) : low
  }

  /// Maps an address through both stages, with a few gaps.
  mutating func addTarget(_ stage: Stage) {
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
  mutating func addFlatTargets() {
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
  mutating func addRecursion(_ stage: Stage) {
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
