extension Architecture {
  /// RISC-V with 64 bits.
  public static let riscv64 = Architecture(
    name: "RISC-V (64 bits)", descriptionNames: ["riscv:rv64*", "riscv64*"],
    characteristicRegisters: ["ra", "gp", "a7", "pc"], synonyms: abiNames, addressByteCount: 8,
    instructionAlignment: 2, maximumInstructionByteCount: 4, breakpointLength: .riscv,
    elfMachine: 243, instructionSets: .one(.riscv64))

  /// RISC-V with 32 bits.
  public static let riscv32 = Architecture(
    name: "RISC-V (32 bits)", descriptionNames: ["riscv:rv32*", "riscv32*", "riscv"],
    characteristicRegisters: ["ra", "gp", "a7", "pc"], synonyms: abiNames, addressByteCount: 4,
    instructionAlignment: 2, maximumInstructionByteCount: 4, breakpointLength: .riscv,
    elfMachine: 243, instructionSets: .one(.riscv32))

  /// The ABI's names for x0 to x31 ("RISC-V ABIs Specification", Register Convention).
  private static let abiNames: [[String]] = {
    let names =
      ["zero", "ra", "sp", "gp", "tp", "t0", "t1", "t2", "fp", "s1"] + (0..<8).map { "a\($0)" }
      + (2..<12).map { "s\($0)" } + (3..<7).map { "t\($0)" }
    return names.enumerated().map { index, name in
      [name, "x\(index)"] + (name == "fp" ? ["s0"] : [])
    }
  }()
}
