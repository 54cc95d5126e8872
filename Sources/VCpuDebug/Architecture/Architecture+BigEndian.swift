// Architectures whose machines are always or usually big-endian. They are not disassembled.

extension Architecture {
  /// 64-bit PowerPC, of either byte order.
  public static let powerpc64 = Architecture(
    name: "64-bit PowerPC", descriptionNames: ["powerpc:common64", "powerpc64*", "ppc64*"],
    characteristicRegisters: ["r0", "r31", "ctr", "xer"], synonyms: powerpcNames,
    addressByteCount: 8, instructionAlignment: 4, maximumInstructionByteCount: 4,
    breakpointLength: .fixed(4), elfMachine: 21, instructionSets: .none)

  /// 32-bit PowerPC.
  public static let powerpc = Architecture(
    name: "PowerPC", descriptionNames: ["powerpc*", "ppc*", "rs6000*"],
    characteristicRegisters: ["r0", "r31", "ctr", "xer"], synonyms: powerpcNames,
    addressByteCount: 4, instructionAlignment: 4, maximumInstructionByteCount: 4,
    breakpointLength: .fixed(4), elfMachine: 20, instructionSets: .none)

  /// s390x: z/Architecture.
  public static let s390x = Architecture(
    name: "s390x", descriptionNames: ["s390:64-bit", "s390x"],
    characteristicRegisters: ["pswa", "r15"],
    synonyms: [["pc", "pswa"], ["sp", "r15"], ["fp", "r11"]], addressByteCount: 8,
    instructionAlignment: 2, maximumInstructionByteCount: 6, breakpointLength: .fixed(2),
    elfMachine: 22, instructionSets: .none)

  /// 64-bit MIPS, of either byte order.
  public static let mips64 = Architecture(
    name: "64-bit MIPS", descriptionNames: ["mips:isa64*", "mips64*"],
    characteristicRegisters: ["a0", "a7", "hi", "lo"], synonyms: [["fp", "s8"]],
    addressByteCount: 8, instructionAlignment: 4, maximumInstructionByteCount: 4,
    breakpointLength: .fixed(4), elfMachine: 8, instructionSets: .none)

  /// 32-bit MIPS, of either byte order.
  public static let mips = Architecture(
    name: "MIPS", descriptionNames: ["mips*"], characteristicRegisters: ["a0", "t7", "hi", "lo"],
    synonyms: [["fp", "s8"]], addressByteCount: 4, instructionAlignment: 4,
    maximumInstructionByteCount: 4, breakpointLength: .fixed(4), elfMachine: 8,
    instructionSets: .none)

  /// The ABI's stack pointer is r1; r31 is the frame pointer if there is one.
  private static let powerpcNames = [["sp", "r1"], ["fp", "r31"]]
}
