import Testing

@testable import ArmVCpu

/// ESR_ELx in one line.
@Suite struct SummaryTests {
  @Test(
    arguments: [
      (0x0200_0000, "unknown reason, such as an undefined instruction"),
      (0x07e0_0000, "WFI"), (0x07e0_0001, "WFE"), (0x07e0_0086, "WFIT x4"),
      (0x0e08_0063, "MRC w3, ID_MMFR0"), (0x0e00_0461, "MRC w3, SCTLR"),
      (0x0e00_0440, "MCR w2, SCTLR"), (0x0e00_3fe1, "MRC p15, 0, wzr, c15, c0, 0"),
      (0x1200_1064, "MCRR w3, w4, TTBR0"), (0x120f_1065, "MRRC p15, 15, w3, w4, c2"),
      (0x1600_0461, "MRC w3, DBGDRAR"), (0x3200_1063, "MRRC w3, w4, DBGDRAR"),
      (0x2200_1c21, "VMRS w1, MVFR0"), (0x1a00_0001, "LDC of p14, c5"),
      (0x2a00_0002, "LD64B or ST64B instruction"),
      (0x3600_0002, "branch target exception, BTYPE 2"),
      (0x3a00_0000, "illegal execution state"), (0x4600_0007, "SVC #0x7, AArch32"),
      (0x4a00_0000, "HVC #0x0, AArch32"), (0x4e00_0000, "SMC, AArch32"), (0x5600_0000, "SVC #0x0"),
      (0x5a00_1234, "HVC #0x1234"), (0x5e00_0000, "SMC #0x0"),
      (0x6232_c061, "MRS x3, CTR_EL0"), (0x6230_3fe0, "MSR S3_0_C15_C0_0, xzr"),
      (0x6212_dc3c, "DC CIVAC, x1"), (0x6210_23e6, "TLBI VMALLE1IS"),
      (0x620c_d3fe, "MSR DAIFSet, #0xf"),
      (0x6208_13e2, "MSR PAN, #0x1"), (0x620c_d3e3, "MSR DAIFSet, #0x1"),
      (0x5230_0880, "MSRR TTBR0_EL1, x4, x5"),
      (0x6a00_0000, "ERET"), (0x6a00_0002, "ERETAA"), (0x6a00_0003, "ERETAB"),
      (0x7200_0003, "pointer authentication failure, data key B"),
      (0x8200_0006, "instruction abort from a lower EL: translation fault level 2"),
      (
        0x8600_008f,
        "instruction abort at the same EL: permission fault level 3, during a stage 1 table walk"
      ),
      (0x9388_0047, "data abort from a lower EL: write of w8, 4 bytes, translation fault level 3"),
      (
        0x93e8_8007,
        "data abort from a lower EL: read into x8, 8 bytes, sign-extended, translation fault level 3"
      ),
      (0x931f_0047, "data abort from a lower EL: write of wzr, 1 byte, translation fault level 3"),
      (0x9600_0045, "data abort at the same EL: write, translation fault level 1"),
      (0x9600_0145, "data abort at the same EL: cache maintenance, translation fault level 1"),
      (0x9600_2005, "data abort at the same EL: read through VNCR_EL2, translation fault level 1"),
      (0x9200_0035, "data abort from a lower EL: access, unsupported exclusive or atomic access"),
      (0x9e02_9462, "memory copy exception: CPY* x5, x3, x2"),
      (0xb280_000c, "floating-point exception, AArch64: underflow, overflow"),
      (0xb200_0006, "floating-point exception, AArch64"),
      (0xbe00_0011, "SError: uncontainable (UC)"), (0xbe00_0000, "SError: uncategorized error"),
      (0xbf00_0002, "SError: IMPLEMENTATION DEFINED syndrome 0x2"),
      (0xc200_0022, "breakpoint from a lower EL"), (0xca00_0022, "software step from a lower EL"),
      (0xd60a_0062, "watchpoint 2 at the same EL: write"),
      (0xf200_0800, "BRK #0x800"), (0xe200_0001, "BKPT #0x1"),
      (0x7a00_0068, "granule protection check: write, granule protection fault"),
      (0xfe00_0000, "unallocated exception class"),
    ] as [(UInt64, String)])
  func summaries(value: UInt64, text: String) {
    #expect(ESR_EL2(rawValue: value).summary == text)
  }

