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

  /// For every class, with and without ISS2: the fields form a tree that holds the whole register.
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

  private static func defect(of esr: ESR_EL2) -> String? {
    var list = FieldList()
    esr.describe(into: &list)
    return FieldTree.defect(list.fields, of: esr.rawValue)
  }

  @Test func aReservedBitThatIsSetIsShown() {
    // PC alignment doesn't have an ISS.
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
