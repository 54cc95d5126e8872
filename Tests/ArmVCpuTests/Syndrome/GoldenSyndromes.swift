@testable import ArmVCpu

/// The values of ESR_EL2 in `Golden/esr.txt`, each with a description, in the order of their
/// classes.
enum GoldenSyndromes {
  typealias Entry = (value: UInt64, comment: String)

  /// A value of class `ec` with IL set.
  private static func entry(_ ec: UInt8, _ iss: UInt64, _ comment: String, iss2: UInt64 = 0)
    -> Entry
  {
    (esr(ec, iss) | iss2 << 32, comment)
  }

  static var all: [Entry] {
    var seen: Set<UInt64> = []
    return (everyClass + instructions + features + aborts + everyStatus + errors + debug)
      .filter { seen.insert($0.value).inserted }
      .sorted { (ec($0), $0.value) < (ec($1), $1.value) }
  }

  private static func ec(_ entry: Entry) -> UInt64 { entry.value >> 26 & 0x3f }

  /// Every class, with an ISS of zero and IL clear, and all bits set.
  private static let everyClass: [Entry] = (0..<64).flatMap { ec -> [Entry] in
    let name = ExceptionClass(rawValue: UInt8(ec)).name
    return [
      (UInt64(ec) << 26, "\(name), nothing else"),
      (.max & ~(0x3f << 26) | UInt64(ec) << 26, "\(name), all bits set"),
    ]
  }

  /// EC 0x01–0x1a: trapped instructions.
  private static let instructions: [Entry] =
    [
      entry(0x01, 0x1e0_0000, "WFI of AArch64"),
      entry(0x01, 0x1e0_0001, "WFE of AArch64"),
      entry(0x01, 0x1e0_0066, "WFIT x3"),
      entry(0x01, 0x1e0_03e7, "WFET xzr"),
      entry(0x01, 0x1e0_0062, "WFIT on a CPU that does not report the register"),
      entry(0x01, 0x1e0_0064, "WFI with bits of WFIT"),
      entry(0x03, 0x1e0_0441, "MRC p15, 0, r2, c1, c0, 0"),
      entry(0x03, 0x082_8ca6, "MCR p15, 2, r5, c3, c3, 1 of T32, condition unknown"),
      entry(0x04, 0x1e1_041d, "MRRC p15, 1, r0, r1, c14"),
      entry(0x05, 0x1e0_000a, "MCR p14, 0, r0, c0, c5, 0"),
      entry(0x06, 0x1e0_4055, "LDC p14, c5, [r2, #16]"),
      entry(0x06, 0x1e0_4052, "STC p14, c5, [r2], #16: post-indexed"),
      entry(0x06, 0x1e0_4057, "LDC p14, c5, [r2, #16]!"),
      entry(0x06, 0x1e0_4041, "LDC p14, c5, [r2], {4}: unindexed"),
      entry(0x06, 0x1e0_4049, "LDC p14, literal, unindexed: Rn not valid"),
      entry(0x06, 0x1e0_401d, "LDC p14, literal, offset"),
      entry(0x06, 0x1e0_400b, "LDC p14 with a reserved addressing mode"),
      entry(0x07, 0x1e0_0000, "FP of AArch64"),
      entry(0x08, 0x1e1_dc01, "VMRS r0, MVFR0"),
      entry(0x0c, 0x1e0_0801, "MRRC p14, 0, r0, r2, c0"),
      entry(0x11, 0x42, "SVC #0x42 of A32"),
      entry(0x12, 0x4b48, "HVC #0x4b48 of AArch32"),
      entry(0x13, 0, "SMC of AArch32, unconditional"),
      entry(0x13, 0x108_0000, "SMCEQ"),
      entry(0x13, 0x100_0000, "SMC of AArch32 with CV where it means nothing"),
      entry(0x14, 0x30_0841, "MRRS x2, x3, TTBR0_EL1"),
      entry(0x14, 0x30_1c08, "MSRR PAR_EL1, x0, x1"),
      entry(0x15, 0x80, "SVC #0x80"),
      entry(0x16, 0, "HVC #0"),
      entry(0x16, 0xea11, "HVC #0xea11"),
      entry(0x16, 0x1_0000, "HVC with a reserved bit"),
      entry(0x17, 0, "SMC #0"),
      entry(0x18, 0x30_0461, "MRS x3, SCTLR_EL1"),
      entry(0x18, 0x3a_33f6, "MSR ICC_SGI1R_EL1, xzr"),
      entry(0x18, 0x12_dc1c, "DC CIVAC, x0"),
      entry(0x18, 0x3d_fc9f, "MRS x4, a register without a name"),
      entry(0x1a, 0, "ERET"),
      entry(0x1a, 2, "ERETAA"),
      entry(0x1a, 3, "ERETAB"),
      entry(0x1a, 1, "ERET with the bit of ERETAB"),
    ]
    + (0..<16).map { entry(0x03, 1 << 24 | $0 << 20 | 0x441, "MRC under condition \($0)") }
    + (0..<8).map { entry(0x06, 0x1e0_4041 | $0 << 1, "LDC, addressing mode \($0)") }

