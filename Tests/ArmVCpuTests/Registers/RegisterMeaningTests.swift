import Testing

@testable import ArmVCpu

/// Values whose fields were decoded by hand, from the manual.
@Suite struct RegisterMeaningTests {
  /// Register, value, and the readings of some fields.
  struct Known: CustomTestStringConvertible, Sendable {
    let register: String
    let value: UInt64
    let readings: [String: String]
    var testDescription: String { "\(register) 0x\(String(value, radix: 16))" }

    init(_ register: String, _ value: UInt64, _ readings: [String: String]) {
      self.register = register
      self.value = value
      self.readings = readings
    }
  }

  @Test(arguments: exceptions + control + translation + identity + others)
  func fieldsMeanWhatTheManualSays(known: Known) throws {
    let register = try #require(DecodableRegister.named(known.register))
    for (field, wanted) in known.readings {
      #expect(register.reading(field, of: known.value) == wanted, "\(field)")
    }
  }

  @Test func everyRegisterHasAKnownValue() {
    let all = Self.exceptions + Self.control + Self.translation + Self.identity + Self.others
    let known = Set(all.map(\.register))
    let missing = DecodableRegister.all.map(\.name.description).filter { !known.contains($0) }
    #expect(missing == [])
  }

  static let exceptions: [Known] = [
    Known(
      "ESR_EL2", 0x93c8_8006, ["EC": "0x24 data abort, lower EL", "ISS.SAS": "0x3 doubleword"]),
    Known("ESR_EL1", 0x5600_0001, ["EC": "0x15 SVC instruction, AArch64"]),
    Known(
      "SPSR_EL2", 0x3c5,
      [
        "M": "0x5 EL1h", "D": "0x1 debug exceptions masked", "F": "0x1 FIQ masked",
        "IL": "0x0 legal execution state",
      ]),
    Known("SPSR_EL2", 0x6000_0000, ["M": "0x0 EL0t", "Z": "0x1 zero", "N": "0x0 not negative"]),
    Known(
      "SPSR_EL1", 0x2000_0030,
      ["M": "0x10 AArch32 User", "T": "0x1 T32 instructions", "C": "0x1 carry"]),
    Known(
      "SPSR_EL1", 0xb_0000_0009,
      [
        "M": "0x9 EL2h", "PACM": "0x1 PAC functions use the PC as a modifier",
        "EXLOCK": "0x0 exception return state not locked",
      ]),
    Known(
      "FAR_EL2", 0xffff_8000_1234_5678, ["VA": "0xffff800012345678 the faulting virtual address"]),
    Known("FAR_EL1", 0x10, ["VA": "0x10 the faulting virtual address"]),
    Known("HPFAR_EL2", 0xb_0000, ["FIPA": "0xb000 address 0xb000000"]),
    Known(
      "HPFAR_EL2", 0x8000_0000_000b_0010,
      ["FIPA": "0xb001 address 0xb001000", "NS": "0x1 Non-secure IPA space"]),
    Known(
      "PAR_EL1", 0xff00_0000_4020_0b80,
      [
        "F": "0x0 the translation succeeded", "PA": "0x40200 address 0x40200000",
        "ATTR": "0xff Normal", "SH": "0x3 inner shareable",
        "ATTR.Outer": "0xf write-back, read- and write-allocate",
      ]),
    Known(
      "PAR_EL1", 0x80d,
      [
        "F": "0x1 the translation failed", "FST": "0x6 translation fault, level 2",
        "S": "0x0 fault of stage 1", "RES1": "0x1 reserved, one",
      ]),
    Known("VBAR_EL2", 0x4020_0800, ["VBA": "0x80401 address 0x40200800"]),
    Known(
      "VBAR_EL1", 0xffff_8000_1001_0800, ["VBA": "0x1ffff000020021 address 0xffff800010010800"]),
    Known("ISR_EL1", 0x80, ["I": "0x1 IRQ pending", "F": "0x0 no FIQ pending"]),
  ]

