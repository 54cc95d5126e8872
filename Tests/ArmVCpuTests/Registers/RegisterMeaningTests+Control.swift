// Values of exception state registers, and of registers that control a guest.

extension RegisterMeaningTests {
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
      "SPSR_EL2", 0x10_0000_0010,
      [
        "UINJ": "0x1 an Undefined Instruction exception is to be injected",
        "M": "0x10 AArch32 User",
      ]
    ),
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
        "S": "0x0 stage 1 fault", "RES1": "0x1 reserved, one",
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
    Known(
      "HCRX_EL2", 0x1f_a200_0000,
      [
        "FNB": "0x1", "VTLBIDOSEn": "0x1", "FDIT": "0x1",
        "POE2En": "0x1", "TPLIMEn": "0x0", "VTLBIDEn": "0x1", "NVTGE": "0x0 nested: without TGE",
      ]),
    Known("HSTR_EL2", 0x8000, ["T15": "0x1 c15 traps", "T0": "0x0"]),
    Known(
      "MDSCR_EL1", 0xa001,
      [
        "MDE": "0x1 breakpoints and watchpoints on", "SS": "0x1 software step on",
        "KDE": "0x1 debug exceptions of EL1 at EL1 on", "HDE": "0x0 halting debug off",
      ]),
    Known(
      "MDCR_EL2", 0x806,
      [
        "HPMN": "0x6 event counters of EL1 and EL0", "TDRA": "0x1 MDRAR_EL1 and DBGDRAR trap",
        "E2PB": "0x0 SPE buffer is EL2's, EL1 traps",
      ]),
    Known(
      "MDCR_EL2", 1 << 36, ["HPMFZS": "0x1 EL2's counters freeze on an SPE buffer event"]),
    Known(
      "MDCR_EL2", 0x300_c000_0000,
      ["PMEE": "0x3 PMU exception, no interrupt", "PMSSE": "0x3 captures on and allowed"]),
    Known(
      "MDCR_EL2", 0x100_4000_0000,
      ["PMEE": "0x1 as PMECR_EL1.PMEE says", "PMSSE": "0x1 as PMECR_EL1.SSE says"]),
    Known("MDSCR_EL1", 1 << 50, ["EnSTEPOP": "0x1 steps may run MDSTEPOP_EL1"]),
    Known("HCRX_EL2", 0xa0_0000_0000, ["VTCO": "0x1", "VTAO": "0x0", "VTE": "0x1"]),
    Known("CPACR_EL1", 0x1_0000_0000, ["E0TP0E": "0x1", "E0TP1E": "0x0"]),
    Known(
      "CPTR_EL2", 0x33ff,
      ["TFP": "0x0 FP and SIMD do not trap", "TZ": "0x1 SVE traps, or is not implemented"]),
    Known("CPTR_EL2_VHE", 0x30_0000, ["FPEN": "0x3 does not trap", "ZEN": "0x0 traps"]),
    Known("CPACR_EL1", 0x10_0000, ["FPEN": "0x1 traps at EL0", "SMEN": "0x0 traps"]),
    Known(
      "SCTLR_EL1", 0x30d0_198d,
      [
        "M": "0x1 MMU on", "A": "0x0 alignment checks off", "C": "0x1 data accesses cacheable",
        "I": "0x1 instruction accesses cacheable", "SA": "0x1 SP alignment checks on",
        "SPAN": "0x1 exceptions leave PAN unchanged", "EIS": "0x1 exception entry synchronizes",
        "EOS": "0x1 exception return synchronizes", "WXN": "0x0 writable memory may be executable",
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
    Known(
      "SCTLR_EL2_VHE", 0x10_0000_0001, ["BT": "0x1 PACIASP is not a BTI jc", "M": "0x1 MMU on"]),
    Known(
      "CNTHCTL_EL2", 0x3,
      [
        "EL1PCEN": "0x1 physical timer does not trap",
        "EL1PCTEN": "0x1 physical counter does not trap",
      ]),
    Known(
      "CNTHCTL_EL2_VHE", 0xc00,
      [
        "EL1PTEN": "0x1 physical timer does not trap",
        "EL0PCTEN": "0x0 physical counter of EL0 traps",
      ]),
    Known(
      "CNTV_CTL_EL0", 5,
      [
        "ENABLE": "0x1 timer on", "IMASK": "0x0 interrupt not masked",
        "ISTATUS": "0x1 the condition is met",
      ]),
    Known("CNTP_CTL_EL0", 2, ["ENABLE": "0x0 timer off", "IMASK": "0x1 interrupt masked"]),
    Known("CNTHP_CTL_EL2", 4, ["ISTATUS": "0x1 the condition is met"]),
  ]
}
