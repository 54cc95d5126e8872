// CTR, CLIDR, CCSIDR, CSSELR, DCZID: the caches.

extension DecodableRegister {
  static let caches = [
    DecodableRegister("CTR_EL0", "Cache Type Register", aliases: ["CTR"], .ctr),
    DecodableRegister("CLIDR_EL1", "Cache Level ID Register", aliases: ["CLIDR"], .clidr),
    DecodableRegister(
      "CCSIDR_EL1", "Current Cache Size ID Register, without FEAT_CCIDX", aliases: ["CCSIDR"],
      .ccsidr),
    DecodableRegister(
      "CCSIDR_EL1_CCIDX", "Current Cache Size ID Register, with FEAT_CCIDX",
      aliases: ["CCSIDR_CCIDX"], .ccsidrLong),
    DecodableRegister(
      "CCSIDR2_EL1", "Current Cache Size ID Register 2", aliases: ["CCSIDR2"], .ccsidr2),
    DecodableRegister("CSSELR_EL1", "Cache Size Selection Register", aliases: ["CSSELR"], .csselr),
    DecodableRegister("DCZID_EL0", "Data Cache Zero ID Register", aliases: ["DCZID"], .dczid),
  ]
}

extension FieldTable {
  /// CTR_EL0 (Arm ARM DDI 0487, D24.2, "CTR_EL0").
  static let ctr = FieldTable([
    .field("TminLine", 37, 32),
    .ones(31, 31),
    .flag(
      "DIC", 29, "no IC IVAU needed after a write of instructions",
      "IC IVAU needed after a write of instructions"),
    .flag(
      "IDC", 28, "no DC CVAU needed after a write of instructions",
      "DC CVAU needed after a write of instructions"),
    .field("CWG", 27, 24, as: .granuleOfWords),
    .field("ERG", 23, 20, as: .granuleOfWords),
    .field("DminLine", 19, 16, as: .lineOfWords),
    .field("L1Ip", 15, 14, values: [2: "VIPT", 3: "PIPT"]),
    .field("IminLine", 3, 0, as: .lineOfWords),
  ])

  /// CLIDR_EL1 (Arm ARM DDI 0487, D24.2, "CLIDR_EL1").
  static let clidr = FieldTable([
    .field("Ttype7", 46, 45, as: .tagCache), .field("Ttype6", 44, 43, as: .tagCache),
    .field("Ttype5", 42, 41, as: .tagCache), .field("Ttype4", 40, 39, as: .tagCache),
    .field("Ttype3", 38, 37, as: .tagCache), .field("Ttype2", 36, 35, as: .tagCache),
    .field("Ttype1", 34, 33, as: .tagCache),
    .field(
      "ICB", 32, 30,
      values: [
        0: "inner boundary not disclosed", 1: "inner up to L1", 2: "inner up to L2",
        3: "inner up to L3", 4: "inner up to L4", 5: "inner up to L5", 6: "inner up to L6",
        7: "inner up to L7",
      ]),
    .field("LoUU", 29, 27, as: .text("level of unification, one CPU")),
    .field("LoC", 26, 24, as: .text("level of coherence")),
    .field("LoUIS", 23, 21, as: .text("level of unification, inner shareable")),
    .field("Ctype7", 20, 18, as: .cacheKind), .field("Ctype6", 17, 15, as: .cacheKind),
    .field("Ctype5", 14, 12, as: .cacheKind), .field("Ctype4", 11, 9, as: .cacheKind),
    .field("Ctype3", 8, 6, as: .cacheKind), .field("Ctype2", 5, 3, as: .cacheKind),
    .field("Ctype1", 2, 0, as: .cacheKind),
  ])

  /// CCSIDR_EL1 without FEAT_CCIDX (Arm ARM DDI 0487, D24.2, "CCSIDR_EL1"). Bits 31:28 were the policies WT, WB, RA
  /// and WA, and are UNKNOWN now.
  static let ccsidr = FieldTable([
    .field("UNKNOWN", 31, 28), .field("NumSets", 27, 13, as: .text("sets, minus one")),
    .field("Associativity", 12, 3, as: .text("ways, minus one")),
    .field("LineSize", 2, 0, as: .lineOfBytes),
  ])

  /// CCSIDR_EL1 with FEAT_CCIDX (Arm ARM DDI 0487, D24.2, "CCSIDR_EL1").
  static let ccsidrLong = FieldTable([
    .field("NumSets", 55, 32, as: .text("sets, minus one")),
    .field("Associativity", 23, 3, as: .text("ways, minus one")),
    .field("LineSize", 2, 0, as: .lineOfBytes),
  ])

  /// CCSIDR2_EL1, the number of sets for AArch32 with FEAT_CCIDX (Arm ARM DDI 0487, D24.2, "CCSIDR2_EL1").
  static let ccsidr2 = FieldTable([.field("NumSets", 23, 0, as: .text("sets, minus one"))])

  /// CSSELR_EL1 (Arm ARM DDI 0487, D24.2, "CSSELR_EL1").
  static let csselr = FieldTable([
    .flag("TnD", 4, "tag cache", "no separate tag cache"),
    .field(
      "Level", 3, 1,
      values: [0: "L1", 1: "L2", 2: "L3", 3: "L4", 4: "L5", 5: "L6", 6: "L7"]),
    .flag("InD", 0, "instruction cache", "data or unified cache"),
  ])

  /// DCZID_EL0 (Arm ARM DDI 0487, D24.2, "DCZID_EL0").
  static let dczid = FieldTable([
    .flag("DZP", 4, "DC ZVA is prohibited", "DC ZVA is permitted"),
    .field("BS", 3, 0, as: .lineOfWords),
  ])
}

extension Meaning {
  /// The base-2 logarithm of a number of 4-byte words.
  fileprivate static let lineOfWords = Meaning.values(
    [
      0: "4 bytes", 1: "8 bytes", 2: "16 bytes", 3: "32 bytes", 4: "64 bytes", 5: "128 bytes",
      6: "256 bytes", 7: "512 bytes", 8: "1 KiB", 9: "2 KiB",
    ], "more than 2 KiB")

  /// CWG and ERG: the base-2 logarithm of a number of words, or not provided.
  fileprivate static let granuleOfWords = Meaning.values(
    [
      0: "not provided", 1: "8 bytes", 2: "16 bytes", 3: "32 bytes", 4: "64 bytes", 5: "128 bytes",
      6: "256 bytes", 7: "512 bytes", 8: "1 KiB", 9: "2 KiB",
    ], "reserved")

  /// LineSize: the base-2 logarithm of the line size in bytes, minus 4.
  fileprivate static let lineOfBytes = Meaning.values(
    [
      0: "16 bytes", 1: "32 bytes", 2: "64 bytes", 3: "128 bytes", 4: "256 bytes", 5: "512 bytes",
      6: "1 KiB", 7: "2 KiB",
    ], "")

  /// Ctype<n>.
  fileprivate static let cacheKind = Meaning.values(
    [
      0: "no cache", 1: "instruction cache", 2: "data cache", 3: "instruction and data caches",
      4: "unified cache",
    ], "reserved")

  /// Ttype<n>.
  fileprivate static let tagCache = Meaning.values(
    [
      0: "no tag cache", 1: "separate tag cache", 2: "tags in lines of data",
      3: "tags in lines of their own",
    ], "")
}
