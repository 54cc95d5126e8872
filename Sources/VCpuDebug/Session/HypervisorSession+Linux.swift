internal import ArmVCpu

/// What a Linux kernel in memory is doing.
extension HypervisorSession {
  /// What a Linux kernel in memory is called: the file of its names, or that they are from its memory.
  ///
  /// - Parameters:
  ///   - space: whose kernel it is.
  ///   - check: is called now and then; throws to give up.
  /// - Throws: `LinuxKernels.Failure`.
  public func kernelName(
    in space: AddressSpace, check: () throws -> Void = {}
  ) throws -> String {
    try inKernel { try kernels.view(of: space, check: check).view.names[0].name }
  }

  /// The newest records of a Linux kernel's log, the oldest of them first, and how many in between could not be read.
  ///
  /// - Parameters:
  ///   - space: whose kernel it is.
  ///   - limit: how many records at most; nil for all that there are.
  ///   - check: is called now and then; throws to give up.
  /// - Throws: `LinuxKernels.Failure`.
  public func kernelLog(
    in space: AddressSpace, limit: Int?, check: () throws -> Void = {}
  ) throws -> (records: [KernelLogRecord], lostCount: Int) {
    try access.requireStopped()
    return try inKernel {
      try kernels.log(
        in: space, limit: limit, types: values.kernelTypes(in: space), check: check)
    }
  }

  /// The task that a Linux kernel runs on the selected CPU.
  ///
  /// - Parameters:
  ///   - space: whose kernel it is.
  ///   - check: is called now and then; throws to give up.
  /// - Throws: `LinuxKernels.Failure`.
  public func kernelTask(
    in space: AddressSpace, check: () throws -> Void = {}
  ) throws -> KernelTask {
    try access.requireStopped()
    let world: World? =
      switch space.kind {
      case .guest: .guest
      case .hypervisor: .hypervisor
      default: nil
      }
    try registers.require(world, for: "info guest task")
    func value(_ name: String) throws -> UInt64? {
      guard let place = try registers.place(of: name, in: world) else { return nil }
      return try registers.read(place, named: name)
    }
    let pstate = try value("cpsr") ?? 0
    let state = LinuxKernels.TaskRegisters(
      // PSTATE.EL.
      exceptionLevel: Int(pstate >> 2 & 3), stackPointerEL0: try? value("sp_el0"),
      stackPointerEL1: try? value("sp_el1"),
      perCPU: { isAtEL2 in
        let name = isAtEL2 ? "tpidr_el2" : "tpidr_el1"
        guard let value = try value(name) else {
          throw LinuxKernels.Failure.notFound("the CPU has no \(name)")
        }
        return value
      })
    return try inKernel {
      try kernels.task(in: space, state, types: values.kernelTypes(in: space), check: check)
    }
  }

  /// Says of a snapshot why the kernel can't be looked into: no snapshot has all of a kernel's memory.
  private func inKernel<R>(_ body: () throws -> R) throws -> R {
    do {
      return try body()
    } catch let failure as LinuxKernels.Failure where !isLive {
      throw LinuxKernels.Failure.notFound("\(failure); a snapshot has little of a kernel's memory")
    }
  }
}