  static let control: [Known] = [
    Known(
      "HCR_EL2", 0x8078_663f,
      [
        "RW": "0x1 EL1 is AArch64", "VM": "0x1 stage 2 translation on",
        "TSC": "0x1 SMC traps",
        "TWI": "0x1 WFI traps", "TWE": "0x1 WFE traps", "FB": "0x1 local maintenance is broadcast",
        "TSW": "0x1 cache maintenance by set/way traps",
        "BSU": "0x1 barriers at least inner shareable", "E2H": "0x0 no EL2 host",
      ]),
    Known(
      "HCR_EL2", 0x4_0800_0000,
      ["E2H": "0x1 EL2 hosts an operating system (VHE)", "TGE": "0x1 EL0's exceptions go to EL2"]),
    Known(
      "HCRX_EL2", 0xc_c000,
      [
        "TCR2En": "0x1 TCR2_EL1 in use", "SCTLR2En": "0x1 SCTLR2_EL1 in use",
        "TMEA": "0x1 masked external aborts go to EL2",
      ]),
    Known("HSTR_EL2", 0x8000, ["T15": "0x1 c15 traps", "T0": "0x0"]),
    Known(
      "MDCR_EL2", 0x806,
      [
        "HPMN": "0x6 event counters of EL1 and EL0", "TDRA": "0x1 MDRAR_EL1 and DBGDRAR trap",
        "E2PB": "0x0 SPE buffer is EL2's, EL1 traps",
      ]),
    Known(
      "CPTR_EL2", 0x33ff,
      ["TFP": "0x0 FP and SIMD do not trap", "TZ": "0x1 SVE traps, or there is none"]),
    Known("CPTR_EL2_VHE", 0x30_0000, ["FPEN": "0x3 does not trap", "ZEN": "0x0 traps"]),
    Known("CPACR_EL1", 0x10_0000, ["FPEN": "0x1 traps at EL0", "SMEN": "0x0 traps"]),
    Known(
      "SCTLR_EL1", 0x30d0_198d,
      [
        "M": "0x1 MMU on", "A": "0x0 alignment checks off", "C": "0x1 data accesses cacheable",
        "I": "0x1 instruction accesses cacheable", "SA": "0x1 SP alignment checks on",
        "SPAN": "0x1 exceptions leave PAN", "EIS": "0x1 exception entry synchronizes",
        "EOS": "0x1 exception return synchronizes", "WXN": "0x0 no effect on execution",
        "ITD": "0x1 most IT blocks are UNDEFINED at EL0", "SED": "0x1 SETEND is UNDEFINED at EL0",
      ]),
    Known(
      "SCTLR_EL1", 0x34f4_d91d,
      [
        "M": "0x1 MMU on", "UCI": "0x1 EL0 may maintain caches",
        "nTWE": "0x1 WFE at EL0 does not trap",
        "DZE": "0x1 DC ZVA at EL0 does not trap", "UCT": "0x1 CTR_EL0 at EL0 does not trap",
        "nTWI": "0x0 WFI at EL0 traps", "IESB": "0x1 exceptions are error barriers",
        "ITD": "0x0 IT allowed at EL0", "SA0": "0x1 SP alignment checks at EL0 on",
      ]),
    Known(
      "SCTLR_EL1", 0x8000_0000_0000_0000,
      ["TIDCP": "0x1 EL0's IMPLEMENTATION DEFINED accesses trap"]),
    Known(
      "SCTLR_EL2", 0x30c5_183d,
      ["M": "0x1 MMU on", "EE": "0x0 little-endian data and tables", "RES1": "0x3 reserved, one"]),
    Known("SCTLR_EL2_VHE", 0x10_0000_0001, ["BT": "0x1 PACIASP is no BTI jc", "M": "0x1 MMU on"]),
    Known(
      "CNTHCTL_EL2", 0x3,
      [
        "EL1PCEN": "0x1 physical timer does not trap",
        "EL1PCTEN": "0x1 physical counter does not trap",
      ]),
    Known(
      "CNTHCTL_EL2_VHE", 0xc00,
      ["EL1PTEN": "0x1 physical timer does not trap", "EL0PCTEN": "0x0 it traps"]),
    Known(
      "CNTV_CTL_EL0", 5,
      [
        "ENABLE": "0x1 timer on", "IMASK": "0x0 interrupt not masked",
        "ISTATUS": "0x1 the condition is met",
      ]),
    Known("CNTP_CTL_EL0", 2, ["ENABLE": "0x0 timer off", "IMASK": "0x1 interrupt masked"]),
    Known("CNTHP_CTL_EL2", 4, ["ISTATUS": "0x1 the condition is met"]),
  ]

