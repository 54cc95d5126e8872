// The packets that only QEMU has.
//
// Source: QEMU documentation, GDB usage ("Advanced debugging options").

extension Command {
  /// Asks which of QEMU's packets there are. Another stub answers nothing.
  static let qemuSupported = Command("qqemu.Supported")

  /// Makes memory packets mean physical addresses or, as usual, the CPU's virtual ones. The mode
  /// belongs to the machine and outlives the connection.
  static func physicalMemoryMode(_ isOn: Bool) -> Command {
    Command("Qqemu.PhyMemMode:\(isOn ? 1 : 0)")
  }

  /// Sets what is masked while a CPU steps.
  static func stepMask(_ mask: UInt64) -> Command {
    Command("Qqemu.sstep=").appending(hex: mask)
  }
}

/// QEMU's packets that a stub has.
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

  var hasPhysicalMemoryMode: Bool { names.contains("PhyMemMode") }
}
