#if hasFeature(Embedded)
  internal import ArmVCpu
  internal import CHypervisor

  /// The system registers that trap: those that `VCpu` emulates by itself, and ACTLR_EL1, which keeps what
  /// the guest writes. Others are undefined.
  enum SystemRegisters {
    @inline(never)
    static func handle(
      _ exit: ExitReason, of vcpu: inout VCpu<EL2Machine>, cpu: borrowing CPU
    ) {
      let hasInterruptController = cpu.guest.hasPhysicalInterrupts
      let isDone = vcpu.emulateSystemRegister { register, value in
        IdentificationFilter.value(
          of: register, hardware: value, hasInterruptController: hasInterruptController)
      }
      guard !isDone else { return }
      switch exit {
      case .systemRegisterRead(.actlr_el1, _):
        vcpu.complete(value: hypervisor_actlr(cpu.number))
      case .systemRegisterWrite(.actlr_el1, _, let value):
        hypervisor_set_actlr(cpu.number, value)
        vcpu.complete()
      default: vcpu.inject(.undefined)
      }
    }
  }
#endif
