/// Why a machine could not be started, in words that say what to do.
public enum LaunchError: Error, Equatable, CustomStringConvertible {
  /// The emulator is not installed, or not at the given path.
  case noEmulator(String)
  /// An image that is built with the project is missing.
  case noImage(String, searched: [String])
  /// The guest cannot be read.
  case unreadableGuest(String, reason: String)
  /// The guest does not fit its memory.
  case guestOutsideMemory(String, address: UInt64, base: UInt64, byteCount: UInt64)
  /// The guest is empty.
  case emptyGuest(String)
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
      "cannot read the guest \(path): \(reason); GUEST is 'tour' or the path of an ELF or flat binary"
    case .guestOutsideMemory(let path, let address, let base, let byteCount):
      "\(path) wants to be at 0x\(String(address, radix: 16)), outside of the guest's memory "
        + "0x\(String(base, radix: 16))–0x\(String(base &+ byteCount, radix: 16)): "
        + "give it more with --memory, or link it elsewhere"
    case .emptyGuest(let path): "\(path) has nothing to load"
    case .outOfRange(let option, let value, let range):
      "\(option) \(value) is out of range: \(range.lowerBound) to \(range.upperBound)"
    case .system(let call, let reason): "\(call) failed: \(reason)"
    case .emulatorFailed(let status, let output):
      "the emulator ended with status \(status) before the guest started"
        + (output.isEmpty ? "" : ": " + output)
    }
  }
}
