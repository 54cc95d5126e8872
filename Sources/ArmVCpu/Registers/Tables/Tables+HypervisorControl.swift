// HCR_EL2, HSTR_EL2, MDCR_EL2: what traps; MDSCR_EL1: EL1's debug controls.

extension DecodableRegister {
  static let traps = [
    DecodableRegister("HCR_EL2", "Hypervisor Configuration Register", aliases: ["HCR"], .hcr),
    DecodableRegister("HSTR_EL2", "Hypervisor System Trap Register", aliases: ["HSTR"], .hstr),
    DecodableRegister(
      "MDCR_EL2", "Monitor Debug Configuration Register (EL2)", aliases: ["MDCR"], .mdcr),
    DecodableRegister(
      "MDSCR_EL1", "Monitor Debug System Control Register", aliases: ["MDSCR"], .mdscr),
  ]
}

extension FieldTable {
  /// HCR_EL2 (Arm ARM DDI 0487, D24.2, "HCR_EL2").
  static let hcr = FieldTable([
    .field("TWEDEL", 63, 60),
    .flag("TWEDEn", 59, "TWE traps after the delay TWEDEL", "TWE traps after a CPU-defined delay"),
    .flag("TID5", 58, "GMID_EL1 traps", "GMID_EL1 does not trap"),
    .flag("DCT", 57, "with DC, memory is tagged", "with DC, memory is untagged"),
    .flag("ATA", 56, "EL1 and EL0 may access allocation tags", "no access to allocation tags"),
    .flag(
      "TTLBOS", 55, "outer shareable TLB maintenance traps",
      "outer shareable TLB maintenance does not trap"),
    .flag(
      "TTLBIS", 54, "inner shareable TLB maintenance traps",
      "inner shareable TLB maintenance does not trap"),
    .flag("EnSCXT", 53, "SCXTNUM_ELx does not trap", "SCXTNUM_ELx traps"),
    .flag(
      "TOCU", 52, "cache maintenance to PoU traps (IC IVAU, DC CVAU)",
      "IC IVAU and DC CVAU do not trap"),
    .flag(
      "AMVOFFEN", 51, "activity monitors are virtualized", "activity monitors are not virtualized"),
    .flag("TICAB", 50, "IC IALLUIS traps", "IC IALLUIS does not trap"),
    .flag("TID4", 49, "ID group 4 traps (cache sizes)", "ID group 4 does not trap"),
    .flag(
      "GPF", 48, "granule protection faults go to EL2", "granule protection faults are not routed"),
    .flag("FIEN", 47, "ERXPFG registers do not trap", "ERXPFG registers trap"),
    .flag("FWB", 46, "stage 2 forces the memory type", "stage 2 combines with stage 1"),
    .flag("NV2", 45, "nested: EL2 registers are in memory", "registers are not redirected"),
    .flag("AT", 44, "AT S1E0 and S1E1 trap", "AT does not trap"),
    .flag(
      "NV1", 43, "nested: VBAR_EL1, ELR_EL1 and SPSR_EL1 trap",
      "VBAR_EL1, ELR_EL1 and SPSR_EL1 do not trap"),
    .flag("NV", 42, "nested virtualization", "no nested virtualization"),
    .flag("API", 41, "PAC instructions do not trap", "PAC instructions trap"),
    .flag("APK", 40, "PAC keys do not trap", "PAC keys trap"),
    .flag("TEA", 37, "synchronous external aborts go to EL2", "external aborts are not routed"),
    .flag("TERR", 36, "error records trap", "error records do not trap"),
    .flag("TLOR", 35, "LOR registers trap", "LOR registers do not trap"),
    .flag("E2H", 34, "EL2 hosts an operating system (VHE)", "no EL2 host"),
    .flag(
      "ID", 33, "stage 2 makes instruction accesses non-cacheable", "instruction accesses as mapped"
    ),
    .flag("CD", 32, "stage 2 makes data accesses non-cacheable", "data accesses as mapped"),
    .flag("RW", 31, "EL1 is AArch64", "EL1 and EL0 are AArch32"),
    .flag(
      "TRVM", 30, "reads of translation controls trap", "reads of translation controls do not trap"),
    .flag("HCD", 29, "HVC is UNDEFINED", "HVC is enabled"),
    .flag("TDZ", 28, "DC ZVA traps", "DC ZVA does not trap"),
    .flag("TGE", 27, "EL0's exceptions go to EL2", "EL0's exceptions go to EL1"),
    .flag(
      "TVM", 26, "writes of translation controls trap", "writes of translation controls do not trap"
    ),
    .flag("TTLB", 25, "TLB maintenance traps", "TLB maintenance does not trap"),
    .flag("TPU", 24, "cache maintenance to PoU traps", "cache maintenance to PoU does not trap"),
    .flag(
      "TPCP", 23, "cache maintenance to PoC or PoP traps", "cache maintenance to PoC does not trap"),
    .flag(
      "TSW", 22, "cache maintenance by set/way traps", "cache maintenance by set/way does not trap"),
    .flag("TACR", 21, "ACTLR_EL1 traps", "ACTLR_EL1 does not trap"),
    .flag(
      "TIDCP", 20, "IMPLEMENTATION DEFINED registers trap",
      "IMPLEMENTATION DEFINED registers do not trap"),
    .flag("TSC", 19, "SMC traps", "SMC does not trap"),
    .flag("TID3", 18, "ID group 3 traps (features)", "ID group 3 does not trap"),
    .flag("TID2", 17, "ID group 2 traps (caches)", "ID group 2 does not trap"),
    .flag(
      "TID1", 16, "ID group 1 traps (REVIDR_EL1, AIDR_EL1, SMIDR_EL1)", "ID group 1 does not trap"),
    .flag("TID0", 15, "ID group 0 traps (AArch32)", "ID group 0 does not trap"),
    .flag("TWE", 14, "WFE traps", "WFE does not trap"),
    .flag("TWI", 13, "WFI traps", "WFI does not trap"),
    .flag(
      "DC", 12, "default cacheability: stage 1 off means write-back", "no default cacheability"),
    .field(
      "BSU", 11, 10,
      values: [
        0: "barriers as written", 1: "barriers at least inner shareable",
        2: "barriers at least outer shareable", 3: "full-system barriers",
      ]),
    .flag("FB", 9, "local maintenance is broadcast", "local maintenance stays local"),
    .flag("VSE", 8, "a virtual SError is pending", "no virtual SError"),
    .flag("VI", 7, "a virtual IRQ is pending", "no virtual IRQ"),
    .flag("VF", 6, "a virtual FIQ is pending", "no virtual FIQ"),
    .flag("AMO", 5, "SErrors go to EL2; virtual ones are possible", "SErrors are not routed"),
    .flag("IMO", 4, "IRQs go to EL2; virtual ones are possible", "IRQs are not routed"),
    .flag("FMO", 3, "FIQs go to EL2; virtual ones are possible", "FIQs are not routed"),
    .flag("PTW", 2, "a stage 1 walk through Device memory faults", "walks through Device allowed"),
    .flag("SWIO", 1, "DC ISW cleans too", "DC ISW only invalidates"),
    .flag("VM", 0, "stage 2 translation on", "stage 2 translation off"),
  ])

