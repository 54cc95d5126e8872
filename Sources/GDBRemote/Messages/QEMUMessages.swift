// The packets that only QEMU has.
//
// Source: QEMU documentation, GDB usage ("Advanced debugging options"). `info version` is a command of
// QEMU's monitor.

extension Command {
  /// Asks which of QEMU's packets are supported. Other stubs give an empty answer.
  static let qemuSupported = Command("qqemu.Supported")

  /// Asks for QEMU's version.
  static let qemuVersion = Command.monitor("info version")

  /// Makes memory packets mean physical addresses or, as usual, the CPU's virtual ones. The mode
  /// belongs to the machine and outlives the connection.
  static func physicalMemoryMode(_ isOn: Bool) -> Command {
    Command("Qqemu.PhyMemMode:\(isOn ? 1 : 0)")
  }

  /// Sets what is masked while a CPU single-steps.
  static func stepMask(_ mask: UInt64) -> Command {
    Command("Qqemu.sstep=").appending(hex: mask)
  }
}

/// The QEMU packets that a stub has.
struct QEMUFeatures: Equatable, Sendable {
  private(set) var names: Set<String> = []

  /// Reads `sstepbits;sstep;PhyMemMode`, or nil for the answer of a stub that is not QEMU.
  init?(parsing payload: [UInt8]) {
    guard StandardReply(payload) == .other else { return nil }
    for name in payload.split(separator: UInt8(ascii: ";")) {
      names.insert(String(decoding: name, as: UTF8.self))
    }
    guard names.contains("sstepbits") || names.contains("PhyMemMode") else { return nil }
  }

  /// The kind of a stub that answers the request for its version with `reply`. QEMU's user-mode
  /// emulator has no monitor, and no physical memory.
  func kind(versionReply reply: [UInt8], version: String?) -> StubKind {
    let hasMonitor = StandardReply(reply) != .unsupported
    return hasMonitor || hasPhysicalMemoryMode ? Self.kind(version: version) : .qemuUser
  }

  /// The kind of stub of a system emulator with `version`: `7.2.22Debian …`, or an unknown one.
  private static func kind(version: String?) -> StubKind {
    guard let major = version?.prefix(while: { $0.isNumber }), let number = Int(major) else {
      return .qemu7
    }
    return number < 8 ? .qemu7 : .qemu
  }

  var hasPhysicalMemoryMode: Bool { names.contains("PhyMemMode") }
}
