/// The registers.
extension RandomTables {
  mutating func chooseControls() {
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
    // A machine's register doesn't keep the bits of what its CPU doesn't have.
    if machine != nil, !registers.hasNV { hcr &= ~(0b11 << 42) }
    registers.hcr = hcr
    second?.fwb = registers.hasS2FWB && hcr.bit(46)
  }

  mutating func aMemoryAttribute() -> UInt64 {
    switch random.below(20) {
    case 0...5: random.bits(2) << 2
    case 6: 0x44
    case 7...9: 0xff
    case 10: [0x01, 0x40, 0xa0, 0xf0][random.below(4)]
    default: (1 + random.next() % 15) << 4 | (1 + random.next() % 15)
    }
  }

  mutating func aShareability() -> UInt64 {
    [0b00, 0b10, 0b11][random.below(3)]
  }

  /// TTBRn_ELx or VTTBR_EL2 of a stage, with the low bit and the identifier that don't count.
  mutating func baseRegister(_ stage: Stage) -> UInt64 {
    var base = stage.root.field(0, 48) | random.bits(16) << 48 | random.bits(1)
    if stage.ds || stage.is64WithLPA && stage.ps == 6 {
      base |= stage.root.field(48, 4) << 2
    }
    return base
  }

  mutating func encodeRegisters() {
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
