// Translation table descriptors, VMSAv8-64 with 64 bits.

extension DecodableRegister {
  static let descriptors = [
    DecodableRegister(
      "S1DESC", "stage 1 descriptor of a block or page", aliases: ["S1BLOCK", "S1PAGE"], .s1Leaf),
    DecodableRegister("S1TABLE", "stage 1 descriptor of a table", .s1Table),
    DecodableRegister(
      "S2DESC", "stage 2 descriptor of a block or page", aliases: ["S2BLOCK", "S2PAGE"], .s2Leaf),
    DecodableRegister(
      "S2DESC_FWB", "stage 2 descriptor of a block or page, HCR_EL2.FWB 1", .s2LeafForced),
    DecodableRegister(
      "S2DESC_NOFWB", "stage 2 descriptor of a block or page, HCR_EL2.FWB 0", .s2LeafCombined),
    DecodableRegister("S2TABLE", "stage 2 descriptor of a table", .s2Table),
  ]
}

extension FieldTable {
  private static let invalid = Form.when(
    1, is: 0,
    [
      .field("Ignored", 63, 1), .flag("Valid", 0, "", "invalid: a translation fault"),
    ])

  /// A stage 1 block or page, with direct permissions (Arm ARM DDI 0487, D8.3.1 and D8.3.2). Whether 0b11 is a page or
  /// a table depends on the level, which isn't in the descriptor: see `s1Table`.
  static let s1Leaf = FieldTable(forms: [
    invalid, .when(3, is: 1, s1LeafHigh + blockAddress + s1LeafLow),
    .otherwise(s1LeafHigh + pageAddress + s1LeafLow),
  ])

  /// The output address of a block, which has at least 2 MiB, so that the lower bits are free. nT forbids hardware to
  /// cache the block while software changes its size (FEAT_BBM).
  private static let blockAddress: [FieldSpec] = [
    .field("OA[49:48]", 49, 48, as: .text("with 52-bit addresses and 4 or 16 KiB granules")),
    .field("OA", 47, 17, as: .address(17)),
    .flag("nT", 16, "not in a TLB: its size is being changed", "may be in a TLB"),
    .field("OA[51:48]", 15, 12, as: .text("with 52-bit addresses and 64 KiB granules")),
  ]

  private static let pageAddress: [FieldSpec] = [
    .field("OA[49:48]", 49, 48, as: .text("with 52-bit addresses and 4 or 16 KiB granules")),
    .field("OA", 47, 12, as: .address(12)),
  ]

  private static let s1LeafHigh: [FieldSpec] = [
    .field("Ignored", 63, 63), .field("PBHA", 62, 59), .field("Software", 58, 55),
    .flag("UXN", 54, "not executable at EL0 (XN with one privilege level)", "executable at EL0"),
    .flag("PXN", 53, "not executable at EL1", "executable at EL1"),
    .flag("Contiguous", 52, "one of a contiguous set", "not contiguous"),
    .flag("DBM", 51, "writable when dirty state is hardware's", "no dirty state"),
    .flag("GP", 50, "guarded page", "not a guarded page"),
  ]

  private static let s1LeafLow: [FieldSpec] = [
    .flag("nG", 11, "for one ASID", "global"),
    .flag("AF", 10, "accessed", "not accessed: an access flag fault"),
    .field("SH", 9, 8, as: .shareability),
    .field(
      "AP", 7, 6,
      values: [
        0: "EL1 read/write, EL0 none", 1: "EL1 read/write, EL0 read/write",
        2: "EL1 read-only, EL0 none", 3: "EL1 read-only, EL0 read-only",
      ]),
    .flag("NS", 5, "Non-secure", "Secure, or no Secure state"),
    .field("AttrIndx", 4, 2, as: .text("the attribute of MAIR")),
    .field("Type", 1, 0, values: [1: "block, levels 0 to 2", 3: "page, level 3"]),
  ]

  /// A stage 1 table (Arm ARM DDI 0487, D8.3.1).
  static let s1Table = FieldTable(forms: [invalid, .otherwise(s1TableFields)])

  private static let s1TableFields: [FieldSpec] = [
    .flag("NSTable", 63, "Non-secure below", "as the descriptors below say"),
    .field("APTable", 62, 61, as: .tablePermissions),
    .flag("UXNTable", 60, "nothing below is executable at EL0", "no limit on execution at EL0"),
    .flag("PXNTable", 59, "nothing below is executable at EL1", "no limit on execution at EL1"),
    .field("Ignored", 58, 51), .field("Table", 47, 12, as: .address(12)),
    .flag("Ignored", 11, ""), .flag("AF", 10, "accessed, with FEAT_HAFT", ""),
    .field("Ignored", 9, 2), .field("Type", 1, 0, as: .tableType),
  ]

