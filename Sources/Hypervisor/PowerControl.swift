#if hasFeature(Embedded)
  internal import ArmVCpu
  internal import CArmVCpu
  internal import CHypervisor

  /// PSCI inside the VM: the power of its vCPUs and of itself.
  enum PowerControl {
    static func handle(_ call: PSCI.Call, of vcpu: inout VCpu<EL2Machine>, cpu: CPU) {
      switch call {
      case .version: vcpu.complete(value: PSCI.version)
      case .migrateInfoType: vcpu.complete(value: PSCI.noTrustedOS)
      case .features(let id): vcpu.complete(value: PSCI.features(of: id).registerValue)
      case .unsupported: vcpu.complete(value: PSCI.ReturnCode.notSupported.registerValue)
      case .cpuSuspend:
        // Standby is always allowed in place of a deeper state, and may end at once.
        vcpu.complete(value: PSCI.ReturnCode.success.registerValue)
      case .cpuOn(let target, let entry, let context):
        vcpu.complete(value: powerOn(target, entry, context, cpu.guest).registerValue)
      case .affinityInfo(let target, let level):
        vcpu.complete(value: affinityInfo(target, level, cpu.guest))
      case .cpuOff:
        hypervisor_set_power_state(cpu.number, HYPERVISOR_OFF.rawValue)
        Firmware.powerOffCPU()
      case .systemOff: Firmware.powerOff()
      case .systemReset:
        // The machine ends or begins anew, as it was started: its console tells the difference to a
        // power-off.
        Console.write("hypervisor: the guest resets the system\n")
        Firmware.reset()
      }
    }

    /// Exactly one of the callers that race for an OFF vCPU wins it.
    private static func powerOn(
      _ target: UInt64, _ entry: UInt64, _ context: UInt64, _ guest: Guest
    ) -> PSCI.ReturnCode {
      guard target < UInt64(guest.vcpuCount) else { return .invalidParameters }
      let number = UInt32(target)
      guard
        hypervisor_exchange_power_state(
          number, HYPERVISOR_OFF.rawValue, HYPERVISOR_ON_PENDING.rawValue)
      else {
        return hypervisor_power_state(number) == HYPERVISOR_ON.rawValue ? .alreadyOn : .onPending
      }
      let vcpu = unsafe hypervisor_vcpu_context(number)!
      unsafe vcpu.pointee.frame.elr = entry
      unsafe vcpu.pointee.frame.setGPR(0, context)
      // After CPU_OFF the CPU of the machine takes a moment to be off.
      var answer: Int64
      var attempts = 1_000_000
      repeat {
        answer = Firmware.powerOn(
          cpu: number, entry: hypervisor_secondary_entry(), context: hypervisor_cpu_address(number))
        attempts -= 1
      } while answer == PSCI.ReturnCode.alreadyOn.rawValue && attempts > 0
      guard answer == 0 else {
        hypervisor_set_power_state(number, HYPERVISOR_OFF.rawValue)
        return answer == PSCI.ReturnCode.alreadyOn.rawValue ? .onPending : .internalFailure
      }
      return .success
    }

    /// 0 ON, 1 OFF, 2 ON_PENDING. Above level 0 an affinity instance is ON when any CPU of it is; all of
    /// ours are in one.
    private static func affinityInfo(
      _ target: UInt64, _ level: UInt64, _ guest: Guest
    ) -> UInt64 {
      guard level <= 3 else { return PSCI.ReturnCode.invalidParameters.registerValue }
      if level > 0 {
        return target & ~0xff == 0 ? 0 : PSCI.ReturnCode.invalidParameters.registerValue
      }
      guard target < UInt64(guest.vcpuCount) else {
        return PSCI.ReturnCode.invalidParameters.registerValue
      }
      switch hypervisor_power_state(UInt32(target)) {
      case HYPERVISOR_ON.rawValue: return 0
      case HYPERVISOR_OFF.rawValue: return 1
      default: return 2
      }
    }
  }
#endif
