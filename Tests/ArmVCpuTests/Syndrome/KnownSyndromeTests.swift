import Testing

@testable import ArmVCpu

/// Syndromes that occur in practice, and their meaning. Sources: Arm ARM DDI 0487, "ESR_EL2";
/// values from Linux's and QEMU's own tables if they have them.
@Suite struct KnownSyndromeTests {
  /// ESR_EL2, the class in words, and fields that must be among the decoded ones.
  static let table: [(UInt64, String, [String])] = [
    (0x0200_0000, "unknown reason", ["IL=1 always set in this class", "ISS=0"]),
    (0x07e0_0000, "WFI or WFE instruction", ["CV=1 COND valid", "COND=e always", "TI=0 WFI"]),
    (0x07e0_0001, "WFI or WFE instruction", ["RV=0 RN not valid", "TI=1 WFE"]),
    (0x07e0_0066, "WFI or WFE instruction", ["RN=3 x3", "RV=1 RN valid", "TI=2 WFIT"]),
    (0x07e0_00a7, "WFI or WFE instruction", ["RN=5 x5", "TI=3 WFET"]),
    // MRC p15, 0, r2, c1, c0, 0
    (
      0x0fe0_0441, "MCR or MRC access, coproc 15",
      ["Opc2=0 SCTLR", "Opc1=0", "CRn=1", "Rt=2 w2", "CRm=0", "Direction=1 read (MRC or VMRS)"]
    ),
    // MRRC p15, 1, r0, r1, c14: CNTVCT
    (
      0x13e1_041d, "MCRR or MRRC access, coproc 15",
      ["Opc1=1 CNTVCT", "Rt2=1 w1", "Rt=0 w0", "CRm=e", "Direction=1 read (MRRC)"]
    ),
    // MCR p14, 0, r0, c0, c5, 0: DBGDTRTXint
    (0x17e0_000a, "MCR or MRC access, coproc 14", ["CRm=5", "Direction=0 write (MCR)"]),
    // LDC p14, c5, [r2, #16]
    (
      0x1be0_4055, "LDC or STC access, coproc 14",
      ["imm8=4", "Rn=2 w2", "Offset=1 added", "AM=2 immediate, offset", "Direction=1 LDC"]
    ),
    (0x1be0_401c, "LDC or STC access, coproc 14", ["Rn=0 not valid", "AM=6 literal, offset"]),
    (0x1fe0_0000, "FP, SIMD, SVE or SME access", ["COND=e always"]),
    // VMRS r0, MVFR0
    (0x23e1_dc01, "VMRS access of an ID group register", ["Opc1=7", "CRn=7", "Rt=0 w0"]),
    (0x2600_0000, "pointer authentication instruction", ["ISS=0"]),
    (0x2a00_0002, "other trapped instruction", ["ISS=2 LD64B or ST64B instruction"]),
    (0x33e0_0001, "MRRC access, coproc 14", ["Direction=1 read (MRRC)"]),
    (0x3600_0002, "branch target exception", ["BTYPE=2"]),
    (0x3a00_0000, "illegal execution state", ["ISS=0"]),
    (0x4400_0042, "SVC instruction, AArch32", ["IL=0 16-bit instruction", "imm16=42"]),
    (0x4a00_4b48, "HVC instruction, AArch32", ["imm16=4b48"]),
    (
      0x4fe8_0000, "SMC instruction, AArch32",
      ["COND=e always", "CCKNOWNPASS=1 conditional, and may have failed its condition"]
    ),
    (
      0x5230_0841, "MSRR, MRRS or 128-bit system instruction",
      ["Op0=3 TTBR0_EL1", "Rt=1 X[Rt:0] and X[Rt:1]", "Direction=1 read (MRRS)"]
    ),
    (0x5600_0080, "SVC instruction, AArch64", ["imm16=80"]),
    (0x5a00_0000, "HVC instruction, AArch64", ["imm16=0"]),
    (0x5a00_ea11, "HVC instruction, AArch64", ["imm16=ea11"]),
    (0x5e00_0000, "SMC instruction, AArch64", ["imm16=0"]),
    (
      0x6230_0461, "MSR, MRS or system instruction",
      ["Op0=3 SCTLR_EL1", "Op2=0", "Op1=0", "CRn=1", "Rt=3 x3", "CRm=0", "Direction=1 read (MRS)"]
    ),
    (
      0x623a_33f6, "MSR, MRS or system instruction",
      ["Op0=3 ICC_SGI1R_EL1", "Rt=1f xzr", "Direction=0 write (MSR)"]
    ),
    // DC CIVAC, x0
    (
      0x6212_dc1c, "MSR, MRS or system instruction",
      ["Op0=1 DC CIVAC", "Op2=1", "Op1=3", "CRn=7", "Rt=0 x0", "CRm=e"]
    ),
    (0x6600_0000, "SVE access", ["ISS=0"]),
    (
      0x6a00_0003, "ERET, ERETAA or ERETAB instruction",
      ["ERET=1 ERETAA or ERETAB", "ERETA=1 ERETAB"]
    ),
    (0x6e00_0080, "TSTART instruction", ["Rd=4 x4"]),
    (0x7200_0002, "pointer authentication failure", ["DnI=1 data key", "BnA=0 A key"]),
    (0x7600_0003, "SME access", ["SMTC=3 instruction needs PSTATE.ZA"]),
    (
      0x7a03_4068, "granule protection check",
      [
        "InD=0 data access", "GPCSC=d granule protection fault, level 1", "WnR=1 write",
        "xFSC=28 granule protection fault",
      ]
    ),
    (
      0x8200_0007, "instruction abort, lower EL",
      ["S1PTW=0 not during a stage 1 table walk", "IFSC=7 translation fault, level 3"]
    ),
    (
      0x8200_008d, "instruction abort, lower EL",
      ["S1PTW=1 during a stage 1 table walk", "IFSC=d permission fault, level 1"]
    ),
    (
      0x8600_1c10, "instruction abort, same EL",
      [
        "SET=3 restartable state (UEO)", "FnV=1 FAR not valid",
        "IFSC=10 synchronous external abort",
      ]
    ),
    (0x8a00_0000, "PC alignment fault", ["ISS=0"]),
    // STR w3, [device]
    (
      0x9383_0047, "data abort, lower EL",
      [
        "ISV=1 instruction syndrome valid", "SAS=2 word", "SSE=0 does not sign-extend", "SRT=3 w3",
        "SF=0 32-bit register", "AR=0 neither acquire nor release", "WnR=1 write",
        "DFSC=7 translation fault, level 3",
      ]
    ),
    // LDRSB xzr, [device]
    (
      0x933f_8006, "data abort, lower EL",
      [
        "SAS=0 byte", "SSE=1 sign-extends", "SRT=1f xzr", "SF=1 64-bit register",
        "WnR=0 read", "DFSC=6 translation fault, level 2",
      ]
    ),
    // LDP
    (
      0x9200_0005, "data abort, lower EL",
      ["ISV=0 no instruction syndrome", "FnP=0 FAR is precise"]
    ),
    // DC CVAC
    (0x9200_0146, "data abort, lower EL", ["CM=1 cache maintenance", "WnR=1 write"]),
    (
      0x9200_1610, "data abort, lower EL",
      [
        "WU=0 not a store, or the location may have been updated", "SET=2 uncontainable (UC)",
        "FnV=1 FAR not valid", "EA=1 IMPLEMENTATION DEFINED kind",
        "DFSC=10 synchronous external abort",
      ]
    ),
    (
      0x0000_0005_9200_0847, "data abort, lower EL",
      ["ISS2=5", "Xs=5 x5", "LST=1 ST64BV instruction"]
    ),
    (
      0x0000_0040_9200_004f, "data abort, lower EL",
      ["Overlay=1 fault due to an overlay permission", "DFSC=f permission fault, level 3"]
    ),
    (0x9200_0011, "data abort, lower EL", ["DFSC=11 synchronous tag check fault"]),
    (0x9200_002b, "data abort, lower EL", ["DFSC=2b translation fault, level -1"]),
    (0x9600_0021, "data abort, same EL", ["DFSC=21 alignment fault"]),
    (0x9600_2007, "data abort, same EL", ["VNCR=1 access through VNCR_EL2"]),
    (0x9a00_0000, "SP alignment fault", ["ISS=0"]),
    (
      0x9f00_0443, "memory copy or set exception",
      ["MemInst=1 SET* instruction", "destreg=1 x1", "srcreg=2 x2", "sizereg=3 x3"]
    ),
    (
      0xa280_0010, "floating-point exception, AArch32",
      ["TFV=1 the trapped flags are valid", "IXF=1 inexact"]
    ),
    (0xb280_0002, "floating-point exception, AArch64", ["DZF=1 division by zero"]),
    (
      0xb600_03c2, "guarded control stack exception",
      ["ExType=0 data check", "Rn=1e x30", "IT=2 RETAA"]
    ),
    (
      0xb620_0c40, "guarded control stack exception",
      ["ExType=2 GCSSTR or GCSSTTR instruction", "Raddr=3 x3", "Rvalue=2 x2"]
    ),
    (0xbe00_0000, "SError", ["IDS=0 architected syndrome", "DFSC=0 uncategorized error"]),
    (0xbe00_0c11, "SError", ["AET=3 recoverable state (UER)", "DFSC=11 asynchronous SError"]),
    (0xbf12_3456, "SError", ["IDS=1 IMPLEMENTATION DEFINED syndrome", "IMPDEF=123456"]),
    (0xc200_0022, "breakpoint, lower EL", ["IFSC=22 debug exception"]),
    (0xcb00_0062, "software step, lower EL", ["ISV=1 EX valid", "EX=1 stepped a Load-Exclusive"]),
    (0xd20a_0062, "watchpoint, lower EL", ["WPT=2", "WPTV=1 WPT valid", "WnR=1 write"]),
    (0xe000_0001, "BKPT instruction, AArch32", ["IL=0 16-bit instruction", "Comment=1"]),
    (0xea00_0022, "vector catch, AArch32", ["IFSC=22 debug exception"]),
    (0xf200_0001, "BRK instruction, AArch64", ["Comment=1"]),
    (0xf600_0001, "profiling exception", ["FSC=0 PMU overflow", "SYNC=1 synchronous"]),
    (0xfe00_0000, "unallocated exception class", ["ISS=0"]),
  ]

  @Test(arguments: table)
  func meaning(esr: UInt64, name: String, fields: [String]) {
    let lines = fieldLines(esr)
    #expect(ESR_EL2(rawValue: esr).exceptionClass.name.description == name)
    #expect(lines.contains { $0.hasPrefix("EC=") && $0.hasSuffix(" " + name) })
    for field in fields { #expect(lines.contains(field), "\(lines)") }
    #expect(!lines.contains { $0.hasPrefix("RES0") }, "\(lines)")
  }

  @Test func everyAllocatedClassIsInTheTable() {
    let seen = Set(Self.table.map { $0.0 >> 26 & 0x3f })
    for ec: UInt8 in 0..<64 {
      let name = ExceptionClass(rawValue: ec).name.description
      // Classes for the same exception level, and those only for EL3, don't need an example.
      if ["unallocated exception class"].contains(name) || name.hasSuffix("same EL") { continue }
      if ec == 0x1f { continue }
      #expect(seen.contains(UInt64(ec)), "\(name)")
    }
  }
}
