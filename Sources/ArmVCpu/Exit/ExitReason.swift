/// Why a guest left its CPU.
public enum ExitReason: Equatable, Sendable {
  /// A load to emulate, from memory that isn't mapped: finish it with `emulate(_:)` or `complete(value:)`.
  case mmioRead(MMIOAccess)
  /// A store to emulate, to memory that isn't mapped: finish it with `emulate(_:)` or `complete()`.
  /// The value has the width of the access.
  case mmioWrite(MMIOAccess, value: UInt64)
  /// A data abort that can't be emulated from the syndrome alone: `MemoryAbort.cause` says why. If nothing
  /// is mapped there, `emulate(_:)` reads the instruction.
  case dataAbort(MemoryAbort)
  /// An instruction fetch that faulted in stage 2.
  case instructionAbort(MemoryAbort)
  /// HVC other than PSCI calls. The PC is already past the instruction. Arguments are x1–x6.
  case hypercall(immediate: UInt16, function: UInt64)
  /// SMC other than PSCI calls. The PC is at the instruction. Arguments are x1–x6.
  case secureMonitorCall(immediate: UInt16, function: UInt64)
  /// A PSCI call by HVC or SMC.
  case psci(PSCI.Call, conduit: SMCCC.Conduit)
  /// MRS of a trapped register, or a trapped system instruction that reads: finish it with
  /// `complete(value:)`.
  case systemRegisterRead(SystemRegister, register: UInt8)
  /// MSR of a trapped register, or a trapped system instruction: finish it with `complete()`.
  case systemRegisterWrite(SystemRegister, register: UInt8, value: UInt64)
  /// A write of ICC_SGI1R_EL1, ICC_ASGI1R_EL1 or ICC_SGI0R_EL1: interrupts for other vCPUs. Finish it with
  /// `complete()`.
  case softwareInterrupt(SoftwareInterrupt, register: UInt8)
  /// WFI or WFE, or WFIT or WFET with the register of the timeout: finish it with `complete()`.
  case wait(WaitInstruction, timeoutRegister: UInt8?)
  /// An instruction of a feature that the hypervisor's controls trap: FP, SVE, SME, pointer
  /// authentication. The hypervisor enables the feature and retries, or injects `undefined`.
  case featureTrap(TrappedFeature)
  /// A debug exception that MDCR_EL2.TDE routes to EL2.
  case debug(DebugException)
  /// A conditional AArch32 instruction that trapped although its condition fails. It does nothing: finish
  /// it with `complete()`.
  case conditionFailed(ESR_EL2)
  /// A physical IRQ arrived.
  case irq
  /// A physical FIQ arrived.
  case fiq
  /// A physical SError arrived, or one that the guest caused.
  case serror(SErrorSyndrome)
  /// Any other synchronous exception. If nothing handles it, the guest gets `inject(.undefined)`.
  case unhandled(ESR_EL2)
}

extension ExitReason {
  /// The narrowest class of the exit.
  public var exitClass: ExitClass {
    switch self {
    case .mmioRead: .mmioRead
    case .mmioWrite: .mmioWrite
    case .dataAbort: .dabt
    case .instructionAbort: .iabt
    case .hypercall: .hvc
    case .secureMonitorCall: .smc
    case .psci: .psci
    case .systemRegisterRead: .sysregRead
    case .systemRegisterWrite: .sysregWrite
    case .wait(.wfi, _), .wait(.wfit, _): .wfi
    case .wait(.wfe, _), .wait(.wfet, _): .wfe
    case .softwareInterrupt: .sysregWrite
    case .featureTrap(.floatingPoint): .fp
    case .featureTrap(.sve), .featureTrap(.sme): .sve
    case .debug: .debug
    case .irq: .irq
    case .fiq: .fiq
    case .serror: .serror
    case .featureTrap(.pointerAuthentication), .conditionFailed, .unhandled: .unhandled
    }
  }

  /// How the hardware would have finished the instruction, as `VCpu.complete(value:)` does.
  enum Completion {
    /// The value goes into the register of a load, and the PC moves on.
    case load(MMIOAccess)
    /// The value goes into a general-purpose register, and the PC moves on.
    case register(UInt8)
    /// The value is the result of a call, in x0; the PC moves on unless it already has.
    case result(movesPC: Bool)
    /// There is no value; the PC moves on.
    case step
    /// There is no instruction to finish.
    case none
  }

  /// How to finish the instruction.
  var completion: Completion {
    switch self {
    case .mmioRead(let access): .load(access)
    case .systemRegisterRead(_, let register): .register(register)
    case .mmioWrite, .systemRegisterWrite, .softwareInterrupt, .wait, .conditionFailed: .step
    case .secureMonitorCall, .psci(_, conduit: .smc): .result(movesPC: true)
    case .hypercall, .psci(_, conduit: .hvc): .result(movesPC: false)
    case .dataAbort, .instructionAbort, .featureTrap, .debug, .irq, .fiq, .serror, .unhandled: .none
    }
  }
}
