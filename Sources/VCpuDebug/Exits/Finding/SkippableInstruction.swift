/// The instructions whose breakpoint may be left with `c<pc+4>` instead of a step: those that do nothing.
///
/// The hints are 0xd503201f with CRm:op2 in bits 11:5 (Arm ARM DDI 0487, C4.1 "Hints"). Most of the 128 do
/// something on some CPU (`wfi`, `paciasp`, `clrbhb`, `chkfeat`, `psb csync` …), and a hint without a
/// meaning today may get one later; so this is a list of those that are known to do nothing, and everything
/// else takes a step.
enum SkippableInstruction {
  /// Whether skipping `word` is the same as executing it.
  ///
  /// - Parameters:
  ///   - word: the instruction in memory. It must have been read: a guess isn't enough.
  ///   - pstate: the PSTATE of the CPU at the instruction, as SPSR_EL2 has it.
  ///   - isSErrorPending: ISR_EL1.A at the Exception level that executes the instruction; nil if it isn't known.
  static func contains(_ word: UInt32, pstate: UInt64, isSErrorPending: Bool?) -> Bool {
    // An instruction clears BTYPE: if a `bti` is skipped, the next one still sees it, and faults in a guarded page.
    // IL makes every instruction fault, and with SS the exception comes after this instruction.
    guard pstate & (btype | illegalState | softwareStep) == 0 else { return false }
    guard word & ~hintNumber == hints else { return false }
    switch (word & hintNumber) >> 5 {
    case nop, yield: return true
    case bti, btiC, btiJ, btiJC: return true
    // It synchronises SErrors, and takes or records a pending one (C6.2 "ESB").
    case esb: return isSErrorPending == false
    default: return false
    }
  }

  private static let hints: UInt32 = 0xd503_201f
  private static let hintNumber: UInt32 = 0xfe0
  private static let nop: UInt32 = 0
  private static let yield: UInt32 = 1
  private static let esb: UInt32 = 16
  private static let bti: UInt32 = 32
  private static let btiC: UInt32 = 34
  private static let btiJ: UInt32 = 36
  private static let btiJC: UInt32 = 38

  // SPSR_EL2's bits for them (Arm ARM, C5.2 "SPSR_EL2").
  private static let btype: UInt64 = 0b11 << 10
  private static let illegalState: UInt64 = 1 << 20
  private static let softwareStep: UInt64 = 1 << 21
}
