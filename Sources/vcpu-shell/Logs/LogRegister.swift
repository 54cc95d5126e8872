/// A register as logs name it.
struct LogRegister: Hashable, Sendable {
  /// The kind of register, regardless of the exception level.
  enum Kind: Hashable, Sendable {
    /// ESR, or HSR, which is AArch32's name of ESR_EL2.
    case syndrome
    /// FAR, or a fault's virtual address given in words.
    case faultAddress
    /// HPFAR_EL2.
    case pageAddress
    /// The intermediate physical address of a fault, which some hypervisors print instead.
    case intermediateAddress
    /// PAR_EL1.
    case translation
    /// SPSR, or PSTATE.
    case status
    /// ELR, or PC.
    case counter
    /// PC as the image was linked, which U-Boot prints too.
    case linkedCounter
    /// X0 to X30.
    case general(Int)
    /// The instruction at PC, which is the last word of `Code:`.
    case instruction
  }

  let kind: Kind
  /// The exception level in its name; nil if the log names none.
  var level: Int?

  /// The manual's name, without a level if the log has none: `ESR_EL2`, `ESR`, `PC`, `X8`.
  var name: String {
    let suffix = level.map { "_EL\($0)" } ?? ""
    return switch kind {
    case .syndrome: "ESR" + suffix
    case .faultAddress: "FAR" + suffix
    case .pageAddress: "HPFAR_EL2"
    case .intermediateAddress: "IPA"
    case .translation: "PAR_EL1"
    case .status: level == nil ? "PSTATE" : "SPSR" + suffix
    case .counter: level == nil ? "PC" : "ELR" + suffix
    case .linkedCounter: "PC as linked"
    case .general(let number): "X\(number)"
    case .instruction: "instruction"
    }
  }

  /// The name of its layout for `decode`; nil if it has none.
  var layout: String? {
    switch kind {
    case .syndrome: "esr"
    case .status: "spsr"
    case .pageAddress: "hpfar"
    case .translation: "par"
    default: nil
    }
  }

  /// The register that a word of a log names, in lower case; nil for any other word.
  init?(word: String) {
    if let number = Self.general(word) {
      self.init(kind: .general(number))
      return
    }
    var base = word[...]
    var level: Int?
    if let range = word.firstRange(of: "_el") {
      let suffix = word[range.upperBound...]
      switch suffix {
      case "0", "1", "2", "3": level = Int(suffix)
      // Zephyr writes ESR_ELn, the manual ESR_ELx.
      case "n", "x": break
      default: return nil
      }
      base = word[..<range.lowerBound]
    }
    switch base {
    case "esr": self.init(kind: .syndrome, level: level)
    case "hsr": self.init(kind: .syndrome, level: 2)
    case "far": self.init(kind: .faultAddress, level: level)
    case "hdfar", "hifar": self.init(kind: .faultAddress, level: 2)
    // KVM's trace events kvm_guest_fault: arch/arm64/kvm/trace_arm.h of Linux.
    case "hxfar": self.init(kind: .faultAddress, level: 2)
    case "gva": self.init(kind: .faultAddress, level: 2)
    case "hpfar": self.init(kind: .pageAddress, level: 2)
    case "ipa", "gpa": self.init(kind: .intermediateAddress)
    case "par": self.init(kind: .translation)
    case "spsr": self.init(kind: .status, level: level)
    case "pstate", "cpsr", "ps": self.init(kind: .status)
    case "elr": self.init(kind: .counter, level: level)
    case "pc": self.init(kind: .counter)
    default: return nil
    }
  }

  init(kind: Kind, level: Int? = nil) {
    self.kind = kind
    self.level = level
  }

  /// The number of `x0`, `x00`, `lr` or `fp`.
  private static func general(_ word: String) -> Int? {
    switch word {
    case "lr": return 30
    case "fp": return 29
    default:
      guard word.first == "x", (2...3).contains(word.utf8.count),
        word.utf8.dropFirst().allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
        let number = Int(word.dropFirst()), number <= 30
      else { return nil }
      return number
    }
  }
}
