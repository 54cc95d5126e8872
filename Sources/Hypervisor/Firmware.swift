#if hasFeature(Embedded)
  internal import CArmVCpu

  /// The machine's firmware, which answers the hypervisor's own PSCI calls. A guest's calls don't get
  /// here.
  enum Firmware {
    private static let cpuOnFunction: UInt64 = 0xc400_0003
    private static let cpuOffFunction: UInt64 = 0x8400_0002
    private static let systemOffFunction: UInt64 = 0x8400_0008
    private static let systemResetFunction: UInt64 = 0x8400_0009

    /// Starts CPU `number` of the machine at `entry` with `context` in x0, and returns the firmware's
    /// result.
    static func powerOn(cpu number: UInt32, entry: UInt64, context: UInt64) -> Int64 {
      Int64(bitPattern: avcpu_firmware_call(cpuOnFunction, UInt64(number), entry, context))
    }

    /// Turns this CPU off.
    static func powerOffCPU() -> Never {
      _ = avcpu_firmware_call(cpuOffFunction, 0, 0, 0)
      fatalError()
    }

    /// Turns the machine off.
    static func powerOff() -> Never {
      _ = avcpu_firmware_call(systemOffFunction, 0, 0, 0)
      fatalError()
    }

    /// Restarts the machine.
    static func reset() -> Never {
      _ = avcpu_firmware_call(systemResetFunction, 0, 0, 0)
      fatalError()
    }
  }
#endif
