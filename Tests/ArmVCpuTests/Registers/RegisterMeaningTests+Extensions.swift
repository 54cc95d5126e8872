// Values of registers from later versions of the architecture, and of caches, counters and
// breakpoints.

extension RegisterMeaningTests {
  static let memory: [Known] = [
    Known("TCR_EL3", 0x8081_3518, ["PS": "0x1 36 bits, 64 GiB", "T0SZ": "0x18 40 bits, 1 TiB"]),
    Known(
      "TCR_EL3", 0x68_0000_0000,
      [
        "D128": "0x1 128-bit descriptors", "AIE": "0x1 attribute indexes have a fourth bit (MAIR2)",
        "POE": "0x0 permission overlays off", "PIE": "0x1 permissions are indirect",
      ]),
    Known("TTBR0_EL3", 0x0e07_5001, ["BADDR": "0x703a800 address 0xe075000"]),
    Known("MAIR_EL3", 0x44_04ff, ["Attr0": "0xff Normal", "Attr1": "0x4 Device-nGnRE"]),
    Known(
      "TCR2_EL1", 0x2000b,
      [
        "PIE": "0x1 permissions are indirect", "PnCH": "0x1 bit 52 is Protected",
        "POE": "0x1 permission overlays on", "E0POE": "0x0 permission overlays at EL0 off",
        "FNG0": "0x1 TTBR0: all pages are non-global",
      ]),
    Known(
      "TCR2_EL2", 0x1010,
      [
        "AMEC0": "0x1 TTBR0: AMEC chooses MECID_A0_EL2", "AMEC1": "0x0 TTBR1: AMEC faults",
        "AIE": "0x1 attribute indexes have a fourth bit (MAIR2)",
      ]),
    Known(
      "SCTLR2_EL1", 0x804,
      [
        "NMEA": "0x1 SErrors are taken regardless of PSTATE.A",
        "CPTM": "0x1 pointer multiplication is checked",
        "EASE": "0x0 external aborts take the synchronous vector",
      ]),
    Known(
      "SCTLR2_EL2", 0x22,
      [
        "EMEC": "0x1 memory encryption contexts on",
        "EASE": "0x1 external aborts take the vector of SErrors",
      ]),
    Known("SCTLR2_EL3", 0x8, ["EnADERR": "0x1 errors of Device reads may be SErrors"]),
    // Linux's values for kernel pages, then for user pages.
    Known(
      "PIR_EL1", 0xc8ea_0000_0000_0009,
      [
        "Perm15": "0xc read and write", "Perm14": "0x8 read",
        "Perm13": "0xe read, write and execute", "Perm12": "0xa read and execute",
        "Perm0": "0x9 guarded control stack", "Perm1": "0x0 no access",
      ]),
    Known(
      "PIRE0_EL1", 0x7654_3210,
      [
        "Perm0": "0x0 no access", "Perm1": "0x1 read, with overlay",
        "Perm2": "0x2 execute, with overlay", "Perm3": "0x3 read and execute, with overlay",
        "Perm4": "0x4 reserved: no access", "Perm5": "0x5 read and write, with overlay",
        "Perm6": "0x6 read, write and execute, with overlay and WXN",
        "Perm7": "0x7 read, write and execute, with overlay",
      ]),
    Known("PIR_EL2", 0xf, ["Perm0": "0xf reserved: no access"]),
    Known("PIR_EL3", 0xb0, ["Perm1": "0xb reserved: no access"]),
    Known("PIRE0_EL2", 0xa, ["Perm0": "0xa read and execute"]),
    Known(
      "S2PIR_EL2", 0xfca9_8642,
      [
        "Perm0": "0x2 mostly read-only", "Perm1": "0x4 write",
        "Perm2": "0x6 mostly read-only, TopLevel0", "Perm3": "0x8 read",
        "Perm4": "0x9 read, execute at EL0", "Perm5": "0xa read, execute at EL1",
        "Perm6": "0xc read and write", "Perm7": "0xf read, write and execute",
      ]),
    Known(
      "S2POR_EL1", 0xb1, ["Perm0": "0x1 reserved: no access", "Perm1": "0xb read and execute"]),
    Known(
      "POR_EL0", 0x87,
      ["Perm0": "0x7 read, write and execute", "Perm1": "0x8 reserved: no access"]),
    Known("POR_EL1", 0x4, ["Perm0": "0x4 write"]),
    Known("POR_EL2", 0x6, ["Perm0": "0x6 write and execute"]),
    Known("POR_EL3", 0x3, ["Perm0": "0x3 read and execute"]),
  ]

