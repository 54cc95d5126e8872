/// A number that an exit has, by which a filter selects exits: the shell's `$exit.NAME`.
///
/// Its raw value is part of a filter's program.
public enum ExitField: UInt8, CaseIterable, Sendable {
  /// The class, the raw value of an `ExitClass`.
  case kind
  /// The exception class, ESR_EL2[31:26]; 0 for an interrupt.
  case ec
  /// The intermediate physical address of an access or fault; 0 if it isn't known.
  case ipa
  /// FAR_EL2; 0 if it doesn't belong to the exit.
  case va
  /// ELR_EL2: where the guest was; after HVC past the instruction.
  case pc
  /// How many bytes an access has; 0 if there is none.
  case width
  /// 1 for a write, 0 for anything else.
  case write
  /// The number of the register that the instruction transfers; 31 is the zero register.
  case reg
  /// What a write writes; 0 if there is none.
  case value
  /// The function of a call, W0; 0 for anything else. (SMCCC, DEN 0028, "Function Identifiers".)
  case number
  /// The system register, as in the ISS; 0 if there is none.
  case sysreg
  /// The number of the vCPU.
  case vcpu
  /// The number of the VM.
  case vm
  /// The number of the exit of its vCPU, from 1.
  case count
  /// CNTVCT_EL0 at the exit.
  case time
  /// ESR_EL2. At an interrupt, that of an earlier exit.
  case esr
  /// FAR_EL2, whatever it belongs to.
  case far
  /// HPFAR_EL2, likewise.
  case hpfar
  /// SPSR_EL2: the guest's PSTATE.
  case pstate
  /// SP_EL0.
  case spEL0
}

/// An exit as a filter sees it, in the hypervisor or in a debugger.
public protocol FilteredExit: GuestState {
  /// What the CPU recorded.
  var syndrome: ExitSyndrome { get }
  /// Why the guest left.
  var reason: ExitReason { get }
  /// ELR_EL2.
  var pc: UInt64 { get }
  /// SP_EL0.
  var spEL0: UInt64 { get }
  /// The number of the vCPU.
  var vcpu: UInt64 { get }
  /// The number of the VM.
  var vm: UInt64 { get }
  /// The number of the exit of its vCPU.
  var exitNumber: UInt64 { get }
  /// CNTVCT_EL0 at the exit.
  var time: UInt64 { get }
  /// What a write writes; 0 for any other exit. It depends on the guest's byte order.
  var writtenValue: UInt64 { get }
  /// A system register of the guest, or one that controls it.
  func value(of register: FilterRegister) -> UInt64
}

extension FilteredExit {
  /// By default that of the reason.
  public var writtenValue: UInt64 { @inline(never) get { reason.writtenValue ?? 0 } }

  /// The value of a field. `reason` is decoded only for the fields that depend on it.
  @inline(__always)
  public func value(of field: ExitField) -> UInt64 {
    switch field {
    case .ec: syndrome.hasESR ? UInt64(syndrome.esr.exceptionClass.rawValue) : 0
    case .va: syndrome.hasFaultAddress ? syndrome.far : 0
    case .pc: pc
    case .number: isCall ? gpr(0) & 0xffff_ffff : 0
    case .vcpu: vcpu
    case .vm: vm
    case .count: exitNumber
    case .time: time
    case .esr: syndrome.esr.rawValue
    case .far: syndrome.far
    case .hpfar: syndrome.hpfar.rawValue
    case .pstate: pstate.rawValue
    case .spEL0: spEL0
    case .value: writtenValue
    case .kind, .ipa, .width, .write, .reg, .sysreg: value(of: field, in: reason)
    }
  }

  /// Whether it is a call. Only AArch32 has calls with a condition, which may fail.
  private var isCall: Bool {
    syndrome.mayBeCall && (!pstate.isAArch32 || reason.isCall)
  }

  @inline(never)
  private func value(of field: ExitField, in reason: ExitReason) -> UInt64 {
    switch field {
    case .kind: UInt64(reason.exitClass.rawValue)
    case .ipa: reason.intermediateAddress?.rawValue ?? 0
    case .width: UInt64(reason.access?.byteCount ?? 0)
    case .write: reason.isWrite ? 1 : 0
    case .reg: UInt64(reason.register ?? 0)
    default: UInt64(reason.systemRegister?.rawValue ?? 0)
    }
  }
}

extension ExitSyndrome {
  /// Whether ESR_EL2 belongs to the exit; at an interrupt it belongs to an earlier one.
  public var hasESR: Bool { kind == .synchronous || kind == .serror }

  /// Whether FAR_EL2 belongs to the exit: aborts, unless FnV says otherwise, a misaligned PC, and watchpoints. (Arm ARM
  /// DDI 0487, "FAR_EL2".)
  public var hasFaultAddress: Bool {
    guard kind == .synchronous else { return false }
    switch esr.exceptionClass.rawValue {
    // ISS.FnV, bit 10.
    case 0x20, 0x24: return esr.iss >> 10 & 1 == 0
    case 0x22, 0x34: return true
    default: return false
    }
  }

  /// Whether the exception class is that of HVC or SMC.
  fileprivate var mayBeCall: Bool {
    kind == .synchronous && esr.exceptionClass.rawValue & ~5 == 0x12
  }
}
