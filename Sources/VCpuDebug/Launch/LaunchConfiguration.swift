internal import CArmVCpu

/// The machine to start: QEMU's `virt` with EL2, our hypervisor and a guest.
public struct LaunchConfiguration: Equatable, Sendable {
  /// The emulator: a name to look up in PATH, or a path.
  public var emulator = "qemu-system-aarch64"
  /// The CPU model.
  public var cpuModel = "cortex-a57"
  /// The number of CPUs, and of the guest's vCPUs.
  public var cpuCount = 1
  /// The guest's memory in MiB.
  public var memoryMiB = 64
  /// The hypervisor's ELF.
  public var hypervisor: String
  /// The guest: an ELF or a flat binary.
  public var guest: String
  /// Arguments to add to the emulator's.
  public var extraArguments: [String] = []

  /// A machine with these images and everything else as usual.
  public init(hypervisor: String, guest: String) {
    self.hypervisor = hypervisor
    self.guest = guest
  }

  /// The guest's memory in bytes.
  public var memoryByteCount: UInt64 { UInt64(memoryMiB) << 20 }

  /// Throws for numbers that the machine cannot have: EL2 maps 7 GiB of RAM, and the hypervisor has
  /// memory for 8 CPUs.
  public func validate() throws(LaunchError) {
    guard (1...8).contains(cpuCount) else {
      throw .outOfRange(option: "--cpus", value: cpuCount, range: 1...8)
    }
    guard (4...7 << 10).contains(memoryMiB) else {
      throw .outOfRange(option: "--memory", value: memoryMiB, range: 4...7 << 10)
    }
  }

  /// The emulator's arguments.
  ///
  /// - Parameters:
  ///   - image: the guest.
  ///   - imageFile: a path under which the emulator finds the guest's bytes.
  ///   - stub, console: the descriptors of its ends of the sockets.
  func arguments(
    _ image: GuestImage, imageFile: String, stub: Int32, console: Int32
  ) -> [String] {
    let reserved = (AVCPU_GUEST_MEMORY_BASE - AVCPU_RAM_BASE) >> 20
    let load = UInt64(AVCPU_GUEST_MEMORY_BASE) + image.offset
    return [
      "-M", "virt,virtualization=on,gic-version=3",
      "-cpu", cpuModel,
      "-smp", "\(cpuCount)",
      "-m", "\(memoryMiB + Int(reserved))M",
      "-nic", "none", "-display", "none", "-monitor", "none", "-no-reboot",
      "-kernel", hypervisor,
      "-device", "loader,file=\(imageFile),addr=\(hexadecimal(load)),force-raw=on",
      "-chardev", "socket,id=console,fd=\(console)", "-serial", "chardev:console",
      "-chardev", "socket,id=stub,fd=\(stub)", "-gdb", "chardev:stub", "-S",
    ] + launchBlock(image) + extraArguments
  }

  /// The launch block, doubleword by doubleword.
  private func launchBlock(_ image: GuestImage) -> [String] {
    let words: [UInt64] = [
      UInt64(AVCPU_LAUNCH_MAGIC),
      UInt64(AVCPU_LAUNCH_VERSION) | UInt64(cpuCount) << 32,
      UInt64(AVCPU_GUEST_MEMORY_BASE),
      memoryByteCount,
      GuestImage.memoryBase,
      image.entry,
      0,
    ]
    return words.enumerated().flatMap { index, word in
      let address = UInt64(AVCPU_LAUNCH_BLOCK_ADDRESS) + UInt64(index) * 8
      return [
        "-device", "loader,addr=\(hexadecimal(address)),data=\(hexadecimal(word)),data-len=8",
      ]
    }
  }

  private func hexadecimal(_ value: UInt64) -> String { "0x" + String(value, radix: 16) }
}
