#if hasFeature(Embedded)
  internal import ArmVCpu
  internal import CArmVCpu
  internal import CHypervisor

  /// A CPU of the machine with the vCPU that runs on it: vCPU n always runs on CPU n.
  struct CPU {
    let number: UInt32
    var virtualMachine: VirtualMachine

    var guest: Guest { virtualMachine.guest }

    init(number: UInt32, guest: Guest) {
      self.number = number
      virtualMachine = VirtualMachine(guest: guest)
    }

    /// Runs the vCPU from `entry` until it is turned off or the machine shuts down.
    mutating func run(
      entry: IntermediatePhysicalAddress, argument: UInt64, isBigEndian: Bool = false
    ) -> Never {
      var machine = EL2Machine()
      guest.controls.prepare(&machine)
      var vcpu = unsafe VCpu(
        context: hypervisor_vcpu_context(number), machine: machine,
        configuration: guest.configuration(
          of: number, entry: entry, argument: argument, isBigEndian: isBigEndian))
      SystemRegisters.prepare(number, hasInterruptController: guest.hasPhysicalInterrupts)
      hypervisor_begin_recording(number, guest.recorder)
      vcpu.begin()
      while true {
        let exit = vcpu.run()
        ExitHandler.handle(exit, of: &vcpu, cpu: &self)
      }
    }

    /// Where CPU_ON starts vCPU `number`: it is in the vCPU's frame, see `VirtualMachine.start`.
    static func startingPoint(of number: UInt32) -> (
      entry: IntermediatePhysicalAddress, argument: UInt64, isBigEndian: Bool
    ) {
      let context = unsafe hypervisor_vcpu_context(number)!
      return unsafe (
        IntermediatePhysicalAddress(context.pointee.frame.elr), context.pointee.frame.gpr(0),
        context.pointee.frame.gpr(1) != 0
      )
    }

    /// Waits for an interrupt on the guest's behalf, if one can arrive: the guest takes it once it is
    /// entered. Otherwise the wait ends immediately, as the architecture allows.
    func waitForInterrupt(of vcpu: inout VCpu<EL2Machine>) {
      if guest.hasPhysicalInterrupts { vcpu.waitForInterrupt() }
    }
  }
#endif
