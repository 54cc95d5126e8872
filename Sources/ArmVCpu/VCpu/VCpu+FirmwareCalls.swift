internal import CArmVCpu

/// An embedder's decision about a guest's firmware call, before anything answers it.
public enum FirmwareVerdict: Sendable {
  /// The VM answers: PSCI and the architecture service. Other calls are left to the embedder.
  case answer
  /// The call returns NOT_SUPPORTED.
  case refuse
  /// The machine's firmware answers an SMC: its x0–x17 go to EL3, and the guest gets what comes back. For
  /// services that a guest can safely use; never for PSCI, with which a guest would control the machine's CPUs,
  /// nor for the architecture service, which describes the hypervisor's conduit.
  case forward
}

/// The outcome of a guest's firmware call.
public enum FirmwareOutcome: Equatable, Sendable {
  /// It is answered: run the guest.
  case answered
  /// It is answered, and the guest waits for an interrupt first (PSCI CPU_SUSPEND).
  case wait
  /// The vCPU is off: don't run it until it is started.
  case powerOff
  /// The guest powers its system off.
  case systemOff
  /// The guest resets its system.
  case systemReset
  /// The exit wasn't a call, or the VM doesn't provide its service: it is left to the embedder.
  case unknown
}

extension VCpu {
  /// Answers the HVC or SMC of the last exit, by the SMC Calling Convention 1.1 and PSCI 1.1. A guest's call
  /// reaches the machine's firmware only if `filter` forwards it.
  ///
  /// An HVC or SMC with a nonzero immediate isn't a call of the convention: the SMC returns -1, the HVC is left
  /// to the embedder.
  ///
  /// - Parameters:
  ///   - domain: the VM that the vCPU belongs to.
  ///   - filter: decides about a call. It sees the calls to every service, with the instruction that made them.
  @inline(__always)
  public mutating func answerFirmwareCall<Domain: PowerDomain>(
    in domain: inout Domain,
    filter: (SMCCC.FunctionID, SMCCC.Conduit) -> FirmwareVerdict = { _, _ in .answer }
  ) -> FirmwareOutcome {
    guard isExitOpen else { return .unknown }
    switch lastExit {
    case .psci(let call, let conduit):
      guard filter(calledFunction, conduit) != .refuse else { return refuse(conduit) }
      guard let value = PSCI.answer(to: call) else { return answer(call, &domain) }
      finishCall(result: value, movesPC: conduit == .smc)
      return .answered
    case .hypercall(immediate: 0, _):
      let id = calledFunction
      guard filter(id, .hvc) != .refuse else { return refuse(.hvc) }
      guard let value = SMCCC.architectureAnswer(id, argument: gpr(1)) else { return .unknown }
      finishCall(result: value, movesPC: false)
      return .answered
    case .secureMonitorCall(immediate: 0, _):
      let id = calledFunction
      switch filter(id, .smc) {
      case .refuse: return refuse(.smc)
      case .forward where id.isFast && id.owner != 0:
        unsafe machine.callFirmware(&context.pointee.frame)
        skip()
        return .answered
      case .forward, .answer: break
      }
      guard let value = SMCCC.architectureAnswer(id, argument: gpr(1)) else { return .unknown }
      finishCall(result: value, movesPC: true)
      return .answered
    case .secureMonitorCall: return refuse(.smc)
    default: return .unknown
    }
  }

  /// W0 of the call.
  private var calledFunction: SMCCC.FunctionID {
    @inline(__always) get { SMCCC.FunctionID(rawValue: UInt32(truncatingIfNeeded: gpr(0))) }
  }

  private mutating func refuse(_ conduit: SMCCC.Conduit) -> FirmwareOutcome {
    finishCall(result: SMCCC.notSupported, movesPC: conduit == .smc)
    return .answered
  }

  /// A call that needs the VM.
  @inline(never)
  private mutating func answer<Domain: PowerDomain>(
    _ call: PSCI.Call, _ domain: inout Domain
  ) -> FirmwareOutcome {
    let caller = PSCI.Caller(
      vcpu: unsafe context.pointee.vcpu_id,
      isBigEndian: machine.read(.sctlr_el1) & SCTLR_EL1.ee != 0)
    switch PSCI.act(on: call, of: caller, in: &domain) {
    case .answer(let value):
      complete(value: value)
      return .answered
    case .wait(let value):
      complete(value: value)
      return .wait
    case .powerOff: return .powerOff
    // If the embedder continues anyway, the call has failed.
    case .systemOff:
      complete(value: PSCI.ReturnCode.internalFailure.registerValue)
      return .systemOff
    case .systemReset:
      complete(value: PSCI.ReturnCode.internalFailure.registerValue)
      return .systemReset
    }
  }
}
