internal import ArmVCpu
internal import CArmVCpu
internal import Foundation

/// A Linux kernel with its initial file system, as they are loaded into memory. Its intermediate physical
/// addresses are the physical ones, so that devices reach the addresses that it gives them.
///
/// | from | what |
/// |---|---|
/// | the start of memory | the kernel, at its text offset |
/// | the next 2 MiB boundary | the device tree |
/// | 2 MiB after it | the initrd |
struct LinuxGuest {
  private let kernel: [UInt8]
  private let initrd: [UInt8]?
  private let header: KernelImage
  private let commandLine: String
  private let memory: GuestMemory

  /// The kernel truncates a longer one (COMMAND_LINE_SIZE of arm64, with the NUL).
  private static let commandLineLimit = 2047

  /// Reads the files of a configuration, and throws if they do not fit its memory.
  init(_ configuration: LaunchConfiguration) throws {
    kernel = try FileBytes.read(configuration.guest) {
      LaunchError.unreadableGuest(configuration.guest, reason: $0)
    }
    header = try KernelImage(kernel, fileByteCount: kernel.count, path: configuration.guest)
    initrd = try configuration.initrd.map { path in
      try FileBytes.read(path) { LaunchError.unreadableFile("initrd", path, reason: $0) }
    }
    commandLine = configuration.commandLine
    memory = GuestMemory(byteCount: configuration.memoryByteCount, isOneToOne: true)
    guard commandLine.utf8.count <= Self.commandLineLimit else {
      throw LaunchError.commandLineTooLong(
        byteCount: commandLine.utf8.count, limit: Self.commandLineLimit)
    }
    guard byteCount <= memory.byteCount else {
      throw LaunchError.outsideMemory(
        configuration.guest, needed: byteCount, available: memory.byteCount)
    }
  }

  private var kernelStart: UInt64 { memory.base + header.textOffset }
  private var treeStart: UInt64 {
    (kernelStart + header.memoryByteCount).roundedUp(to: GuestMemory.treeRoom)
  }
  private var initrdStart: UInt64 { treeStart + GuestMemory.treeRoom }
  private var initrdEnd: UInt64 { initrdStart + UInt64(initrd?.count ?? 0) }
  /// From the start of memory to the end of the last piece.
  private var byteCount: UInt64 { initrdEnd - memory.base }

  /// The guest, except for its device tree.
  var load: GuestLoad {
    var pieces = [GuestLoad.Piece(address: PhysicalAddress(kernelStart), bytes: kernel)]
    if let initrd {
      pieces.append(GuestLoad.Piece(address: PhysicalAddress(initrdStart), bytes: initrd))
    }
    let tree = GuestTree(
      addresses: [PhysicalAddress(treeStart)], byteLimit: GuestMemory.treeRoom,
      environment: GuestEnvironment(
        memory: memory, initrd: initrd.map { _ in initrdStart..<initrdEnd },
        commandLine: commandLine))
    return GuestLoad(
      pieces: pieces, memory: memory, entry: IntermediatePhysicalAddress(kernelStart),
      argument: treeStart, tree: tree)
  }
}
