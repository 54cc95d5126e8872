/// The parts of an exit that several reasons have, for conditions and for rendering.
extension ExitReason {
  /// The access to emulate.
  public var access: MMIOAccess? {
    switch self {
    case .mmioRead(let access), .mmioWrite(let access, _): access
    default: nil
    }
  }

  /// The abort, if it isn't an access to emulate.
  public var abort: MemoryAbort? {
    switch self {
    case .dataAbort(let abort), .instructionAbort(let abort): abort
    default: nil
    }
  }

  /// The guest's physical address of the exit.
  public var intermediateAddress: IntermediatePhysicalAddress? { access?.address ?? abort?.address }

  /// The system register of the exit.
  public var systemRegister: SystemRegister? {
    switch self {
    case .systemRegisterRead(let register, _), .systemRegisterWrite(let register, _, _): register
    case .softwareInterrupt(let interrupt, _): interrupt.systemRegister
    default: nil
    }
  }

  /// The general-purpose register of the instruction; 31 is XZR.
  public var register: UInt8? {
    switch self {
    case .mmioRead(let access), .mmioWrite(let access, _): access.register
    case .systemRegisterRead(_, let register), .systemRegisterWrite(_, let register, _),
      .softwareInterrupt(_, let register):
      register
    case .wait(_, let register): register
    default: nil
    }
  }

  /// The value that the guest writes.
  public var writtenValue: UInt64? {
    switch self {
    case .mmioWrite(_, let value), .systemRegisterWrite(_, _, let value): value
    case .softwareInterrupt(let interrupt, _): interrupt.rawValue
    default: nil
    }
  }

  /// The classes that the exit belongs to: a bit for the raw value of each.
  public var classes: UInt32 {
    var bits: UInt32 = 0
    var candidate: ExitClass? = exitClass
    while let current = candidate {
      bits |= current.bit
      candidate = current.parent
    }
    if case .psci(_, let conduit) = self { bits |= (conduit == .hvc ? ExitClass.hvc : .smc).bit }
    return bits
  }

  /// Whether the guest writes.
  public var isWrite: Bool { writtenValue != nil || abort?.isWrite == true }

  /// Whether it is a call by HVC or SMC, whose function is in x0.
  public var isCall: Bool {
    switch self {
    case .hypercall, .secureMonitorCall, .psci: true
    default: false
    }
  }
}