  /// Exceptions of extensions.
  private static let features: [Entry] =
    (0..<6).map { entry(0x0a, $0, "instruction \($0) of the class") }
    + (0..<4).map { entry(0x0d, $0, "BTYPE \($0)") }
    + [
      entry(0x09, 0, "PACIA with HCR_EL2.API clear"),
      entry(0x19, 0, "SVE"),
      entry(0x1b, 0x80, "TSTART x4"),
      entry(0x1c, 0, "AUTIA that failed"),
      entry(0x1c, 1, "AUTIB that failed"),
      entry(0x1c, 2, "AUTDA that failed"),
      entry(0x1c, 3, "AUTDB that failed"),
      entry(0x27, 0x101_0443, "SETM [x1]!, x3!, x2, option A"),
      entry(0x27, 0x184_7c1f, "SETGE [xzr], epilogue, option B"),
      entry(0x27, 0x013_0443, "CPYM [x1]!, [x2]!, x3!, wrong option"),
      entry(0x27, 0x028_8443, "CPYFM with options and a reserved bit"),
      entry(0x28, 0x80_0710, "inexact, AArch32"),
      entry(0x28, 0x00_0700, "no flags, AArch32"),
      entry(0x28, 0x00_071f, "flags that are not valid, AArch32"),
      entry(0x2c, 0x80_0002, "division by zero, AArch64"),
      entry(0x2c, 0x80_009d, "every other flag, AArch64"),
      entry(0x2c, 0x80_0060, "reserved flags, AArch64"),
      entry(0x2d, 0x10_0000, "EXLOCK"),
      entry(0x2d, 0x20_0c40, "GCSSTR x2, [x3]"),
      entry(0x2d, 0x30_0001, "reserved kind"),
    ]
    + (0..<8).map { entry(0x1d, $0, "trap code \($0)") }
    + (0..<11).map { entry(0x2d, 0x3c0 | $0, "data check of instruction \($0)") }

  /// Aborts, except for their statuses.
  private static let aborts: [Entry] =
    [
      entry(0x20, 0x8d, "fetch: no permission on its table walk"),
      entry(0x20, 0x4010, "fetch: external abort, PFAR valid"),
      entry(0x20, 0x4215, "fetch: external abort on a table walk, PFAR valid"),
      entry(0x20, 0x5e10, "fetch: restartable external abort, FAR not valid"),
      entry(0x20, 0x1010, "fetch: uncontainable external abort"),
      entry(0x20, 0x0810, "fetch: external abort with a reserved type"),
      entry(0x20, 0x20_000f, "fetch: TopLevel"),
      entry(0x20, 0x5607, "fetch: translation fault with bits of an external abort"),
      entry(0x20, 0x0f, "fetch: overlay permission", iss2: 0x040),
      entry(0x20, 0x0f, "fetch: AssuredOnly, dirty state, dirty-state structure", iss2: 0x8a0),
      entry(0x20, 0x07, "fetch: translation fault with bits of a permission fault", iss2: 0x8e0),
      entry(0x21, 0x04, "fetch of EL2: translation fault"),
      entry(0x21, 0x5e10, "fetch of EL2: external abort, PFAR valid, FAR not valid"),
      entry(0x25, 0x2_5650, "store of EL2: external abort that did not update, PFAR valid"),
      entry(0x24, 0x183_0047, "STR w3, [device]"),
      entry(0x24, 0x13f_8006, "LDRSB xzr, [device], without its sign"),
      entry(0x24, 0x120_8006, "LDRSB x0, [device]"),
      entry(0x24, 0x145_4007, "LDAPRH w5, [device]"),
      entry(0x24, 0x1c1_8007, "LDR x1, [device]"),
      entry(0x24, 0x05, "LDP: no instruction syndrome"),
      entry(0x24, 0x146, "DC CVAC"),
      entry(0x24, 0x87, "LDR: its table walk"),
      entry(0x24, 0xc087, "LDP with bits of an instruction syndrome"),
      entry(0x24, 0x8007, "SVE load: FAR not precise"),
      entry(0x24, 0x1610, "external abort, uncontainable, FAR not valid"),
      entry(0x24, 0x9c10, "external abort, FAR neither valid nor precise"),
      entry(0x24, 0x0810, "external abort with a reserved type"),
      entry(0x24, 0x2_5850, "external abort: store did not update, PFAR valid"),
      entry(0x24, 0x3_4054, "external abort on a table walk: updated, PFAR valid"),
      entry(0x24, 0x1_0050, "external abort: reserved update"),
      entry(0x24, 0x0618, "parity error with EA and FnV"),
      entry(0x24, 0x0607, "translation fault with EA and FnV"),
      entry(0x24, 0x20_000f, "TopLevel"),
      entry(0x24, 0x0847, "ST64BV x5, x0, [x1]", iss2: 0x005),
      entry(0x24, 0x1847, "ST64BV0 xzr, x0, [x1]", iss2: 0x01f),
      entry(0x24, 0x1007, "LD64B with a status register", iss2: 0x005),
      entry(0x24, 0x0807, "a load with a store type", iss2: 0x001),
      entry(0x24, 0x4f, "overlay permission", iss2: 0x040),
      entry(0x24, 0x4f, "dirty state", iss2: 0x020),
      entry(0x24, 0x4f, "AssuredOnly", iss2: 0x080),
      entry(0x24, 0x4f, "guarded control stack", iss2: 0x100),
      entry(0x24, 0x4f, "NoTagAccess", iss2: 0x200),
      entry(0x24, 0x4f, "tag, not data", iss2: 0x400),
      entry(0x24, 0x4f, "dirty-state structure full", iss2: 0x800),
      entry(0x24, 0x55, "dirty-state structure, external abort", iss2: 0x800),
      entry(0x24, 0x65, "dirty-state structure, granule protection", iss2: 0x800),
      entry(0x24, 0x47, "translation fault with bits of a permission fault", iss2: 0xee5),
      entry(0x24, 0x4f, "reserved bits of ISS2", iss2: 0xfff000),
      (0x0100_0000_9200_0007, "bits above ISS2"),
      (0x9000_0007, "IL clear where it is always set"),
      (0x9103_0007, "LDR of T32: IL clear"),
      entry(0x25, 0x2047, "store through VNCR_EL2"),
      entry(0x1e, 0x03_4068, "write: granule protection fault, level 1"),
      entry(0x1e, 0x13_0028, "fetch: granule protection fault, level 0"),
      entry(0x1e, 0x13_0068, "fetch with the bit of a write"),
      entry(0x1e, 0x20_01a4, "cache maintenance, both walks"),
      entry(0x1e, 0x03_6028, "through VNCR_EL2, guarded control stack", iss2: 0x900),
      entry(0x1e, 0x03_4007, "with a status that it cannot have"),
    ]
    + (0..<0x18).map { entry(0x1e, $0 << 14 | 0x28, "GPCSC \($0)") }

