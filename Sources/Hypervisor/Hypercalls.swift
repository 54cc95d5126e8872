#if hasFeature(Embedded)
  internal import ArmVCpu

  /// The hypervisor's own calls, by HVC #0, in the range of vendor-specific hypervisor services.
  enum Hypercalls {
    /// Answers x1.
    static let echo: UInt32 = 0xc600_0001
    /// Answers the sum of x1 to x6.
    static let sum: UInt32 = 0xc600_0002

    /// What the call returns in x0. The function is W0; other immediates are no calls of ours.
    static func answer(_ immediate: UInt16, _ function: UInt64, _ frame: TrapFrame) -> UInt64 {
      guard immediate == 0 else { return SMCCC.notSupported }
      switch UInt32(truncatingIfNeeded: function) {
      case echo: return frame.gpr(1)
      case sum:
        var total: UInt64 = 0
        for index: UInt8 in 1...6 { total &+= frame.gpr(index) }
        return total
      default: return SMCCC.notSupported
      }
    }
  }
#endif
