/// An instruction set in one encoding, as the disassembler needs it.
public enum InstructionSet: Int32, Hashable, Sendable, CaseIterable {
  /// A64, little-endian.
  case a64 = 0
  /// A32.
  case a32 = 1
  /// T32, Thumb.
  case t32 = 2
  /// x86 in a 16-bit segment.
  case x86Bits16 = 3
  /// x86 in a 32-bit segment.
  case x86Bits32 = 4
  /// x86 in a 64-bit segment.
  case x86Bits64 = 5
  /// RV32 with compressed instructions.
  case riscv32 = 6
  /// RV64 with compressed instructions.
  case riscv64 = 7

  /// The byte count of a unit that isn't a known instruction.
  public var unitByteCount: Int {
    switch self {
    case .a64, .a32: 4
    case .t32, .riscv32, .riscv64: 2
    case .x86Bits16, .x86Bits32, .x86Bits64: 1
    }
  }

  /// The longest instruction, in bytes.
  public var maximumByteCount: Int {
    switch self {
    case .a64, .a32, .t32, .riscv32, .riscv64: 4
    case .x86Bits16, .x86Bits32, .x86Bits64: 15
    }
  }
}

/// The instruction sets of a CPU, selected by its registers.
enum InstructionSets: Equatable, Sendable {
  /// No known instruction set.
  case none
  /// Always this one.
  case one(InstructionSet)
  /// A32, or T32 if CPSR.T is set.
  case arm
  /// Selected by CR0.PE and EFER.LMA if the target has them; otherwise the one of a process.
  case x86(process: InstructionSet)
}
