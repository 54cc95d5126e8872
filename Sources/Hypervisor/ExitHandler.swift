#if hasFeature(Embedded)
  internal import ArmVCpu

  /// The hypervisor's handling of an exit.
  enum ExitHandler {
    /// Carries out what the guest asked for, or gives it the exception that hardware would.
    ///
    /// It is part of the loop that runs a CPU: the frequent exits are one call away from there.
    @inline(always)
    static func handle(
      _ exit: ExitReason, of vcpu: inout VCpu<EL2Machine>, cpu: inout CPU
    ) {
      switch exit {
      case .mmioRead, .mmioWrite: emulateAccess(of: &vcpu)
      case .hypercall, .secureMonitorCall, .psci:
        FirmwareCalls.handle(exit, of: &vcpu, cpu: &cpu)
      case .systemRegisterRead, .systemRegisterWrite:
        SystemRegisters.handle(exit, of: &vcpu, cpu: cpu.number)
      default: handleOther(exit, of: &vcpu, cpu: &cpu)
      }
    }

    @inline(never)
    private static func emulateAccess(of vcpu: inout VCpu<EL2Machine>) {
      if vcpu.emulate(ScratchDevice.answer) == .refused { injectAbort(into: &vcpu) }
    }

    @inline(never)
    private static func handleOther(
      _ exit: ExitReason, of vcpu: inout VCpu<EL2Machine>, cpu: inout CPU
    ) {
      switch exit {
      case .dataAbort(let abort) where abort.cause == .cacheMaintenance:
        // An unmapped address doesn't have anything that could be cached.
        vcpu.skip()
      case .dataAbort: emulateAccess(of: &vcpu)
      case .instructionAbort(let abort):
        vcpu.inject(GuestException(abort, isInstructionFetch: true))
      case .wait(let instruction, _):
        if instruction == .wfi { cpu.waitForInterrupt(of: &vcpu) }
        vcpu.complete()
      case .irq, .fiq:
        // They come here only if they aren't passed through, and then none is enabled in the machine's
        // controller, which the guest can't access. One that did arrive would immediately come again, because
        // there is no handler that could deassert it.
        break
      case .serror(let syndrome):
        report(syndrome, vcpu.syndrome)
        // An error that was corrected, or that execution can continue after, has been reported. The guest
        // gets the others.
        if !syndrome.isContained { vcpu.raise(.serror(syndrome: syndrome.iss)) }
      case .conditionFailed:
        vcpu.complete()
      default:
        // A guest without an interrupt controller doesn't have ICC_SGI1R_EL1, and the features that trap are
        // hidden from it. No debug exception is routed here.
        vcpu.inject(.undefined)
      }
    }

    /// An access that no device accepts is an external abort.
    @inline(never)
    private static func injectAbort(into vcpu: inout VCpu<EL2Machine>) {
      let address = GuestVirtualAddress(vcpu.syndrome.far)
      switch vcpu.exit {
      case .dataAbort(let abort): vcpu.inject(GuestException(abort, isInstructionFetch: false))
      case .mmioWrite: vcpu.inject(.dataAbort(address: address, isWrite: true))
      default: vcpu.inject(.dataAbort(address: address))
      }
    }

    /// A physical SError concerns the machine, so it is reported.
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
