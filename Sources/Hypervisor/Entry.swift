#if hasFeature(Embedded)
  internal import ArmVCpu
  internal import CArmVCpu
  internal import CHypervisor

  /// The image. `boot.S` calls `main` on the boot CPU with the MMU on.
  @main
  struct Entry {
    static func main() {
      let guest = Guest(launchBlock: unsafe hypervisor_launch_block().pointee)
      Console.write("hypervisor: EL2, guest of ")
      Console.write(decimal: guest.memoryByteCount >> 20)
      Console.write(" MiB, ")
      Console.write(decimal: UInt64(guest.vcpuCount))
      Console.write(" vCPU\n")
      do throws(Stage2MappingError) {
        try guest.map()
      } catch {
        Console.write("hypervisor: the guest's memory cannot be mapped\n")
        Firmware.powerOff()
      }
      hypervisor_prepare_observer(guest.observerFlags, UInt64(guest.vcpuCount))
      hypervisor_set_power_state(0, PSCI.PowerState.on.rawValue)
      var cpu = CPU(number: 0, guest: guest)
      cpu.run(entry: guest.entry, argument: guest.argument)
    }
  }

  /// The other CPUs, started by a guest's CPU_ON: `boot.S` calls this with the CPU's own memory.
  @c(hypervisor_secondary_main)
  func secondaryMain(_ local: UnsafePointer<avcpu_cpu_local>) {
    let guest = Guest(launchBlock: unsafe hypervisor_launch_block().pointee)
    let number = UInt32(truncatingIfNeeded: unsafe local.pointee.number)
    // CPU_ON left where to start in the frame of the vCPU's context.
    let (entry, argument, isBigEndian) = CPU.startingPoint(of: number)
    hypervisor_set_power_state(number, PSCI.PowerState.on.rawValue)
    var cpu = CPU(number: number, guest: guest)
    cpu.run(
      entry: entry, argument: argument, isBigEndian: isBigEndian)
  }
#endif
