/// What a line says in words, which gives some of its numbers their meaning. The formats are those of the projects'
/// sources; `Tests/vcpu-shellTests/Logs` has one of each and says where it is from.
struct LogPhrase {
  private let text: String

  /// - Parameter text: the line in lower case.
  init(_ text: String) { self.text = text }

  /// The register that a word means in this line alone; nil for all others.
  func register(of word: String) -> LogRegister? {
    switch word {
    // Linux: `at virtual address 0000000000000010`; seL4: `vm fault on data at address 0x10`.
    case "address" where text.contains("virtual address") || text.contains("vm fault on"):
      LogRegister(kind: .faultAddress)
    // seL4: `in thread 0x… "rootserver" at address 0x4012b8`.
    case "address" where text.contains("in thread"): LogRegister(kind: .counter)
    // seL4: `with status 0x92000006`.
    case "status" where text.contains("vm fault on"): LogRegister(kind: .syndrome)
    // seL4: `Faulting instruction: 0x…`.
    case "instruction" where text.contains("faulting instruction"): LogRegister(kind: .counter)
    // Linux: `SError Interrupt on CPU2, code 0x00000000be000000 -- SError`, `Bad mode in … code 0x…`.
    case "code" where text.contains(" -- "): LogRegister(kind: .syndrome)
    // KVM: `nVHE hyp panic at: [<…>]`, which is where the kernel's symbols are; EDK2: `Synchronous Exception at 0x…`.
    case "at" where text.contains("hyp panic at") || text.contains("hyp bug at"):
      LogRegister(kind: .linkedCounter)
    case "at" where text.contains(" exception at 0x"): LogRegister(kind: .counter)
    // U-Boot shows PC twice: as its image was linked, and where it runs.
    case "elr" where text.contains("(reloc)"): LogRegister(kind: .linkedCounter)
    default: nil
    }
  }

  /// Whether a word names another register than usual: U-Boot shows LR as it was linked, too.
  func excludes(_ word: String) -> Bool { word == "lr" && text.contains("(reloc)") }

  /// A value as it is meant: Hafnium shifts HPFAR_EL2 before it prints it, which makes it an address.
  func adjusted(_ value: LogValue) -> LogValue {
    guard value.register.kind == .pageAddress, text.contains(" abort: pc="), text.contains("ec=")
    else { return value }
    return LogValue(register: LogRegister(kind: .intermediateAddress), value: value.value)
  }

  /// Whether the registers of the line are those that the handler begins with: QEMU's `...to EL2 PC 0x… PSTATE 0x3c9`.
  var isOfHandler: Bool { text.contains("...to el") }

  /// The exception level that the exception was taken from: QEMU's `...from EL1 to EL2`.
  var origin: (from: Int, to: Int)? {
    guard let match = text.firstMatch(of: #/\.\.\.from el([0-3]) to el([0-3])/#),
      let from = Int(match.1), let to = Int(match.2)
    else { return nil }
    return (from, to)
  }

  /// Whether a report begins here, whatever came before it.
  var beginsReport: Bool {
    [
      "unable to handle kernel", "hypervisor trap.", "guest trap.", "\" handler, esr",
      "taking exception", "unhandled exception", "exception at 0x", "hyp panic at", "hyp bug at",
      "kernel data abort", "kernel prefetch abort", "vm fault on",
      "sync exception pc=", " abort: pc=", "hypervisor: fatal", "panic in el3",
    ].contains { text.contains($0) }
  }

  /// What a report has once: a second one begins another report.
  var mark: String? {
    ["internal error:", "hyp panic:", "mem abort info:", "serror interrupt on", "bad mode in"]
      .first { text.contains($0) }
  }

  /// Whether a report ends here.
  var endsReport: Bool {
    text.contains("---[ end trace") || text.contains("---[ end kernel panic")
      || text.contains("resetting cpu")
  }
}
