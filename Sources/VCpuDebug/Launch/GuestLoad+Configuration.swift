internal import ArmVCpu
internal import Foundation

extension GuestLoad {
  /// What a configuration loads: a Linux kernel by its Image header, anything else unchanged. A device tree from
  /// the user is included; the machine's own exists only once the machine does.
  init(_ configuration: LaunchConfiguration) throws {
    if KernelImage.isKernel(at: configuration.guest) {
      self = try LinuxGuest(configuration).load
    } else {
      try self.init(imageOf: configuration)
    }
    guard let path = configuration.deviceTree, let tree else { return }
    let bytes = try FileBytes.read(path) {
      LaunchError.unreadableFile("device tree", path, reason: $0)
    }
    do throws(DeviceTreeError) {
      let adapted = try tree.bytes(of: DeviceTree(bytes))
      pieces += tree.addresses.map { Piece(address: $0, bytes: adapted) }
      self.tree = nil
    } catch {
      throw LaunchError.unusableDeviceTree(path, reason: error.description)
    }
  }

  /// An ELF, firmware or a flat binary, with what belongs to it:
  ///
  /// | where | what | |---|---| | the guest's own addresses | the guest | | the next 2 MiB boundary
  /// in memory | the initrd | | the next one | the device tree, where a kernel expects it: after
  /// itself | | the start of RAM, unless the guest is there | the same, where firmware looks for it
  /// |
  private init(imageOf configuration: LaunchConfiguration) throws {
    let isFirmware = FirmwareImage.isFirmware(at: configuration.guest)
    let memory = GuestMemory(
      byteCount: configuration.memoryByteCount,
      isOneToOne: configuration.interrupts == .passthrough || isFirmware)
    let image = try GuestImage(path: configuration.guest, in: memory)
    let initrd = try configuration.initrd.map { path in
      try FileBytes.read(path) { LaunchError.unreadableFile("initrd", path, reason: $0) }
    }
    var pieces = image.pieces
    let room = GuestMemory.treeRoom
    var end = image.ranges.map(\.upperBound).filter { $0 <= memory.end }.max() ?? memory.base
    end = max(end, memory.loadAddress).roundedUp(to: room)
    var initrdRange: Range<UInt64>?
    if let initrd {
      let start = end
      initrdRange = start..<start + UInt64(initrd.count)
      end = (start + UInt64(initrd.count)).roundedUp(to: room)
      guard start + UInt64(initrd.count) <= memory.end else {
        throw LaunchError.outsideMemory(
          configuration.guest, needed: start + UInt64(initrd.count) - memory.base,
          available: memory.byteCount)
      }
      pieces.append(.init(address: start, bytes: initrd))
    }
    let occupied = image.ranges + (initrdRange.map { [$0] } ?? [])
    let places = memory.treePlaces(beside: occupied, end: end)
    if places.isEmpty, let option = configuration.optionOfTree {
      throw LaunchError.noRoomForTree(configuration.guest, option: option)
    }
    tree = places.map { $0.upperBound - $0.lowerBound }.min().map { room in
      GuestTree(
        addresses: places.map { PhysicalAddress(memory.physical($0.lowerBound)) },
        byteLimit: room,
        environment: GuestEnvironment(
          memory: memory, isFirmware: isFirmware, initrd: initrdRange,
          commandLine: configuration.commandLine))
    }
    self.memory = memory
    self.pieces = pieces.map {
      Piece(address: PhysicalAddress(memory.physical($0.address)), bytes: $0.bytes)
    }
    entry = IntermediatePhysicalAddress(image.entry)
    argument = places.first?.lowerBound ?? 0
  }
}

extension GuestMemory {
  /// The places where a device tree fits: after everything, at `end`, and at the start of RAM.
  fileprivate func treePlaces(beside occupied: [Range<UInt64>], end: UInt64) -> [Range<UInt64>] {
    let start = Self.treeAddress
    let next = occupied.filter { $0.upperBound > start }.map(\.lowerBound).min() ?? .max
    return [
      end..<max(end, min(self.end, end + Self.treeRoom)),
      start..<max(start, min(next, start + Self.treeRoom)),
    ].filter { $0.upperBound - $0.lowerBound >= Self.leastTreeRoom }
  }

  /// Several times as much as the tree of `virt` needs.
  private static let leastTreeRoom: UInt64 = 64 << 10
}

extension LaunchConfiguration {
  /// An option that has no effect without a device tree.
  fileprivate var optionOfTree: String? {
    deviceTree != nil
      ? "--dtb" : initrd != nil ? "--initrd" : commandLine.isEmpty ? nil : "--append"
  }
}

extension UInt64 {
  /// The next multiple of a power of two.
  func roundedUp(to size: UInt64) -> UInt64 { (self + size - 1) & ~(size - 1) }
}
