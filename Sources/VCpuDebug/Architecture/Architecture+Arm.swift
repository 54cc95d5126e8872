extension Architecture {
  /// The names of AArch64's general registers: register n is x‹n›.
  public static let aarch64GeneralRegisters = (0..<31).map { "x\($0)" }

  /// Writing a part clears the rest, as an instruction does. (Arm ARM DDI 0487, B1.2.2 "Registers in AArch64
  /// state", C1.2.5 "Register names".)
  private static let aarch64Parts: [String: RegisterPart] = {
    var parts: [String: RegisterPart] = [:]
    for (number, name) in aarch64GeneralRegisters.enumerated() {
      parts["w\(number)"] = RegisterPart(of: name, bitWidth: 32, clearsRest: true)
    }
    for (letter, bitWidth) in [("b", 8), ("h", 16), ("s", 32), ("d", 64)] {
      for number in 0..<32 {
        parts["\(letter)\(number)"] = RegisterPart(
          of: "v\(number)", bitWidth: bitWidth, clearsRest: true)
      }
    }
    return parts
  }()

  /// If a CPU has SVE, QEMU's stub shows only Z0–Z31: V‹n› is the low 128 bits of Z‹n›. (Arm ARM DDI 0487,
  /// B1.2.2 "Registers in AArch64 state".)
  private static let aarch64WideParts: [String: RegisterPart] = {
    var parts: [String: RegisterPart] = [:]
    for number in 0..<32 {
      for letter in ["v", "q"] {
        parts["\(letter)\(number)"] = RegisterPart(of: "z\(number)", bitWidth: 128)
      }
    }
    return parts
  }()

  /// AArch64, little-endian.
  public static let aarch64 = Architecture(
    name: "AArch64", descriptionNames: ["aarch64", "aarch64:*", "arm64*"],
    characteristicRegisters: ["x0", "x30", "pc", "cpsr"],
    synonyms: [["x29", "fp"], ["x30", "lr"], ["cpsr", "pstate"]]
      + (0..<32).map { ["v\($0)", "q\($0)"] },
    parts: aarch64Parts, wideParts: aarch64WideParts, addressByteCount: 8, instructionAlignment: 4,
    maximumInstructionByteCount: 4,
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
