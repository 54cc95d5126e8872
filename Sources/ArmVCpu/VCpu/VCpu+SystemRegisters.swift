extension VCpu {
  /// Carries out the last exit's access to a trapped system register if the architecture alone defines what it
  /// does:
  ///
  /// - identification registers (HCR_EL2.TID3) read what `identification` returns;
  /// - the EL1 physical timer (CNTHCTL_EL2.EL1PCEN, EL1PCTEN) is `physicalTimer` and the machine's counter;
  /// - debug registers (MDCR_EL2.TDA, TDOSA, TDRA): MDSCR_EL1 and the OS lock are the CPU's, the others behave
  ///   as in `DebugRegisters`;
  /// - the error records of FEAT_RAS (HCR_EL2.TERR): there are none, ERRIDR_EL1 is 0 and so are the others;
  /// - data cache maintenance by set and way (HCR_EL2.TSW) cleans and invalidates on this CPU;
  /// - a write of a read-only register, a read of a write-only one, and an access from EL0 to a register of EL1
  ///   are undefined.
  ///
  /// Performance monitors aren't listed: a guest whose ID_AA64DFR0_EL1.PMUVer is 0 doesn't have any, and their
  /// registers are undefined.
  ///
  /// - Parameter identification: what the guest reads in a register of `SystemRegister.isFeatureIdentification`, as
  ///   `IdentificationFilter` has decided before the guest runs: the hardware's values never change.
  /// - Returns: false for any other register, or after an exit of another kind: nothing changes then, and the
  ///   embedder carries the access out or injects `undefined`.
  @inline(__always)
  public mutating func emulateSystemRegister(
    identification: (SystemRegister) -> UInt64
  ) -> Bool {
    guard isExitOpen else { return false }
    switch lastExit {
    case .systemRegisterRead(let register, let target):
      switch read(register, identification) {
      case .value(let value) where isPermitted(register):
        setGPR(target, value)
        skip()
      case .value, .undefined: inject(.undefined)
      case .unknown: return false
      }
    case .systemRegisterWrite(let register, _, let value):
      switch write(register, value, identification) {
      case .value: skip()
      case .undefined: inject(.undefined)
      case .unknown: return false
      }
    default: return false
    }
    return true
  }

  @inline(__always)
  private func isPermitted(_ register: SystemRegister) -> Bool {
    frame.pstate.exceptionLevel >= register.lowestExceptionLevel
  }

  /// What an access does.
  private enum Effect {
    /// It is carried out; a read gives this value.
    case value(UInt64)
    /// The guest gets an undefined instruction.
    case undefined
    /// The register is of another kind.
    case unknown
  }

  @inline(__always)
  private mutating func read(
    _ register: SystemRegister, _ identification: (SystemRegister) -> UInt64
  ) -> Effect {
    if register.isFeatureIdentification { return .value(identification(register)) }
    switch register {
    case .cntpct_el0: return .value(machine.physicalCount())
    case .cntp_ctl_el0: return .value(physicalTimer.control(at: machine.physicalCount()))
    case .cntp_cval_el0: return .value(physicalTimer.compareValue)
    case .cntp_tval_el0: return .value(physicalTimer.timerValue(at: machine.physicalCount()))
    case .mdscr_el1: return .value(machine.read(.mdscr_el1))
    case .oslsr_el1: return .value(machine.read(.oslsr_el1))
    case .oslar_el1: return .undefined
    case .erridr_el1: return .value(0)
    default:
      guard register.op0 == 2 else { return register.isErrorRecord ? .value(0) : .unknown }
      let behavior = DebugRegisters.behavior(
        of: register, features: identification(.id_aa64dfr0_el1))
      return behavior == .undefined ? .undefined : .value(0)
    }
  }

  @inline(__always)
  private mutating func write(
    _ register: SystemRegister, _ value: UInt64, _ identification: (SystemRegister) -> UInt64
  ) -> Effect {
    // An access that the guest's exception level isn't allowed to make must not have an effect.
    let isPermitted = isPermitted(register)
    switch register {
    case .cntpct_el0, .oslsr_el1, .erridr_el1, .erxfr_el1: return .undefined
    case .cntp_ctl_el0: physicalTimer.setControl(value)
    case .cntp_cval_el0: physicalTimer.compareValue = value
    case .cntp_tval_el0: physicalTimer.setTimerValue(value, at: machine.physicalCount())
    case .mdscr_el1, .oslar_el1, .dc_isw, .dc_csw, .dc_cisw:
      guard isPermitted else { return .undefined }
      switch register {
      case .mdscr_el1: machine.write(.mdscr_el1, value)
      case .oslar_el1: machine.write(.oslar_el1, value)
      // It is always allowed to clean what the guest only invalidates, and no data is lost (HCR_EL2.SWIO).
      default: machine.cleanAndInvalidate(setWay: value)
      }
    default:
      if register.isFeatureIdentification { return .undefined }
      guard register.op0 == 2 else {
        guard register.isErrorRecord else { return .unknown }
        return isPermitted ? .value(0) : .undefined
      }
      let behavior = DebugRegisters.behavior(
        of: register, features: identification(.id_aa64dfr0_el1))
      return behavior == .zero && isPermitted ? .value(0) : .undefined
    }
    return .value(0)
  }
}
