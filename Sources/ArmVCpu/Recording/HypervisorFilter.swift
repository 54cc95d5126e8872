#if hasFeature(Embedded)
  internal import CArmVCpu

  /// Compares the exit of this CPU with the filter: `observer.S` calls it for an exit whose kind and exception class the
  /// filter looks at.
  ///
  /// - Returns: whether the exit stops, in `vmexit_debug_hook`.
  @c(avcpu_filter_exit)
  public func filterExit(_ context: UnsafePointer<VCpuContext>) -> Bool {
    unsafe HypervisorFilter(context: context).stops()
  }

  /// The filter of the image's debug block, which a debugger may change while it is used.
  @unsafe
  private struct HypervisorFilter {
    let context: UnsafePointer<VCpuContext>

    /// How often an exit is compared with a filter that changes meanwhile. If it still does, the exit doesn't stop: it
    /// happened while the filter was being changed.
    private static var attempts: Int { 4 }

    func stops() -> Bool {
      for _ in unsafe 0..<Self.attempts {
        let generation = avcpu_filter_generation()
        guard avcpu_filter_is_on(), unsafe isVerified(generation) else { return false }
        let matches = unsafe self.matches()
        if avcpu_filter_is_current(generation) { return unsafe matches != 0 && commit(matches) }
      }
      return false
    }

    /// Verifies each generation once.
    @inline(__always)
    private func isVerified(_ generation: UInt64) -> Bool {
      if avcpu_filter_verified() == generation { return true }
      return unsafe verify(generation)
    }

    /// A filter that isn't right is turned off, with the reason.
    @inline(never)
    private func verify(_ generation: UInt64) -> Bool {
      do throws(ExitFilter.Fault) {
        try unsafe verify()
        guard avcpu_filter_is_current(generation) else { return false }
        avcpu_filter_set_verified(generation)
        return true
      } catch {
        // One that is being changed isn't wrong.
        if avcpu_filter_is_current(generation) { avcpu_filter_refuse(error.rawValue) }
        return false
      }
    }

    private func verify() throws(ExitFilter.Fault) {
      let count = avcpu_filter_entry_count()
      guard count <= UInt32(ExitFilter.maximumEntryCount) else { throw .tooLong }
      for index in 0..<count {
        let program = unsafe avcpu_filter_program(index)
        guard unsafe program.is_complete else { throw .tooLong }
        if unsafe program.count > 0 { try unsafe verify(program) }
      }
    }

    private func verify(_ program: avcpu_filter_words) throws(ExitFilter.Fault) {
      let words = unsafe Span(_unsafeStart: program.first, count: Int(program.count))
      try ExitFilter.verify(words)
    }

    /// Whether the program of a condition says that it doesn't hold.
    @inline(__always)
    private func fails(_ index: UInt32, for exit: ExitOnCPU) -> Bool {
      let program = unsafe avcpu_filter_program(index)
      guard unsafe program.count > 0 else { return false }
      let words = unsafe Span(_unsafeStart: program.first, count: Int(program.count))
      return ExitFilter.evaluate(words, for: exit) == .fails
    }

    /// The conditions that hold, as a bit for each.
    @inline(__always)
    private func matches() -> UInt32 {
      let exit = unsafe ExitOnCPU(context: context)
      var classes: UInt32?
      var matches: UInt32 = 0
      for index in 0..<min(avcpu_filter_entry_count(), UInt32(ExitFilter.maximumEntryCount))
      where avcpu_filter_is_enabled(index) {
        let wanted = UInt32(truncatingIfNeeded: avcpu_filter_classes(index))
        if wanted & ExitClass.any.bit == 0 {
          if classes == nil { classes = exit.reason.classes }
          guard let classes, classes & wanted != 0 else { continue }
        }
        // What can't be evaluated stops: the debugger says why.
        if unsafe fails(index, for: exit) { continue }
        matches |= 1 << index
      }
      return matches
    }

    /// Counts the matches. Returns whether one of them stops.
    @inline(never)
    private func commit(_ matches: UInt32) -> Bool {
      var rest = matches
      var stops = false
      while rest != 0 {
        let index = UInt32(rest.trailingZeroBitCount)
        rest &= rest &- 1
        if avcpu_filter_count(index) { stops = true }
      }
      return stops
    }
  }

  /// The exit of this CPU, whose guest's system registers are still on it.
  @safe
  private struct ExitOnCPU: FilteredExit {
    let context: UnsafePointer<VCpuContext>

    var syndrome: ExitSyndrome { unsafe context.pointee.syndrome }
    var pstate: SPSR_EL2 { SPSR_EL2(rawValue: unsafe context.pointee.frame.spsr) }
    var pc: UInt64 { unsafe context.pointee.frame.elr }
    var spEL0: UInt64 { unsafe context.pointee.frame.sp_el0 }
    var vcpu: UInt64 { unsafe UInt64(context.pointee.vcpu_id) }
    var vm: UInt64 { unsafe UInt64(context.pointee.vm_id) }
    var exitNumber: UInt64 { unsafe context.pointee.exit_count }
    var time: UInt64 { unsafe context.pointee.exit_time }

    private var frame: TrapFrameReader {
      @inline(__always) get {
        unsafe TrapFrameReader(UnsafeRawPointer(context).assumingMemoryBound(to: TrapFrame.self))
      }
    }

    @inline(__always)
    func gpr(_ index: UInt8) -> UInt64 { frame.gpr(index) }

    /// As a debugger decodes it, which doesn't ask the MMU.
    var reason: ExitReason {
      ExitDecoder.reason(
        syndrome, frame, sctlr: { avcpu_read_sctlr_el1() },
        faultAddress: {
          avcpu_read_sctlr_el1() & 1 == 0 ? IntermediatePhysicalAddress($0.rawValue) : nil
        })
    }

    func value(of register: FilterRegister) -> UInt64 {
      switch register {
      case .sctlr_el1: avcpu_read_sctlr_el1()
      case .actlr_el1: avcpu_read_actlr_el1()
      case .cpacr_el1: avcpu_read_cpacr_el1()
      case .ttbr0_el1: avcpu_read_ttbr0_el1()
      case .ttbr1_el1: avcpu_read_ttbr1_el1()
      case .tcr_el1: avcpu_read_tcr_el1()
      case .mair_el1: avcpu_read_mair_el1()
      case .amair_el1: avcpu_read_amair_el1()
      case .vbar_el1: avcpu_read_vbar_el1()
      case .esr_el1: avcpu_read_esr_el1()
      case .far_el1: avcpu_read_far_el1()
      case .afsr0_el1: avcpu_read_afsr0_el1()
      case .afsr1_el1: avcpu_read_afsr1_el1()
      case .par_el1: avcpu_read_par_el1()
      case .sp_el1: avcpu_read_sp_el1()
      case .elr_el1: avcpu_read_elr_el1()
      case .spsr_el1: avcpu_read_spsr_el1()
      case .contextidr_el1: avcpu_read_contextidr_el1()
      case .tpidr_el0: avcpu_read_tpidr_el0()
      case .tpidrro_el0: avcpu_read_tpidrro_el0()
      case .tpidr_el1: avcpu_read_tpidr_el1()
      case .csselr_el1: avcpu_read_csselr_el1()
      case .mdscr_el1: avcpu_read_mdscr_el1()
      case .cntkctl_el1: avcpu_read_cntkctl_el1()
      case .cntv_cval_el0: avcpu_read_cntv_cval_el0()
      case .cntv_ctl_el0: avcpu_read_cntv_ctl_el0()
      case .cntp_cval_el0: avcpu_read_cntp_cval_el0()
      case .cntp_ctl_el0: avcpu_read_cntp_ctl_el0()
      case .vpidr_el2: avcpu_read_vpidr_el2()
      case .vmpidr_el2: avcpu_read_vmpidr_el2()
      case .cntvoff_el2: avcpu_read_cntvoff_el2()
      case .vttbr_el2: avcpu_read_vttbr_el2()
      case .hcr_el2: avcpu_read_hcr_el2()
      case .vtcr_el2: avcpu_read_vtcr_el2()
      }
    }
  }
#endif
