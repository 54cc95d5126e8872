public import CArmVCpu

/// The guest's general-purpose state at an exit: x0–x30, SP_EL0, the PC (ELR_EL2) and PSTATE (SPSR_EL2),
/// 272 bytes in this order at the start of the vCPU context.
public typealias TrapFrame = avcpu_trap_frame

extension avcpu_trap_frame {
  /// A vCPU's initial state: all zero, at EL1h with D, A, I and F masked.
  @inlinable
  public static var initial: avcpu_trap_frame {
    var frame = avcpu_trap_frame()
    frame.spsr = SPSR_EL2.initial.rawValue
    return frame
  }

  /// General-purpose register `index` as an instruction operand names it: 31 is XZR and reads zero.
  @inline(__always)
  public func gpr(_ index: UInt8) -> UInt64 {
    guard index < 31 else { return 0 }
    return unsafe withUnsafePointer(to: self) { unsafe avcpu_frame_gpr($0, UInt32(index)) }
  }

  /// Sets general-purpose register `index` as an instruction operand names it: a write to 31, XZR, is
  /// discarded.
  @inline(__always)
  public mutating func setGPR(_ index: UInt8, _ value: UInt64) {
    guard index < 31 else { return }
    unsafe withUnsafeMutablePointer(to: &self) {
      unsafe avcpu_frame_set_gpr($0, UInt32(index), value)
    }
  }

  /// The guest's PC: the exception return address.
  @inlinable
  public var exceptionPC: UInt64 {
    get { elr }
    set { elr = newValue }
  }

  /// The guest's PSTATE.
  @inlinable
  public var pstate: SPSR_EL2 {
    get { SPSR_EL2(rawValue: spsr) }
    set { spsr = newValue.rawValue }
  }

  /// Steps over the instruction that trapped: PC + 4, and PSTATE as if the instruction had completed
  /// (BTYPE and SS clear).
  ///
  /// SPSR_EL2.SS is cleared because a single-stepped guest has then completed its step; BTYPE because no
  /// instruction that can be stepped over leaves it set (Arm ARM DDI 0487, D1.3.7 and D2.12).
  ///
  /// In AArch32 the PC moves by the length of the instruction, which ESR_EL2.IL gives, and ITSTATE
  /// advances. `isLong` is ignored in AArch64.
  @inline(__always)
  public mutating func stepOverInstruction(isLong: Bool = true) {
    if pstate.isAArch32 {
      elr &+= isLong ? 4 : 2
      spsr = pstate.advancingITState().rawValue & ~SPSR_EL2.softwareStep
      return
    }
    elr &+= 4
    spsr &= ~(SPSR_EL2.btypeMask | SPSR_EL2.softwareStep)
  }
}