  /// The summary is one line, whatever the value.
  @Test func everyValueHasOne() {
    var random = SplitMix64(seed: 14)
    for ec: UInt64 in 0..<64 {
      for _ in 0..<2000 {
        let text = ESR_EL2(rawValue: random.next() & ~(0x3f << 26) | ec << 26).summary
        #expect(!text.isEmpty && text.utf8.count < 180 && !text.contains("\n"))
        #expect(!text.hasSuffix(" ") && !text.hasSuffix(","))
      }
    }
  }

  @Test func registersOfATransferHaveNames() {
    func meaning(_ value: UInt64, _ name: String) -> String? {
      var list = FieldList()
      ESR_EL2(rawValue: value).describe(into: &list)
      return list.fields.first { $0.name.description == name }?.meaning.description
    }
    #expect(meaning(0x9388_0047, "SRT") == "w8")
    #expect(meaning(0x9388_8047, "SRT") == "x8")
    #expect(meaning(0x939f_0047, "SRT") == "wzr")
    #expect(meaning(0x939f_8047, "SRT") == "xzr")
    #expect(meaning(0x6232_c061, "Rt") == "x3")
    #expect(meaning(0x0e00_0461, "Rt") == "w3")
    #expect(meaning(0x0e00_0461, "Opc2") == "SCTLR")
    #expect(meaning(0x1200_1064, "Opc1") == "TTBR0")
    #expect(meaning(0x620c_d3fe, "Op0") == "DAIFSet")
  }
}

@Suite struct CoprocessorRegisterTests {
  /// opc1, CRn, CRm and opc2 of each from Trusted Firmware-A's include/arch/aarch32/arch.h.
  @Test(
    arguments: [
      ("MIDR", 0, 0, 0, 0), ("MPIDR", 0, 0, 0, 5), ("ID_PFR1", 0, 0, 1, 1), ("ID_DFR0", 0, 0, 1, 2),
      ("CLIDR", 1, 0, 0, 1), ("VPIDR", 4, 0, 0, 0), ("SCTLR", 0, 1, 0, 0), ("CPACR", 0, 1, 0, 2),
      ("SCR", 0, 1, 1, 0), ("NSACR", 0, 1, 1, 2), ("SDCR", 0, 1, 3, 1), ("HCR", 4, 1, 1, 0),
      ("HSTR", 4, 1, 1, 3), ("TTBCR", 0, 2, 0, 2), ("DACR", 0, 3, 0, 0), ("DFSR", 0, 5, 0, 0),
      ("IFSR", 0, 5, 0, 1), ("DFAR", 0, 6, 0, 0), ("IFAR", 0, 6, 0, 2), ("PAR", 0, 7, 4, 0),
      ("ICIALLU", 0, 7, 5, 0), ("BPIALL", 0, 7, 5, 6), ("DCISW", 0, 7, 6, 2),
      ("ATS1CPR", 0, 7, 8, 0),
      ("DCCMVAU", 0, 7, 11, 1), ("DCCIMVAC", 0, 7, 14, 1), ("ATS1HR", 4, 7, 8, 0),
      ("TLBIALL", 0, 8, 7, 0), ("TLBIMVAIS", 0, 8, 3, 1), ("PMCR", 0, 9, 12, 0),
      ("PMCCNTR", 0, 9, 13, 0), ("HMAIR0", 4, 10, 2, 0), ("VBAR", 0, 12, 0, 0),
      ("ISR", 0, 12, 1, 0),
      ("ICC_PMR", 0, 4, 6, 0), ("ICC_IAR1", 0, 12, 12, 0), ("ICC_SRE", 0, 12, 12, 5),
      ("TPIDRPRW", 0, 13, 0, 4), ("AMUSERENR", 0, 13, 2, 3), ("CNTFRQ", 0, 14, 0, 0),
      ("CNTP_CTL", 0, 14, 2, 1), ("CNTV_TVAL", 0, 14, 3, 0), ("CNTHCTL", 4, 14, 1, 0),
      ("PMEVCNTR0", 0, 14, 8, 0), ("PMEVTYPER30", 0, 14, 15, 6), ("PMCCFILTR", 0, 14, 15, 7),
    ] as [(String, UInt32, UInt32, UInt32, UInt32)])
  func names(name: String, opc1: UInt32, crn: UInt32, crm: UInt32, opc2: UInt32) {
    let iss = opc2 << 17 | opc1 << 14 | crn << 10 | crm << 1
    let register = CoprocessorRegister(ESR_EL2(ExceptionClass(rawValue: 0x03), iss: iss))
    #expect(register?.name?.description == name)
    #expect(register?.coprocessor == 15)
  }