  static let translation: [Known] = [
    // Linux with 48-bit addresses and 4 KiB pages.
    Known(
      "TCR_EL1", 0x32_b510_3510 | 5 << 32,
      [
        "T0SZ": "0x10 48 bits, 256 TiB", "T1SZ": "0x10 48 bits, 256 TiB", "TG0": "0x0 4 KiB",
        "TG1": "0x2 4 KiB",
        "SH0": "0x3 inner shareable", "IRGN0": "0x1 write-back, read- and write-allocate",
        "IPS": "0x7 56 bits, 64 PiB", "AS": "0x1 16-bit ASID",
        "TBI0": "0x1 lower range: top byte ignored",
        "TBI1": "0x0 upper range: top byte used", "A1": "0x0 the ASID is that of TTBR0",
      ]),
    Known(
      "TCR_EL2", 0x8081_3519,
      [
        "T0SZ": "0x19 39 bits, 512 GiB", "PS": "0x1 36 bits, 64 GiB", "TG0": "0x0 4 KiB",
        "RES1": "0x1 reserved, one",
      ]),
    Known(
      "TCR_EL2_VHE", 1 << 59 | 0x4000,
      ["DS": "0x1 52-bit output addresses of 4 and 16 KiB granules", "TG0": "0x1 64 KiB"]),
    Known(
      "VTCR_EL2", 0x8002_3558,
      [
        "T0SZ": "0x18 40 bits, 1 TiB", "SL0": "0x1 start at level 1", "PS": "0x2 40 bits, 1 TiB",
        "VS": "0x0 8-bit VMID",
      ]),
    Known("VTCR_EL2", 0x8000_4080, ["TG0": "0x1 64 KiB", "SL0": "0x2 start at level 1"]),
    Known("VTCR_EL2", 0x8000_80c0, ["TG0": "0x2 16 KiB", "SL0": "0x3 start at level 0"]),
    Known("VTCR_EL2", 0x2_8000_0000, ["SL0": "0x0 start at level -1"]),
    Known(
      "VTTBR_EL2", 0x0001_0000_4080_0001,
      ["VMID": "0x1", "BADDR": "0x20400000 address 0x40800000", "CnP": "0x1 common to all CPUs"]),
    Known(
      "TTBR0_EL1", 0x002a_0000_4100_0000,
      ["ASID": "0x2a", "BADDR": "0x20800000 address 0x41000000"]),
    Known("TTBR1_EL1", 0x4200_1000, ["ASID": "0x0", "BADDR": "0x21000800 address 0x42001000"]),
    Known("TTBR0_EL2", 0x4200_1001, ["CnP": "0x1 common to all CPUs"]),
    Known("TTBR1_EL2", 0x4200_1000, ["CnP": "0x0 not common to the CPUs"]),
    Known(
      "MAIR_EL1", 0x0000_0004_0044_f0ff,
      [
        "Attr0": "0xff Normal", "Attr0.Inner": "0xf write-back, read- and write-allocate",
        "Attr1": "0xf0 Normal, tagged write-back, read- and write-allocate",
        "Attr2": "0x44 Normal", "Attr2.Outer": "0x4 non-cacheable", "Attr3": "0x0 Device-nGnRnE",
        "Attr4": "0x4 Device-nGnRE", "Attr7": "0x0 Device-nGnRnE",
      ]),
    Known(
      "MAIR_EL2", 0xbb0c,
      ["Attr0": "0xc Device-GRE", "Attr1.Inner": "0xb write-through, read- and write-allocate"]),
    Known(
      "S1DESC", 0x0060_0000_4020_0f13 & ~0x10,
      [
        "OA": "0x40200 address 0x40200000",
        "UXN": "0x1 not executable at EL0 (XN with one privilege level)",
        "AF": "0x1 accessed", "AP": "0x0 EL1 read/write, EL0 none", "Type": "0x3 page, level 3",
        "nG": "0x1 of one ASID",
      ]),
    Known("S1DESC", 0xfe, ["Valid": "0x0 invalid: a translation fault"]),
    Known(
      "S1TABLE", 0x4100_0003,
      ["Table": "0x41000 address 0x41000000", "Type": "0x3 table, levels 0 to 2"]),
    Known(
      "S2DESC", 0x4020_07fd,
      [
        "OA": "0x40200 address 0x40200000", "S2AP": "0x3 read/write", "MemAttr": "0xf Normal",
        "MemAttr.Outer": "0x3 write-back", "Type": "0x1 block, levels 0 to 2",
        "XN": "0x0 executable",
      ]),
    Known("S2DESC", 0x0900_04c7, ["MemAttr": "0x1 Device-nGnRE", "S2AP": "0x3 read/write"]),
    Known("S2TABLE", 0x4080_1003, ["Table": "0x40801 address 0x40801000"]),
  ]

