internal import CArmVCpu

/// A synchronous exception that a hypervisor raises in its guest.
public enum GuestException: Equatable, Sendable {
  /// The instruction is undefined: EC 0. A guest gets this for an instruction that isn't handled.
  case undefined
  /// An instruction fetch failed. The address is the guest's; nil if it isn't known (FnV).
  case instructionAbort(address: GuestVirtualAddress?, status: FaultStatus = .externalAbort)
  /// A data access failed.
  case dataAbort(
    address: GuestVirtualAddress?, status: FaultStatus = .externalAbort, isWrite: Bool = false)

  /// The abort to inject for an abort that the hypervisor doesn't handle. The guest doesn't know about stage 2, so its
  /// faults become external aborts (Arm ARM DDI 0487, D8.15.1); a misaligned access and an address that is too wide
  /// keep their status.
  @inlinable
  public init(_ abort: MemoryAbort, isInstructionFetch: Bool) {
    let status: FaultStatus =
      switch abort.cause {
      // The syndrome doesn't say which level of the walk failed: level 0.
      case .stage1Walk: .externalAbortOnWalk
      case .addressSize: FaultStatus(rawValue: 0)
      case .alignment: .alignment
      default: .externalAbort
      }
    self =
      isInstructionFetch
      ? .instructionAbort(address: abort.virtualAddress, status: status)
      : .dataAbort(address: abort.virtualAddress, status: status, isWrite: abort.isWrite)
  }

  /// The syndrome in ESR_EL1, as an exception from EL0 or from EL1 itself.
  func syndrome(fromEL0: Bool) -> ESR_EL2 {
    switch self {
    case .undefined: return ESR_EL2(ExceptionClass(rawValue: 0))
    case .instructionAbort(let address, let status):
      return ESR_EL2(
        fromEL0 ? .instructionAbortLower : .instructionAbortSame,
        iss: Self.iss(status, address))
    case .dataAbort(let address, let status, let isWrite):
      return ESR_EL2(
        fromEL0 ? .dataAbortLower : .dataAbortSame,
        iss: Self.iss(status, address) | (isWrite ? 1 << 6 : 0))
    }
  }

  /// FnV, bit 10, exists only for external aborts: other aborts can't say that they have no address.
  private static func iss(_ status: FaultStatus, _ address: GuestVirtualAddress?) -> UInt32 {
    UInt32(status.rawValue) | (address == nil && status == .externalAbort ? 1 << 10 : 0)
  }

  /// What FAR_EL1 gets; nil if it keeps its value.
  var faultAddress: GuestVirtualAddress? {
    switch self {
    case .undefined: nil
    case .instructionAbort(let address, _), .dataAbort(let address, _, _): address
    }
  }
}

extension VCpu {
  /// Raises an exception at EL1 of the guest as the hardware would (Arm ARM DDI 0487, the pseudocode function
  /// AArch64.TakeException): it resumes at its vector, with the PC and PSTATE of the exit in ELR_EL1 and SPSR_EL1.
  ///
  /// For an undefined HVC, ELR_EL1 is the address of the HVC itself, although the PC of its exit is after it.
  public mutating func inject(_ exception: GuestException) {
    let pstate = frame.pstate
    machine.write(
      .esr_el1, exception.syndrome(fromEL0: pstate.exceptionLevel == 0).rawValue)
    if let address = exception.faultAddress { machine.write(.far_el1, address.rawValue) }
    var pc = frame.elr
    if exception == .undefined, exit?.isPCBehindInstruction == true { pc &-= 4 }
    enterVector(0, returningTo: pc)
  }

  /// Makes the guest take a virtual interrupt when it resumes, as if one were pending and not masked. It isn't pending
  /// afterwards: it doesn't have to be withdrawn, and it isn't lost if the hypervisor writes HCR_EL2 meanwhile.
  ///
  /// - Returns: false if PSTATE masks it, or if the guest has the physical interrupts of that kind; nothing changes
  ///   then.
  public mutating func take(_ interrupt: VirtualInterrupt) -> Bool {
    let pstate = frame.pstate
    guard HCR_EL2(rawValue: machine.read(.hcr_el2)).contains(interrupt.controls.routing),
      pstate.rawValue & interrupt.masks == 0
    else { return false }
    if case .serror(let syndrome) = interrupt {
      // Without FEAT_RAS the CPU chooses the syndrome.
      let iss = features.contains(.ras) ? syndrome & 0x1ff_ffff : 0
      machine.write(.esr_el1, ESR_EL2(.serror, iss: iss).rawValue)
    }
    enterVector(interrupt.vectorOffset, returningTo: frame.elr)
    return true
  }

  /// - Parameter offset: where the vector of this kind of exception is, from that of a synchronous one.
  private mutating func enterVector(_ offset: UInt64, returningTo pc: UInt64) {
    let pstate = frame.pstate
    machine.write(.elr_el1, pc)
    machine.write(.spsr_el1, pstate.rawValue)
    let vbar = machine.read(.vbar_el1) & ~0x7ff
    unsafe context.pointee.frame.elr = vbar &+ Self.vectorOffset(for: pstate) &+ offset
    unsafe context.pointee.frame.spsr = pstateOnException(from: pstate).rawValue
    isExitOpen = false
  }

  /// The offset in EL1's table of the vector for a synchronous exception from `pstate`.
  private static func vectorOffset(for pstate: SPSR_EL2) -> UInt64 {
    if pstate.exceptionLevel == 0 { return pstate.isAArch32 ? 0x600 : 0x400 }
    return pstate.usesOwnStackPointer ? 0x200 : 0x000
  }

  private mutating func pstateOnException(from old: SPSR_EL2) -> SPSR_EL2 {
    let sctlr = machine.read(.sctlr_el1)
    var new = old.rawValue & (SPSR_EL2.nzcv | SPSR_EL2.dit | SPSR_EL2.pan)
    new |= SPSR_EL2.el1h | SPSR_EL2.daif
    if features.contains(.pan), sctlr & SCTLR_EL1.span == 0 { new |= SPSR_EL2.pan }
    if features.contains(.ssbs), sctlr & SCTLR_EL1.dssbs != 0 { new |= SPSR_EL2.ssbs }
    if features.contains(.mte) { new |= SPSR_EL2.tco }
    if features.contains(.nmi), sctlr & SCTLR_EL1.spintmask == 0 { new |= SPSR_EL2.allint }
    return SPSR_EL2(rawValue: new)
  }
}

extension ExitReason {
  /// Whether the PC of the exit is after the instruction: an HVC has already executed when it exits.
  @inlinable
  public var isPCBehindInstruction: Bool {
    switch self {
    case .hypercall, .psci(_, conduit: .hvc): true
    default: false
    }
  }
}