  /// HSTR_EL2: AArch32 coprocessor 15 registers by their CRn (Arm ARM DDI 0487, D24.2, "HSTR_EL2").
  static let hstr = FieldTable([
    .flag("T15", 15, "c15 traps"), .flag("T13", 13, "c13 traps"), .flag("T12", 12, "c12 traps"),
    .flag("T11", 11, "c11 traps"), .flag("T10", 10, "c10 traps"), .flag("T9", 9, "c9 traps"),
    .flag("T8", 8, "c8 traps"), .flag("T7", 7, "c7 traps"), .flag("T6", 6, "c6 traps"),
    .flag("T5", 5, "c5 traps"), .flag("T3", 3, "c3 traps"), .flag("T2", 2, "c2 traps"),
    .flag("T1", 1, "c1 traps"), .flag("T0", 0, "c0 traps"),
  ])

  /// MDCR_EL2 (Arm ARM DDI 0487, D24.2, "MDCR_EL2").
  static let mdcr = FieldTable([
    .flag("EnSTEPOP", 50, "MDSTEPOP_EL1 does not trap", "MDSTEPOP_EL1 traps"),
    .flag("EBWE", 43, "more than 16 breakpoints and watchpoints", "no extended breakpoints"),
    .field(
      "PMEE", 41, 40,
      values: [
        0: "PMU overflows interrupt, no PMU exception", 1: "as PMECR_EL1.PMEE says",
        3: "PMU exception, no interrupt",
      ]),
    .flag("HPMFZS", 36, "EL2's counters freeze on an SPE buffer event", "no freeze by SPE"),
    .field(
      "PMSSE", 31, 30,
      values: [
        0: "captures off", 1: "as PMECR_EL1.SSE says", 2: "captures on and prohibited",
        3: "captures on and allowed",
      ]),
    .flag("HPMFZO", 29, "EL2's counters freeze on overflow", "EL2's counters do not freeze"),
    .flag("MTPME", 28, "multithreaded counting allowed", "multithreaded counting off"),
    .flag(
      "TDCC", 27, "debug communication channel traps", "debug communication channel does not trap"),
    .flag("HLP", 26, "EL2's counters overflow at 64 bits", "EL2's counters overflow at 32 bits"),
    .field(
      "E2TB", 25, 24,
      values: [
        0: "trace buffer is EL2's, EL1 traps", 2: "trace buffer is EL1's, EL1 traps",
        3: "trace buffer is EL1's",
      ]),
    .flag("HCCD", 23, "the cycle counter stops at EL2", "the cycle counter counts at EL2"),
    .flag("TTRF", 19, "TRFCR_EL1 traps", "TRFCR_EL1 does not trap"),
    .flag("HPMD", 17, "the PMU does not count at EL2", "the PMU may count at EL2"),
    .flag("EnSPM", 15, "System PMU registers do not trap", "System PMU registers trap"),
    .flag("TPMS", 14, "SPE controls trap", "SPE controls do not trap"),
    .field(
      "E2PB", 13, 12,
      values: [
        0: "SPE buffer is EL2's, EL1 traps", 2: "SPE buffer is EL1's, EL1 traps",
        3: "SPE buffer is EL1's",
      ]),
    .flag("TDRA", 11, "MDRAR_EL1 and DBGDRAR trap", "debug ROM registers do not trap"),
    .flag("TDOSA", 10, "OS lock registers trap", "OS lock registers do not trap"),
    .flag("TDA", 9, "debug registers trap", "debug registers do not trap"),
    .flag("TDE", 8, "debug exceptions go to EL2", "debug exceptions go to EL1"),
    .flag("HPME", 7, "EL2's event counters on", "EL2's event counters off"),
    .flag("TPM", 6, "PMU registers trap", "PMU registers do not trap"),
    .flag("TPMCR", 5, "PMCR_EL0 traps", "PMCR_EL0 does not trap"),
    .field("HPMN", 4, 0, as: .text("event counters of EL1 and EL0")),
  ])

  /// MDSCR_EL1 (Arm ARM DDI 0487, D24.3, "MDSCR_EL1").
  static let mdscr = FieldTable([
    .flag("EnSTEPOP", 50, "steps may run MDSTEPOP_EL1", "MDSTEPOP_EL1 is not run"),
    .field("EHBWE", 35, 35), .field("EnSPM", 34, 34), .field("TTA", 33, 33),
    .field("EMBWE", 32, 32),
    .field("TFO", 31, 31), .field("RXfull", 30, 30), .field("TXfull", 29, 29),
    .field("RXO", 27, 27), .field("TXU", 26, 26), .field("INTdis", 23, 22), .field("TDA", 21, 21),
    .field("SC2", 19, 19),
    .flag("MDE", 15, "breakpoints and watchpoints on", "breakpoints and watchpoints off"),
    .flag("HDE", 14, "halting debug on", "halting debug off"),
    .flag("KDE", 13, "debug exceptions of EL1 at EL1 on", "debug exceptions of EL1 at EL1 off"),
    .flag("TDCC", 12, "debug channel at EL0 traps", "debug channel at EL0 does not trap"),
    .field("ERR", 6, 6),
    .flag("SS", 0, "software step on", "software step off"),
  ])
}
