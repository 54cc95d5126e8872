internal import CArmVCpu

extension VCpu {
  /// Finishes the instruction of the last exit as if the hardware had executed it.
  ///
  /// - A load gets `value` by the width, sign extension and register width of the access.
  /// - A read of a system register gets `value`.
  /// - A call gets `value` in x0.
  /// - Stores, writes of system registers and waiting instructions take no value.
  ///
  /// The PC moves past the instruction, but for HVC, where it is there already.
  ///
  /// - Returns: false when there is no instruction to finish, as after an interrupt or an abort; nothing
  ///   has changed then.
  @inline(__always)
  @discardableResult
  public mutating func complete(value: UInt64 = 0) -> Bool {
    switch exit?.completion {
    case .load(let access):
      setGPR(access.register, access.registerValue(forLoaded: value))
      skip()
    case .register(let register):
      setGPR(register, value)
      skip()
    case .result(let movesPC):
      setGPR(0, value)
      if movesPC { skip() }
    case .step: skip()
    case .some(.none), nil: return false
    }
    exit = nil
    return true
  }

  /// Leaves the instruction of the last exit without any effect: the guest goes on after it. After HVC the PC is there
  /// already.
  ///
  /// - Returns: false when there is no such instruction, as after an interrupt, and after a fetch that failed; nothing
  ///   has changed then.
  @discardableResult
  public mutating func skipExit() -> Bool {
    switch exit {
    case .irq, .fiq, .serror, .instructionAbort, nil: return false
    // The instruction at the PC is the next one, which has not been executed. (Arm ARM DDI 0487, D2.12.)
    case .debug(.softwareStep), .debug(.vectorCatch), .debug(.breakpoint): return false
    // Illegal state and a misaligned PC stay what they are at the next instruction too.
    case .unhandled(let esr) where [0x0e, 0x22].contains(esr.exceptionClass.rawValue): return false
    case let reason?:
      if reason.isPCBehindInstruction { exit = nil } else { skip() }
      return true
    }
  }

  /// Steps over the instruction that the guest's PC is at: PC + 4, SPSR.BTYPE and SPSR.SS clear; in
  /// AArch32, PC + 2 for a 16-bit instruction. There is nothing to complete then.
  @inline(__always)
  public mutating func skip() {
    let isLong = syndrome.esr.isLongInstruction
    unsafe context.pointee.frame.stepOverInstruction(isLong: isLong)
    exit = nil
  }
}
