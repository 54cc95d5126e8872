/// Decodes an exit from what the vector saved. It is defined for every value of every register, so nothing
/// a guest does makes it trap, and it doesn't read the hardware.
public enum ExitDecoder {
  /// The reason of the exit that `syndrome` and `frame` describe.
  ///
  /// `sctlr` returns SCTLR_EL1, which determines the byte order; it is called only for a load or store to
  /// emulate. `faultAddress` is called only if HPFAR_EL2 has no valid address for a data or instruction
  /// abort; it may translate FAR_EL2 (`AT S1E1R`) or return nil.
  @inline(__always)
  public static func reason(
    _ syndrome: ExitSyndrome, _ frame: borrowing some GuestState, sctlr: () -> UInt64 = { 0 },
    faultAddress: (GuestVirtualAddress) -> IntermediatePhysicalAddress? = { _ in nil }
  ) -> ExitReason {
    switch syndrome.kind {
    case .irq: .irq
    case .fiq: .fiq
    case .serror: .serror(SErrorSyndrome(iss: syndrome.esr.iss))
    case .synchronous: synchronous(syndrome, frame, sctlr, faultAddress)
    case nil: .unhandled(syndrome.esr)
    }
  }

  @inline(__always)
  private static func synchronous(
    _ syndrome: ExitSyndrome, _ frame: borrowing some GuestState, _ sctlr: () -> UInt64,
    _ faultAddress: (GuestVirtualAddress) -> IntermediatePhysicalAddress?
  ) -> ExitReason {
    let esr = syndrome.esr
    if frame.pstate.isAArch32, let condition = conditionThatFails(esr, frame) { return condition }
    switch esr.exceptionClass {
    case .dataAbortLower:
      return dataAbort(syndrome, frame, sctlr, faultAddress)
    case .instructionAbortLower:
      let iss = InstructionAbortSyndrome(iss: esr.iss)
      let location = location(
        syndrome, iss.status, isStage1Walk: iss.isStage1Walk, isFARInvalid: iss.isFARInvalid,
        faultAddress)
      return .instructionAbort(
        MemoryAbort(
          virtualAddress: location.virtual, address: location.intermediate, status: iss.status,
          isStage1Walk: iss.isStage1Walk))
    case .hvc64, .hvc32:
      return call(.hvc, esr.immediate, frame)
    case .smc64:
      return call(.smc, esr.immediate, frame)
    case .smc32:
      // Its syndrome has no immediate (Arm ARM DDI 0487, "ESR_EL2").
      return call(.smc, 0, frame)
    case .systemRegister:
      return systemRegister(SystemRegisterSyndrome(iss: esr.iss), frame)
    case .waitInstruction:
      let iss = WaitSyndrome(iss: esr.iss)
      return .wait(iss.instruction, timeoutRegister: iss.timeoutRegister)
    case .serror:
      return .serror(SErrorSyndrome(iss: esr.iss))
    default:
      if let feature = TrappedFeature(esr) { return .featureTrap(feature) }
      if let debug = DebugException(syndrome) { return .debug(debug) }
      return .unhandled(esr)
    }
  }

  /// The classes whose syndrome begins with CV and COND trap AArch32 instructions that are conditional,
  /// and the CPU may trap one whose condition fails (Arm ARM DDI 0487, G1.14.1).
  private static func conditionThatFails(
    _ esr: ESR_EL2, _ frame: borrowing some GuestState
  ) -> ExitReason? {
    let isValid = esr.iss >> 24 & 1 != 0
    switch esr.exceptionClass.rawValue {
    case 0x01, 0x03...0x06, 0x07, 0x08, 0x0c:
      // Without COND the condition is in ITSTATE or in the instruction: it isn't known here.
      guard isValid else { return nil }
    case 0x13:
      // CCKNOWNPASS is set: the condition may have failed, and CV and COND give it.
      guard esr.iss >> 19 & 1 != 0, isValid else { return nil }
    default: return nil
    }
    let condition = UInt8(truncatingIfNeeded: esr.iss >> 20) & 15
    return frame.pstate.holds(condition: condition) ? nil : .conditionFailed(esr)
  }

