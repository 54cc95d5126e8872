/// Why a machine could not be started, in words that say what to do.
public enum LaunchError: Error, Equatable, CustomStringConvertible {
  /// The emulator is not installed, or not at the given path.
  case noEmulator(String)
  /// An image that is built with the project is missing.
  case noImage(String, searched: [String])
  /// The guest cannot be read.
  case unreadableGuest(String, reason: String)
  /// A part of the guest does not fit its memory; what would help.
  case guestOutsideMemory(
    String, address: UInt64, byteCount: UInt64, memory: Range<UInt64>, remedy: Remedy)
  /// The guest is empty.
  case emptyGuest(String)
  /// A file that goes with the guest cannot be read; what it is.
  case unreadableFile(String, String, reason: String)
  /// The guest is no kernel that can be booted.
  case unusableKernel(String, reason: KernelProblem)
  /// The guest, its device tree and its initrd do not fit its memory; bytes.
  case outsideMemory(String, needed: UInt64, available: UInt64)
  /// The kernel would cut its command line off.
  case commandLineTooLong(byteCount: Int, limit: Int)
  /// A file is no device tree, or cannot be made one of the guest.
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
  /// A call of the system failed.
  case system(call: String, reason: String)
  /// The emulator ended before it could be debugged; what it said.
  case emulatorFailed(status: Int32, output: String)

  /// A sentence without its full stop.
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
    case .unreadableFile(let what, let path, let reason):
      "cannot read the \(what) \(path): \(reason)"
    case .unusableKernel(let path, let reason): "cannot boot \(path): \(reason.description)"
    case .outsideMemory(let path, let needed, let available):
      "\(path) needs \(Self.mebibytes(needed)) MiB with its device tree and its initrd, and the guest "
        + "has \(available >> 20) MiB: give it more with --memory"
    case .commandLineTooLong(let byteCount, let limit):
      "--append has \(byteCount) bytes, and the kernel takes no more than \(limit)"
    case .unusableDeviceTree(let path, let reason): "cannot use the device tree \(path): \(reason)"
    case .noDeviceTree:
      "the emulator left no device tree at the start of the machine's memory: give one with --dtb"
    case .noRoomForTree(let path, let option):
      "\(option) needs room for a device tree, and \(path) leaves none: give it more with --memory"
    case .noLinux(let searched):
      "there is no Linux here: run scripts/setup --linux (looked in "
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

  /// Whether the command line is at fault, whatever the files are.
  public var isUsage: Bool {
    switch self {
    case .outOfRange, .noVirtualInterrupts, .commandLineTooLong: true
    default: false
    }
  }

  /// What a person can do about a guest that does not fit.
  public enum Remedy: String, Sendable {
    case moreMemory = "give it more with --memory, or link it elsewhere"
    case otherAddress = "link it elsewhere"
    case otherMode =
      "link it there, as devices know physical addresses alone; without --interrupts passthrough it is moved"
  }

  private static func size(_ byteCount: UInt64) -> String {
    byteCount < 1 << 20 ? "\(byteCount) bytes" : "\(mebibytes(byteCount)) MiB"
  }

  /// Rounded up.
  private static func mebibytes(_ byteCount: UInt64) -> UInt64 {
    // A header may say any number.
    byteCount >> 20 + (byteCount & (1 << 20 - 1) == 0 ? 0 : 1)
  }
}
