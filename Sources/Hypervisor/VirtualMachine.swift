#if hasFeature(Embedded)
  internal import ArmVCpu
  internal import CArmVCpu
  internal import CHypervisor

  /// The vCPUs of the one VM, vCPU n on CPU n of the machine. Their power states are in the image's memory,
  /// where every CPU changes them.
  struct VirtualMachine: PowerDomain {
    let guest: Guest

    var vcpuCount: UInt32 { guest.vcpuCount }

    func affinity(of vcpu: UInt32) -> UInt64 { UInt64(vcpu) }

    func powerState(of vcpu: UInt32) -> PSCI.PowerState {
      PSCI.PowerState(rawValue: hypervisor_power_state(vcpu)) ?? .off
    }

    func exchangePowerState(
      of vcpu: UInt32, from old: PSCI.PowerState, to new: PSCI.PowerState
    ) -> Bool {
      hypervisor_exchange_power_state(vcpu, old.rawValue, new.rawValue)
    }

    func isValidEntry(_ entry: IntermediatePhysicalAddress) -> Bool {
      entry.rawValue & 3 == 0 && guest.hasMemory(at: entry)
    }

    /// Stores the vCPU's entry point in its context, where `CPU.startingPoint(of:)` finds it, and starts
    /// its CPU.
    func start(
      _ vcpu: UInt32, at entry: IntermediatePhysicalAddress, context: UInt64, isBigEndian: Bool
    ) -> Bool {
      let memory = unsafe hypervisor_vcpu_context(vcpu)!
      unsafe memory.pointee.frame.elr = entry.rawValue
      unsafe memory.pointee.frame.setGPR(0, context)
      unsafe memory.pointee.frame.setGPR(1, isBigEndian ? 1 : 0)
      // After CPU_OFF it takes the machine's CPU a moment to turn off.
      var attempts = 1_000_000
      while true {
        let answer = Firmware.powerOn(
          cpu: vcpu, entry: hypervisor_secondary_entry(), context: hypervisor_cpu_address(vcpu))
        if answer == 0 { return true }
        attempts -= 1
        guard answer == PSCI.ReturnCode.alreadyOn.rawValue, attempts > 0 else { return false }
      }
    }
  }
#endif
