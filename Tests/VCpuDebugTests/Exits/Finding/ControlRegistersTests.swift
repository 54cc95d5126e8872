import ArmVCpu
import TestSupport
import Testing

@testable import VCpuDebug

@Suite struct ControlRegistersTests {
  private static let e2h: UInt64 = 1 << 34

  private func registers(
    sctlr: UInt64 = 1, hcr: UInt64 = 0, ttbr0: UInt64 = 0x4100_0000, ttbr1: UInt64? = nil,
    tcr: UInt64 = 0
  ) throws -> ControlRegisters {
    var values = [
      "VBAR_EL2": 0x4020_3000, "SCTLR_EL2": sctlr, "HCR_EL2": hcr, "TTBR0_EL2": ttbr0,
      "TCR_EL2": tcr,
    ]
    values["TTBR1_EL2"] = ttbr1
    return try #require(ControlRegisters(values))
  }

  @Test func eachIsNeededButTheOneOfVHE() throws {
    let all = Dictionary(uniqueKeysWithValues: ControlRegisters.required.map { ($0, UInt64(1)) })
    #expect(ControlRegisters(all)?.ttbr1 == 0)
    for name in ControlRegisters.required {
      #expect(ControlRegisters(all.filter { $0.key != name }) == nil, "\(name)")
    }
  }

  @Test func theTargetTellsWhetherThereIsASecondTable() throws {
    let names = { (target: FakeTarget) in
      ControlRegisters.names(in: try SessionFixture(target).session.access)
    }
    #expect(try names(FakeTarget()) == ControlRegisters.required)
    var model = FakeTarget.Model.machine
    model.registers.append(
      .init(name: "TTBR1_EL2", number: 200, bitWidth: 64, group: "cp_regs"))
    #expect(try names(FakeTarget(model)) == ControlRegisters.required + ["TTBR1_EL2"])
  }

  @Test func theTablesOfAHypervisorAreItsLowerHalf() throws {
    let registers = try registers(ttbr0: 0x0012_0000_4100_0001)
    let regime = registers.regime(isCodeLow: false)
    #expect(regime.ttbr0 == 0x4100_0000)
    #expect(regime.ttbr1 == nil)
    // The ASID and CnP don't change the tables.
    #expect(try self.registers(ttbr0: 0x4100_0000).regime(isCodeLow: true) == regime)
    #expect(try self.registers(ttbr0: 0x4200_0000).regime(isCodeLow: true) != regime)
    #expect(try self.registers(sctlr: 0).regime(isCodeLow: true) != regime)
  }

  @Test("a host's lower half is a process's, and changes all the time")
  func vhe() throws {
    let first = try registers(hcr: Self.e2h, ttbr0: 0x4100_0000, ttbr1: 0x4200_0000)
    let second = try registers(hcr: Self.e2h, ttbr0: 0x4300_0000, ttbr1: 0x4200_0000)
    #expect(first.regime(isCodeLow: false) == second.regime(isCodeLow: false))
    #expect(first.regime(isCodeLow: false).ttbr0 == nil)
    // Unless EL2 itself runs there, or has no other half: TCR_EL2.EPD1.
    #expect(first.regime(isCodeLow: true).ttbr0 == 0x4100_0000)
    let oneHalf = try registers(hcr: Self.e2h, ttbr0: 0x4100_0000, ttbr1: 0, tcr: 1 << 23)
    #expect(oneHalf.regime(isCodeLow: false).ttbr0 == 0x4100_0000)
  }

  @Test func tablesThatAreReadyAreSearchedBeforeTheMMUIsOn() throws {
    let registers = try registers(sctlr: 0x1000)
    let translation = registers.translation(of: registers.regime(isCodeLow: true))
    #expect(translation.isEnabled)
    #expect(translation.ttbr0 == 0x4100_0000)
    #expect(translation.regime == .el2)
  }

  /// A granule of 4 KiB in both halves.
  @Test func aProcessIsLeftOut() throws {
    let registers = try registers(hcr: Self.e2h, ttbr1: 0x4200_0000, tcr: 0x8010_0010)
    let host = registers.translation(of: registers.regime(isCodeLow: false))
    // EPD0 is bit 7 of TCR_EL2 with E2H.
    #expect(host.tcr == 0x8010_0090)
    #expect(host.half(isUpper: false).isDisabled && !host.half(isUpper: true).isDisabled)
    #expect(host.half(isUpper: true).layout.root == 0x4200_0000)
    let both = registers.translation(of: registers.regime(isCodeLow: true))
    #expect(!both.half(isUpper: false).isDisabled && !both.half(isUpper: true).isDisabled)
  }
}
