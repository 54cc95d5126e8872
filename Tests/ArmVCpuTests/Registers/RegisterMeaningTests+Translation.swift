// Values of translation controls, and descriptors.

extension RegisterMeaningTests {
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
      [
        "VMID": "0x1", "BADDR": "0x20400000 address 0x40800000",
        "CnP": "0x1 CPUs share the translations",
      ]),
    Known(
      "TTBR0_EL1", 0x002a_0000_4100_0000,
      ["ASID": "0x2a", "BADDR": "0x20800000 address 0x41000000"]),
    Known("TTBR1_EL1", 0x4200_1000, ["ASID": "0x0", "BADDR": "0x21000800 address 0x42001000"]),
    Known("TTBR0_EL2", 0x4200_1001, ["CnP": "0x1 CPUs share the translations"]),
    Known("TTBR1_EL2", 0x4200_1000, ["CnP": "0x0 the translations are of this CPU"]),
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
}