  @inline(__always)
  private static func systemRegister(
    _ iss: SystemRegisterSyndrome, _ frame: borrowing some GuestState
  ) -> ExitReason {
    let register = iss.systemRegister
    if iss.isRead { return .systemRegisterRead(register, register: iss.register) }
    let value = frame.gpr(iss.register)
    if let interrupt = SoftwareInterrupt(register, value) {
      return .softwareInterrupt(interrupt, register: iss.register)
    }
    return .systemRegisterWrite(register, register: iss.register, value: value)
  }

  /// An access can be emulated from the syndrome alone if the syndrome describes it (ISV) and the access
  /// failed only because of the missing mapping.
  @inline(__always)
  private static func dataAbort(
    _ syndrome: ExitSyndrome, _ frame: borrowing some GuestState, _ sctlr: () -> UInt64,
    _ faultAddress: (GuestVirtualAddress) -> IntermediatePhysicalAddress?
  ) -> ExitReason {
    let iss = DataAbortSyndrome(iss: syndrome.esr.iss)
    guard iss.isInstructionSyndromeValid, iss.isUnmappedAccess else {
      let location = location(
        syndrome, iss.status, isStage1Walk: iss.isStage1Walk, isFARInvalid: iss.isFARInvalid,
        faultAddress)
      return .dataAbort(
        MemoryAbort(
          virtualAddress: location.virtual, address: location.intermediate, status: iss.status,
          isWrite: iss.isWrite, isStage1Walk: iss.isStage1Walk,
          isCacheMaintenance: iss.isCacheMaintenance))
    }
    // A translation fault of the access itself: both registers are valid.
    let access = MMIOAccess(
      address: syndrome.intermediateAddress, syndrome: iss,
      byteOrder: ByteOrder(pstate: frame.pstate, sctlr: sctlr()))
    guard iss.isWrite else { return .mmioRead(access) }
    return .mmioWrite(access, value: access.deviceValue(forStored: frame.gpr(iss.register)))
  }

  /// Where an abort happened, as far as the registers say: an external abort with FnV has no FAR, and
  /// HPFAR_EL2 is valid for some statuses only. FAR supplies the offset in the page, except on a stage-1
  /// walk, where it holds the address of the access and not that of the descriptor.
  @inline(__always)
  private static func location(
    _ syndrome: ExitSyndrome, _ status: FaultStatus, isStage1Walk: Bool, isFARInvalid: Bool,
    _ faultAddress: (GuestVirtualAddress) -> IntermediatePhysicalAddress?
  ) -> (virtual: GuestVirtualAddress?, intermediate: IntermediatePhysicalAddress?) {
    if status == .externalAbort && isFARInvalid { return (nil, nil) }
    let virtual = GuestVirtualAddress(syndrome.far)
    if status.reportsIPA(duringStage1Walk: isStage1Walk) {
      return (virtual, isStage1Walk ? syndrome.hpfar.page : syndrome.intermediateAddress)
    }
    // The MMU would translate the address of the access, but the fault was on a descriptor of its walk; or
    // it would repeat the error of its own walk.
    if isStage1Walk || status.isExternalAbortOnWalk || status.isParityErrorOnWalk {
      return (virtual, nil)
    }
    return (virtual, faultAddress(virtual))
  }

  @inline(__always)
  private static func call(
    _ conduit: SMCCC.Conduit, _ immediate: UInt16, _ frame: borrowing some GuestState
  ) -> ExitReason {
    // The calling convention is defined for immediate 0; any other call is left to the embedder.
    if immediate == 0, let call = PSCI.Call(frame) { return .psci(call, conduit: conduit) }
    let function = frame.gpr(0)
    return conduit == .hvc
      ? .hypercall(immediate: immediate, function: function)
      : .secureMonitorCall(immediate: immediate, function: function)
  }
}
