extension Architecture {
  /// The names of AArch64's general registers: that of number n is x‹n›.
  public static let aarch64GeneralRegisters = (0..<31).map { "x\($0)" }

  /// AArch64, little-endian.
  public static let aarch64 = Architecture(
    name: "AArch64", descriptionNames: ["aarch64", "aarch64:*", "arm64*"],
    characteristicRegisters: ["x0", "x30", "pc", "cpsr"],
    synonyms: [["x29", "fp"], ["x30", "lr"], ["cpsr", "pstate"]],
    parts: Dictionary(
      uniqueKeysWithValues: aarch64GeneralRegisters.enumerated().map {
        ("w\($0)", RegisterPart(of: $1, bitWidth: 32, clearsRest: true))
      }), addressByteCount: 8, instructionAlignment: 4, maximumInstructionByteCount: 4,
    breakpointLength: .fixed(4), elfMachine: 183, instructionSets: .one(.a64),
    hasExceptionLevels: true)

  /// 32-bit Arm, little-endian: A32 and T32.
  public static let arm = Architecture(
    name: "32-bit Arm", descriptionNames: ["arm", "arm_any", "armv*", "thumb*", "iwmmxt*"],
    characteristicRegisters: ["r0", "r12", "cpsr"],
    synonyms: [
      ["sp", "r13"], ["lr", "r14"], ["pc", "r15"], ["fp", "r11"], ["ip", "r12"],
      ["cpsr", "xpsr"],
    ], addressByteCount: 4, instructionAlignment: 2, maximumInstructionByteCount: 4,
    breakpointLength: .arm, elfMachine: 40, instructionSets: .arm)
}
