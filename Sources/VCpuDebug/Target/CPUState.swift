internal import ArmVCpu
public import GDBRemote

/// The general registers of a CPU at a stop, or of a thread.
public struct CPUState: Equatable, Sendable {
  /// Everything that the target gives in one packet.
  public let registers: GeneralRegisters
  /// The stack pointer in use; 0 if the target doesn't have it at the moment.
  public let sp: UInt64
  /// The address of the next instruction. In the real mode of x86 that is more than the register: the
  /// segment is added.
  public let pc: UInt64
  /// PSTATE, in SPSR format; nil for an architecture without one.
  public let pstate: UInt64?
  /// The instruction set that the CPU executes; nil if it isn't known.
  public let instructionSet: InstructionSet?

  /// Creates the state from one `g` packet.
  ///
  /// - Throws: `DebugError.noProgramCounter` for registers without a program counter.
  public init(
    _ registers: GeneralRegisters, of architecture: Architecture
  ) throws(DebugError) {
    self.registers = registers
    func value(_ name: String) -> UInt64? {
      if let value = registers[name] { return value }
      guard let group = architecture.synonyms.first(where: { $0.contains(name) }) else {
        return nil
      }
      for other in group {
        if let value = registers[other] { return value }
      }
      return nil
    }
    guard let pc = value("pc") else { throw .noProgramCounter(architecture.name) }
    sp = value("sp") ?? 0
    pstate = architecture.hasExceptionLevels ? registers["cpsr"] : nil
    switch architecture.instructionSets {
    case .none: instructionSet = nil
    case .one(let set): instructionSet = set
    case .arm:
      // CPSR.T, bit 5; an M-profile core without CPSR has only T32.
      let isThumb = registers["cpsr"].map { $0 & 0x20 != 0 } ?? true
      instructionSet = isThumb ? .t32 : .a32
    case .x86(let process): instructionSet = Self.x86(registers, process)
    }
    self.pc =
      architecture.hasRealMode && instructionSet == .x86Bits16
      ? ((registers["cs"] ?? 0) << 4) &+ pc : pc
  }

  /// A process's registers don't include CR0 and EFER. (Intel SDM volume 3A, 2.2 "Modes of
  /// Operation".)
  private static func x86(
    _ registers: GeneralRegisters, _ process: InstructionSet
  ) -> InstructionSet {
    guard let cr0 = registers["cr0"] else { return process }
    // CR0.PE, bit 0.
    guard cr0 & 1 != 0 else { return .x86Bits16 }
    // EFER.LMA, bit 10. A 16-bit segment in protected mode can't be detected.
    guard let efer = registers["efer"] else { return process }
    return efer & 1 << 10 != 0 ? .x86Bits64 : .x86Bits32
  }

  /// The exception level, PSTATE.EL; EL1 or EL0 for AArch32, by its mode. Nil if there are no
  /// exception levels.
  public var exceptionLevel: UInt8? {
    pstate.map { SPSR_EL2(rawValue: $0).exceptionLevel }
  }

  /// Whether the CPU is at EL1 or EL0.
  var isBelowEL2: Bool { exceptionLevel.map { $0 < 2 } ?? false }

  /// Whether there may be memory of the CPU's own world that it can't access at present: the kernel's at EL0, EL0's with
  /// PSTATE.PAN, and a guest's by stage 2, which may let it execute what it can't read. AArch32 is left as it is.
  var isRestricted: Bool {
    guard let pstate, !SPSR_EL2(rawValue: pstate).isAArch32 else { return false }
    return isBelowEL2 || pstate & SPSR_EL2.pan != 0
  }

  /// Whether the CPU is at EL2: whether it runs a hypervisor rather than its guest.
  public var isAtEL2: Bool { exceptionLevel == 2 }
}
