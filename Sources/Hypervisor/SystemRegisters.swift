#if hasFeature(Embedded)
  internal import ArmVCpu
  internal import CHypervisor

  /// The system registers that trap: those that `VCpu` emulates by itself, and ACTLR_EL1, which keeps what
  /// the guest writes. Others are undefined.
  enum SystemRegisters {
    /// Decides what vCPU `vcpu` reads in the registers that trap, and must be called on its CPU before it runs.
    static func prepare(_ vcpu: UInt32, hasInterruptController: Bool) {
      hypervisor_set_actlr(vcpu, 0)
      let machine = EL2Machine()
      for crm: UInt32 in 1...7 {
        for op2: UInt32 in 0...7 {
          let register = SystemRegister(3, 0, 0, crm, op2)
          let value = IdentificationFilter.value(
            of: register, hardware: machine.identification(register),
            hasInterruptController: hasInterruptController)
          hypervisor_set_identification_value(vcpu, identificationIndex(register), value)
        }
      }
    }

    @inline(never)
    static func handle(_ exit: ExitReason, of vcpu: inout VCpu<EL2Machine>, cpu number: UInt32) {
      let isDone = vcpu.emulateSystemRegister {
        hypervisor_identification_value(number, identificationIndex($0))
      }
      guard !isDone else { return }
      switch exit {
      case .systemRegisterRead(.actlr_el1, _):
        vcpu.complete(value: hypervisor_actlr(number))
      case .systemRegisterWrite(.actlr_el1, _, let value):
        hypervisor_set_actlr(number, value)
        vcpu.skip()
      default: vcpu.inject(.undefined)
      }
    }

    @inline(always)
    private static func identificationIndex(_ register: SystemRegister) -> UInt32 {
      register.crm << 3 | register.op2
    }
  }
#endif
