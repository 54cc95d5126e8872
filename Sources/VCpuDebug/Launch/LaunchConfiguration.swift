internal import ArmVCpu
internal import CArmVCpu

/// The machine to start: QEMU's `virt` with EL2, our hypervisor and a guest.
public struct LaunchConfiguration: Equatable, Sendable {
  /// The emulator: a name to look up in PATH, or a path.
  public var emulator = "qemu-system-aarch64"
  /// The CPU model.
  public var cpuModel = "cortex-a57"
  /// The number of CPUs, and of the guest's vCPUs.
  public var cpuCount = 1
  /// The guest's memory in MiB; nil for as much as its kind usually needs.
  public var memoryMiB: Int?
  /// The hypervisor's ELF.
  public var hypervisor: String
  /// The guest: a Linux kernel Image, an ELF, UEFI firmware or a flat binary.
  public var guest: String
  /// Where its interrupts come from. By default, Linux and firmware have the machine's own, and other guests
  /// have none.
  public var interrupts: InterruptMode?
  /// The guest's initial file system, which its device tree describes.
  public var initrd: String?
  /// The guest's command line: `bootargs` in its device tree.
  public var commandLine = ""
  /// ELF files with the guest's symbols, if the guest itself has none or different ones.
  public var guestSymbols: [String] = []
  /// The device tree of the guest, instead of the emulator's own.
  public var deviceTree: String?
  /// Arguments to add to the emulator's.
  public var extraArguments: [String] = []
  /// Whether this process shares the machine's RAM, if the emulator's other arguments leave that possible.
  public var wantsSharedMemory = true

  /// Creates a machine with these images, and defaults for everything else.
  public init(hypervisor: String, guest: String) {
    self.hypervisor = hypervisor
    self.guest = guest
  }

  /// The guest's memory in bytes.
  public var memoryByteCount: UInt64 { UInt64(memoryOrUsual) << 20 }

  /// The guest's memory in MiB: 64, or 512 for a Linux kernel or firmware.
  private var memoryOrUsual: Int {
    if let memoryMiB { return memoryMiB }
    return KernelImage.isKernel(at: guest) || FirmwareImage.isFirmware(at: guest) ? 512 : 64
  }

  /// The most memory that EL2 maps, in bytes.
  static let memoryLimit: UInt64 = 7 << 30

  /// Throws for numbers that the machine can't have: more memory than EL2 maps, and more CPUs than the
  /// hypervisor has memory for.
  public func validate() throws(LaunchError) {
    guard (1...8).contains(cpuCount) else {
      throw .outOfRange(option: "--cpus", value: cpuCount, range: 1...8)
    }
    let memoryRange = 4...Int(Self.memoryLimit >> 20)
    if let memoryMiB, !memoryRange.contains(memoryMiB) {
      throw .outOfRange(option: "--memory", value: memoryMiB, range: memoryRange)
    }
    if interrupts == .virtual { throw .noVirtualInterrupts }
  }

  /// The machine's RAM in MiB: the hypervisor's part, the guest's and the recorder's.
  private var machineMiB: Int {
    let reserved = (AVCPU_GUEST_MEMORY_BASE - AVCPU_RAM_BASE) >> 20
    let recorder = UInt64(cpuCount) * RecorderLayout.stride >> 20
    return memoryOrUsual + Int(reserved) + Int(recorder)
  }

  /// The machine's RAM in bytes.
  var machineByteCount: Int { machineMiB << 20 }

  /// Whether the machine's RAM is a file that this process shares: not if other arguments say where the RAM is or how
  /// much there is, or choose another machine.
  var sharesMemory: Bool {
    guard wantsSharedMemory else { return false }
    var options = extraArguments[...]
    while let option = options.popFirst() {
      guard option.hasPrefix("-") else { continue }
      switch option.drop(while: { $0 == "-" }) {
      case "m", "mem-path", "mem-prealloc", "numa", "readconfig": return false
      case "M", "machine":
        let parts = options.first?.split(separator: ",") ?? []
        if parts.contains(where: { $0.hasPrefix("memory-backend=") }) { return false }
        // The machine's name has no key, and comes first.
        if let first = parts.first?.split(separator: "=", maxSplits: 1), let name = first.last,
          first.count == 1 || first.first == "type", name != "virt"
        {
          return false
        }
      case "object": if options.first?.contains("memory-backend") == true { return false }
      default: break
      }
    }
    return true
  }

  /// The name of the machine's RAM. It is the name that `virt` gives it, so that a machine saved with `savevm` has the
  /// same parts with and without shared RAM (QEMU's manual, `-machine memory-backend`).
  private static let memoryName = "mach-virt.ram"

  /// The arguments for the machine itself, without what runs on it.
  ///
  /// - Parameter memory: the path of the file that is its RAM, if it is shared.
  private func machineArguments(memory: String?) -> [String] {
    let backend = memory.map {
      [
        "-object",
        "memory-backend-file,id=\(Self.memoryName),size=\(machineMiB)M,mem-path=\($0),share=on",
      ]
    }
    let isShared = backend == nil ? "" : ",memory-backend=\(Self.memoryName)"
    return (backend ?? []) + [
      "-M", "virt,virtualization=on,gic-version=3" + isShared,
      "-cpu", cpuModel,
      "-smp", "\(cpuCount)",
      "-m", "\(machineMiB)M",
      "-nic", "none", "-display", "none", "-monitor", "none", "-no-reboot",
      "-kernel", hypervisor,
    ]
  }

  /// The emulator's arguments.
  ///
  /// - Parameters:
  ///   - load: the guest.
  ///   - files: the paths under which the emulator finds the guest's pieces.
  ///   - memory: the path under which it finds the file that is the machine's RAM; nil if that isn't shared.
  ///   - stub, console: the descriptors of its ends of the sockets.
  func arguments(
    _ load: GuestLoad, files: [String], memory: String? = nil, stub: Int32, console: Int32
  ) -> [String] {
    let pieces = zip(load.pieces, files).flatMap { piece, file in
      [
        "-device",
        "loader,file=\(file),addr=\(hexadecimal(piece.address.rawValue)),force-raw=on",
      ]
    }
    let words = load.launchBlock(cpuCount: cpuCount).enumerated().flatMap { index, word in
      let address = UInt64(AVCPU_LAUNCH_BLOCK_ADDRESS) + UInt64(index) * 8
      return [
        "-device", "loader,addr=\(hexadecimal(address)),data=\(hexadecimal(word)),data-len=8",
      ]
    }
    return machineArguments(memory: memory) + pieces + [
      "-chardev", "socket,id=console,fd=\(console)", "-serial", "chardev:console",
      "-chardev", "socket,id=stub,fd=\(stub)", "-gdb", "chardev:stub", "-S",
    ] + words + extraArguments
  }

  private func hexadecimal(_ value: UInt64) -> String { "0x" + String(value, radix: 16) }
}