  /// MIDR and the ID registers are those of a Cortex-A57 r1p0 (Arm DDI 0488, 4.3).
  static let identity: [Known] = [
    Known(
      "MIDR_EL1", 0x411f_d070,
      [
        "Implementer": "0x41 Arm", "PartNum": "0xd07 Cortex-A57", "Variant": "0x1",
        "Revision": "0x0", "Architecture": "0xf as the ID registers say",
      ]),
    Known("MIDR_EL1", 0x610f_0221, ["Implementer": "0x61 Apple", "PartNum": "0x22 Icestorm (M1)"]),
    Known("VPIDR_EL2", 0x413f_d0c1, ["PartNum": "0xd0c Neoverse N1", "Variant": "0x3"]),
    Known(
      "MPIDR_EL1", 0x8000_0003,
      ["Aff0": "0x3", "RES1": "0x1 reserved, one", "U": "0x0 part of a multiprocessor"]),
    Known(
      "VMPIDR_EL2", 0x1_8100_0200,
      ["Aff3": "0x1", "Aff1": "0x2", "MT": "0x1 Aff0 are threads of a core"]),
    Known(
      "ID_AA64PFR0_EL1", 0x2222,
      ["EL0": "0x2 AArch64 and AArch32", "FP": "0x0 floating point", "SVE": "0x0 not implemented"]),
    Known(
      "ID_AA64PFR0_EL1", 0x1100_0001_0311_1112,
      [
        "GIC": "0x3 GICv4.1 system registers", "SVE": "0x1 FEAT_SVE", "EL3": "0x1 AArch64",
        "CSV2": "0x1 FEAT_CSV2",
      ]),
    Known(
      "ID_AA64PFR1_EL1", 0x321,
      ["BT": "0x1 FEAT_BTI", "SSBS": "0x2 FEAT_SSBS2", "MTE": "0x3 FEAT_MTE3"]),
    Known(
      "ID_AA64DFR0_EL1", 0x1030_5106,
      [
        "DebugVer": "0x6 Armv8.0 debug", "PMUVer": "0x1 FEAT_PMUv3",
        "BRPs": "0x5 breakpoints, less one", "WRPs": "0x3 watchpoints, less one",
      ]),
    Known(
      "ID_AA64ISAR0_EL1", 0x1_1120,
      [
        "AES": "0x2 FEAT_AES and FEAT_PMULL", "CRC32": "0x1 FEAT_CRC32",
        "Atomic": "0x0 not implemented",
      ]),
    Known("ID_AA64ISAR0_EL1", 0x20_0000, ["Atomic": "0x2 FEAT_LSE"]),
    Known(
      "ID_AA64ISAR1_EL1", 0x10_0011,
      ["DPB": "0x1 FEAT_DPB", "APA": "0x1 FEAT_PAuth", "LRCPC": "0x1 FEAT_LRCPC"]),
    Known("ID_AA64ISAR2_EL1", 0x1_0002, ["WFxT": "0x2 FEAT_WFxT", "MOPS": "0x1 FEAT_MOPS"]),
    Known(
      "ID_AA64MMFR0_EL1", 0x1124,
      [
        "PARange": "0x4 44 bits, 16 TiB", "ASIDBits": "0x2 16-bit ASID", "TGran4": "0x0 4 KiB",
        "TGran16": "0x0 no 16 KiB", "TGran64": "0x0 64 KiB",
      ]),
    Known(
      "ID_AA64MMFR1_EL1", 0x1121,
      [
        "HAFDBS": "0x1 FEAT_HAFDBS, access flag", "VMIDBits": "0x2 16-bit VMID (FEAT_VMID16)",
        "VH": "0x1 FEAT_VHE",
      ]),
    Known(
      "ID_AA64MMFR2_EL1", 0x0200_0011,
      ["CnP": "0x1 FEAT_TTCNP", "NV": "0x2 FEAT_NV2", "UAO": "0x1 FEAT_UAO"]),
  ]

