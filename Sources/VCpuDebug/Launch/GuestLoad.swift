internal import ArmVCpu
internal import CArmVCpu

/// What the launcher loads into the machine's memory for a guest, and what it tells the hypervisor about
/// it.
struct GuestLoad: Equatable, Sendable {
  /// Bytes at a physical address.
  struct Piece: Equatable, Sendable {
    var address: PhysicalAddress
    var bytes: [UInt8]
  }

  var pieces: [Piece]
  var memory: GuestMemory
  /// Its first instruction.
  var entry: IntermediatePhysicalAddress
  /// x0 there: the address of the device tree, or 0 without one.
  var argument: UInt64
  /// How the guest's device tree is made from the machine's; nil if it is among the pieces, or if there is
  /// none.
  var tree: GuestTree?

  /// The doublewords of the launch block.
  func launchBlock(cpuCount: Int) -> [UInt64] {
    let mode = memory.isOneToOne ? AVCPU_INTERRUPTS_PASSTHROUGH : AVCPU_INTERRUPTS_NONE
    return [
      UInt64(AVCPU_LAUNCH_MAGIC),
      UInt64(AVCPU_LAUNCH_VERSION) | UInt64(cpuCount) << 32,
      UInt64(AVCPU_GUEST_MEMORY_BASE),
      memory.byteCount,
      memory.base,
      entry.rawValue,
      argument,
      UInt64(mode),
      // The memory after the guest's, which the guest can't access.
      UInt64(AVCPU_GUEST_MEMORY_BASE) + memory.byteCount,
      1 << UInt64(AVCPU_OBSERVE_RECORDER),
    ] + Self.words(memory.devices, Int(AVCPU_DEVICE_RANGE_LIMIT))
      + Self.words(memory.otherMemory, Int(AVCPU_MEMORY_RANGE_LIMIT))
  }

  private static func words(_ ranges: [MappedRange], _ limit: Int) -> [UInt64] {
    precondition(ranges.count <= limit, "the launch block does not have room for so many ranges")
    let none = MappedRange(base: 0, byteCount: 0)
    return (ranges + Array(repeating: none, count: limit - ranges.count))
      .flatMap { [$0.base, $0.byteCount] }
  }
}
