internal import ArmVCpu
internal import CArmVCpu

/// Devices that a guest has to itself: stage 2 maps them one to one.
struct DeviceRange: Equatable, Sendable {
  var base: UInt64
  var byteCount: UInt64

  /// The input of stage 2 ends here.
  static let limit: UInt64 = 1 << Stage2.inputBitWidth

  /// The guest's console alone.
  static let console = DeviceRange(base: UInt64(AVCPU_CONSOLE_BASE), byteCount: pageByteCount)

  /// Everything below RAM, but for the page of the device that the hypervisor emulates.
  static var belowMemory: [DeviceRange] {
    let hole = UInt64(AVCPU_SCRATCH_BASE)
    let next = hole + pageByteCount
    return [
      DeviceRange(base: 0, byteCount: hole),
      DeviceRange(base: next, byteCount: UInt64(AVCPU_RAM_BASE) - next),
    ]
  }

  private static let pageByteCount: UInt64 = 4096
}
