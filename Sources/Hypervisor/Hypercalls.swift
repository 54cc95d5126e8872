#if hasFeature(Embedded)
  internal import ArmVCpu

  /// The hypervisor's own calls, by HVC #0, in the range of vendor-specific hypervisor services.
  enum Hypercalls {
    /// Returns x1.
    static let echo: UInt32 = 0xc600_0001
    /// Returns the sum of x1 to x6.
    static let sum: UInt32 = 0xc600_0002

    /// Makes an interrupt pending for the caller: x1 is 0 for an IRQ, 1 for an FIQ, 2 for an SError, whose
    /// syndrome is x2. Returns 0, or -1 if the guest has the physical interrupts.
    static let raise: UInt32 = 0xc600_0003
    /// Withdraws an interrupt that was raised.
    static let withdraw: UInt32 = 0xc600_0004

    /// What the call returns in x0. The function is W0; calls with other immediates aren't ours.
    static func answer(
      _ immediate: UInt16, _ function: UInt64, _ vcpu: inout VCpu<EL2Machine>
    ) -> UInt64 {
      guard immediate == 0 else { return SMCCC.notSupported }
      switch UInt32(truncatingIfNeeded: function) {
      case echo: return vcpu.gpr(1)
      case sum:
        var total: UInt64 = 0
        for index: UInt8 in 1...6 { total &+= vcpu.gpr(index) }
        return total
      case raise:
        guard let interrupt = interrupt(vcpu) else { return SMCCC.notSupported }
        return vcpu.raise(interrupt) ? 0 : SMCCC.notSupported
      case withdraw:
        guard let interrupt = interrupt(vcpu) else { return SMCCC.notSupported }
        vcpu.withdraw(interrupt)
        return 0
      default: return SMCCC.notSupported
      }
    }

    private static func interrupt(_ vcpu: borrowing VCpu<EL2Machine>) -> VirtualInterrupt? {
      switch vcpu.gpr(1) {
      case 0: .irq
      case 1: .fiq
      case 2: .serror(syndrome: UInt32(truncatingIfNeeded: vcpu.gpr(2)))
      default: nil
      }
    }
  }
#endif