  /// A stage 2 block or page (Arm ARM DDI 0487, D8.3.1 and D8.3.2), with both encodings of MemAttr.
  static let s2Leaf = s2Leaf(
    .field(
      "MemAttr", 5, 2,
      values: [
        0: "Device-nGnRnE", 1: "Device-nGnRE", 2: "Device-nGRE", 3: "Device-GRE",
        4: "FWB 0: write-back, no tag access (FEAT_MTE_PERM); FWB 1: reserved",
        5: "Normal, non-cacheable",
        6: "FWB 0: outer non-cacheable, inner write-through; FWB 1: write-back",
        7: "FWB 0: outer non-cacheable, inner write-back; FWB 1: as stage 1 says",
        9: "FWB 0: outer write-through, inner non-cacheable; FWB 1: reserved",
        10: "FWB 0: write-through; FWB 1: reserved",
        11: "FWB 0: outer write-through, inner write-back; FWB 1: reserved",
        13: "FWB 0: outer write-back, inner non-cacheable; FWB 1: reserved",
        14: "FWB 0: outer write-back, inner write-through; FWB 1: write-back, no tag access",
        15: "FWB 0: write-back; FWB 1: as stage 1 says, no tag access",
      ]))

  /// The same if HCR_EL2.FWB is 0: MemAttr is combined with stage 1's attributes.
  static let s2LeafCombined = s2Leaf(.field("MemAttr", 5, 2, of: .combinedAttribute))

  /// The same if HCR_EL2.FWB is 1: MemAttr determines the memory type (Arm ARM DDI 0487, D8.6.6). With FEAT_MTE_PERM,
  /// bit 3 forbids tag accesses.
  static let s2LeafForced = s2Leaf(
    .field(
      "MemAttr", 5, 2,
      values: [
        0: "Device-nGnRnE", 1: "Device-nGnRE", 2: "Device-nGRE", 3: "Device-GRE",
        5: "Normal, non-cacheable, or Device as stage 1 says", 6: "Normal, write-back",
        7: "as stage 1 says", 14: "Normal, write-back, no tag access",
        15: "as stage 1 says, no tag access",
      ]))

  private static func s2Leaf(_ attribute: FieldSpec) -> FieldTable {
    let low = s2LeafLow + [attribute, s2LeafType]
    return FieldTable(forms: [
      invalid, .when(3, is: 1, s2LeafHigh + blockAddress + low),
      .otherwise(s2LeafHigh + pageAddress + low),
    ])
  }

  private static let s2LeafHigh: [FieldSpec] = [
    .field("Ignored", 63, 63), .field("PBHA", 62, 59), .field("Software", 58, 55),
    .field(
      "XN", 54, 53,
      values: [
        0: "executable", 1: "executable at EL0 only (FEAT_XNX)", 2: "not executable",
        3: "executable at EL1 only (FEAT_XNX)",
      ]),
    .flag("Contiguous", 52, "one of a contiguous set", "not contiguous"),
    .flag("DBM", 51, "writable when dirty state is hardware's", "no dirty state"),
  ]

  private static let s2LeafLow: [FieldSpec] = [
    .flag("FnXS", 11, "XS 0", "XS as stage 1 says"),
    .flag("AF", 10, "accessed", "not accessed: an access flag fault"),
    .field("SH", 9, 8, as: .shareability),
    .field(
      "S2AP", 7, 6, values: [0: "no access", 1: "read-only", 2: "write-only", 3: "read/write"]),
  ]

  private static let s2LeafType = FieldSpec.field(
    "Type", 1, 0, values: [1: "block, levels 0 to 2", 3: "page, level 3"])

  /// A stage 2 table (Arm ARM DDI 0487, D8.3.1).
  static let s2Table = FieldTable(forms: [invalid, .otherwise(s2TableFields)])

  private static let s2TableFields: [FieldSpec] = [
    .field("Ignored", 63, 51), .field("Table", 47, 12, as: .address(12)),
    .flag("Ignored", 11, ""), .flag("AF", 10, "accessed, with FEAT_HAFT", ""),
    .field("Ignored", 9, 2), .field("Type", 1, 0, as: .tableType),
  ]

  /// Stage 2's MemAttr without HCR_EL2.FWB (Arm ARM DDI 0487, D8.6.5).
  private static let combinedAttribute = FieldTable(forms: [
    .when(
      0b1100, is: 0,
      means: .values(
        [0: "Device-nGnRnE", 1: "Device-nGnRE", 2: "Device-nGRE", 3: "Device-GRE"], "reserved"), []
    ),
    .otherwise(
      means: .text("Normal"),
      [
        .field("Outer", 3, 2, values: [1: "non-cacheable", 2: "write-through", 3: "write-back"]),
        .field("Inner", 1, 0, values: [1: "non-cacheable", 2: "write-through", 3: "write-back"]),
      ]),
  ])
}

extension Meaning {
  fileprivate static let tablePermissions = Meaning.values(
    [
      0: "no effect", 1: "no access by EL0 below", 2: "read-only below",
      3: "read-only and no access by EL0 below",
    ], "reserved")

  fileprivate static let tableType = Meaning.values(
    [1: "a block, not a table", 3: "table, levels 0 to 2"], "reserved")
}
