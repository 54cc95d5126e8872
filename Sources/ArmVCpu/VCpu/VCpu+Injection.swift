internal import CArmVCpu

/// An exception that a hypervisor raises in its guest.
public enum GuestException: Equatable, Sendable {
  /// The instruction is undefined: EC 0.
  case undefined
  /// An instruction fetch from `address` failed with an external abort.
  case instructionAbort(address: GuestVirtualAddress)
  /// An access of `address` failed with an external abort.
  case dataAbort(address: GuestVirtualAddress)
}

extension VCpu {
  /// Raises an exception at EL1 of the guest as the hardware would (Arm ARM DDI 0487, the pseudocode
  /// function AArch64.TakeException): it resumes at its vector, the PC and PSTATE of the exit in ELR_EL1
  /// and SPSR_EL1.
  public mutating func inject(_ exception: GuestException) {
    let pstate = frame.pstate
    let fromEL0 = pstate.exceptionLevel == 0
    switch exception {
    case .undefined:
      machine.write(.esr_el1, ESR_EL2(ExceptionClass(rawValue: 0)).rawValue)
    case .instructionAbort(let address):
      let ec: ExceptionClass = fromEL0 ? .instructionAbortLower : .instructionAbortSame
      machine.write(.esr_el1, ESR_EL2(ec, iss: UInt32(FaultStatus.externalAbort.rawValue)).rawValue)
      machine.write(.far_el1, address.rawValue)
    case .dataAbort(let address):
      let ec: ExceptionClass = fromEL0 ? .dataAbortLower : .dataAbortSame
      machine.write(.esr_el1, ESR_EL2(ec, iss: UInt32(FaultStatus.externalAbort.rawValue)).rawValue)
      machine.write(.far_el1, address.rawValue)
    }
    machine.write(.elr_el1, frame.elr)
    machine.write(.spsr_el1, pstate.rawValue)
    let vbar = machine.read(.vbar_el1) & ~0x7ff
    let sctlr = machine.read(.sctlr_el1)
    unsafe context.pointee.frame.elr = vbar &+ Self.vectorOffset(for: pstate)
    unsafe context.pointee.frame.spsr = pstateOnException(from: pstate, sctlr: sctlr).rawValue
    exit = nil
  }

  /// Where in EL1's table a synchronous exception from `pstate` is taken.
  private static func vectorOffset(for pstate: SPSR_EL2) -> UInt64 {
    if pstate.exceptionLevel == 0 { return pstate.isAArch32 ? 0x600 : 0x400 }
    return pstate.usesOwnStackPointer ? 0x200 : 0x000
  }

  private func pstateOnException(from old: SPSR_EL2, sctlr: UInt64) -> SPSR_EL2 {
    var new = old.rawValue & (SPSR_EL2.nzcv | SPSR_EL2.dit | SPSR_EL2.pan)
    new |= SPSR_EL2.el1h | SPSR_EL2.daif
    let span: UInt64 = 1 << 23
    let dssbs: UInt64 = 1 << 44
    if features.contains(.pan), sctlr & span == 0 { new |= SPSR_EL2.pan }
    if features.contains(.ssbs), sctlr & dssbs != 0 { new |= SPSR_EL2.ssbs }
    if features.contains(.mte) { new |= SPSR_EL2.tco }
    return SPSR_EL2(rawValue: new)
  }
}
