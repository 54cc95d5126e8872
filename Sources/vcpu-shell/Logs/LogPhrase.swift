/// The words of a line that give some of its numbers their meaning. The formats are taken from the projects' sources;
/// `Tests/vcpu-shellTests/Logs` has an example of each and says where it is from.
struct LogPhrase {
  /// The words that are looked for, in lower case.
  private enum Phrase: String, CaseIterable {
    case abort = " abort: pc="
    case aborted = " abort"
    case badMode = "bad mode in"
    case exceptionAt = " exception at 0x"
    case exceptionClass = "ec="
    case fault = " fault"
    case faultingInstruction = "faulting instruction"
    case handler = "...to el"
    case hypBug = "hyp bug at"
    case hypPanic = "hyp panic at"
    case inThread = "in thread"
    case internalError = "internal error:"
    case origin = "...from el"
    case relocated = "(reloc)"
    case remark = " -- "
    case serror = "serror interrupt on"
    case unable = "unable to handle"
    case virtualAddress = "virtual address"
    case vmFault = "vm fault on"
  }

  /// The phrases that the line contains. Each phrase is searched for once: a line may have as many words as bytes, and
  /// the line itself isn't kept, so that it isn't searched again for each word.
  private let found: Set<Phrase>
  /// The exception level that the exception was taken from: QEMU's `...from EL1 to EL2`.
  let origin: (from: Int, to: Int)?
  /// Whether a report begins here, whatever came before it.
  let beginsReport: Bool
  /// Phrases that a report contains only once: a second one begins another report.
  let mark: String?
  /// Whether a report ends here.
  let endsReport: Bool

  /// - Parameter text: the line in lower case.
  init(_ text: String) {
    let text = " " + text
    let found = Set(Phrase.allCases.filter { text.contains($0.rawValue) })
    self.found = found
    origin = found.contains(.origin) ? Self.origin(text) : nil
    beginsReport = Self.beginnings.contains { text.contains($0) }
    mark = Self.marks.first { text.contains($0) }
    endsReport = Self.ends.contains { text.contains($0) }
  }

  private func has(_ phrase: Phrase) -> Bool { found.contains(phrase) }

  /// The register that a word means only in this line; nil for all others.
  func register(of word: String) -> LogRegister? {
    switch word {
    // Linux: `at virtual address 0000000000000010`; seL4: `vm fault on data at address 0x10`.
    // Other lines mention virtual addresses, too: `Loading kernel at virtual address 0x40200000`.
    case "address" where has(.vmFault) || has(.virtualAddress) && isOfFault:
      LogRegister(kind: .faultAddress)
    // seL4: `in thread 0x… "rootserver" at address 0x4012b8`.
    case "address" where has(.inThread): LogRegister(kind: .counter)
    // seL4: `with status 0x92000006`.
    case "status" where has(.vmFault): LogRegister(kind: .syndrome)
    // seL4: `Faulting instruction: 0x…`.
    case "instruction" where has(.faultingInstruction): LogRegister(kind: .counter)
    // Linux: `SError Interrupt on CPU2, code 0x00000000be000000 -- SError`, `Bad mode in … code 0x…`.
    case "code" where has(.remark) && (has(.serror) || has(.badMode)): LogRegister(kind: .syndrome)
    // KVM: `nVHE hyp panic at: [<…>]`, which is where the kernel's symbols are; EDK2: `Synchronous Exception at 0x…`.
    case "at" where has(.hypPanic) || has(.hypBug):
      LogRegister(kind: .linkedCounter)
    case "at" where has(.exceptionAt): LogRegister(kind: .counter)
    // U-Boot shows PC twice: the address its image was linked at, and the address where it runs.
    case "elr" where has(.relocated): LogRegister(kind: .linkedCounter)
    default: nil
    }
  }

  /// Whether the line says that an access failed.
  private var isOfFault: Bool { has(.unable) || has(.fault) || has(.aborted) }

  /// Whether a word names another register than usual: U-Boot also shows LR as linked.
  func excludes(_ word: String) -> Bool { word == "lr" && has(.relocated) }

  /// The register's actual value: Hafnium shifts HPFAR_EL2 into an address before it prints it.
  func adjusted(_ value: LogValue) -> LogValue {
    guard value.register.kind == .pageAddress, has(.abort), has(.exceptionClass)
    else { return value }
    return LogValue(register: LogRegister(kind: .intermediateAddress), value: value.value)
  }

  /// Whether the line's registers are the ones at the start of the handler: QEMU's `...to EL2 PC 0x… PSTATE 0x3c9`.
  var isOfHandler: Bool { has(.handler) }

  /// Whether the line is Linux's `Internal error: Oops: 0000000096000045 [#1]`.
  var isOops: Bool { has(.internalError) }

  private static func origin(_ text: String) -> (from: Int, to: Int)? {
    guard let match = text.firstMatch(of: #/\.\.\.from el([0-3]) to el([0-3])/#),
      let from = Int(match.1), let to = Int(match.2)
    else { return nil }
    return (from, to)
  }

  private static let beginnings = [
    "unable to handle kernel", "hypervisor trap.", "guest trap.", "\" handler, esr",
    "taking exception", "unhandled exception", "exception at 0x", "hyp panic at", "hyp bug at",
    "kernel data abort", "kernel prefetch abort", "vm fault on",
    "sync exception pc=", " abort: pc=", "hypervisor: fatal", "panic in el3",
    "nmi backtrace for cpu",
  ]

  private static let marks = [
    "internal error:", "hyp panic:", "mem abort info:", "serror interrupt on", "bad mode in",
  ]

  private static let ends = ["---[ end trace", "---[ end kernel panic", "resetting cpu"]
}
