// Values of translation controls, and descriptors.

extension RegisterMeaningTests {
  static let translation: [Known] = [
    // Linux with 48-bit addresses and 4 KiB pages.
    Known(
      "TCR_EL1", 0x35_b510_3510,
      [
        "T0SZ": "0x10 48 bits, 256 TiB", "T1SZ": "0x10 48 bits, 256 TiB", "TG0": "0x0 4 KiB",
        "TG1": "0x2 4 KiB",
        "SH0": "0x3 inner shareable", "IRGN0": "0x1 write-back, read- and write-allocate",
        "IPS": "0x5 48 bits, 256 TiB", "AS": "0x1 16-bit ASID",
        "TBI0": "0x1 lower range: top byte ignored",
        "TBI1": "0x0 upper range: top byte used", "A1": "0x0 the ASID is in TTBR0",
      ]),
    Known(
      "TCR_EL2", 0x8081_3519,
      [
        "T0SZ": "0x19 39 bits, 512 GiB", "PS": "0x1 36 bits, 64 GiB", "TG0": "0x0 4 KiB",
        "RES1": "0x1 reserved, one",
      ]),
    Known(
      "TCR_EL2_VHE", 1 << 59 | 0x4000,
      ["DS": "0x1 52-bit output addresses with 4 and 16 KiB granules", "TG0": "0x1 64 KiB"]),
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
      [
        "VMID": "0x1", "BADDR": "0x20400000 address 0x40800000",
        "CnP": "0x1 CPUs share the translations",
      ]),
    Known(
      "TTBR0_EL1", 0x002a_0000_4100_0000,
      ["ASID": "0x2a", "BADDR": "0x20800000 address 0x41000000"]),
    Known("TTBR1_EL1", 0x4200_1000, ["ASID": "0x0", "BADDR": "0x21000800 address 0x42001000"]),
    Known("TTBR0_EL2", 0x4200_1001, ["CnP": "0x1 CPUs share the translations"]),
    Known("TTBR1_EL2", 0x4200_1000, ["CnP": "0x0 the translations are not shared"]),
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
      "S1DESC", 0x0060_0000_4020_0f03,
      [
        "OA": "0x40200 address 0x40200000",
        "UXN": "0x1 not executable at EL0 (XN with one privilege level)",
        "AF": "0x1 accessed", "AP": "0x0 EL1 read/write, EL0 none", "Type": "0x3 page, level 3",
        "nG": "0x1 for one ASID",
      ]),
    Known("S1DESC", 0x4021_0f01, ["nT": "0x1 not in a TLB: its size is being changed"]),
    Known("S1DESC", 0xfe, ["Valid": "0x0 invalid: a translation fault"]),
    Known(
      "S1TABLE", 0x4100_0003,
      ["Table": "0x41000 address 0x41000000", "Type": "0x3 table, levels 0 to 2"]),
    Known(
      "S2DESC", 0x4020_07fd,
      [
        "OA": "0x2010 address 0x40200000", "S2AP": "0x3 read/write",
        "MemAttr": "0xf FWB 0: write-back; FWB 1: as stage 1 says, no tag access",
        "Type": "0x1 block, levels 0 to 2", "XN": "0x0 executable", "nT": "0x0 may be in a TLB",
      ]),
    Known(
      "S2DESC", 0x4021_07d9,
      [
        "nT": "0x1 not in a TLB: its size is being changed", "OA": "0x2010 address 0x40200000",
        "MemAttr": "0x6 FWB 0: outer non-cacheable, inner write-through; FWB 1: write-back",
      ]),
    // A page has address bits at nT and below.
    Known("S2DESC", 0x4021_17db, ["OA": "0x40211 address 0x40211000"]),
    Known("S2DESC", 0x4000_b001, ["OA[51:48]": "0xb with 52-bit addresses and 64 KiB granules"]),
    Known(
      "S2DESC", 0x3_0000_0000_0003,
      ["OA[49:48]": "0x3 with 52-bit addresses and 4 or 16 KiB granules"]),
    Known(
      "S2DESC_NOFWB", 0x4020_07fd,
      [
        "MemAttr": "0xf Normal", "MemAttr.Outer": "0x3 write-back",
        "MemAttr.Inner": "0x3 write-back",
      ]),
    Known("S2DESC_NOFWB", 0x4020_07db, ["MemAttr.Outer": "0x1 non-cacheable"]),
    Known("S2DESC_FWB", 0x4020_07db, ["MemAttr": "0x6 Normal, write-back"]),
    Known("S2DESC_FWB", 0x4020_07df, ["MemAttr": "0x7 as stage 1 says"]),
    Known("S2DESC_FWB", 0x0900_04c7, ["MemAttr": "0x1 Device-nGnRE"]),
    Known(
      "S2DESC_FWB", 0x4020_07d7,
      ["MemAttr": "0x5 Normal, non-cacheable, or Device as stage 1 says"]),
    Known("S2DESC_FWB", 0x4020_07fb, ["MemAttr": "0xe Normal, write-back, no tag access"]),
    Known("S2DESC_FWB", 0x4020_07e3, ["MemAttr": "0x8 reserved"]),
    // Bits 5:2 are PA[51:48] if addresses have 52 bits: the table is then at 0x5000040400000.
    Known(
      "VTTBR_EL2", 0x7_0000_4040_0014,
      [
        "BADDR": "0x2020000a address 0x40400014",
        "BADDR.PA[47:6]": "0x1010000 address 0x40400000",
        "BADDR.PA[51:48]": "0x5 with 52-bit addresses; SKL in bits 2:1 with D128",
      ]),
    Known("S2DESC", 0x0900_04c7, ["MemAttr": "0x1 Device-nGnRE", "S2AP": "0x3 read/write"]),
    Known("S2TABLE", 0x4080_1003, ["Table": "0x40801 address 0x40801000"]),
  ]
}