  static let extensions: [Known] = [
    Known(
      "VNCR_EL2", 0xffff_8000_1234_5000, ["BADDR": "0xffff800012345 address 0xffff800012345000"]),
    Known("ZCR_EL1", 0xf, ["LEN": "0xf 2048 bits"]),
    Known("ZCR_EL2", 0x1, ["LEN": "0x1 256 bits"]),
    Known("ZCR_EL3", 0x3, ["LEN": "0x3 512 bits"]),
    Known(
      "SMCR_EL1", 0xc000_0001,
      ["FA64": "0x1 all A64 instructions in streaming mode", "EZT0": "0x1 ZT0 does not trap"]),
    Known("SMCR_EL2", 0x0, ["LEN": "0x0 128 bits", "EZT0": "0x0 ZT0 traps"]),
    Known("SMCR_EL3", 0x3, ["LEN": "0x3 512 bits"]),
    Known(
      "GCSCR_EL1", 0x61,
      [
        "PCRSEL": "0x1 calls and returns use the guarded stack",
        "RVCHKEN": "0x1 returns are checked", "EXLOCKEN": "0x1 ELR and SPSR may be locked",
        "STREn": "0x0 GCSSTR faults",
      ]),
    Known("GCSCR_EL2", 0x100, ["PUSHMEn": "0x1 GCSPUSHM allowed"]),
    Known("GCSCR_EL3", 0x200, ["STREn": "0x1 GCSSTR allowed"]),
    Known("GCSCRE0_EL1", 0x400, ["nTR": "0x1 reads of GCSPR_EL0 at EL0 do not trap"]),
    Known(
      "MPAM2_EL2", 0x8001_0203_0004_0005,
      [
        "MPAMEN": "0x1 MPAM on", "TRAPMPAM1EL1": "0x1 MPAM1_EL1 traps", "PMG_D": "0x2",
        "PMG_I": "0x3", "PARTID_D": "0x4", "PARTID_I": "0x5",
      ]),
    Known(
      "DISR_EL1", 0x8000_0011,
      [
        "A": "0x1 an SError has been deferred", "IDS": "0x0 architected syndrome",
        "AET": "0x0 uncontainable (UC)", "DFSC": "0x11 asynchronous SError", "WnR": "0x0",
      ]),
    Known("DISR_EL1", 0xd1, ["WnRV": "0x1 WnR valid", "WnR": "0x1 write"]),
    Known("DISR_EL1", 0x8123_4567, ["ISS": "0x234567 IMPLEMENTATION DEFINED"]),
    Known(
      "VDISR_EL2", 0x8000_0011,
      ["A": "0x1 an SError has been deferred", "ISS": "0x11 from VSESR_EL2"]),
    Known("VSESR_EL2", 0x100_0000, ["IDS": "0x1 IMPLEMENTATION DEFINED syndrome"]),
    Known(
      "PFAR_EL1", 0x8012_3456_789a_bcde,
      [
        "NS": "0x1 Non-secure space", "PA": "0x123456789abcde address 0x123456789abcde",
      ]),
    Known("PFAR_EL2", 0xc000_0000_4000_0000, ["NS": "0x1 Realm space", "NSE": "0x1"]),
    // A Cortex-A72: 64 bytes a line, PIPT instruction cache.
    Known(
      "CTR_EL0", 0x8444_c004,
      [
        "IminLine": "0x4 64 bytes", "DminLine": "0x4 64 bytes", "L1Ip": "0x3 PIPT",
        "ERG": "0x4 64 bytes", "CWG": "0x4 64 bytes", "RES1": "0x1 reserved, one",
        "DIC": "0x0 IC IVAU needed after a write of instructions",
      ]),
    // A Cortex-A72: separate caches at level 1, a unified one at level 2.
    Known(
      "CLIDR_EL1", 0x0a20_0023,
      [
        "Ctype1": "0x3 instruction and data caches", "Ctype2": "0x4 unified cache",
        "Ctype3": "0x0 no cache", "LoC": "0x2 level of coherence",
        "LoUIS": "0x1 level of unification, inner shareable",
        "LoUU": "0x1 level of unification, one CPU",
      ]),
    // 256 sets of 2 ways and 64 bytes: 32 KiB.
    Known(
      "CCSIDR_EL1", 0x701f_e00a,
      [
        "NumSets": "0xff sets, minus one", "Associativity": "0x1 ways, minus one",
        "LineSize": "0x2 64 bytes",
      ]),
    Known(
      "CCSIDR_EL1_CCIDX", 0x7ff_0000_007a,
      [
        "NumSets": "0x7ff sets, minus one", "Associativity": "0xf ways, minus one",
        "LineSize": "0x2 64 bytes",
      ]),
    Known("CCSIDR2_EL1", 0x3ff, ["NumSets": "0x3ff sets, minus one"]),
    Known("CSSELR_EL1", 0x3, ["Level": "0x1 L2", "InD": "0x1 instruction cache"]),
    Known("DCZID_EL0", 0x14, ["DZP": "0x1 DC ZVA is prohibited", "BS": "0x4 64 bytes"]),
    // A Cortex-A57 with six counters.
    Known(
      "PMCR_EL0", 0x4101_3041,
      [
        "IMP": "0x41 Arm", "IDCODE": "0x1", "N": "0x6 event counters", "E": "0x1 counters on",
        "LC": "0x1 the cycle counter overflows at 64 bits", "D": "0x0 one count per cycle",
      ]),
    Known(
      "PMUSERENR_EL0", 0x5,
      ["EN": "0x1 EL0 may use the PMU", "CR": "0x1 EL0 may read the cycle counter"]),
    // Linux's value for a program's breakpoint, then KVM's for a guest kernel's.
    Known(
      "DBGBCR_EL1", 0x1e5,
      [
        "E": "0x1 breakpoint on", "BAS": "0xf an instruction", "PMC": "0x2 at EL0",
        "BT": "0x0 address", "SSC": "0x0 every Security state",
      ]),
    Known(
      "DBGBCR_EL1", 0x90_e1e7,
      [
        "BT": "0x9 VMID, linked", "SSC": "0x3 every Security state, including EL2",
        "PMC": "0x3 at EL1 and EL0",
      ]),
    Known(
      "DBGWCR_EL1", 0x1fd,
      [
        "E": "0x1 watchpoint on", "PAC": "0x2 at EL0", "LSC": "0x3 loads and stores",
        "BAS": "0xf a bit for each byte of the doubleword", "WT": "0x0 not linked",
      ]),
    Known(
      "DBGWCR_EL1", 0xc00_0000 | 1 << 22 | 0x11,
      ["MASK": "0xc 4 KiB", "WT2": "0x1 any address but this (FEAT_BWE2)", "LSC": "0x2 stores"]),
    Known(
      "OSLSR_EL1", 0xa,
      [
        "OSLM[1]": "0x1 OS lock implemented",
        "OSLK": "0x1 locked: no breakpoints, watchpoints and steps",
      ]),
  ]

