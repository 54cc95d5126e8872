import Testing

@testable import ArmVCpu

@Suite struct DecodableRegisterTests {
  /// Random values, each bit alone, all and none.
  private static func values(_ seed: UInt64) -> [UInt64] {
    var random = SplitMix64(seed: seed)
    return [0, .max] + (0..<64).map { 1 << UInt64($0) } + (0..<64).map { ~(1 << UInt64($0)) }
      + (0..<500).map { _ in random.next() }
      + (0..<100).map { _ in random.next() & random.next() & random.next() }
  }

  @Test(arguments: DecodableRegister.all.map(\.name.description))
  func everyValueIsATreeThatLosesNoBit(name: String) throws {
    let register = try #require(DecodableRegister.named(name))
    for value in Self.values(UInt64(register.name.utf8CodeUnitCount)) {
      if let defect = FieldTree.defect(register.fields(of: value), of: value) {
        Issue.record("\(register.name) 0x\(String(value, radix: 16)): \(defect)")
        return
      }
    }
  }

  @Test func theTreeTestFindsDefects() {
    func field(_ high: UInt8, _ low: UInt8, _ value: UInt64, depth: UInt8 = 0) -> Field {
      Field(name: "F", highBit: high, lowBit: low, value: value, meaning: "", depth: depth)
    }
    #expect(FieldTree.defect([field(63, 0, 5)], of: 5) == nil)
    #expect(FieldTree.defect([field(63, 0, 4)], of: 5) != nil)
    #expect(FieldTree.defect([field(2, 2, 1)], of: 5) != nil)
    #expect(FieldTree.defect([field(0, 0, 1), field(2, 2, 1)], of: 5) != nil)
    #expect(FieldTree.defect([field(2, 1, 2), field(1, 0, 1)], of: 5) != nil)
    #expect(FieldTree.defect([field(2, 0, 5), field(3, 0, 5, depth: 1)], of: 5) != nil)
    #expect(FieldTree.defect([field(2, 0, 5), field(2, 1, 2, depth: 1)], of: 5) != nil)
    #expect(FieldTree.defect([field(2, 0, 5, depth: 1)], of: 5) != nil)
  }

  /// Bits that no field of a table covers are reserved, and always shown if set.
  @Test func reservedBitsThatAreSetAreShown() throws {
    let hcr = try #require(DecodableRegister.named("hcr"))
    #expect(hcr.fields(of: 0).contains { $0.name.description == "RES0" } == false)
    #expect(hcr.reading("RES0", of: 1 << 39) == "0x2 reserved bits are set")
    let tcr = try #require(DecodableRegister.named("tcr_el2"))
    #expect(tcr.reading("RES1", of: 0) == "0x0 reserved bits are clear")
    #expect(tcr.reading("RES1", of: 1 << 31) == "0x1 reserved, one")
  }

  @Test func fieldsOfATableAreInOrderAndDoNotRepeatNames() {
    for register in DecodableRegister.all {
      for value: UInt64 in [0, .max, 0x10, 1] {
        let names = register.fields(of: value).filter { $0.depth == 0 }
          .map(\.name.description)
          .filter { !["RES0", "RES1", "Ignored", "IMPDEF"].contains($0) }
        #expect(Set(names).count == names.count, "\(register.name)")
      }
    }
  }

  @Test func names() {
    for (name, wanted) in [
      ("esr", "ESR_EL2"), ("ESR_EL2", "ESR_EL2"), ("esr_el1", "ESR_EL1"), ("hcr", "HCR_EL2"),
      ("Hcr_El2", "HCR_EL2"), ("spsr", "SPSR_EL2"), ("sctlr", "SCTLR_EL1"), ("tcr", "TCR_EL1"),
      ("par", "PAR_EL1"), ("hpfar", "HPFAR_EL2"), ("vtcr", "VTCR_EL2"), ("mair", "MAIR_EL1"),
      ("smccc", "SMCCC"), ("s1desc", "S1DESC"), ("midr", "MIDR_EL1"), ("vmpidr", "VMPIDR_EL2"),
      ("ESR_EL3", "ESR_EL3"), ("sctlr_el12", "SCTLR_EL1"), ("CNTV_CTL_EL02", "CNTV_CTL_EL0"),
      ("ich_lr0_el2", "ICH_LR_EL2"), ("ICH_LR15_EL2", "ICH_LR_EL2"), ("ich_lr7", "ICH_LR_EL2"),
      ("dbgbcr63_el1", "DBGBCR_EL1"), ("DBGWCR0_EL1", "DBGWCR_EL1"),
    ] {
      #expect(DecodableRegister.named(name)?.name.description == wanted)
    }
    for name in [
      "", "nothing", "hcr_el1", "hcr ", "ich_lr16_el2", "dbgbcr64_el1", "hcr0_el2", "hcr_el22",
      "el12",
    ] {
      #expect(DecodableRegister.named(name) == nil, "\(name)")
    }
  }

  @Test func everyNameIsOfOneRegister() {
    var owners: [String: String] = [:]
    for register in DecodableRegister.all {
      #expect(register.title.utf8CodeUnitCount > 0)
      for name in [register.name] + register.aliases {
        let earlier = owners.updateValue(
          register.name.description, forKey: name.description.lowercased())
        #expect(earlier == nil, "\(name)")
      }
    }
  }
}
