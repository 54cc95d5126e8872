extension Architecture {
  /// 64-bit x86, in any mode.
  public static let x86_64 = Architecture(
    name: "x86-64", descriptionNames: ["i386:x86-64*", "i386:x64-32*", "x86_64*", "x86-64"],
    characteristicRegisters: ["rax", "rip"],
    synonyms: [
      ["rip", "pc"], ["rsp", "sp"], ["rbp", "fp"], ["eflags", "rflags", "flags"],
    ], parts: parts64, addressByteCount: 8, instructionAlignment: 1,
    maximumInstructionByteCount: 15, breakpointLength: .fixed(1), elfMachine: 62,
    instructionSets: .x86(process: .x86Bits64), hasRealMode: true)

  /// 32-bit x86.
  public static let i386 = Architecture(
    name: "i386", descriptionNames: ["i386*", "i486*", "i586*", "i686*", "x86"],
    characteristicRegisters: ["eax", "eip"],
    synonyms: [["eip", "pc"], ["esp", "sp"], ["ebp", "fp"], ["eflags", "flags"]],
    parts: narrowParts { "e" + $0 }, addressByteCount: 4, instructionAlignment: 1,
    maximumInstructionByteCount: 15, breakpointLength: .fixed(1), elfMachine: 3,
    instructionSets: .x86(process: .x86Bits32), hasRealMode: true)

  private static let legacyNames = ["ax", "bx", "cx", "dx", "si", "di", "bp", "sp"]

  /// `ax`, `al` and `ah` of the register that `whole` names. `sp` is the whole stack pointer, as in GDB.
  private static func narrowParts(_ whole: (String) -> String) -> [String: RegisterPart] {
    var parts: [String: RegisterPart] = [:]
    for name in legacyNames where name != "sp" {
      parts[name] = RegisterPart(of: whole(name), bitWidth: 16)
    }
    for letter in ["a", "b", "c", "d"] {
      parts[letter + "l"] = RegisterPart(of: whole(letter + "x"), bitWidth: 8)
      parts[letter + "h"] = RegisterPart(of: whole(letter + "x"), lowBit: 8, bitWidth: 8)
    }
    return parts
  }

  private static let parts64: [String: RegisterPart] = {
    var parts = narrowParts { "r" + $0 }
    for name in legacyNames {
      parts["e" + name] = RegisterPart(of: "r" + name, bitWidth: 32, clearsRest: true)
    }
    for name in ["si", "di", "bp", "sp"] {
      parts[name + "l"] = RegisterPart(of: "r" + name, bitWidth: 8)
    }
    for number in 8...15 {
      parts["r\(number)d"] = RegisterPart(of: "r\(number)", bitWidth: 32, clearsRest: true)
      parts["r\(number)w"] = RegisterPart(of: "r\(number)", bitWidth: 16)
      parts["r\(number)l"] = RegisterPart(of: "r\(number)", bitWidth: 8)
    }
    return parts
  }()
}
