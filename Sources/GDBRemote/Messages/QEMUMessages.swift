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

  /// Asks for the bits of the step mask: `ENABLE=1,NOIRQ=2,NOTIMER=4`. While a recording is replayed there is only the
  /// first.
  static let stepBits = Command("qqemu.sstepbits")

  /// Asks for the step mask, which is written as in C: `0x7`.
  static let stepMask = Command("qqemu.sstep")

  /// Sets what is masked while a CPU single-steps.
  static func stepMask(_ mask: UInt64) -> Command {
    Command("Qqemu.sstep=").appending(hex: mask)
  }
}

/// The bits of QEMU's step mask.
struct StepBits: Equatable, Sendable {
  /// Single steps are enabled.
  let enable: UInt64
  /// Interrupts and timers are held back during a step.
  let holdBack: UInt64

  /// Reads `ENABLE=1,NOIRQ=2,NOTIMER=4`; nil if one of these is missing.
  init?(parsing payload: [UInt8]) {
    var bits: [String: UInt64] = [:]
    for part in String(decoding: payload, as: UTF8.self).split(separator: ",") {
      let words = part.split(separator: "=", maxSplits: 1)
      guard words.count == 2, let bit = UInt64(words[1], radix: 16) else { return nil }
      bits[String(words[0])] = bit
    }
    guard let enable = bits["ENABLE"], let interrupts = bits["NOIRQ"], let timers = bits["NOTIMER"]
    else { return nil }
    self.enable = enable
    holdBack = interrupts | timers
  }

  /// Whether interrupts come during a step with a mask, in the form of an answer; nil for another text.
  func takesInterrupts(withMask payload: [UInt8]) -> Bool? {
    let text = String(decoding: payload, as: UTF8.self)
    let digits = text.hasPrefix("0x") ? text.dropFirst(2) : text[...]
    return UInt64(digits, radix: 16).map { $0 & holdBack == 0 }
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