  /// Every fault status code, for a fetch, a load and a granule protection check.
  private static let everyStatus: [Entry] = (0..<64).flatMap { code in
    [
      entry(0x20, code, "fetch, IFSC \(code)"), entry(0x24, code, "load, DFSC \(code)"),
      entry(0x1e, 0x03_4000 | code, "load, xFSC \(code)"),
    ]
  }

  private static let errors: [Entry] =
    [
      entry(0x2f, 0, "uncategorized"),
      entry(0x2f, 0x100_0000, "IMPLEMENTATION DEFINED"),
      entry(0x2f, 0x112_3456, "IMPLEMENTATION DEFINED, with bits"),
      entry(0x2f, 0x2211, "at an implicit synchronization event"),
      entry(0x2f, 0x4_00d1, "write, by the instruction at ELR"),
      entry(0x2f, 0x0091, "read"),
      entry(0x2f, 0x0051, "WnR that is not valid"),
      entry(0x2f, 0xc011, "FAR and PFAR valid"),
      entry(0x2f, 0x1c00, "uncategorized, with a severity"),
      entry(0x2f, 0x0012, "reserved status"),
    ]
    + (0..<8).map { entry(0x2f, $0 << 10 | 0x11, "AET \($0)") }
    + (0..<4).map { entry(0x2f, $0 << 16 | 0x11, "WU \($0)") }

  private static let debug: [Entry] = [
    entry(0x30, 0x22, "breakpoint of the guest"),
    entry(0x31, 0x22, "breakpoint of EL2"),
    entry(0x30, 0x07, "breakpoint with a status that it cannot have"),
    entry(0x32, 0x100_0022, "step"),
    entry(0x32, 0x100_0062, "step of a Load-Exclusive"),
    entry(0x32, 0x22, "step, nothing known"),
    entry(0x33, 0x62, "step of EL2, EX where it means nothing"),
    entry(0x34, 0x0a_0062, "watchpoint 2, write"),
    entry(0x34, 0x08_0022, "watchpoint, its number not valid"),
    entry(0x34, 0x02_8422, "watchpoint 0, FAR neither valid nor precise"),
    entry(0x34, 0x03_8162, "watchpoint 0, cache maintenance, not precise, maybe false"),
    entry(0x34, 0x02_2022, "watchpoint 0 through VNCR_EL2"),
    entry(0x34, 0x02_0022, "watchpoint 0, guarded control stack", iss2: 0x100),
    entry(0x35, 0x02_0007, "watchpoint of EL2, with a status that it cannot have"),
    (0xe000_0001, "BKPT #1 of T32"),
    entry(0x3a, 0x22, "vector catch"),
    entry(0x3c, 1, "BRK #1"),
    entry(0x3d, 0, "PMU overflow, asynchronous"),
    entry(0x3d, 1, "PMU overflow, synchronous"),
    entry(0x3d, 2, "profiling buffer"), entry(0x3d, 4, "trace buffer"),
    entry(0x3d, 6, "a cause that is not defined"),
  ]
}
