internal import ArmVCpu
internal import CArmVCpu
internal import Foundation

/// A Linux kernel with its initial file system, as they are put into memory. Intermediate physical and physical
/// addresses are the same to it, so that devices reach what it tells them.
///
/// | from | what |
/// |---|---|
/// | the start of memory | the kernel, at its text offset |
/// | the next 2 MiB boundary | the device tree |
/// | 2 MiB behind it | the initrd |
struct LinuxGuest {
  private let kernel: [UInt8]
  private let initrd: [UInt8]?
  private let header: KernelImage
  private let commandLine: String
  private let memoryByteCount: UInt64

  private static let block: UInt64 = 2 << 20
  /// The kernel cuts a longer one off (COMMAND_LINE_SIZE of arm64, with the NUL).
  private static let commandLineLimit = 2047

  /// Reads the files of a configuration, and throws if they do not fit its memory.
  init(_ configuration: LaunchConfiguration) throws {
    kernel = try FileBytes.read(configuration.guest) {
      .unreadableGuest(configuration.guest, reason: $0)
    }
    header = try KernelImage(kernel, fileByteCount: kernel.count, path: configuration.guest)
    initrd = try configuration.initrd.map { path in
      try FileBytes.read(path) { .unreadableFile("initrd", path, reason: $0) }
    }
    commandLine = configuration.commandLine
    memoryByteCount = configuration.memoryByteCount
    guard commandLine.utf8.count <= Self.commandLineLimit else {
      throw LaunchError.commandLineTooLong(
        byteCount: commandLine.utf8.count, limit: Self.commandLineLimit)
    }
    guard byteCount <= memoryByteCount else {
      throw LaunchError.kernelOutsideMemory(
        configuration.guest, needed: byteCount, available: memoryByteCount)
    }
  }

  private var base: UInt64 { UInt64(AVCPU_GUEST_MEMORY_BASE) }
  private var kernelStart: UInt64 { base + header.textOffset }
  private var treeStart: UInt64 {
    (kernelStart + header.memoryByteCount + Self.block - 1) & ~(Self.block - 1)
  }
  private var initrdStart: UInt64 { treeStart + Self.block }
  /// From the start of memory to the end of the last piece.
  private var byteCount: UInt64 { initrdStart + UInt64(initrd?.count ?? 0) - base }

  /// The guest with the device tree of its machine.
  func load(_ machine: DeviceTree) throws(DeviceTreeError) -> GuestLoad {
    var tree = machine
    let initrdBase = PhysicalAddress(initrdStart)
    try tree.adapt(
      to: GuestEnvironment(
        memoryBase: PhysicalAddress(base), memoryByteCount: memoryByteCount,
        initrd: initrd.map { .init(base: initrdBase, byteCount: UInt64($0.count)) },
        commandLine: commandLine))
    var pieces = [
      GuestLoad.Piece(address: PhysicalAddress(kernelStart), bytes: kernel),
      GuestLoad.Piece(address: PhysicalAddress(treeStart), bytes: tree.bytes),
    ]
    if let initrd { pieces.append(GuestLoad.Piece(address: initrdBase, bytes: initrd)) }
    return GuestLoad(
      pieces: pieces, memoryBase: IntermediatePhysicalAddress(base),
      entry: IntermediatePhysicalAddress(kernelStart), argument: treeStart,
      interrupts: .passthrough, devices: tree.deviceRanges)
  }
}
