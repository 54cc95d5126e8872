// MIDR and MPIDR: which CPU it is.

extension DecodableRegister {
  static let identity = [
    DecodableRegister("MIDR_EL1", "Main ID Register", aliases: ["MIDR"], .midr),
    DecodableRegister(
      "VPIDR_EL2", "Virtualization Processor ID Register", aliases: ["VPIDR"], .midr),
    DecodableRegister("MPIDR_EL1", "Multiprocessor Affinity Register", aliases: ["MPIDR"], .mpidr),
    DecodableRegister(
      "VMPIDR_EL2", "Virtualization Multiprocessor ID Register", aliases: ["VMPIDR"], .mpidr),
  ]
}

extension FieldTable {
  /// MIDR_EL1 and VPIDR_EL2 (Arm ARM DDI 0487, D24.2, "MIDR_EL1"). The parts are from the vendors'
  /// manuals, and those that Linux names (arch/arm64/include/asm/cputype.h).
  static let midr = FieldTable([
    .field("Implementer", 31, 24, as: .implementer),
    .field("Variant", 23, 20),
    .field("Architecture", 19, 16, as: .values([0xf: "as the ID registers say"], "")),
    .field("PartNum", 15, 4, as: .register(mask: 0xff00_fff0, partNames)),
    .field("Revision", 3, 0),
  ])

  private static let partNames: KeyValuePairs<UInt64, StaticString> = [
    0x0000_0510: "QEMU max", 0x4100_d000: "Foundation model", 0x4100_d020: "Cortex-A34",
    0x4100_d030: "Cortex-A53", 0x4100_d040: "Cortex-A35", 0x4100_d050: "Cortex-A55",
    0x4100_d060: "Cortex-A65", 0x4100_d070: "Cortex-A57", 0x4100_d080: "Cortex-A72",
    0x4100_d090: "Cortex-A73", 0x4100_d0a0: "Cortex-A75", 0x4100_d0b0: "Cortex-A76",
    0x4100_d0c0: "Neoverse N1", 0x4100_d0d0: "Cortex-A77", 0x4100_d0e0: "Cortex-A76AE",
    0x4100_d0f0: "Armv8 AEM", 0x4100_d150: "Cortex-R82", 0x4100_d400: "Neoverse V1",
    0x4100_d410: "Cortex-A78", 0x4100_d420: "Cortex-A78AE", 0x4100_d430: "Cortex-A65AE",
    0x4100_d440: "Cortex-X1", 0x4100_d460: "Cortex-A510", 0x4100_d470: "Cortex-A710",
    0x4100_d480: "Cortex-X2", 0x4100_d490: "Neoverse N2", 0x4100_d4a0: "Neoverse E1",
    0x4100_d4b0: "Cortex-A78C", 0x4100_d4c0: "Cortex-X1C", 0x4100_d4d0: "Cortex-A715",
    0x4100_d4e0: "Cortex-X3", 0x4100_d4f0: "Neoverse V2", 0x4100_d800: "Cortex-A520",
    0x4100_d810: "Cortex-A720", 0x4100_d820: "Cortex-X4", 0x4100_d830: "Neoverse V3AE",
    0x4100_d840: "Neoverse V3", 0x4100_d850: "Cortex-X925", 0x4100_d870: "Cortex-A725",
    0x4100_d880: "Cortex-A520AE", 0x4100_d890: "Cortex-A720AE", 0x4100_d8a0: "C1-Nano",
    0x4100_d8b0: "C1-Pro", 0x4100_d8c0: "C1-Ultra", 0x4100_d8e0: "Neoverse N3",
    0x4100_d8f0: "Cortex-A320", 0x4100_d900: "C1-Premium", 0x4200_1000: "Brahma-B53",
    0x4200_5160: "Vulcan", 0x4300_0a10: "ThunderX", 0x4300_0a20: "ThunderX 81XX",
    0x4300_0a30: "ThunderX 83XX", 0x4300_0af0: "ThunderX2", 0x4300_0b10: "OcteonTX2 98XX",
    0x4300_0b20: "OcteonTX2 96XX", 0x4300_0b30: "OcteonTX2 95XX", 0x4300_0b40: "OcteonTX2 95XXN",
    0x4300_0b50: "OcteonTX2 95XXMM", 0x4300_0b60: "OcteonTX2 95XXO", 0x4600_0010: "A64FX",
    0x4600_0030: "MONAKA", 0x4800_d010: "TaiShan v110 (Kunpeng 920)", 0x4800_d020: "HIP09",
    0x4800_d060: "HIP12", 0x4e00_0030: "Denver 2", 0x4e00_0040: "Carmel", 0x4e00_0100: "Olympus",
    0x5000_0000: "X-Gene", 0x5100_0010: "Oryon", 0x5100_2000: "Kryo",
    0x5100_8000: "Falkor v1 or Kryo 2xx Gold", 0x5100_8010: "Kryo 2xx Silver",
    0x5100_8020: "Kryo 3xx Gold", 0x5100_8030: "Kryo 3xx Silver", 0x5100_8040: "Kryo 4xx Gold",
    0x5100_8050: "Kryo 4xx Silver", 0x5100_c000: "Falkor", 0x6100_0220: "Icestorm (M1)",
    0x6100_0230: "Firestorm (M1)", 0x6100_0240: "Icestorm (M1 Pro)",
    0x6100_0250: "Firestorm (M1 Pro)", 0x6100_0280: "Icestorm (M1 Max)",
    0x6100_0290: "Firestorm (M1 Max)", 0x6100_0320: "Blizzard (M2)", 0x6100_0330: "Avalanche (M2)",
    0x6100_0340: "Blizzard (M2 Pro)", 0x6100_0350: "Avalanche (M2 Pro)",
    0x6100_0380: "Blizzard (M2 Max)", 0x6100_0390: "Avalanche (M2 Max)",
    0x6d00_d490: "Azure Cobalt 100", 0xc000_ac30: "AmpereOne", 0xc000_ac40: "AmpereOne A",
  ]

  /// MPIDR_EL1 and VMPIDR_EL2 (Arm ARM DDI 0487, D24.2, "MPIDR_EL1").
  static let mpidr = FieldTable([
    .field("Aff3", 39, 32),
    .ones(31, 31),
    .flag("U", 30, "a uniprocessor", "part of a multiprocessor"),
    .flag("MT", 24, "Aff0 are threads of a core", "Aff0 are independent CPUs"),
    .field("Aff2", 23, 16),
    .field("Aff1", 15, 8),
    .field("Aff0", 7, 0),
  ])
}

extension Meaning {
  /// A CPU's implementer (Arm ARM DDI 0487, D24.2, "MIDR_EL1").
  static let implementer = Meaning.values(
    [
      0x00: "reserved for software", 0x41: "Arm", 0x42: "Broadcom", 0x43: "Cavium",
      0x44: "DEC", 0x46: "Fujitsu", 0x48: "HiSilicon", 0x49: "Infineon",
      0x4d: "Motorola or Freescale", 0x4e: "NVIDIA", 0x50: "Applied Micro", 0x51: "Qualcomm",
      0x53: "Samsung", 0x56: "Marvell", 0x61: "Apple", 0x66: "Faraday", 0x69: "Intel",
      0x6d: "Microsoft", 0x70: "Phytium", 0xc0: "Ampere",
    ], "")
}
