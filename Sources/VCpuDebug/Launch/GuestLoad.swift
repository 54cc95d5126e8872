internal import ArmVCpu
internal import CArmVCpu

/// What the launcher puts into the machine's memory for a guest, and what it tells the hypervisor about it.
struct GuestLoad: Equatable, Sendable {
  /// Bytes at a physical address.
  struct Piece: Equatable, Sendable {
    var address: PhysicalAddress
    var bytes: [UInt8]
  }

  var pieces: [Piece]
  /// Where the guest sees the first byte of its memory.
  var memoryBase: IntermediatePhysicalAddress
  /// Its first instruction.
  var entry: IntermediatePhysicalAddress
  /// x0 there.
  var argument: UInt64
  var interrupts: InterruptMode?
  /// What it has to itself, at most `AVCPU_DEVICE_RANGE_LIMIT`.
  var devices: [DeviceRange]

  /// The doublewords of the launch block.
  func launchBlock(cpuCount: Int, memoryByteCount: UInt64) -> [UInt64] {
    let mode = interrupts == .passthrough ? AVCPU_INTERRUPTS_PASSTHROUGH : AVCPU_INTERRUPTS_NONE
    return [
      UInt64(AVCPU_LAUNCH_MAGIC),
      UInt64(AVCPU_LAUNCH_VERSION) | UInt64(cpuCount) << 32,
      UInt64(AVCPU_GUEST_MEMORY_BASE),
      memoryByteCount,
      memoryBase.rawValue,
      entry.rawValue,
      argument,
      UInt64(mode),
    ] + devices.prefix(Int(AVCPU_DEVICE_RANGE_LIMIT)).flatMap { [$0.base, $0.byteCount] }
  }
}
