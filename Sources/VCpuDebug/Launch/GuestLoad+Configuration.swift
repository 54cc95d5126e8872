internal import ArmVCpu
internal import Foundation
internal import Glibc

extension GuestLoad {
  /// What a configuration loads: a Linux kernel by the header of its Image, anything else as it is.
  ///
  /// - Parameters:
  ///   - emulator: the path of the emulator, which is asked for its device tree.
  ///   - signalMask: the signals that it blocks meanwhile.
  init(_ configuration: LaunchConfiguration, emulator: String, signalMask: sigset_t) throws {
    guard KernelImage.isKernel(at: configuration.guest) else {
      try configuration.requireNoLinuxOptions()
      self = try GuestImage(
        path: configuration.guest, memoryByteCount: configuration.memoryByteCount
      ).load(interrupts: configuration.interrupts)
      return
    }
    let guest = try LinuxGuest(configuration)
    let bytes =
      try configuration.deviceTree.map { path in
        try FileBytes.read(path) { .unreadableFile("device tree", path, reason: $0) }
      } ?? MachineDeviceTree.bytes(configuration, emulator, signalMask)
    do throws(DeviceTreeError) {
      var tree = try DeviceTree(bytes)
      if configuration.deviceTree == nil { try tree.removeSeeds() }
      self = try guest.load(tree)
    } catch {
      throw LaunchError.unusableDeviceTree(
        configuration.deviceTree ?? "of the emulator", reason: error.description)
    }
  }
}

extension KernelImage {
  /// Whether the file at `path` is meant to be a kernel. One that cannot be read is none.
  public static func isKernel(at path: String) -> Bool {
    guard let file = FileHandle(forReadingAtPath: path) else { return false }
    return isKernel((try? file.read(upToCount: headerByteCount)) ?? Data())
  }
}

extension LaunchConfiguration {
  /// Throws if there is an option that only Linux has a use for.
  fileprivate func requireNoLinuxOptions() throws(LaunchError) {
    let options = [
      ("--initrd", initrd != nil), ("--append", !commandLine.isEmpty), ("--dtb", deviceTree != nil),
    ]
    for (option, isGiven) in options where isGiven {
      throw .onlyForLinux(option: option, guest: guest)
    }
  }
}