  static let others: [Known] = [
    Known(
      "ICC_SGI1R_EL1", 0x0100_0002,
      [
        "INTID": "0x1", "TargetList": "0x2 a bit for each CPU",
        "IRM": "0x0 the CPUs of the target list",
      ]),
    Known("ICC_SGI1R_EL1", 0x100_0f00_0000, ["IRM": "0x1 all CPUs but this one", "INTID": "0xf"]),
    Known("ICH_HCR_EL2", 0x0800_0001, ["En": "0x1 virtual CPU interface on", "EOIcount": "0x1"]),
    Known(
      "ICH_LR_EL2", 0x70a0_001b_0000_001b,
      [
        "State": "0x1 pending", "HW": "0x1 a physical interrupt", "Group": "0x1 group 1",
        "Priority": "0xa0", "pINTID": "0x1b", "vINTID": "0x1b",
      ]),
    Known(
      "ICH_LR_EL2", 0x9000_0200_0000_0021,
      ["State": "0x2 active", "EOI": "0x1 maintenance interrupt on EOI"]),
    Known(
      "SMCCC", 0xc400_0003,
      [
        "Fast": "0x1 fast call", "SMC64": "0x1 64-bit arguments", "Owner": "0x4 Standard Secure",
        "Number": "0x3 CPU_ON",
      ]),
    Known("SMCCC", 0x8400_0000, ["SMC64": "0x0 32-bit arguments", "Number": "0x0 PSCI_VERSION"]),
    Known(
      "SMCCC", 0x8000_7fff,
      ["Owner": "0x0 Arm Architecture", "Number": "0x7fff SMCCC_ARCH_WORKAROUND_2"]),
    // There is no 64-bit form of PSCI_VERSION.
    Known("SMCCC", 0xc400_0000, ["Number": "0x0"]),
    Known(
      "SMCCC", 0x8600_ff01,
      ["Owner": "0x6 Vendor Specific Hypervisor", "Number": "0xff01 call UID of the hypervisor"]),
  ]
}
