import Testing

@testable import ArmVCpu

@Suite struct ESR_EL2Tests {
  @Test func partsOfTheRegister() {
    let esr = ESR_EL2(rawValue: 0x00ab_cdef_9383_0047)
    #expect(esr.exceptionClass == .dataAbortLower)
    #expect(esr.isLongInstruction)
    #expect(esr.iss == 0x183_0047)
    #expect(esr.iss2 == 0xab_cdef)
    #expect(esr.immediate == 0x47)
    #expect(ESR_EL2(rawValue: .max).iss2 == 0xff_ffff)
    #expect(ESR_EL2(.hvc64, iss: .max).rawValue == 0x5bff_ffff)
    #expect(ESR_EL2(.hvc64).rawValue == 0x5a00_0000)
    #expect(!ESR_EL2(rawValue: 0x5800_0000).isLongInstruction)
  }

  /// For every class, with and without ISS2: the fields are a tree that holds all of the register.
  @Test(arguments: [false, true])
  func everyFieldIsInItsPlaceAndNoBitIsLost(hasISS2: Bool) {
    var random = SplitMix64(seed: 24)
    for ec: UInt8 in 0..<64 {
      for iss in random.syndromes(3000) {
        let upper = hasISS2 ? random.next() & 0xffff_ffff_0000_0000 : 0
        let esr = ESR_EL2(rawValue: esr(ec, iss) & ~(random.next() & 1 << 25) | upper)
        if let defect = Self.defect(of: esr) {
          Issue.record("\(String(esr.rawValue, radix: 16)): \(defect)")
          return
        }
      }
    }
  }

  @Test func everyFaultStatusOfEveryAbortIsATree() {
    var random = SplitMix64(seed: 25)
    for ec: UInt8 in [0x1e, 0x20, 0x21, 0x24, 0x25, 0x2f, 0x30, 0x32, 0x34] {
      for code: UInt64 in 0..<64 {
        for iss in random.syndromes(50) {
          let esr = ESR_EL2(rawValue: esr(ec, iss & ~0x3f | code))
          if let defect = Self.defect(of: esr) {
            Issue.record("\(String(esr.rawValue, radix: 16)): \(defect)")
            return
          }
        }
      }
    }
  }

  /// What is wrong with the fields of `esr`; nil when nothing is.
  private static func defect(of esr: ESR_EL2) -> String? {
    var list = FieldList()
    esr.describe(into: &list)
    var parents: [Field] = []
    // Per depth: the lowest bit so far, within the present parent.
    var lowest: [Int] = [64]
    var whole: UInt64 = 0
    var part: UInt64 = 0
    var partOf: Field?
    func finishPart() -> String? {
      guard let parent = partOf else { return nil }
      defer {
        part = 0
        partOf = nil
      }
      // EC 0x0a is the one class whose ISS is a number of its own.
      if part == 0, esr.exceptionClass.rawValue == 0x0a { return nil }
      return part == parent.value << parent.lowBit ? nil : "\(parent.name) is not its fields"
    }
    for field in list.fields {
      let depth = Int(field.depth)
      guard depth <= parents.count else { return "\(field.name) has no parent" }
      guard field.highBit >= field.lowBit, field.highBit < 64 else {
        return "bits of \(field.name)"
      }
      let mask = (UInt64.max >> (63 - UInt64(field.highBit - field.lowBit))) << field.lowBit
      guard field.value << field.lowBit == esr.rawValue & mask else {
        return "\(field.name) has the value \(field.value)"
      }
      parents.removeSubrange(depth...)
      lowest.removeSubrange((depth + 1)...)
      guard Int(field.highBit) < lowest[depth] else { return "\(field.name) is not below the last" }
      lowest[depth] = Int(field.lowBit)
      if let parent = parents.last {
        guard field.highBit <= parent.highBit, field.lowBit >= parent.lowBit else {
          return "\(field.name) is outside of \(parent.name)"
        }
      }
      switch depth {
      case 0:
        if let defect = finishPart() { return defect }
        whole |= esr.rawValue & mask
        if field.name.description == "ISS" || field.name.description == "ISS2" { partOf = field }
      case 1: part |= esr.rawValue & mask
      default: break
      }
      parents.append(field)
      lowest.append(64)
    }
    if let defect = finishPart() { return defect }
    return whole == esr.rawValue ? nil : "the fields make \(String(whole, radix: 16))"
  }

  @Test func aReservedBitThatIsSetIsShown() {
    // PC alignment has no ISS at all.
    #expect(fieldLines(0x8a00_0400).contains("RES0=400 reserved bits are set"))
    // HVC has an immediate.
    #expect(fieldLines(0x5a03_0000).contains("RES0=3 reserved bits are set"))
    #expect(fieldLines(0x0100_0000_5a00_0000).contains("RES0=1 reserved bits are set"))
    #expect(fieldLines(0x0000_0010_5a00_0000).contains("RES0=10 reserved bits are set"))
    #expect(!fieldLines(0x5a00_ffff).contains { $0.hasPrefix("RES0") })
  }
}

/// The fields of an ESR_EL2 as lines: name, value in hexadecimal, meaning.
func fieldLines(_ esr: UInt64) -> [String] {
  var list = FieldList()
  ESR_EL2(rawValue: esr).describe(into: &list)
  return list.fields.map {
    "\($0.name)=\(String($0.value, radix: 16))"
      + ($0.meaning.description.isEmpty ? "" : " \($0.meaning)")
  }
}
