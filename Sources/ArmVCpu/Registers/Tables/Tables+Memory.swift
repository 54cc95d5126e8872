// Meanings that the address translation registers share.

extension Meaning {
  /// SH (Arm ARM DDI 0487, D8.6.2).
  static let shareability = Meaning.values(
    [0: "non-shareable", 2: "outer shareable", 3: "inner shareable"], "reserved")

  /// IRGN and ORGN of TCR and VTCR.
  static let cacheability = Meaning.values(
    [
      0: "non-cacheable", 1: "write-back, read- and write-allocate",
      2: "write-through, read-allocate", 3: "write-back, read-allocate",
    ], "reserved")

  /// TG0, and TG of EL2.
  static let granule0 = Meaning.values([0: "4 KiB", 1: "64 KiB", 2: "16 KiB"], "reserved")

  /// TG1, which has different encodings.
  static let granule1 = Meaning.values([1: "16 KiB", 2: "4 KiB", 3: "64 KiB"], "reserved")

  /// PS, IPS and PARange.
  static let addressSize = Meaning.values(
    [
      0: "32 bits, 4 GiB", 1: "36 bits, 64 GiB", 2: "40 bits, 1 TiB", 3: "42 bits, 4 TiB",
      4: "44 bits, 16 TiB", 5: "48 bits, 256 TiB", 6: "52 bits, 4 PiB", 7: "56 bits, 64 PiB",
    ], "reserved")

  /// T0SZ and T1SZ: the region has 2^(64 - TnSZ) bytes.
  static let regionSize = Meaning.values(
    [
      8: "56 bits, 64 PiB", 9: "55 bits, 32 PiB", 10: "54 bits, 16 PiB", 11: "53 bits, 8 PiB",
      12: "52 bits, 4 PiB", 13: "51 bits, 2 PiB", 14: "50 bits, 1 PiB", 15: "49 bits, 512 TiB",
      16: "48 bits, 256 TiB", 17: "47 bits, 128 TiB", 18: "46 bits, 64 TiB",
      19: "45 bits, 32 TiB", 20: "44 bits, 16 TiB", 21: "43 bits, 8 TiB", 22: "42 bits, 4 TiB",
      23: "41 bits, 2 TiB", 24: "40 bits, 1 TiB", 25: "39 bits, 512 GiB", 26: "38 bits, 256 GiB",
      27: "37 bits, 128 GiB", 28: "36 bits, 64 GiB", 29: "35 bits, 32 GiB",
      30: "34 bits, 16 GiB", 31: "33 bits, 8 GiB", 32: "32 bits, 4 GiB", 33: "31 bits, 2 GiB",
      34: "30 bits, 1 GiB", 35: "29 bits, 512 MiB", 36: "28 bits, 256 MiB",
      37: "27 bits, 128 MiB", 38: "26 bits, 64 MiB", 39: "25 bits, 32 MiB", 40: "24 bits, 16 MiB",
      41: "23 bits, 8 MiB", 42: "22 bits, 4 MiB", 43: "21 bits, 2 MiB", 44: "20 bits, 1 MiB",
      45: "19 bits, 512 KiB", 46: "18 bits, 256 KiB", 47: "17 bits, 128 KiB",
      48: "16 bits, 64 KiB",
    ], "out of range")

  /// An attribute of Normal memory, in a nibble of a MAIR attribute.
  fileprivate static let normalMemory = Meaning.values(
    [
      0b0001: "write-through transient, write-allocate",
      0b0010: "write-through transient, read-allocate",
      0b0011: "write-through transient, read- and write-allocate",
      0b0100: "non-cacheable",
      0b0101: "write-back transient, write-allocate",
      0b0110: "write-back transient, read-allocate",
      0b0111: "write-back transient, read- and write-allocate",
      0b1000: "write-through, no allocate", 0b1001: "write-through, write-allocate",
      0b1010: "write-through, read-allocate", 0b1011: "write-through, read- and write-allocate",
      0b1100: "write-back, no allocate", 0b1101: "write-back, write-allocate",
      0b1110: "write-back, read-allocate", 0b1111: "write-back, read- and write-allocate",
    ], "UNPREDICTABLE")
}

extension FieldTable {
  /// Attr<n> of MAIR_ELx and ATTR of PAR_EL1 (Arm ARM DDI 0487, D24.2, "MAIR_EL1").
  static let memoryAttribute = FieldTable(forms: [
    .when(
      0xf0, is: 0,
      means: .values(
        [
          0x00: "Device-nGnRnE", 0x04: "Device-nGnRE", 0x08: "Device-nGRE", 0x0c: "Device-GRE",
          0x01: "Device-nGnRnE, XS 0", 0x05: "Device-nGnRE, XS 0", 0x09: "Device-nGRE, XS 0",
          0x0d: "Device-GRE, XS 0",
        ], "UNPREDICTABLE"), []),
    .when(
      0x0f, is: 0,
      means: .values(
        [
          0x40: "Normal, non-cacheable, XS 0", 0xa0: "Normal, write-through, read-allocate, XS 0",
          0xe0: "Normal, tagged without tag access, write-back",
          0xf0: "Normal, tagged write-back, read- and write-allocate",
        ], "UNPREDICTABLE"), []),
    .otherwise(
      means: .text("Normal"),
      [
        .field("Outer", 7, 4, as: .normalMemory), .field("Inner", 3, 0, as: .normalMemory),
      ]),
  ])

  /// MAIR_EL1 and MAIR_EL2 (Arm ARM DDI 0487, D24.2, "MAIR_EL1" and "MAIR_EL2").
  static let mair = FieldTable([
    .field("Attr7", 63, 56, of: .memoryAttribute), .field("Attr6", 55, 48, of: .memoryAttribute),
    .field("Attr5", 47, 40, of: .memoryAttribute), .field("Attr4", 39, 32, of: .memoryAttribute),
    .field("Attr3", 31, 24, of: .memoryAttribute), .field("Attr2", 23, 16, of: .memoryAttribute),
    .field("Attr1", 15, 8, of: .memoryAttribute), .field("Attr0", 7, 0, of: .memoryAttribute),
  ])
}
