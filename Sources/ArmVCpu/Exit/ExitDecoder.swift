/// Decodes an exit from what the vector saved. Defined for every value of every register: nothing that a
/// guest does makes it trap, and it reads no hardware.
public enum ExitDecoder {
  /// The reason of the exit that `syndrome` and `frame` describe.
  ///
  /// `faultAddress` is asked only where HPFAR_EL2 holds no valid address for a data or instruction abort;
  /// it may translate FAR_EL2 (`AT S1E1R`) or answer nil.
  @inline(__always)
  public static func reason(
    _ syndrome: ExitSyndrome, _ frame: borrowing some GuestState,
    faultAddress: (GuestVirtualAddress) -> IntermediatePhysicalAddress? = { _ in nil }
  ) -> ExitReason {
    switch syndrome.kind {
    case .irq: .irq
    case .fiq: .fiq
    case .serror: .serror(SErrorSyndrome(iss: syndrome.esr.iss))
    case .synchronous: synchronous(syndrome, frame, faultAddress)
    case nil: .unhandled(syndrome.esr)
    }
  }

  @inline(__always)
  private static func synchronous(
    _ syndrome: ExitSyndrome, _ frame: borrowing some GuestState,
    _ faultAddress: (GuestVirtualAddress) -> IntermediatePhysicalAddress?
  ) -> ExitReason {
    let esr = syndrome.esr
    switch esr.exceptionClass {
    case .dataAbortLower:
      return dataAbort(syndrome, frame, faultAddress)
    case .instructionAbortLower:
      let iss = InstructionAbortSyndrome(iss: esr.iss)
      let location = location(
        syndrome, iss.status, isStage1Walk: iss.isStage1Walk, isFARInvalid: iss.isFARInvalid,
        faultAddress)
      return .instructionAbort(
        MemoryAbort(
          virtualAddress: location.virtual, address: location.intermediate, status: iss.status,
          isStage1Walk: iss.isStage1Walk))
    case .hvc64:
      return call(.hvc, esr, frame)
    case .smc64:
      return call(.smc, esr, frame)
    case .systemRegister:
      let iss = SystemRegisterSyndrome(iss: esr.iss)
      if iss.isRead { return .systemRegisterRead(iss.systemRegister, register: iss.register) }
      return .systemRegisterWrite(
        iss.systemRegister, register: iss.register, value: frame.gpr(iss.register))
    case .waitInstruction:
      let iss = WaitSyndrome(iss: esr.iss)
      return .wait(iss.instruction, timeoutRegister: iss.timeoutRegister)
    case .serror:
      return .serror(SErrorSyndrome(iss: esr.iss))
    default:
      return .unhandled(esr)
    }
  }

  /// An access can be emulated when the syndrome describes it (ISV) and when nothing but the missing
  /// mapping stood in its way: a translation fault of the access itself, not of cache maintenance and not
  /// of the guest's table walk.
  @inline(__always)
  private static func dataAbort(
    _ syndrome: ExitSyndrome, _ frame: borrowing some GuestState,
    _ faultAddress: (GuestVirtualAddress) -> IntermediatePhysicalAddress?
  ) -> ExitReason {
    let iss = DataAbortSyndrome(iss: syndrome.esr.iss)
    let location = location(
      syndrome, iss.status, isStage1Walk: iss.isStage1Walk, isFARInvalid: iss.isFARInvalid,
      faultAddress)
    guard iss.isInstructionSyndromeValid, iss.status.isTranslation, !iss.isStage1Walk,
      !iss.isCacheMaintenance, let address = location.intermediate
    else {
      return .dataAbort(
        MemoryAbort(
          virtualAddress: location.virtual, address: location.intermediate, status: iss.status,
          isWrite: iss.isWrite, isStage1Walk: iss.isStage1Walk,
          isCacheMaintenance: iss.isCacheMaintenance))
    }
    let access = MMIOAccess(
      address: address, byteCount: iss.byteCount, register: iss.register,
      is64BitRegister: iss.is64BitRegister, extendsSign: iss.extendsSign)
    guard iss.isWrite else { return .mmioRead(access) }
    return .mmioWrite(access, value: frame.gpr(iss.register) & access.valueMask)
  }

  /// Where an abort happened, as far as the registers tell: an external abort with FnV has no FAR, and
  /// HPFAR_EL2 is valid for some statuses only. FAR supplies the offset in the page, but on a stage-1
  /// walk it is the address of the access and not of the descriptor.
  @inline(__always)
  private static func location(
    _ syndrome: ExitSyndrome, _ status: FaultStatus, isStage1Walk: Bool, isFARInvalid: Bool,
    _ faultAddress: (GuestVirtualAddress) -> IntermediatePhysicalAddress?
  ) -> (virtual: GuestVirtualAddress?, intermediate: IntermediatePhysicalAddress?) {
    if status == .externalAbort && isFARInvalid { return (nil, nil) }
    let virtual = GuestVirtualAddress(syndrome.far)
    if status.reportsIPA(duringStage1Walk: isStage1Walk) {
      var address = syndrome.hpfar.page
      if !isStage1Walk { address.rawValue |= syndrome.far & 0xfff }
      return (virtual, address)
    }
    // The MMU would answer about the access, where the fault was about a descriptor of its walk; or it
    // would repeat an error that its own walk met.
    if isStage1Walk || status.isExternalAbortOnWalk || status.isParityErrorOnWalk {
      return (virtual, nil)
    }
    return (virtual, faultAddress(virtual))
  }

  @inline(__always)
  private static func call(
    _ conduit: SMCCC.Conduit, _ esr: ESR_EL2, _ frame: borrowing some GuestState
  ) -> ExitReason {
    // The calling convention is defined for immediate 0; any other call is the embedder's.
    if esr.immediate == 0, let call = PSCI.Call(frame) { return .psci(call, conduit: conduit) }
    let function = frame.gpr(0)
    return conduit == .hvc
      ? .hypercall(immediate: esr.immediate, function: function)
      : .secureMonitorCall(immediate: esr.immediate, function: function)
  }
}