  /// Coprocessor 14, from Arm ARM DDI 0487, G7.2, and the registers of MRRC and MCRR.
  @Test func others() {
    func name(_ ec: UInt8, _ iss: UInt32) -> String? {
      CoprocessorRegister(ESR_EL2(ExceptionClass(rawValue: ec), iss: iss))?.name?.description
    }
    #expect(name(0x05, 0) == "DBGDIDR")
    #expect(name(0x05, 4 << 17 | 1 << 10) == "DBGOSLAR")
    #expect(name(0x05, 4 << 17 | 3 << 1) == "DBGBVR3")
    #expect(name(0x04, 6 << 16 | 2 << 1) == "VTTBR")
    #expect(name(0x04, 2 << 16 | 14 << 1) == "CNTP_CVAL")
    #expect(name(0x0c, 2 << 1) == "DBGDSAR")
    #expect(name(0x08, 7 << 10) == "MVFR0")
    #expect(name(0x03, 15 << 10) == nil)
    #expect(CoprocessorRegister(ESR_EL2(.systemRegister)) == nil)
  }
}

@Suite struct ImmediateWriteTests {
  /// Words as LLVM assembles them.
  @Test(
    arguments: [
      ("msr DAIFSet, #0xf", 0xd503_4fdf), ("msr DAIFClr, #0x2", 0xd503_42ff),
      ("msr PAN, #0x1", 0xd500_419f), ("msr UAO, #0x1", 0xd500_417f),
      ("msr SPSel, #0x1", 0xd500_41bf),
      ("msr DIT, #0x1", 0xd503_415f), ("msr TCO, #0x1", 0xd503_419f),
      ("msr SSBS, #0x1", 0xd503_413f),
      ("msr ALLINT, #0x1", 0xd501_411f), ("msr PM, #0x1", 0xd501_431f),
      ("msr SVCRSM, #0x1", 0xd503_437f), ("msr SVCRZA, #0x0", 0xd503_447f),
      ("msr SVCRSMZA, #0x1", 0xd503_477f),
    ] as [(String, UInt32)])
  func words(text: String, word: UInt32) throws {
    let write = try #require(ImmediateWrite(assembly: text))
    #expect(write.assembly == text)
    #expect(write.instruction == word)
    #expect(ImmediateWrite(write.encoding) == write)
  }

  @Test func everyEncodingReadsBack() {
    var count = 0
    for op1: UInt32 in 0..<8 {
      for op2: UInt32 in 0..<8 {
        for crm: UInt32 in 0..<16 {
          let encoding = SystemRegister(0, op1, 4, crm, op2)
          guard let write = ImmediateWrite(encoding) else { continue }
          count += 1
          #expect(write.encoding == encoding)
          #expect(ImmediateWrite(assembly: write.assembly) == write)
        }
      }
    }
    // Eight fields with four bits, five with one.
    #expect(count == 8 * 16 + 5 * 2)
  }

  @Test(
    arguments: [
      "msr daifset, #16", "msr pm, #2", "daifset", "msr daif, #1", "", "msr pan, #x", "msr pan, 0x",
    ])
  func otherTexts(text: String) {
    #expect(ImmediateWrite(assembly: text) == nil)
    #expect(ImmediateWrite(SystemRegister(3, 3, 4, 2, 1)) == nil)
  }
}