  static let interrupts: [Known] = [
    Known(
      "ICH_VMCR_EL2", 0xf04c_0002,
      [
        "VPMR": "0xf0 priorities above this number are masked", "VBPR0": "0x2", "VBPR1": "0x3",
        "VENG1": "0x1 group 1 on", "VENG0": "0x0 group 0 off",
        "VEOIM": "0x0 EOI drops the priority and deactivates",
      ]),
    // QEMU's GICv3: 5 priority bits, 16 INTID bits, 4 list registers.
    Known(
      "ICH_VTR_EL2", 0x9000_0003 | 1 << 20 | 1 << 21 | 1 << 19,
      [
        "PRIbits": "0x4 priority bits, minus one", "PREbits": "0x4 preemption bits, minus one",
        "IDbits": "0x0 16 bits", "nV4": "0x1 no direct injection",
        "ListRegs": "0x3 list registers, minus one", "TDS": "0x1 ICH_HCR_EL2.TDIR implemented",
      ]),
    Known(
      "ICH_MISR_EL2", 0x3,
      [
        "EOI": "0x1 EOI of a list register, see ICH_EISR_EL2",
        "U": "0x1 underflow: at most one list register is in use", "NP": "0x0 not asserted",
      ]),
    Known("ICH_EISR_EL2", 0x5, ["Status": "0x5 a bit for each list register with an EOI"]),
    Known("ICH_ELRSR_EL2", 0xf, ["Status": "0xf a bit for each list register that is free"]),
    Known("ICC_SRE_EL1", 0x7, ["SRE": "0x1 system registers", "DIB": "0x1 IRQ bypass off"]),
    Known("ICC_SRE_EL2", 0xf, ["Enable": "0x1 ICC_SRE_EL1 does not trap"]),
    Known("ICC_SRE_EL3", 0x1, ["Enable": "0x0 ICC_SRE_EL1 and ICC_SRE_EL2 trap"]),
    Known(
      "ICC_CTLR_EL1", 0x8402,
      [
        "A3V": "0x1 Aff3 may be used in SGIs", "PRIbits": "0x4 priority bits, minus one",
        "EOImode": "0x1 EOI only drops the priority",
        "CBPR": "0x0 each group has its own binary point",
      ]),
    Known(
      "ICC_CTLR_EL3", 0x2_0034,
      [
        "nDS": "0x1 security cannot be disabled", "RM": "0x1 EL3 sees special INTIDs of others",
        "EOImode_EL1NS": "0x1 Non-secure: EOI only drops the priority",
        "EOImode_EL3": "0x1 EL3: EOI only drops the priority",
        "EOImode_EL1S": "0x0 Secure: EOI deactivates too",
      ]),
    Known(
      "CNTKCTL_EL1", 0x306,
      [
        "EL0VCTEN": "0x1 virtual counter of EL0 does not trap",
        "EL0PCTEN": "0x0 physical counter of EL0 traps", "EVNTEN": "0x1 event stream on",
        "EL0PTEN": "0x1 physical timer of EL0 does not trap",
      ]),
  ]
}
