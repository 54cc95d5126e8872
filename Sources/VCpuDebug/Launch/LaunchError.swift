/// Why a machine could not be started. The description says what to do.
public enum LaunchError: Error, Equatable, CustomStringConvertible {
  /// The emulator is not installed, or not at the given path.
  case noEmulator(String)
  /// An image that is built with the project is missing.
  case noImage(String, searched: [String])
  /// The guest cannot be read.
  case unreadableGuest(String, reason: String)
  /// A part of the guest doesn't fit its memory; with what would help.
  case guestOutsideMemory(
    String, address: UInt64, byteCount: UInt64, memory: Range<UInt64>, remedy: Remedy)
  /// The guest is empty.
  case emptyGuest(String)
  /// The guest's file is relocatable.
  case unlinkedGuest(String)
  /// A file that belongs to the guest can't be read; with what it is.
  case unreadableFile(String, String, reason: String)
  /// The guest is not a bootable kernel.
  case unusableKernel(String, reason: KernelProblem)
  /// The guest, its device tree and its initrd don't fit its memory; with sizes in bytes.
  case outsideMemory(String, needed: UInt64, available: UInt64)
  /// The kernel would truncate its command line.
  case commandLineTooLong(byteCount: Int, limit: Int)
  /// A file isn't a device tree, or can't be adapted for the guest.
  case unusableDeviceTree(String, reason: String)
  /// The machine has no device tree at the start of its memory.
  case noDeviceTree
  /// The guest leaves no room for a device tree, which an option needs.
  case noRoomForTree(String, option: String)
  /// Debian's kernel has not been fetched.
  case noLinux(searched: [String])
  /// There is no virtual interrupt controller.
  case noVirtualInterrupts
  /// A number of the command line is out of range.
  case outOfRange(option: String, value: Int, range: ClosedRange<Int>)
  /// A system call failed.
  case system(call: String, reason: String)
  /// The emulator exited before it could be debugged; with its messages.
  case emulatorFailed(status: Int32, output: String)

  /// A sentence without a full stop.
  public var description: String {
    switch self {
    case .noEmulator(let name):
      "cannot find \(name): run scripts/setup, or name the emulator with --qemu"
    case .noImage(let name, let searched):
      "cannot find the image '\(name)': run scripts/build (looked in "
        + searched.joined(separator: ", ") + ")"
    case .unreadableGuest(let path, let reason):
      "cannot read the guest \(path): \(reason); GUEST is 'tour', 'linux', or the path of a Linux Image, "
        + "an ELF, firmware or a flat binary"
    case .guestOutsideMemory(let path, let address, let byteCount, let memory, let remedy):
      "\(path) has \(Self.size(byteCount)) at 0x\(String(address, radix: 16)), outside of the guest's memory "
        + "0x\(String(memory.lowerBound, radix: 16))–0x\(String(memory.upperBound, radix: 16)): "
        + remedy.rawValue
    case .emptyGuest(let path): "\(path) has nothing to load"
    case .unlinkedGuest(let path): "\(path) is relocatable: link it before it can be loaded"
    case .unreadableFile(let what, let path, let reason):
      "cannot read the \(what) \(path): \(reason)"
    case .unusableKernel(let path, let reason): "cannot boot \(path): \(reason.description)"
    case .outsideMemory(let path, let needed, let available):
      "\(path) needs \(Self.mebibytes(needed)) MiB with its device tree and its initrd, but the guest "
        + "has \(available >> 20) MiB: give it more with --memory"
    case .commandLineTooLong(let byteCount, let limit):
      "--append has \(byteCount) bytes, but the kernel takes no more than \(limit)"
    case .unusableDeviceTree(let path, let reason): "cannot use the device tree \(path): \(reason)"
    case .noDeviceTree:
      "the emulator left no device tree at the start of the machine's memory: give one with --dtb"
    case .noRoomForTree(let path, let option):
      "\(option) needs room for a device tree, but \(path) leaves none: give it more with --memory"
    case .noLinux(let searched):
      "cannot find Linux: run scripts/setup --linux (looked in "
        + searched.joined(separator: ", ") + ")"
    case .noVirtualInterrupts:
      "--interrupts virtual: the hypervisor has no virtual interrupt controller; "
        + "passthrough gives the guest the machine's own"
    case .outOfRange(let option, let value, let range):
      "\(option) \(value) is out of range: \(range.lowerBound) to \(range.upperBound)"
    case .system(let call, let reason): "\(call) failed: \(reason)"
    case .emulatorFailed(let status, let output):
      "the emulator ended with status \(status) before the guest started"
        + (output.isEmpty ? "" : ": " + output)
    }
  }

  /// Whether the command line is wrong, whatever the files are.
  public var isUsage: Bool {
    switch self {
    case .outOfRange, .noVirtualInterrupts, .commandLineTooLong: true
    default: false
    }
  }

  /// What the user can do about a guest that doesn't fit.
  public enum Remedy: String, Sendable {
    case moreMemory = "give it more with --memory, or link it elsewhere"
    case otherAddress = "link it elsewhere"
    case otherMode =
      "link it there, as devices only know physical addresses; without --interrupts passthrough it is moved"
  }

  private static func size(_ byteCount: UInt64) -> String {
    byteCount < 1 << 20 ? "\(byteCount) bytes" : "\(mebibytes(byteCount)) MiB"
  }

  /// Rounded up.
  private static func mebibytes(_ byteCount: UInt64) -> UInt64 {
    // A header may contain any number.
    byteCount >> 20 + (byteCount & (1 << 20 - 1) == 0 ? 0 : 1)
  }
}
