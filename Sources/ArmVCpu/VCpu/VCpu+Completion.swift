internal import CArmVCpu

extension VCpu {
  /// Finishes the instruction of the last exit as if the hardware had executed it.
  ///
  /// - A load gets `value`, with the width, sign extension and register width of the access.
  /// - A read of a system register gets `value`.
  /// - A call gets `value` in x0.
  /// - Stores, writes of system registers and waiting instructions take no value.
  ///
  /// The PC moves past the instruction, except for HVC, where it is already past it.
  ///
  /// - Returns: false if there is no instruction to finish, such as after an interrupt or an abort; nothing changes
  ///   then.
  @inline(__always)
  @discardableResult
  public mutating func complete(value: UInt64 = 0) -> Bool {
    guard isExitOpen else { return false }
    switch lastExit.completion {
    case .load(let access): finish(access, loaded: value)
    case .register(let register):
      setGPR(register, value)
      skip()
    case .result(let movesPC): finishCall(result: value, movesPC: movesPC)
    case .step: skip()
    case .none: return false
    }
    return true
  }

  /// Finishes the hypercall of the last exit with `value` in x0, as `complete(value:)` does, but without asking what
  /// else the exit may have been.
  ///
  /// - Returns: false if it wasn't an HVC, or one to PSCI; nothing changes then.
  @inline(__always)
  @discardableResult
  public mutating func completeHypercall(value: UInt64) -> Bool {
    guard isExitOpen, case .hypercall = lastExit else { return false }
    finishCall(result: value, movesPC: false)
    return true
  }

  /// Finishes a load from a device that returned `value`.
  @inline(__always)
  mutating func finish(_ access: MMIOAccess, loaded value: UInt64) {
    setGPR(access.register, access.registerValue(forLoaded: value))
    skip()
  }

  /// Finishes a call with its result. The PC is already past an HVC, but not past an SMC.
  @inline(__always)
  mutating func finishCall(result: UInt64, movesPC: Bool) {
    setGPR(0, result)
    if movesPC { skip() } else { isExitOpen = false }
  }

  /// Skips the instruction of the last exit, which has no effect: the guest continues after it. After HVC the PC is
  /// already past it.
  ///
  /// - Returns: false if there is no such instruction, such as after an interrupt, and after a failed fetch; nothing
  ///   changes then.
  @discardableResult
  public mutating func skipExit() -> Bool {
    switch exit {
    case .irq, .fiq, .serror, .instructionAbort, nil: return false
    // The instruction at the PC is the next one, which hasn't been executed. (Arm ARM DDI 0487, D2.12.)
    case .debug(.softwareStep), .debug(.vectorCatch), .debug(.breakpoint): return false
    // Illegal state and a misaligned PC would persist at the next instruction.
    case .unhandled(let esr) where [0x0e, 0x22].contains(esr.exceptionClass.rawValue): return false
    case let reason?:
      if reason.isPCBehindInstruction { isExitOpen = false } else { skip() }
      return true
    }
  }

  /// Steps over the instruction that the guest's PC is at: PC + 4, SPSR.BTYPE and SPSR.SS clear; in
  /// AArch32, PC + 2 for a 16-bit instruction. Afterwards there is nothing left to complete.
  @inline(__always)
  public mutating func skip() {
    let isLong = syndrome.esr.isLongInstruction
    unsafe context.pointee.frame.stepOverInstruction(isLong: isLong)
    isExitOpen = false
  }
}
