#if hasFeature(Embedded)
  internal import ArmVCpu
  internal import CArmVCpu
  internal import CArmVCpu
  internal import CHypervisor

  /// What the hypervisor does about an exit.
  enum ExitHandler {
    /// Carries out what the guest asked for, or gives it the exception that hardware would.
    static func handle(_ exit: ExitReason, of vcpu: inout VCpu<EL2Machine>, cpu: CPU) {
      switch exit {
      case .mmioRead(let access):
        guard let value = ScratchDevice.load(access) else { return injectDataAbort(&vcpu) }
        vcpu.complete(value: value)
      case .mmioWrite(let access, let value):
        guard ScratchDevice.store(access, value) else { return injectDataAbort(&vcpu) }
        vcpu.complete()
      case .dataAbort(let abort) where abort.isCacheMaintenance && !abort.isStage1Walk:
        // There is nothing behind an unmapped address that could be cached.
        vcpu.skip()
      case .dataAbort:
        injectDataAbort(&vcpu)
      case .instructionAbort:
        vcpu.inject(.instructionAbort(address: GuestVirtualAddress(vcpu.syndrome.far)))
      case .hypercall(let immediate, let function):
        vcpu.complete(value: Hypercalls.answer(immediate, function, vcpu.frame))
      case .secureMonitorCall:
        // Nothing of a guest's reaches EL3.
        vcpu.complete(value: SMCCC.notSupported)
      case .psci(let call, _):
        PowerControl.handle(call, of: &vcpu, cpu: cpu)
      case .systemRegisterRead(let register, _):
        guard let value = SystemRegisters.read(register, cpu) else {
          return vcpu.inject(.undefined)
        }
        vcpu.complete(value: value)
      case .systemRegisterWrite(let register, _, let value):
        guard SystemRegisters.write(register, value, cpu) else { return vcpu.inject(.undefined) }
        vcpu.complete()
      case .wait(let instruction, _):
        // The architecture lets a wait end at any time. Nothing else wants this CPU, so it waits for the
        // guest where an interrupt can come: one that is pending ends the wait, and is taken by the
        // guest once it is entered.
        if instruction == .wfi, cpu.guest.hasPhysicalInterrupts { avcpu_wait_for_interrupt() }
        vcpu.complete()
      case .irq, .fiq:
        // They come here only where they are not passed through, and then none is enabled in the
        // machine's controller, which the guest cannot reach. One that did arrive would come again at
        // once: there is no handler that could silence it.
        break
      case .serror(let syndrome):
        report(syndrome, vcpu.syndrome)
      case .unhandled:
        vcpu.inject(.undefined)
      }
    }

    private static func injectDataAbort(_ vcpu: inout VCpu<EL2Machine>) {
      vcpu.inject(.dataAbort(address: GuestVirtualAddress(vcpu.syndrome.far)))
    }

    /// A physical SError is the machine's, not the guest's: it is reported and the guest goes on.
    private static func report(_ syndrome: SErrorSyndrome, _ captured: ExitSyndrome) {
      Console.write("hypervisor: SError while the guest ran, ESR_EL2 ")
      Console.write(hex: captured.esr.rawValue)
      if let severity = syndrome.severity {
        Console.write(", ")
        Console.write(severity)
      }
      Console.write("\n")
    }
  }
#endif
