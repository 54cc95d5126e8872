#if hasFeature(Embedded)
  internal import ArmVCpu
  internal import CHypervisor

  /// The guest's calls by HVC and SMC: PSCI and the architecture service within the VM, the hypervisor's own
  /// calls, and one service of the machine's firmware.
  enum FirmwareCalls {
    @inline(never)
    static func handle(
      _ exit: ExitReason, of vcpu: inout VCpu<EL2Machine>, cpu: inout CPU
    ) {
      let outcome = vcpu.answerFirmwareCall(in: &cpu.virtualMachine) { id, conduit in
        conduit == .smc && isForwarded(id) ? .forward : .answer
      }
      switch outcome {
      case .answered: break
      case .wait: cpu.waitForInterrupt(of: &vcpu)
      case .powerOff:
        // The CPU may be started again with a new vCPU, in the same context.
        vcpu.unbind()
        Firmware.powerOffCPU()
      case .systemOff: Firmware.powerOff()
      case .systemReset:
        // The machine ends or restarts, depending on how it was started; the console message distinguishes
        // this from a power-off.
        Console.write("hypervisor: the guest resets the system\n")
        Firmware.reset()
      case .unknown:
        if case .hypercall(let immediate, let function) = exit {
          let answer = Hypercalls.answer(immediate, function, &vcpu)
          vcpu.completeHypercall(value: answer)
        } else {
          vcpu.complete(value: SMCCC.notSupported)
        }
      }
    }

    /// The allow-list: the True Random Number Generator of the firmware (Arm DEN 0098), TRNG_VERSION to
    /// TRNG_RND32 and TRNG_RND64. Its calls only read.
    private static func isForwarded(_ id: SMCCC.FunctionID) -> Bool {
      switch id.rawValue {
      case 0x8400_0050...0x8400_0053, 0xc400_0053: true
      default: false
      }
    }
  }
#endif
