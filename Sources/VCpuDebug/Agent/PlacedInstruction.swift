internal import ArmVCpu

/// An instruction that the debugger makes a CPU execute: one that moves x0 to or from a system register, or a
/// system instruction with x0 as its operand.
///
/// Source: Arm ARM DDI 0487, C6.2 "MRS", "MSR (register)", "SYS": L is bit 21, op0 20:19, op1 18:16, CRn 15:12,
/// CRm 11:8, op2 7:5, Rt 4:0.
struct PlacedInstruction: Equatable {
  /// A64 code.
  let word: UInt32
  /// The value of x0 before it, or nil if it doesn't matter.
  let operand: UInt64?

  /// `mrs x0, REGISTER`.
  static func read(_ encoding: EL2Encoding) -> PlacedInstruction {
    PlacedInstruction(word: 1 << 21 | word(encoding.encoding), operand: nil)
  }

  /// `msr REGISTER, x0`, or a system instruction such as `at s12e1r, x0`.
  static func write(_ encoding: EL2Encoding, _ value: UInt64) -> PlacedInstruction {
    PlacedInstruction(word: word(encoding.encoding), operand: value)
  }

  private static func word(_ encoding: SystemRegister) -> UInt32 {
    0xd500_0000 | encoding.op0 << 19 | encoding.op1 << 16 | encoding.crn << 12 | encoding.crm << 8
      | encoding.op2 << 5
  }

  /// The bytes in memory: A64 code is little-endian.
  var bytes: [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) } }
}

/// The result of an executed instruction.
enum ExecutionOutcome: Equatable {
  /// It was executed; with x0 after it.
  case executed(UInt64)
  /// It caused an exception, taken to EL2 with this syndrome; nil if the stub doesn't show it.
  case trapped(ESR_EL2?)
  /// It caused an exception that was taken to EL3.
  case trappedToEL3
}
