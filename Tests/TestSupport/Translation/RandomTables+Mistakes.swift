/// What is wrong with them.
extension RandomTables {
  /// Moves a root out of memory or out of the outputs' range.
  mutating func misplaceRoots() {
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

  mutating func spoilADescriptor() {
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

  mutating func spoilARegister() {
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

  mutating func chooseAddresses() {
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
